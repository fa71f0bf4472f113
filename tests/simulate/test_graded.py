"""Graded neurons: known answers, what they pay for, and what is refused."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.elementary import exp, tanh
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import DYNAMIC_KINDS
from glianeat.errors import ConfigError, SimulationError
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import (
    AstrocyteConfig,
    NeuronConfig,
    SimulationConfig,
    SynapseConfig,
)
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder


def graded(activation="tanh", **options):
    return SimulationConfig(neuron=NeuronConfig(model="graded", activation=activation), **options)


def values(simulator, amplitude, n_steps):
    """Return what all cells show after each of some milliseconds, shape (n_steps, cells)."""
    shown = []
    for _ in range(n_steps):
        simulator.step(np.array(amplitude, dtype=float), 1)
        shown.append(simulator.cells("activity"))
    return np.array(shown)


def sigmoid(x):
    return 1.0 / (1.0 + exp(-4.9 * x))


def xor_network():
    """Return or, and and-not; biases and weights by hand."""
    net = Builder()
    first, second = net.input(), net.input()
    out, both = net.output(bias=-1.0), net.cell(bias=-3.0)
    net.join(first, both, 2.0).join(second, both, 2.0).join(both, out, -5.0)
    return net.join(first, out, 2.0).join(second, out, 2.0).build()


@pytest.mark.parametrize("bits", list(product((0, 1), repeat=2)))
def test_a_net_made_by_hand_solves_xor_in_one_update(bits):
    simulator = Simulator(xor_network(), graded("sigmoid", feed_forward=True))
    answer = simulator.step(np.array(bits, dtype=float), 1)[0]
    both = sigmoid(2.0 * sum(bits) - 3.0)
    assert answer == pytest.approx(sigmoid(2.0 * sum(bits) - 5.0 * both - 1.0), abs=1e-15)
    assert round(answer) == bits[0] ^ bits[1]


def test_a_feed_forward_answer_does_not_depend_on_what_was_shown_before():
    used, fresh = (Simulator(xor_network(), graded(feed_forward=True)) for _ in range(2))
    used.step(np.array([1.0, 0.3]), 7)
    assert used.step(np.array([0.0, 1.0]), 1) == fresh.step(np.array([0.0, 1.0]), 1)


def test_a_recurrent_net_comes_to_the_answer_of_the_feed_forward_one():
    settled, once = (
        Simulator(xor_network(), graded()),
        Simulator(xor_network(), graded(feed_forward=True)),
    )
    shown = np.array([0.4, 0.9])
    early = settled.step(shown, 1).copy()
    assert settled.step(shown, 1) == once.step(shown, 1)
    assert early != settled.readout


@pytest.mark.parametrize("delay", [1, 2, 5, 20])
def test_what_a_cell_shows_arrives_after_the_delay_of_its_synapse(delay):
    net = Builder()
    source, last, first = net.input(), net.output(), net.cell()
    net.join(source, first, 1.0).join(first, last, 0.7, delay=delay)
    simulator = Simulator(net.build(), graded())
    pulse = values(simulator, [0.5], 1)
    after = values(simulator, [0.0], 30)
    assert pulse[0].tolist() == [0.0, tanh(0.5)]
    heard = np.flatnonzero(after[:, 0])
    assert heard.tolist() == [delay - 1]
    assert after[delay - 1, 0] == tanh(tanh(0.5) * 0.7)


def test_two_cells_in_a_ring_hand_a_value_on():
    net = Builder()
    source, one, other = net.input(), net.output(), net.cell()
    net.join(source, one, 1.0).join(one, other, 1.5).join(other, one, -1.5)
    simulator = Simulator(net.build(), graded())
    shown = [values(simulator, [0.8], 1)[0], *values(simulator, [0.0], 5)]
    x, expected = tanh(0.8), []
    for step in range(6):
        expected.append((x, 0.0) if step % 2 == 0 else (0.0, x))
        x = tanh((1.5 if step % 2 == 0 else -1.5) * x)
    assert np.array_equal(np.abs(shown), np.abs(expected))
    assert np.allclose(shown, expected, atol=0.0)


def test_inputs_and_biases_act_at_once_and_are_not_kept():
    net = Builder()
    source, out = net.input(), net.output(bias=0.3)
    simulator = Simulator(net.join(source, out, 2.0).build(), graded())
    assert simulator.step(np.array([0.25]), 1)[0] == tanh(0.3 + 2.0 * 0.25)
    assert simulator.step(np.array([0.0]), 1)[0] == tanh(0.3)


@given(st.floats(-12.0, 12.0), st.floats(-1.0, 1.0), st.sampled_from([0.5, 1.0, 4.0]))
def test_size_divides_no_weight(weight, amplitude, size):
    net = Builder()
    source, out = net.input(), net.output(size=size)
    simulator = Simulator(net.join(source, out, weight).build(), graded())
    assert simulator.step(np.array([amplitude]), 1)[0] == tanh(weight * amplitude)


def test_the_sign_of_a_neuron_and_that_of_a_synapse_multiply():
    shown = {}
    for sign, weight in product((1, -1), (0.9, -0.9)):
        net = Builder()
        source, out = net.input(), net.output()
        cell = net.cell(sign=sign)
        net.join(source, cell, 1.0).join(cell, out, weight)
        shown[sign, weight] = float(Simulator(net.build(), graded()).step(np.array([1.0]), 2)[0])
    assert shown[1, 0.9] == shown[-1, -0.9] > 0.0
    assert shown[1, -0.9] == shown[-1, 0.9] == -shown[1, 0.9]


def test_a_sum_that_leaves_the_range_of_floats_ends_at_the_limits():
    net = Builder()
    sources = [net.input() for _ in range(40)]
    out = net.output()
    for source in sources:
        net.join(source, out, 12.0)
    simulator = Simulator(net.build(), graded("sigmoid"))
    assert simulator.step(np.full(40, -5.0), 1)[0] == 0.0
    assert simulator.step(np.full(40, 5.0), 1)[0] == 1.0
    assert simulator.is_finite


# Energy


def transmitting(weight=-2.0):
    net = Builder(n_regions=2)
    source, out, cell = net.input(), net.output(region=0), net.cell(region=1)
    return net.join(source, cell, 1.0).join(cell, out, weight).build()


def test_transmission_is_paid_for_by_its_size_whatever_its_sign():
    energy = EnergyConfig(graded=0.3, graded_rate=0.2, reference_weight=4.0)
    amounts = {}
    for weight, amplitude in product((2.0, -2.0), (0.5, -0.5)):
        simulator = Simulator(transmitting(weight), graded(energy=energy))
        simulator.step(np.array([amplitude]), 3)
        amounts[weight, amplitude] = simulator.ledger().amount("graded").tolist()
    x, cell = 0.5, tanh(0.5)
    onto_out = 3 * 0.2 * cell * 2.0 / 4.0
    shown = 2 * 0.2 * tanh(2.0 * cell)  # in the first step nothing has arrived
    onto_cell = 3 * 0.2 * x * 1.0 / 4.0
    for found in amounts.values():
        assert found == pytest.approx([onto_out + shown, onto_cell], rel=1e-12)


def test_pools_and_ledger_agree_on_what_was_spent():
    simulator = Simulator(transmitting(), graded())
    simulator.step(np.array([0.7]), 50)
    paid = simulator.ledger().energy(simulator.config.energy).sum(axis=0)
    assert simulator.section("spent_sum") == pytest.approx(paid, rel=1e-12)


def test_graded_networks_have_neither_spikes_nor_events():
    simulator = Simulator(transmitting(), graded())
    simulator.step(np.array([1.0]), 100)
    ledger = simulator.ledger()
    for name in ("spikes", "excitatory_events", "inhibitory_events"):
        assert not ledger.count(name).any()
    for kind in set(DYNAMIC_KINDS) - {"graded"}:
        assert not ledger.amount(kind).any()
    assert simulator.emitted_by(np.arange(3)) == 0.0
    assert not simulator.fired.any()


@pytest.mark.parametrize("gate", ["threshold", "hard", "none"])
def test_an_empty_pool_is_seen_but_stops_nothing(gate):
    rich, poor = (
        Simulator(
            transmitting(), graded(energy=EnergyConfig(gate=gate, initial_fill=fill, supply=0.0))
        )
        for fill in (1.0, 0.0)
    )
    for simulator in (rich, poor):
        simulator.step(np.array([1.0]), 20)
    assert poor.readout == rich.readout != 0.0
    assert poor.fill.max() == 0.0


def test_astrocytes_sense_graded_transmission_and_scale_it():
    net = Builder()
    source, out = net.input(), net.output()
    net.join(source, out, 0.5)
    net.astrocyte([out], gain=-1.0, calcium_threshold=0.2, tau_calcium=50.0)
    changed, plain = (
        Simulator(net.build(), graded(astrocyte=AstrocyteConfig(gain=gain)))
        for gain in (True, False)
    )
    for simulator in (changed, plain):
        simulator.step(np.array([1.0]), 200)
        assert simulator.section("calcium")[0] > 0.2
    assert changed.readout[0] > plain.readout[0] == tanh(0.5)


# What is refused


def test_a_cycle_is_refused_if_all_is_to_happen_in_one_update():
    net = Builder()
    source, out, one = net.input(), net.output(), net.cell()
    net.join(source, out, 1.0).join(out, one, 1.0).join(one, out, 1.0)
    with pytest.raises(SimulationError, match=r"feed_forward: .* no cycles, got .* neuron 1"):
        Simulator(net.build(), graded(feed_forward=True))
    Simulator(net.build(), graded())


def test_a_cell_that_hears_itself_is_a_cycle():
    net = Builder()
    source, out = net.input(), net.output()
    net.join(source, out, 1.0).join(out, out, 1.0)
    with pytest.raises(SimulationError, match="must have no cycles"):
        Simulator(net.build(), graded(feed_forward=True))


def test_spiking_networks_do_not_mind_feed_forward():
    net = Builder()
    source, out = net.input(), net.output()
    net.join(source, out, 5.0).join(out, out, 1.0, delay=3)
    lives = []
    for feed_forward in (False, True):
        simulator = Simulator(net.build(), SimulationConfig(feed_forward=feed_forward))
        simulator.step(np.array([1.0]), 50)
        lives.append(simulator.state().tobytes())
    assert lives[0] == lives[1]


def test_spiking_inputs_are_refused():
    with pytest.raises(ConfigError, match="inputs of graded neurons must be graded"):
        Simulator(transmitting(), graded(), NetworkIO(rate_inputs=True))


def test_short_term_plasticity_is_refused():
    with pytest.raises(ConfigError, match="short_term_plasticity: must be false for graded"):
        graded(synapse=SynapseConfig(short_term_plasticity=True))


# Synapses with signs of their own, between spiking neurons


def signed_pair(sign, weight):
    """Return a network in which a spiking cell drives an output that is never at rest."""
    net = Builder()
    source, out, cell = net.input(), net.output(bias=0.5), net.cell(sign=sign)
    return net.join(source, cell, 5.0).join(cell, out, weight).build()


@pytest.mark.parametrize("model", ["galif", "izhikevich"])
@pytest.mark.parametrize("weight", [3.0, -3.0])
def test_a_negative_weight_is_that_of_a_neuron_of_the_other_sign(model, weight):
    config = SimulationConfig(neuron=NeuronConfig(model=model))
    one, other = (Simulator(signed_pair(sign, sign * weight), config) for sign in (1, -1))
    for simulator in (one, other):
        simulator.step(np.array([2.0]), 200)
    if model == "galif":  # Izhikevich neurons of either sign have presets of their own
        assert one.readout == other.readout
        assert np.array_equal(one.ledger().amounts, other.ledger().amounts)
    kind, none = ("excitatory", "inhibitory")[:: 1 if weight > 0.0 else -1]
    for simulator in (one, other):
        ledger = simulator.ledger()
        assert ledger.amount(kind).sum() > 0.0
        assert not ledger.amount(none).any()
        paid = ledger.energy(simulator.config.energy).sum(axis=0)
        assert simulator.section("spent_sum") == pytest.approx(paid, rel=1e-12)
