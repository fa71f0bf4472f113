import math

import numpy as np
import pytest

from glianeat.develop.encodings.direct import _limit_bursts
from glianeat.genome.schema import NEURONS
from glianeat.simulate.models.izhikevich import PRESETS as IZHIKEVICH_PRESETS
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.reference.membrane import (
    burst_fraction,
    burst_sizes,
    galif,
    intervals,
    izhikevich,
    phase,
)
from tests.simulate.builders import Builder, needs_compilation, raster, traits_of

FREE = SimulationConfig().replace(energy=SimulationConfig().energy.replace(gate="none"))
PRESETS = {  # current, traits, and the same for the reference (models: A2)
    "tonic": (1.5, {}, {}),
    "adapting": (2.5, {"adaptation": 0.25, "tau_adaptation": 150.0}, {"slow": (0.25, 150.0)}),
    "rising": (2.0, {"threshold_jump": 0.3, "tau_threshold": 200.0}, {"rise": (0.3, 200.0)}),
    "small_bursts": (
        1.2,
        {"adaptation": 0.5, "tau_adaptation": 120.0, "afterdepolarisation": 8.0},
        {"slow": (0.5, 120.0), "fast": (8.0, 5.0)},
    ),
    "long_bursts": (
        1.2,
        {"adaptation": 0.3, "tau_adaptation": 120.0, "afterdepolarisation": 8.0},
        {"slow": (0.3, 120.0), "fast": (8.0, 5.0)},
    ),
    "seizure": (
        1.2,
        {
            "adaptation": 0.3,
            "tau_adaptation": 120.0,
            "afterdepolarisation": 10.0,
            "tau_afterdepolarisation": 8.0,
        },
        {"slow": (0.3, 120.0), "fast": (10.0, 8.0)},
    ),
}


def train(name, n_steps=1000):
    """Return the spike times of a preset in the compiled simulator."""
    current, traits, _ = PRESETS[name]
    builder = Builder()
    builder.cell(**traits)
    spikes = raster(Simulator(builder.build(), FREE), n_steps, np.array([current]))
    return np.flatnonzero(spikes[:, 0])


def test_a_leaky_neuron_fires_every_24_ms_at_one_and_a_half_thresholds():
    exact = 2.0 + 20.0 * math.log(1.5 / 0.5)
    assert exact == pytest.approx(23.97, abs=0.01)
    times = train("tonic")
    assert len(times) == 41
    assert set(intervals(times)) == {math.ceil(exact)}


@pytest.mark.parametrize("current", [1.1, 1.3, 2.0, 4.0])
@pytest.mark.parametrize("tau", [5.0, 20.0, 50.0])
@pytest.mark.parametrize("refractory", [0, 2, 7])
def test_the_interval_is_the_analytic_one_rounded_up(current, tau, refractory):
    config = FREE.replace(neuron=NeuronConfig(refractory=refractory))
    builder = Builder()
    builder.cell(tau_membrane=tau)
    spikes = raster(Simulator(builder.build(), config), 2000, np.array([current]))
    rise = tau * math.log(current / (current - 1.0))
    assert set(intervals(spikes[:, 0])) == {refractory + math.ceil(rise)}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_equal_the_reference_spike_for_spike(name):
    current, _, reference = PRESETS[name]
    assert train(name).tolist() == galif(current, **reference)


def test_a_tonic_neuron_fires_41_spikes_without_variation():
    times = train("tonic")
    assert (len(times), np.std(intervals(times))) == (41, 0.0)


def test_an_adapting_neuron_slows_from_14_to_31_ms():
    gaps = intervals(train("adapting")).tolist()
    assert gaps[:6] == [14, 16, 18, 20, 22, 25]
    assert gaps[-3:] == [31, 31, 31]


def test_a_rising_threshold_slows_from_23_to_59_ms():
    gaps = intervals(train("rising")).tolist()
    assert gaps[:5] == [23, 30, 38, 45, 51]
    assert gaps[-3:] == [59, 59, 59]


def test_small_bursts_have_five_then_four_spikes_311_ms_apart():
    times = train("small_bursts")
    assert burst_sizes(times) == [5, 4, 4]
    gaps = intervals(times)
    assert set(gaps[gaps <= 10]) <= {7, 8, 9}
    assert gaps[gaps > 10][0] == 311


