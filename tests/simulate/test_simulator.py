from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.errors import ConfigError, SimulationError
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from glianeat.simulate.step import advance
from tests.simulate.builders import Builder, raster
from tests.simulate.test_reference import configs, interfaces, networks

NOTHING = np.zeros(0)
FREE = SimulationConfig().replace(energy=SimulationConfig().energy.replace(gate="none"))


def episode(simulator, seed):
    """Return everything that a simulator shows in an episode under random input."""
    rng = np.random.default_rng(seed)
    seen = []
    for _ in range(5):
        seen.append(simulator.step(rng.normal(0.5, 1.0, simulator.network.n_inputs), 13).tobytes())
        seen.append(simulator.fired.tobytes())
    seen.append(simulator.emitted().tobytes())
    seen.append(simulator.ledger().amounts.tobytes())
    return seen


def state(simulator):
    """Return all that a simulator remembers, as bytes."""
    return simulator.state().tobytes() + simulator.fired.tobytes()


def simulator_of(network, config, interface):
    if config.neuron.model != "galif":  # others show no potential
        interface = replace(interface, readout="count")
    if config.neuron.model == "risp":
        interface = replace(interface, rate_inputs=True)
    return Simulator(network, config, interface)


drawn = (networks(), configs, interfaces)


@settings(max_examples=50)
@given(*drawn, st.integers(0, 99))
def test_reset_gives_the_same_episode_again(network, config, interface, seed):
    simulator = simulator_of(network, config, interface)
    fresh = state(simulator)
    first = episode(simulator, seed)
    simulator.inject(np.ones(network.n_neurons))
    episode(simulator, seed + 1)
    simulator.reset()
    assert state(simulator) == fresh
    assert episode(simulator, seed) == first


@settings(max_examples=50)
@given(*drawn, networks(), configs)
def test_interleaved_simulators_do_not_disturb_each_other(network, config, interface, other, more):
    one, two = simulator_of(network, config, interface), simulator_of(other, more, interface)
    alone = simulator_of(network, config, interface)
    rng = np.random.default_rng(0)
    for _ in range(5):
        amplitude = rng.normal(0.5, 1.0, network.n_inputs)
        one.step(amplitude, 7)
        two.step(rng.normal(0.5, 1.0, other.n_inputs), 11)
        alone.step(amplitude, 7)
    assert state(one) == state(alone)


