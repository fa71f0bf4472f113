"""What is known of a task, or declared by it, stands in for settings that are silent."""

import contextlib

import gymnasium
import pytest

from glianeat.develop.settings import DevelopmentConfig
from glianeat.evaluate.plan import EpisodePlan, EvaluationConfig, training_plan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evolution.settings import EvolutionConfig
from glianeat.genome.variation import GenomeConfig
from glianeat.run.config import ExperimentConfig
from glianeat.streams import Purpose
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.known import KNOWN_TASKS
from glianeat.tasks.task import describe_task
from tests.builders.agents import founders, rollout
from tests.evaluate.worlds import Walk

DECLARED = {
    "training_steps": 5,
    "output_copies": 3,
    "output_bias": 0.5,
    "training_episodes": 4,
    "population": 33,
    "racing_episodes": 1,
    "receptor_tau": 250.0,
    "hold": 35,
    "typical_ranges": ((-2.0, 6.0), (-1.0, 1.0)),
    "typical_squash": "linear",
}
gymnasium.register("worlds/Declares-v0", entry_point=type("Declares", (Walk,), DECLARED))
TASK = TaskConfig(id="tests.tasks.test_known_tasks:worlds/Declares-v0")


def resolved(**settings):
    return ExperimentConfig(task=TASK, **settings).resolve().config


def test_what_a_task_declares_is_taken():
    config = resolved()
    assert (config.evaluation.steps, config.evaluation.episodes) == (5, 4)
    assert config.evaluation.racing_episodes == 1
    assert config.evolution.population == 33
    assert (config.development.output_copies, config.development.output_bias) == (3, 0.5)
    assert config.genome.traits["neurons"]["tau_phasic"]["init_mean"] == 250.0
    assert config.codec.hold == 35
    assert config.genome.traits["neurons"]["phasic"]["init_stdev"] > 0.0
    scaling = config.codec.scaling
    assert (scaling.squash, scaling.centre, scaling.scale) == (
        ("linear", "linear"),
        (2.0, 0.0),
        (4.0, 1.0),
    )


@pytest.mark.parametrize(
    ("attributes", "episodes"),
    [({"trial_episodes": 1}, 1), ({"trial_episodes": 1, "racing_episodes": 3}, 3)],
)
def test_racing_episodes_may_be_declared_under_their_old_name(attributes, episodes):
    names = {name: value for name, value in DECLARED.items() if name != "racing_episodes"}
    old = type("DeclaresOldNames", (Walk,), names | attributes)
    gymnasium.register("worlds/DeclaresOldNames-v0", entry_point=old)
    try:
        task = TaskConfig(id="tests.tasks.test_known_tasks:worlds/DeclaresOldNames-v0")
        assert describe_task(task).known.racing_episodes == episodes
    finally:
        del gymnasium.registry["worlds/DeclaresOldNames-v0"]


def test_settings_come_before_what_a_task_declares():
    evaluation = EvaluationConfig(steps=1000, episodes=6, racing_episodes=5)
    config = resolved(
        evolution=EvolutionConfig(population=7),
        evaluation=evaluation,
        development=DevelopmentConfig(output_copies=1, output_bias=0.0),
        genome=GenomeConfig(traits={"neurons": {"phasic": {"init_mean": 0.1}}}),
    )
    assert (config.evaluation.steps, config.evaluation.episodes) == (1000, 6)
    assert config.evaluation.racing_episodes == 5
    assert config.evolution.population == 7
    assert (config.development.output_copies, config.development.output_bias) == (1, 0.0)
    assert config.genome.traits["neurons"]["phasic"] == {"init_mean": 0.1}


def test_how_often_receptors_mutate_says_nothing_of_how_they_begin():
    changes = {"phasic": {"mutate_rate": 0.3}, "tau_phasic": {"replace_rate": 0.1}}
    neurons = resolved(genome=GenomeConfig(traits={"neurons": changes})).genome.traits["neurons"]
    plain = resolved().genome.traits["neurons"]
    assert neurons == {trait: plain[trait] | change for trait, change in changes.items()}
    assert plain["tau_phasic"]["init_mean"] == 250.0


@pytest.mark.parametrize("name", ["CartPole-v1", "Acrobot-v1", "MountainCar-v0", "Pendulum-v1"])
def test_known_ranges_are_those_of_the_task(name):
    assert describe_task(TaskConfig(id=name)).ranges == KNOWN_TASKS[name].ranges


@pytest.mark.parametrize("compiled", ["auto", "off"])
@pytest.mark.parametrize("task", ["CartPole-v1", "MountainCar-v0"])
def test_training_episodes_are_cut_off_and_no_others(task, compiled):
    config = rollout(task, compiled=compiled)
    evaluation = config.evaluation.replace(steps=7, episodes=3, racing_episodes=0)
    genome = founders(config, 1)[0]
    with contextlib.closing(RolloutWorker(config.replace(evaluation=evaluation))) as rollout_worker:
        trained = rollout_worker.evaluate(genome, training_plan(evaluation))
        tested = rollout_worker.evaluate(genome, EpisodePlan(purpose=Purpose.TEST, episodes=3))
    assert trained.lengths == (7, 7, 7)
    assert min(tested.lengths) > 7