def test_long_bursts_have_eight_then_seven_spikes():
    times = train("long_bursts")
    assert burst_sizes(times) == [8, 7, 7]
    gaps = intervals(times)
    assert set(gaps[gaps <= 10]) <= {6, 7, 8}


def test_a_seizure_never_ends():
    times = train("seizure")
    assert len(times) == 241
    assert burst_sizes(times) == [241]


@pytest.mark.parametrize(
    ("name", "number"),
    {"RS": 20, "IB": 28, "CH": 43, "FS": 63, "LTS": 44, "TC": 67, "RZ": 80}.items(),
)
def test_izhikevich_presets_fire_as_often_as_two_half_steps_say(name, number):
    config = FREE.replace(neuron=NeuronConfig(model="izhikevich", excitatory_preset=name))
    builder = Builder()
    builder.cell()
    spikes = raster(Simulator(builder.build(), config), 1000, np.array([1.0]))
    expected = izhikevich(IZHIKEVICH_PRESETS[name], current=10.0)
    assert np.flatnonzero(spikes).tolist() == expected
    assert len(expected) == number


def test_one_step_of_1_ms_would_change_izhikevich_counts_by_most_of_their_size():
    fine = len(izhikevich(IZHIKEVICH_PRESETS["TC"], current=15.0))
    coarse = len(izhikevich(IZHIKEVICH_PRESETS["TC"], current=15.0, half_steps=1))
    assert (fine, coarse) == (113, 201)


@pytest.mark.parametrize("name", sorted(IZHIKEVICH_PRESETS))
@pytest.mark.parametrize("current", [-5.0, -50.0, -1e4])
def test_inhibition_sets_off_no_spikes_in_izhikevich_neurons(name, current):
    config = FREE.replace(neuron=NeuronConfig(model="izhikevich", excitatory_preset=name))
    builder = Builder()
    builder.cell()
    simulator = Simulator(builder.build(), config)
    assert not raster(simulator, 300, np.array([current])).any()
    assert simulator.cells("membrane")[0] >= -100.0


def random_cells(number):
    """Return traits and currents of random bursting cells (models: A2, capcheck)."""
    rng = np.random.default_rng(0)
    bounds = [(0.05, 2.0), (50.0, 400.0), (0.0, 10.0), (2.0, 10.0), (0.9, 2.0)]
    draws = np.array([[rng.uniform(*bound) for bound in bounds] for _ in range(number)])
    traits = np.tile(traits_of(NEURONS, {}), (number, 1))
    names = ("adaptation", "tau_adaptation", "afterdepolarisation", "tau_afterdepolarisation")
    traits[:, [NEURONS.column(name) for name in names]] = draws[:, :4]
    return traits, draws[:, 4]


def late_rates(traits, current):
    """Return the firing rates [Hz] of isolated cells between 1 and 1.5 s."""
    builder = Builder()
    builder.cells(len(traits))
    network = builder.build()
    network.cells.traits[:] = traits
    simulator = Simulator(network, FREE)
    simulator.inject(current)
    nothing = np.zeros(0)
    simulator.step(nothing, 1001)
    before = simulator.emitted()
    simulator.step(nothing, 499)
    return (simulator.emitted() - before) / 0.5


@needs_compilation
def test_of_3000_cells_none_runs_away_once_development_limits_bursts():
    traits, current = random_cells(3000)
    limited = _limit_bursts(traits)
    assert (late_rates(limited, current) <= 150.0).all()
    ratio = np.ones(3000)
    for name, power in (
        ("afterdepolarisation", 1),
        ("tau_afterdepolarisation", 1),
        ("adaptation", -1),
        ("tau_adaptation", -1),
    ):
        ratio *= traits[:, NEURONS.column(name)] ** power
    wild = ratio > 3.0
    assert (late_rates(traits[wild], current[wild]) > 150.0).mean() > 0.7