@settings(max_examples=50)
@given(*drawn, st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_how_time_is_cut_into_calls_does_not_matter(network, config, interface, holds):
    amplitude = np.full(network.n_inputs, 0.7)
    whole, cut = (simulator_of(network, config, interface) for _ in range(2))
    whole.step(amplitude, sum(holds))
    cut.step(amplitude, 0)
    for hold in holds:
        if interface.trains or interface.hold:  # they, and steps, begin anew when inputs are set
            cut.advance(hold)
        else:
            cut.step(amplitude, hold)
    assert state(whole) == state(cut)


def lone_cell(config=FREE, interface=None, **traits):
    builder = Builder()
    builder.join(builder.input(), builder.output(**traits), 1.0)
    return Simulator(builder.build(), config, interface)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_input_that_is_not_finite_is_refused(value):
    with pytest.raises(SimulationError, match="finite"):
        lone_cell().step(np.array([value]), 1)
    with pytest.raises(SimulationError, match="finite"):
        lone_cell().inject(np.array([0.0, value]))


def test_input_of_the_wrong_shape_is_refused_and_never_spread():
    with pytest.raises(SimulationError, match="shape"):
        lone_cell().step(np.zeros(2), 1)
    with pytest.raises(SimulationError, match="shape"):
        lone_cell().inject(np.zeros(1))


@pytest.mark.parametrize("section", ["potential", "excitation", "slow", "external"])
def test_a_state_that_is_not_finite_is_noticed_and_stays(section):
    simulator = lone_cell()
    assert simulator.is_finite
    simulator.section(section)[0] = np.nan
    assert not simulator.is_finite
    simulator.step(np.zeros(1), 30)
    assert not simulator.is_finite


@pytest.mark.filterwarnings("error")
def test_infinities_of_both_signs_are_noticed_without_a_warning():
    simulator = lone_cell()
    simulator.section("readout")[0] = np.inf
    simulator.section("excitation")[0] = -np.inf
    assert not simulator.is_finite


def test_before_the_first_input_cells_feel_their_bias():
    simulator = lone_cell(bias=1.5)
    advance(simulator.buffer, 30)
    assert simulator.emitted()[1] == 1.0
    simulator.reset()
    assert simulator.cells("drive")[0] == 1.5


def test_after_a_reset_nothing_has_fired():
    simulator = lone_cell(bias=5.0)
    while not simulator.fired.any():
        simulator.step(np.zeros(1), 1)
    simulator.reset()
    assert not simulator.fired.any()
    assert simulator.time == 0


def test_membrane_readouts_need_galif():
    config = SimulationConfig(neuron=NeuronConfig(model="izhikevich"))
    with pytest.raises(ConfigError, match=r"neuron\.model"):
        lone_cell(config, NetworkIO(readout="membrane"))


@settings(max_examples=60)
@given(*drawn, st.integers(0, 99))
def test_weights_keep_their_sign_whatever_glia_and_plasticity_do(network, config, interface, seed):
    simulator = simulator_of(network, config, interface)
    rng = np.random.default_rng(seed)
    for _ in range(30):
        simulator.step(np.abs(rng.normal(0.5, 1.0, network.n_inputs)), 5)
        assert (simulator.cells("efficacy") >= 0.0).all()
        assert (simulator.cells("excitation") >= 0.0).all()
        assert (simulator.cells("inhibition") >= 0.0).all()


@pytest.mark.parametrize("model", ["galif", "izhikevich"])
@pytest.mark.parametrize("gain", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("transmission", ["tonic", "events"])
def test_an_inhibitory_neuron_only_ever_lowers_potentials(model, gain, transmission):
    """The same target with and without an inhibitory neuron that is driven to fire."""
    config = FREE.replace(
        neuron=NeuronConfig(model=model),
        astrocyte=AstrocyteConfig(transmission=transmission, uptake=1.0),
    )
    builder = Builder()
    inhibitory, target = builder.cell(sign=-1), builder.cell(bias=0.1)
    builder.cell(bias=0.1)  # the same without inhibition
    builder.join(inhibitory, target, 3.0, 2)
    builder.astrocyte([target], gain=gain, calcium_threshold=0.2, tau_calcium=50.0)
    simulator = Simulator(builder.build(), config)
    simulator.inject(np.array([3.0, 0.0, 0.0]))
    for _ in range(500):
        simulator.step(NOTHING, 1)
        _, inhibited, alone = simulator.observed
        assert inhibited <= alone
    assert simulator.emitted()[0] > 10
    assert simulator.emitted()[1] == 0


def test_a_spike_arrives_after_its_delay():
    builder = Builder()
    source, near, far = builder.cell(), builder.cell(), builder.cell()
    builder.join(source, near, 30.0, 1).join(source, far, 30.0, 20)
    spikes = raster(Simulator(builder.build(), FREE), 100, np.array([1.5, 0.0, 0.0]))
    first = [int(np.flatnonzero(column)[0]) for column in spikes.T]
    assert first[1] - first[0] == 1
    assert first[2] - first[0] == 20


@pytest.mark.parametrize("tau", [1.0, 5.0, 20.0])
def test_the_charge_of_a_spike_does_not_depend_on_its_time_constant(tau):
    """To the sum of the sampled exponential, which is 1/(1 − exp(−1/τ)) and not τ."""
    config = FREE.replace(synapse=FREE.synapse.replace(tau_excitatory=tau))
    builder = Builder()
    builder.join(builder.cell(), builder.cell(), 0.1)
    simulator = Simulator(builder.build(), config)
    simulator.inject(np.array([1000.0, 0.0]))
    simulator.step(NOTHING, 1)
    simulator.inject(np.zeros(2))
    charge = 0.0
    for _ in range(600):
        simulator.step(NOTHING, 1)
        charge += simulator.cells("excitation")[1]
    assert charge == pytest.approx(0.1 * 5.0 / tau / (1.0 - np.exp(-1.0 / tau)), rel=1e-9)


@pytest.mark.parametrize("amplitude", [0.01, 0.1, 0.37, 1.0, 2.0, 9.0])
def test_a_rate_input_keeps_its_rate_to_the_last_spike(amplitude):
    simulator = lone_cell(interface=NetworkIO(rate_inputs=True))
    simulator.step(np.array([amplitude]), 1000)
    assert abs(simulator.emitted()[0] - 1000 * min(1.0, 0.5 * amplitude)) <= 1.0


def test_a_rate_input_owes_nothing_for_negative_amplitudes():
    simulator = lone_cell(interface=NetworkIO(rate_inputs=True))
    simulator.step(np.array([-5.0]), 1000)
    assert simulator.emitted()[0] == 0.0
    simulator.step(np.array([1.0]), 100)
    assert simulator.emitted()[0] == 50.0


def test_the_readout_is_a_leaky_count_of_spikes():
    simulator = lone_cell(bias=5.0)
    expected = 0.0
    for _ in range(100):
        shown = simulator.step(np.zeros(1), 1)[0]
        expected = expected * np.exp(-1.0 / 20.0) + simulator.fired[1]
        assert shown == pytest.approx(expected, rel=1e-12)
    assert expected > 1.0


def shown_while_tonic(readout, tau, n_steps=1000):
    """Return what an output shows that fires every few milliseconds."""
    simulator = lone_cell(interface=NetworkIO(readout=readout, tau_readout=tau), bias=3.0)
    return np.array([simulator.step(np.zeros(1), 1)[0] for _ in range(n_steps)])


def test_a_spike_makes_a_twitch_that_rises_for_the_contraction_time_and_falls():
    tau = 8.0
    simulator = lone_cell(interface=NetworkIO(readout="twitch", tau_readout=tau))
    simulator.section("potential")[0] = 1.5
    twitch = np.array([simulator.step(np.zeros(1), 1)[0] for _ in range(200)])
    assert simulator.emitted()[1] == 1.0
    keep, n = np.exp(-1.0 / tau), np.arange(200)
    felt = keep**n >= 1e-3  # what is left of a spike afterwards is nothing
    assert np.allclose(twitch[felt], ((1.0 - keep) * (n + 1) * keep**n)[felt], rtol=1e-12)
    assert abs(int(np.argmax(twitch)) + 1 - tau) <= 1.0
    assert twitch.sum() == pytest.approx(1.0 / (1.0 - keep), rel=0.01)  # as of the leaky count
    assert twitch[-1] == 0.0


@pytest.mark.parametrize("readout", ["count", "twitch"])
@pytest.mark.parametrize("tau", [2.0, 20.0, 300.0])
def test_a_spike_is_shown_and_then_forgotten(readout, tau):
    simulator = lone_cell(interface=NetworkIO(readout=readout, tau_readout=tau))
    simulator.section("potential")[0] = 1.5
    simulator.step(np.zeros(1), 1)
    shown = [simulator.step(np.zeros(1), 1)[0] for _ in range(int(12.0 * tau))]
    assert max(shown) > 0.3 * (1.0 if readout == "count" else 1.0 / (1.0 + tau))
    assert min(shown[: int(6.0 * tau)]) > 0.0
    assert shown[-1] == 0.0


def test_twitches_add_up_to_what_the_leaky_count_is_with_less_ripple():
    counts, twitches = (shown_while_tonic(kind, 10.0)[500:] for kind in ("count", "twitch"))
    assert twitches.mean() == pytest.approx(counts.mean(), rel=0.02)
    assert counts.std() > 0.1
    assert twitches.std() < 0.25 * counts.std()


def test_potentials_stay_above_the_floor():
    simulator = lone_cell()
    simulator.inject(np.array([0.0, -100.0]))
    simulator.step(np.zeros(1), 100)
    assert simulator.cells("potential")[0] == FREE.neuron.floor


def test_a_potential_at_the_threshold_is_a_spike():
    simulator = lone_cell()
    simulator.section("potential")[0] = 1.0
    simulator.inject(np.array([0.0, 1.0]))
    simulator.step(np.zeros(1), 1)
    assert simulator.fired[1]


def test_gliotransmission_silences_a_synapse_at_most():
    builder = Builder()
    builder.join(builder.input(), builder.cell(), 1.0)
    builder.astrocyte([1], share=1.5, gain=-1.0, calcium_threshold=0.2, tau_calcium=50.0)
    config = FREE.replace(astrocyte=AstrocyteConfig(transmission="events", uptake=1.0))
    simulator = Simulator(builder.build(), config)
    simulator.step(np.array([1.0]), 10)
    assert simulator.section("releases")[0] == 1.0
    assert simulator.cells("efficacy")[0] == 0.0


def test_what_decays_ends_at_zero_and_not_among_the_slow_denormal_numbers():
    builder = Builder()
    traits = {"tau_adaptation": 50.0, "tau_threshold": 50.0, "tau_membrane": 50.0}
    sender = builder.cell(sign=-1, **traits)
    builder.cell(adaptation=0.1, threshold_jump=0.5, afterdepolarisation=0.1, **traits)
    builder.join(sender, 1, 0.5).join(1, 1, 0.5)
    simulator = Simulator(builder.build(), FREE)
    raster(simulator, 100, np.array([2.0, 3.0]))
    assert simulator.emitted().min() > 0
    simulator.inject(np.zeros(2))
    simulator.step(NOTHING, 5000)
    for section in ("potential", "excitation", "inhibition", "slow", "fast", "rise"):
        assert simulator.cells(section).tolist() == [0.0, 0.0]
