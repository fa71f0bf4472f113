"""Where offspring are drawn by default: where actions are numbers and weights are many."""

import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.evaluate.agent import Agent
from glianeat.genome.coordinates import SearchSpace, with_room
from glianeat.genome.variation import Variation
from glianeat.run.api import algorithm_of
from glianeat.run.config import decode_experiment, encode_experiment, experiment_from
from glianeat.tasks.task import describe_task


def resolved(task, *assignments):
    return experiment_from({}, [f"task.id={task}", *assignments]).resolve()


def chosen(experiment):
    config = experiment.config
    return config.reproduction.sampled, config.evolution.population, config.evaluation.resample


def test_many_weights_of_pairs_are_searched_by_few_offspring():
    assert chosen(resolved("glianeat/Reach-v0")) == (0.9, 20, "newborn")


@pytest.mark.parametrize("task", ["CartPole-v1", "Pendulum-v1", "glianeat/DoublePole-v0"])
def test_choices_and_few_weights_are_not(task):
    assert chosen(resolved(task)) == (0.0, 50, "auto")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("reproduction.sampled=0", (0.0, 50, "auto")),
        ("reproduction.sampled=0.5", (0.5, 20, "newborn")),
        ("evolution.population=40", (0.9, 40, "newborn")),
        ("evaluation.resample=never", (0.9, 20, "never")),
        ("evolution.algorithm=neat", (0.0, 50, "auto")),
        ("genome.connect_fully_below=32", (0.0, 50, "auto")),
    ],
)
def test_settings_have_the_last_word(setting, expected):
    assert chosen(resolved("glianeat/Reach-v0", setting)) == expected


def test_what_is_drawn_is_compared_on_one_new_episode():
    assert resolved("glianeat/Reach-v0").evaluation.episodes == 1
    assert resolved("glianeat/Reach-v0", "reproduction.sampled=0").evaluation.episodes == "auto"


def test_a_run_keeps_what_was_chosen():
    first = resolved("glianeat/Reach-v0")
    stored = decode_experiment(encode_experiment(first.config), "config")
    again = stored.resolve(describe_task(stored.task), stored=True)
    assert chosen(again) == chosen(first)


def test_an_agent_whose_gains_are_raised_acts_alike():
    # the gain that the codec makes of two outputs is the one that room is made for
    experiment = resolved("glianeat/Reach-v0", "neuron.floor=-1000")
    founder = algorithm_of(experiment).ask().genomes[0]
    space = SearchSpace(Variation(experiment.config.genome), experiment.opposite, room=4.0)
    raised = with_room(founder, space)
    assert not raised.same_genes(founder)
    acted = []
    for genome in (founder, raised):
        network = develop(genome, experiment.config.development)
        simulation = experiment.config.simulation
        agent = Agent(network, simulation, experiment.codec, experiment.description)
        agent.reset()
        rng = np.random.default_rng(0)
        n = experiment.description.n_observations
        acted.append([np.array(agent.act(rng.uniform(-0.2, 0.2, n))) for _ in range(5)])
    assert np.allclose(acted[0], acted[1], atol=1e-6)
    assert np.abs(acted[0]).max() > 0.01
