"""Slow receptors and slow adaptation: settings that a run keeps as changes of traits."""

import numpy as np
import pytest

import glianeat
from glianeat.errors import ConfigError
from glianeat.genome.schema import NEURONS, SLOWEST, Role
from glianeat.run.config import decode_experiment, encode_experiment, experiment_from

TASK = {"task": {"id": "CartPole-v1"}}


def resolved(*settings):
    return experiment_from(TASK, list(settings)).resolve().config


def founders(config, number=30):
    config = config.replace(evolution=config.evolution.replace(population=number))
    return glianeat.make_algorithm(config).ask()


def values(genomes, trait, role):
    column = NEURONS.column(trait)
    rows = [genome.neurons.traits[genome.neurons.field("role") == role] for genome in genomes]
    return np.concatenate(rows)[:, column]


def test_slow_receptors_begin_at_seconds_and_may_reach_thirty():
    config = resolved("neuron.slow_receptors=true")
    assert config.genome.traits["neurons"]["tau_phasic"]["max_value"] == SLOWEST
    tau = values(founders(config), "tau_phasic", Role.INPUT)
    assert 3000.0 < np.median(tau) < 5000.0
    assert tau.max() > 6000.0
    assert values(founders(config), "phasic", Role.INPUT).mean() > 0.2


def test_slow_adaptation_begins_at_seconds_with_jumps_that_are_as_much_smaller():
    slow = resolved("neuron.slow_adaptation=true", "genome.founder_neurons=4")
    fast = resolved("genome.founder_neurons=4")
    tau = values(founders(slow), "tau_adaptation", Role.HIDDEN)
    assert 3000.0 < np.median(tau) < 5000.0
    charge = [
        np.median(
            values(founders(one), "adaptation", Role.HIDDEN)
            * values(founders(one), "tau_adaptation", Role.HIDDEN)
        )
        for one in (slow, fast)
    ]
    assert charge[0] == pytest.approx(charge[1], rel=0.3)


def test_what_is_told_stands():
    config = resolved(
        "neuron.slow_receptors=true", "genome.traits.neurons.tau_phasic.max_value=9000"
    )
    assert config.genome.traits["neurons"]["tau_phasic"]["max_value"] == 9000.0


@pytest.mark.parametrize("name", ["slow_receptors", "slow_adaptation", "slow_gain", "slow_current"])
def test_a_run_keeps_what_was_resolved(name):
    config = resolved(f"neuron.{name}=true")
    stored = decode_experiment(encode_experiment(config), "run")
    assert stored == config
    assert stored.resolve(stored=True).config == config


def test_by_default_no_neuron_is_slow():
    traits = resolved().genome.traits.get("neurons", {})
    assert not any("max_value" in changes for changes in traits.values())


def test_adaptation_by_genes_is_of_galif_neurons():
    with pytest.raises(ConfigError, match="slow_adaptation: must be false for neurons other than"):
        experiment_from(TASK, ["neuron.slow_adaptation=true", "neuron.model=izhikevich"])
