import math

import numpy as np
import pytest

from glianeat.energetics.cost import EnergyConfig
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.simulate.builders import Builder


def events(**settings):
    """Return settings by which gliotransmitter is released, and spikes are counted."""
    return AstrocyteConfig(transmission="events", sensing="counted", **settings)


FREE = SimulationConfig(energy=EnergyConfig(gate="none"), astrocyte=events())


def sensing(config=None, interface=None, **traits):
    """Return a cell under one input that an astrocyte ensheaths with it."""
    builder = Builder()
    builder.join(builder.input(), builder.cell(), 0.001)
    builder.astrocyte([1], **traits)
    return Simulator(builder.build(), FREE.replace(astrocyte=config or events()), interface)


def glial(simulator, name):
    return float(simulator.section(name)[0])


@pytest.mark.parametrize("rate", [5.0, 10.0, 40.0])
def test_calcium_settles_at_the_mean_rate_over_the_reference(rate):
    simulator = sensing(tau_calcium=50.0, calcium_threshold=99.0)
    simulator.step(np.array([rate / 200.0]), 1000)  # graded: 200 spikes a second at amplitude 1
    assert glial(simulator, "calcium") == pytest.approx(rate / 10.0, rel=1e-6)


def test_calcium_of_spiking_inputs_settles_there_too():
    simulator = sensing(interface=NetworkIO(rate_inputs=True), tau_calcium=2000.0)
    simulator.step(np.array([0.04]), 20_000)  # 20 spikes a second
    assert glial(simulator, "calcium") == pytest.approx(2.0, rel=0.02)


def test_calcium_approaches_its_level_with_its_time_constant():
    simulator = sensing(tau_calcium=500.0, calcium_threshold=99.0)
    simulator.step(np.array([0.05]), 500)
    assert glial(simulator, "calcium") == pytest.approx(1.0 - math.exp(-1.0))


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_one_factor_slows_all_glial_times(scale):
    config = events(time_scale=scale)
    slow = sensing(config, tau_calcium=500.0, calcium_threshold=0.3)
    plain = sensing(tau_calcium=500.0 * scale, calcium_threshold=0.3)
    for simulator in (slow, plain):
        simulator.step(np.array([0.05]), int(500 * scale))
    assert glial(slow, "calcium") == pytest.approx(1.0 - math.exp(-1.0))
    assert glial(slow, "calcium") == glial(plain, "calcium")
    assert glial(slow, "store") < glial(plain, "store") or scale < 1.0


def test_gliotransmitter_is_released_on_upward_crossings_only():
    simulator = sensing(tau_calcium=50.0, calcium_threshold=1.0)
    for _ in range(4):
        simulator.step(np.array([0.2]), 400)
        simulator.step(np.array([0.0]), 400)
    assert glial(simulator, "releases") == 4.0


def test_a_release_takes_its_share_of_the_store_and_both_recover():
    simulator = sensing(tau_calcium=50.0, calcium_threshold=0.5)
    while glial(simulator, "releases") == 0.0:
        simulator.step(np.array([0.2]), 10)
    assert glial(simulator, "transmitter") == pytest.approx(0.6)
    assert glial(simulator, "store") == pytest.approx(0.4)
    simulator.step(np.array([0.2]), 1000)
    assert glial(simulator, "releases") == 1.0
    assert glial(simulator, "transmitter") == pytest.approx(0.6 * math.exp(-1.0))
    assert glial(simulator, "store") == pytest.approx(1.0 - 0.6 * math.exp(-1000.0 / 1670.0))


def after_a_release(config=None, **traits):
    simulator = sensing(config, tau_calcium=50.0, calcium_threshold=0.5, **traits)
    simulator.step(np.array([0.2]), 40)
    assert glial(simulator, "releases") == 1.0
    return simulator


@pytest.mark.parametrize("gain", [-1.0, -0.5, 0.25])
def test_the_gain_channel_scales_synapses_by_the_transmitter(gain):
    simulator = after_a_release(gain=gain)
    expected = 1.0 + gain * glial(simulator, "transmitter")
    assert simulator.cells("efficacy")[0] == pytest.approx(expected)
    simulator = after_a_release(events(gain=False), gain=gain)
    assert simulator.cells("efficacy")[0] == 1.0


def test_the_slow_current_drives_ensheathed_cells_where_it_is_switched_on():
    on = after_a_release(events(slow_current=True), slow_current=0.4)
    inward = on.cells("slow_inward")[0]
    assert inward == pytest.approx(0.4 * glial(on, "transmitter"))
    assert after_a_release(slow_current=0.4).cells("slow_inward")[0] == 0.0


def test_gap_junctions_even_calcium_out():
    spreads = []
    for gap in (0.0, 0.05, 0.3):
        builder = Builder()
        source = builder.input()
        builder.join(source, builder.cell(), 0.001)
        builder.cell()
        builder.astrocyte([1], tau_calcium=200.0)
        builder.astrocyte([2], tau_calcium=200.0)
        config = FREE.replace(astrocyte=events(gap_junction=gap))
        simulator = Simulator(builder.build(), config)
        simulator.step(np.array([0.2]), 1000)
        spreads.append(float(np.ptp(simulator.section("calcium"))))
    assert spreads[0] > spreads[1] > spreads[2] > 0.0


def test_gap_junctions_end_at_the_border_of_a_region():
    builder = Builder(n_regions=2)
    source = builder.input()
    builder.join(source, builder.cell(), 0.001)
    builder.cell(region=1)
    builder.astrocyte([1])
    builder.astrocyte([2], region=1)
    config = FREE.replace(astrocyte=events(gap_junction=1.0))
    simulator = Simulator(builder.build(), config)
    simulator.step(np.array([0.5]), 500)
    assert simulator.section("calcium")[0] > 0.0
    assert simulator.section("calcium")[1] == 0.0
