"""Measures in evaluations: kept where they are asked for, and objectives like any other."""

import numpy as np
import pytest

from glianeat.analyse.activity import MEASURES
from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import find_objectives, measures_of, objective_values
from glianeat.evaluate.plan import EvaluationConfig, training_plan
from glianeat.evaluate.pooling import pooled
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.api import make_algorithm
from glianeat.run.config import experiment_from

ALL = [measure.name for measure in MEASURES]
SETTINGS = ["evolution.population=6", "evaluation.episodes=2", "seed=3"]


def evaluated(task, *more):
    """Return the evaluations of six founders."""
    config = experiment_from({}, [f"task.id={task}", *SETTINGS, *more])
    genomes = make_algorithm(config).ask()
    resolved = config.resolve()
    worker = RolloutWorker(resolved.rollout)
    plan = training_plan(resolved.evaluation)
    return [worker.evaluate(genome, plan) for genome in genomes]


@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("CartPole-v1", []),
        ("CartPole-v1", ["task.compiled=off"]),
        ("CartPole-v1", ["codec.keep_state=false", "codec.readout=first_spike"]),
        ("Pendulum-v1", ["evaluation.steps=60"]),
        ("glianeat/Forage-v0", ["evaluation.steps=60"]),
        ("glianeat/Forage-v0", ["evaluation.steps=60", "task.compiled=off"]),
    ],
)
def test_a_probe_changes_no_bit_of_an_episode(task, more):
    plain = evaluated(task, *more)
    probed = evaluated(task, *more, f"evaluation.measures={ALL}", "evaluation.probe_steps=20")
    assert [one.measures.keys() for one in probed] == [dict.fromkeys(ALL).keys()] * 6
    for before, after in zip(plain, probed, strict=True):
        assert (before.returns, before.lengths) == (after.returns, after.lengths)
        assert (before.amounts, before.power) == (after.amounts, after.power)
        assert before.is_ok
    assert any(one.measures["calcium"] > 0.0 for one in probed)
    assert all(0.0 <= one.measures["pool_fill"] <= 1.0 for one in probed)


def test_evaluations_hold_no_measures_unless_some_are_asked_for():
    assert all(one.measures == {} for one in evaluated("CartPole-v1"))


def test_counted_measures_agree_with_the_ledger():
    for one in evaluated("CartPole-v1", "evaluation.measures=['output_rate']"):
        expected = one.output_spikes_per_second / 2  # CartPole has two outputs
        assert one.measures == {"output_rate": pytest.approx(expected)}


def test_a_measure_is_an_objective_of_its_usual_direction():
    chosen = find_objectives(("reward", "active_fraction", "treves_rolls_sparseness"))
    one = Evaluation(
        key=0,
        returns=(1.0,),
        measured={"active_fraction": 0.25, "treves_rolls_sparseness": 0.5},
    )
    assert objective_values(one, chosen) == (1.0, -0.25, 0.5)
    assert measures_of(chosen) == ("active_fraction", "treves_rolls_sparseness")


def test_a_direction_can_be_turned_and_an_onset_be_set():
    chosen = find_objectives(("reward", "max:active_fraction@start", "min:calcium", "energy@start"))
    assert [one.direction for one in chosen] == [1, 1, -1, -1]
    assert [one.onset for one in chosen] == [None, "start", None, "start"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("reward", "active_fractoin"), "got 'active_fractoin'; did you mean 'active_fraction'"),
        (("reward", "more:calcium"), "before 'calcium' must stand 'max:' or 'min:', got"),
        (("reward", "calcium@end"), "after 'calcium' must stand '@start' or '@solved', got"),
        (("min:reward",), "a reward must be maximised from the start, got 'min:reward'"),
        (("reward@solved",), "a reward must be maximised from the start, got"),
        (("reward", "calcium", "max:calcium"), "must be different ones"),
    ],
)
def test_objectives_that_are_none_are_refused(names, message):
    with pytest.raises(ConfigError, match=message):
        find_objectives(names)


def test_unknown_measures_are_refused_by_name():
    with pytest.raises(
        ConfigError, match=r"evaluation\.measures: must be of .*did you mean 'calcium'"
    ):
        measures_of((), ("calcum",))


def test_pooled_measures_are_means_over_simulated_time():
    def one(seconds, value):
        return Evaluation(
            key=0,
            returns=(1.0,),
            seconds=seconds,
            amounts=((0.0,),),
            counts=((0.0,),),
            measured={"calcium": value},
        )

    both = pooled([one(1.0, 4.0), one(3.0, 0.0)])
    assert both.measures == {"calcium": 1.0}


def test_measures_that_objectives_name_are_kept_by_resolved_settings():
    config = experiment_from({}, ["selection.objectives=['reward','max:calcium']"])
    resolved = config.resolve()
    assert resolved.evaluation.measures == ("calcium",)
    assert EvaluationConfig().measures == ()


def test_measures_are_the_same_bits_whoever_is_evaluated_before():
    first = evaluated("CartPole-v1", f"evaluation.measures={ALL}")
    again = evaluated("CartPole-v1", f"evaluation.measures={ALL}")
    values = [[one.measures[name] for name in ALL] for one in (*first, *again)]
    assert np.array(values[:6]).tobytes() == np.array(values[6:]).tobytes()
