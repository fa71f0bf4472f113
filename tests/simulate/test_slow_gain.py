"""Slow variables of single neurons: what they make up for, hold, and leave alone."""

import math

import numpy as np
import pytest

from glianeat.develop.damage import damaged
from glianeat.develop.lesions import nothing_gone
from glianeat.genome.schema import ASTROCYTES, NEURONS
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder

WITHOUT_GLIA = AstrocyteConfig(gain=False, metabolic=False)
FAST = {"tau_slow": 200.0}


TWINS = {
    "gain": "slow_gain",
    "slow_current": "slow_current",
    "tau_calcium": "tau_slow",
    "calcium_threshold": "slow_set_point",
    "reference_rate": "slow_reference_rate",
    "postsynaptic_share": "slow_postsynaptic_share",
}
"""Traits of astrocytes, and those of neurons that mean the same."""


def simulator(network, **neuron):
    return Simulator(
        network, SimulationConfig(neuron=NeuronConfig(**neuron), astrocyte=WITHOUT_GLIA)
    )


def one_output(n_inputs=1, weights=(2.0,), **traits):
    builder = Builder()
    inputs = [builder.input() for _ in range(n_inputs)]
    output = builder.output(**FAST | traits)
    for source, weight in zip(inputs, weights):
        builder.join(source, output, weight)
    return builder.build()


def settled(simulated, amplitude, seconds=3):
    for _ in range(seconds * 10):
        simulated.step(np.array(amplitude), 100)
    return simulated


def test_a_gain_of_zero_changes_nothing():
    network = one_output(slow_gain=0.0, slow_current=0.0)
    plain = simulator(network)
    slow = simulator(network, slow_gain=True, slow_current=True)
    for amplitude in (0.9, 0.1, 2.0):
        for one in (plain, slow):
            one.step(np.array([amplitude]), 137)
        assert np.array_equal(plain.readout, slow.readout)
        for name in ("potential", "efficacy", "drive", "emitted"):
            assert np.array_equal(plain.section(name), slow.section(name))


def test_a_gain_of_one_divides_by_what_arrives_so_that_the_drive_is_the_same():
    network = one_output(slow_gain=1.0, slow_set_point=2.0)
    drives = []
    for amplitude in (1.0, 0.5, 0.25):
        simulated = settled(simulator(network, slow_gain=True), [amplitude])
        # 200 spikes/s at amplitude 1, in units of 50
        assert simulated.cells("trace") == pytest.approx([4.0 * amplitude], rel=1e-4)
        drives.append(simulated.cells("drive")[0])
    assert drives == pytest.approx([1.0, 1.0, 1.0], rel=1e-4)


def test_afferents_that_fall_silent_are_made_up_for_by_their_weight():
    network = one_output(3, (4.0, 1.0, 1.0), slow_gain=1.0)
    simulated = settled(simulator(network, slow_gain=True), [0.5, 0.5, 0.5])
    before = simulated.cells("drive")[0]
    settled(simulated, [0.0, 0.5, 0.5])  # two thirds of the drive are gone
    assert simulated.cells("drive")[0] == pytest.approx(before, rel=1e-3)
    settled(simulated, [0.0, 0.0, 0.0])
    assert simulated.cells("efficacy")[0] == pytest.approx(8.0)


def test_a_cell_begins_at_its_set_point_with_an_efficacy_of_one():
    network = one_output(slow_gain=1.0, slow_set_point=0.4, slow_current=1.0)
    simulated = simulator(network, slow_gain=True, slow_current=True)
    assert simulated.cells("trace").tolist() == [0.4]
    assert simulated.cells("efficacy").tolist() == [1.0]
    settled(simulated, [1.0], 1)
    simulated.reset()
    assert simulated.cells("trace").tolist() == [0.4]


