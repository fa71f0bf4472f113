"""Experiments with graded neurons: what is chosen for them, and what is refused."""

import pytest

from glianeat.errors import ConfigError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose
from tests.builders.agents import founders

XOR = {"task": {"id": "glianeat/Xor-v0"}, "neuron": {"model": "graded", "activation": "sigmoid"}}


def resolved(data, *assignments):
    experiment = experiment_from(data, assignments)
    return experiment.resolve()


def test_receptors_of_founders_do_not_adapt_unless_the_settings_say_so():
    assert "neurons" not in resolved(XOR).config.genome.traits
    phasic = "genome.traits.neurons.phasic.init_stdev=0.2"
    assert resolved(XOR, phasic).config.genome.traits["neurons"]["phasic"] == {"init_stdev": 0.2}


def test_resolving_twice_changes_nothing():
    once = resolved(XOR)
    again = once.config.resolve(once.description)
    assert again == once


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("selection.spiking_only=true", "selection.spiking_only: must be false for graded"),
        ("synapse.short_term_plasticity=true", "synapse.short_term_plasticity: must be false"),
        ("codec.readout=count", "codec.readout: must be 'membrane' for graded"),
        ("codec.transmission=spikes", "codec.transmission: must be 'graded' for graded"),
        ("neuron.activation=tan", "activation: .*'tanh'"),
    ],
)
def test_what_does_not_go_with_graded_neurons_is_refused(assignment, message):
    with pytest.raises(ConfigError, match=message):
        resolved(XOR, assignment)


def test_graded_agents_live_through_a_compiled_task_without_a_spike():
    config = resolved(XOR).rollout
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=1)
    evaluation = RolloutWorker(config).evaluate(founders(config, 1)[0], plan)
    assert 0.0 < evaluation.mean_return <= 32.0
    assert evaluation.power > 0.0
    assert evaluation.output_spikes_per_second == 0.0
