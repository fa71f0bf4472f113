"""The tonic channels of astrocytes, and what calcium follows when sensing is weighted."""

import math

import numpy as np
import pytest

from glianeat.energetics.cost import EnergyConfig
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder

FREE = SimulationConfig(energy=EnergyConfig(gate="none"))
SETTLED = 1000  # ms, twenty of the time constants below
FAST = {"tau_calcium": 50.0, "reference_rate": 50.0}


def territory(weights=(0.001,), config=None, interface=None, share=1.0, **traits):
    """Return a cell under some inputs that an astrocyte ensheaths, without the inputs."""
    builder = Builder()
    inputs = [builder.input() for _ in weights]
    cell = builder.cell()
    for sender, weight in zip(inputs, weights):
        builder.join(sender, cell, weight)
    builder.astrocyte([cell], share=share, **{**FAST, **traits})
    astrocyte = config or AstrocyteConfig()
    return Simulator(builder.build(), FREE.replace(astrocyte=astrocyte), interface)


def calcium(simulator):
    return float(simulator.section("calcium")[0])


def efficacy(simulator):
    return float(simulator.cells("efficacy")[0])


def hertz(*rates):
    """Return the amplitudes at which graded receptors stand for some rates."""
    return np.array(rates) / 200.0


@pytest.mark.parametrize("gain", [1.0, 0.5, -0.5, -1.0])
@pytest.mark.parametrize("rate", [20.0, 50.0, 125.0])
def test_the_gain_is_a_power_of_set_point_over_calcium(gain, rate):
    simulator = territory(gain=gain, calcium_threshold=0.8)
    simulator.step(hertz(rate), SETTLED)
    assert calcium(simulator) == pytest.approx(rate / 50.0)
    assert efficacy(simulator) == pytest.approx((0.8 * 50.0 / rate) ** gain)


@pytest.mark.parametrize(("gain", "rate", "most"), [(1.0, 0.0, 8.0), (-1.0, 0.0, 1 / 8)])
def test_the_gain_ends_at_eight_and_at_an_eighth(gain, rate, most):
    simulator = territory(gain=gain)
    simulator.step(hertz(rate), SETTLED)
    assert efficacy(simulator) == pytest.approx(most)


def test_a_network_begins_and_returns_to_its_set_point_where_the_gain_is_one():
    simulator = territory(gain=1.0, calcium_threshold=0.7)
    for _ in range(2):
        assert calcium(simulator) == 0.7
        assert efficacy(simulator) == 1.0
        simulator.step(hertz(180.0), 300)
        assert efficacy(simulator) < 0.5
        simulator.reset()


def test_a_gain_of_zero_leaves_efficacy_at_exactly_one():
    simulator = territory(gain=0.0)
    for rate in (200.0, 3.0, 0.0):
        simulator.step(hertz(rate), 100)
        assert efficacy(simulator) == 1.0


def test_several_astrocytes_of_a_neuron_multiply_by_their_shares():
    builder = Builder()
    sender, cell = builder.input(), builder.cell()
    builder.join(sender, cell, 0.001)
    for gain, share in ((1.0, 0.25), (-0.5, 0.75)):
        builder.astrocyte([cell], share=share, gain=gain, **FAST)
    simulator = Simulator(builder.build(), FREE)
    simulator.step(hertz(100.0), SETTLED)
    assert efficacy(simulator) == pytest.approx(0.5**0.25 * 0.5 ** (-0.5 * 0.75))


def test_an_exponent_of_one_makes_up_for_lost_inputs():
    simulator = territory(weights=(0.01,) * 4, gain=1.0, tau_calcium=50.0)
    driven = []
    for alive in (4, 2, 1):
        simulator.step(hertz(*[40.0] * alive, *[0.0] * (4 - alive)), SETTLED)
        driven.append(float(simulator.cells("graded_current")[0]) * efficacy(simulator))
    assert driven == pytest.approx([driven[0]] * 3)


@pytest.mark.parametrize(("current", "rate"), [(1.0, 100.0), (-0.5, 100.0), (2.0, 20.0)])
def test_the_slow_current_is_signed_and_follows_the_logarithm_of_calcium(current, rate):
    config = AstrocyteConfig(slow_current=True, gain=False)
    simulator = territory(config=config, slow_current=current)
    assert float(simulator.cells("slow_inward")[0]) == 0.0
    simulator.step(hertz(rate), SETTLED)
    expected = current * math.log(rate / 50.0)
    assert float(simulator.cells("slow_inward")[0]) == pytest.approx(expected)
    assert efficacy(simulator) == 1.0