def test_a_slow_current_is_held_for_as_long_as_its_time_constant():
    network = one_output(slow_current=1.0, tau_slow=10_000.0)
    simulated = settled(simulator(network, slow_current=True), [1.0], 30)
    held = simulated.cells("slow_inward")[0]
    assert held == pytest.approx(math.log(simulated.cells("trace")[0]))
    settled(simulated, [0.0], 10)  # one time constant
    assert simulated.cells("slow_inward")[0] == pytest.approx(held - 1.0, abs=1e-6)


def test_own_spikes_are_heard_by_their_share():
    network = one_output(bias=3.0, slow_gain=-1.0, slow_postsynaptic_share=1.0)
    simulated = settled(simulator(network, slow_gain=True), [1.0])
    rate = simulated.emitted()[1] / (simulated.time / 1000.0)
    assert rate > 20.0
    assert simulated.cells("trace")[0] == pytest.approx(rate / 50.0, rel=0.1)


def test_networks_without_slow_neurons_have_no_room_for_them():
    assert "trace" not in simulator(one_output()).used


@pytest.mark.parametrize(("glial", "neuronal"), TWINS.items())
def test_neurons_have_the_ranges_and_rates_of_astrocytes(glial, neuronal):
    one = ASTROCYTES.traits[ASTROCYTES.column(glial)]
    other = NEURONS.traits[NEURONS.column(neuronal)]
    fields = ("unit", "init_mean", "init_stdev", "mutate_rate", "mutate_power", "replace_rate")
    fields = (*fields, "min_value", "max_value", "scale", "magnitude")
    assert {name: getattr(one, name) for name in fields} == {
        name: getattr(other, name) for name in fields
    }


OWN = {
    "gain": 0.7,
    "slow_current": -0.4,
    "tau_calcium": 700.0,
    "calcium_threshold": 0.8,
    "reference_rate": 30.0,
}
TONIC = AstrocyteConfig(metabolic=False, gain=True, slow_current=True)


def twins(share):
    """Return two like cells: one with an astrocyte around it, one with a slow variable."""
    own = OWN | {"postsynaptic_share": share}
    found = []
    for glial in (True, False):
        builder = Builder()
        inputs = [builder.input(), builder.input()]
        traits = {} if glial else {TWINS[name]: value for name, value in own.items()}
        output = builder.output(bias=0.5, **traits)
        builder.join(inputs[0], output, 2.0).join(inputs[1], output, 0.7)
        builder.join(output, output, 1.0)
        if glial:
            builder.astrocyte([output], **own)
        network = builder.build()
        if glial:
            found.append(Simulator(network, SimulationConfig(astrocyte=TONIC)))
        else:
            found.append(simulator(network, slow_gain=True, slow_current=True))
    return found


def live_alike(glial, neuronal, steps=100, seed=3):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        amplitude = rng.random(2)
        for one in (glial, neuronal):
            one.step(amplitude, 50)
        assert neuronal.cells("efficacy") == pytest.approx(glial.cells("efficacy"), rel=1e-9)
        assert neuronal.cells("slow_inward") == pytest.approx(glial.cells("slow_inward"), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_neuron_does_what_an_astrocyte_around_it_alone_would_do(share):
    """The control is fair: the same equation, to the last few bits."""
    glial, neuronal = twins(share)
    live_alike(glial, neuronal)
    assert glial.emitted()[2] == neuronal.emitted()[2] > 20
    assert abs(glial.cells("efficacy")[0] - 1.0) > 0.05


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_neuron_feels_the_loss_of_a_synapse_as_an_astrocyte_does(share):
    glial, neuronal = twins(share)
    live_alike(glial, neuronal, 20)
    before = glial.cells("efficacy")[0]
    for one in (glial, neuronal):
        dead = nothing_gone(one.network)
        dead.synapses[0] = True
        one.damage(damaged(one.network, dead))
    live_alike(glial, neuronal, 100, seed=4)
    assert glial.cells("efficacy")[0] > 1.2 * before