@needs_compilation
@pytest.mark.parametrize(("delay", "in_phase", "anti_phase"), [(1, 0, 16), (5, 7, 9), (12, 16, 0)])
def test_delay_sets_the_phase_of_two_neurons_that_inhibit_each_other(delay, in_phase, anti_phase):
    found = [relative_phase(*times) for times in inhibitory_pairs(delay, 16)]
    assert sum(lock > 0.6 and gap < 0.25 for lock, gap in found) == in_phase
    assert sum(lock > 0.6 and gap > 0.75 for lock, gap in found) == anti_phase


def inhibitory_pairs(delay, number, n_steps=12000):
    """Return the spike times of pairs from random starts, one pair for each seed."""
    builder = Builder()
    builder.cells(2 * number, sign=-1)
    for one in range(0, 2 * number, 2):
        builder.join(one, one + 1, 1.0, delay).join(one + 1, one, 1.0, delay)
    starts, noise = [], np.empty((n_steps, 2 * number))
    for k in range(number):
        rng = np.random.default_rng(k)
        starts.append(rng.random(2))
        noise[:, 2 * k : 2 * k + 2] = rng.standard_normal((n_steps, 2))
    simulator = Simulator(builder.build(), FREE)
    potential = simulator.section("potential")
    potential[simulator.layout.slots] = np.concatenate(starts)
    spikes = raster(simulator, n_steps, 1.3 + 0.01 * noise)
    times = [np.flatnonzero(column).tolist() for column in spikes.T]
    return list(zip(times[::2], times[1::2]))


def relative_phase(one, other, n_steps=12000):
    """Return the phase locking of two trains, 0 to 1, and their gap, 0 in phase to 1 in anti."""
    gap = phase(one, n_steps) - phase(other, n_steps)
    gap = gap[~np.isnan(gap)]
    mean = np.exp(1j * gap[len(gap) // 2 :]).mean()
    return abs(mean), abs(np.angle(mean)) / np.pi


def test_tonic_adapting_and_bursting_are_points_of_one_gene_space():
    low, high = NEURONS.low, NEURONS.high
    for name in ("tonic", "adapting", "small_bursts", "long_bursts"):
        row = traits_of(NEURONS, PRESETS[name][1])
        assert ((row >= low) & (row <= high)).all(), name
        assert np.array_equal(_limit_bursts(row[np.newaxis])[0], row), name
    tonic, adapting, bursting = train("tonic"), train("adapting"), train("small_bursts")
    assert burst_fraction(tonic) < 0.1
    assert np.ptp(intervals(tonic)) == 0
    assert burst_fraction(adapting) < 0.1
    assert intervals(adapting)[-1] > 2 * intervals(adapting)[0]
    assert burst_fraction(bursting) > 0.5
    assert intervals(bursting).max() > 5 * intervals(bursting).min()


def test_evolution_can_slide_from_tonic_to_bursting():
    """Along a straight line in gene space bursting sets in once and stays."""
    fractions = []
    for k in np.linspace(0.0, 1.0, 11):
        builder = Builder()
        builder.cell(adaptation=0.5 * k, tau_adaptation=120.0, afterdepolarisation=8.0 * k)
        spikes = raster(Simulator(builder.build(), FREE), 3000, np.array([1.2]))
        fractions.append(burst_fraction(spikes[:, 0]) > 0.5)
    assert fractions[0] is False
    assert fractions[-1] is True
    assert fractions == sorted(fractions)


def test_larger_neurons_fire_less_and_pay_more_for_a_spike():
    """Without the benefits of size, equal excitatory drive gives corr(size, rate) < -0.5."""
    sizes = np.linspace(0.5, 4.0, 40)
    rng = np.random.default_rng(1)
    builder = Builder()
    inputs = [builder.input() for _ in range(20)]
    targets = [builder.cell(size=size) for size in sizes]
    for source in inputs:
        for target in targets:
            builder.join(source, target, 0.6)
    simulator = Simulator(builder.build(), FREE, NetworkIO(rate_inputs=True))
    for _ in range(500):
        simulator.step(rng.random(20) * 0.2, 10)
    spikes = simulator.emitted()[20:]
    assert np.corrcoef(sizes, spikes)[0, 1] < -0.5
    assert (np.diff(spikes) <= 0.0).mean() > 0.9
    costs = simulator.section("spike_cost")[simulator.layout.senders]
    assert np.allclose(costs[20:], sizes)