def test_the_slow_current_is_bounded():
    config = AstrocyteConfig(slow_current=True)
    simulator = territory(config=config, slow_current=-2.0, calcium_threshold=3.0)
    simulator.step(hertz(0.0), SETTLED)
    assert float(simulator.cells("slow_inward")[0]) == pytest.approx(2.0 * math.log(8.0))


def test_tonic_astrocytes_release_nothing():
    config = AstrocyteConfig(slow_current=True)
    simulator = territory(config=config, gain=1.0, slow_current=1.0)
    for rate in (200.0, 0.0, 200.0):
        simulator.step(hertz(rate), 500)
    assert simulator.ledger().count("releases").sum() == 0.0


def test_synapses_are_sensed_by_their_weights():
    simulator = territory(weights=(0.03, 0.01))
    simulator.step(hertz(50.0, 0.0), SETTLED)
    assert calcium(simulator) == pytest.approx(0.75)
    simulator.step(hertz(0.0, 50.0), SETTLED)
    assert calcium(simulator) == pytest.approx(0.25)


def test_counted_synapses_are_sensed_alike():
    simulator = territory(weights=(0.03, 0.01), config=AstrocyteConfig(sensing="counted"))
    simulator.step(hertz(0.0, 50.0), SETTLED)
    assert calcium(simulator) == pytest.approx(2.5)  # 25 spikes a second over 10


@pytest.mark.parametrize("interface", [NetworkIO(), NetworkIO(rate_inputs=True)])
def test_calcium_tells_rates_from_two_to_two_hundred_hertz_apart(interface):
    """Graded and spiking receptors: each rate is at least 1.3 times the calcium of the last."""
    seen = []
    rates = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 200.0)
    full = 200.0 if not interface.rate_inputs else 1000.0 * interface.max_rate
    for rate in rates:
        simulator = territory(
            interface=interface, reference_rate=20.0, tau_calcium=2000.0, gain=0.4
        )
        simulator.step(np.array([rate / full]), 30_000)
        seen.append((calcium(simulator), efficacy(simulator)))
    found, factors = np.array(seen).T
    assert found == pytest.approx(np.array(rates) / 20.0, rel=0.15)  # ripple of spikes
    assert (found[1:] / found[:-1] > 1.3).all()
    assert (factors[:-1] / factors[1:] > 1.1).all()


def spiking(share, rate):
    """Return an astrocyte over a cell that is made to spike, and that no synapse reaches."""
    builder = Builder()
    cell = builder.cell()
    builder.astrocyte([cell], postsynaptic_share=share, tau_calcium=1000.0, reference_rate=rate)
    simulator = Simulator(builder.build(), FREE)
    simulator.inject(np.array([2.0]))
    simulator.advance(20_000)
    return simulator


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_its_own_spikes_are_sensed_by_their_share(share):
    simulator = spiking(share, rate=50.0)
    frequency = simulator.ledger().count("spikes").sum() / 20.0
    assert frequency > 20.0
    assert calcium(simulator) == pytest.approx(share * frequency / 50.0, rel=0.05, abs=1e-6)


def test_a_homeostat_of_its_own_spikes_makes_up_for_cut_synapses():
    """A cell whose astrocyte senses what it does fires nearly as much at half its synapses."""

    def frequency(n_synapses, gain):
        builder = Builder()
        senders = [builder.input() for _ in range(n_synapses)]
        cell = builder.cell()
        for sender in senders:
            builder.join(sender, cell, 0.8)
        builder.astrocyte([cell], postsynaptic_share=1.0, gain=gain, tau_calcium=200.0)
        simulator = Simulator(builder.build(), FREE)
        simulator.step(np.full(n_synapses, 0.5), 10_000)
        return simulator.ledger().count("spikes").sum() / 10.0

    assert frequency(2, 0.0) < 0.1 * frequency(4, 0.0)
    assert frequency(2, 1.0) > 0.6 * frequency(4, 1.0)


def test_the_set_point_lasts_for_the_time_constant_of_calcium():
    simulator = territory(gain=-1.0, tau_calcium=10_000.0, calcium_threshold=0.5)
    simulator.step(hertz(200.0), 2000)
    before = calcium(simulator)
    simulator.step(hertz(0.0), 8000)
    assert calcium(simulator) == pytest.approx(before * math.exp(-0.8))
    assert efficacy(simulator) == pytest.approx(calcium(simulator) / 0.5)
