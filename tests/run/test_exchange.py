"""Neurons for glia: founders without astrocytes have neurons that cost as much."""

import glianeat
from glianeat.develop.decode import develop
from glianeat.genome.schema import Role
from glianeat.run.config import experiment_from

TASK = {"task": {"id": "CartPole-v1"}}
WITHOUT = ["development.neurons_for_glia=true", "astrocyte.metabolic=false"]


def resolved(*settings):
    return experiment_from(TASK, [*WITHOUT, *settings]).resolve().config


def number(*settings):
    return resolved(*settings).genome.founder_neurons


def test_founders_have_hidden_neurons_and_no_astrocytes():
    config = resolved("genome.founder_neurons=3")
    for genome in glianeat.make_algorithm(config).ask()[:5]:
        network = develop(genome, config.development)
        assert int((network.cells.role == Role.HIDDEN).sum()) == 3
        assert network.n_astrocytes == 0


def test_neurons_cost_as_much_as_the_astrocytes_would():
    # 8 inputs and 2 outputs, at ratios of 4: 40 astrocytes of 1 EU/s and nothing for building them
    free = [f"energy.{name}=0" for name in ("build_neuron", "build_synapse", "build_astrocyte")]
    free += [f"energy.{name}=0" for name in ("spike", "excitatory", "graded", "connection", "wire")]
    assert number(*free, "energy.astrocyte=1", "energy.rest=4") == 10
    assert number(*free, "energy.astrocyte=1", "energy.rest=8") == 5
    assert number(*free, "energy.astrocyte=0.001", "energy.rest=8") == 1
    fixed = [*free, "energy.astrocyte=1", "energy.rest=1", "development.glia=fixed"]
    assert number(*fixed, "development.preset=uniform") == 10
    assert number(*fixed, "development.preset=none") == 0


def test_what_spikes_and_receptors_cost_counts():
    assert number("energy.spike=0", "energy.graded=0") > number()


def test_a_number_that_is_told_stands():
    assert number("genome.founder_neurons=7") == 7


def test_without_the_setting_founders_have_no_hidden_neurons():
    assert experiment_from(TASK).resolve().config.genome.founder_neurons == 0
