"""The compiled simulator against its plain reference, bit for bit.

A few hundred random networks by default; thousands by

    GLIANEAT_TWINS=5000 pytest tests/simulate/test_reference.py
"""

import math
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.develop.network import Wiring
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import DevelopmentError
from glianeat.genome.founders import found_genome
from glianeat.genome.mutation import mutate
from glianeat.genome.variation import Variation
from glianeat.simulate.glia.budget import BUDGET
from glianeat.simulate.glia.glycogen import GLYCOGEN
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.izhikevich import PRESETS
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import (
    AstrocyteConfig,
    NeuronConfig,
    SimulationConfig,
    SynapseConfig,
)
from glianeat.simulate.simulator import Simulator
from tests.genome.strategies import LIVELY, evolve
from tests.reference.simulator import ReferenceSimulator

EXAMPLES = int(os.environ.get("GLIANEAT_TWINS", "500"))


def wild_traits():
    """Widen what is drawn, so that every mechanism is at work in most networks."""
    births = {
        "regions": {"log2_ratio": (0.0, 2.0), "energy_reserve": (3.0, 3.0)},
        "neurons": {
            "bias": (0.6, 0.8),
            "tau_membrane": (20.0, 10.0),
            "adaptation": (0.0, 0.4),
            "afterdepolarisation": (0.0, 4.0),
            "threshold_jump": (0.0, 0.3),
            "size": (1.0, 0.7),
            "threshold": (1.0, 0.7),
            "slow_gain": (0.0, 0.6),
            "slow_current": (0.0, 0.5),
            "tau_slow": (100.0, 100.0),
            "slow_set_point": (0.6, 0.6),
            "slow_postsynaptic_share": (0.0, 0.4),
        },
        "astrocytes": {
            "tau_calcium": (100.0, 100.0),
            "calcium_threshold": (0.6, 0.6),
            "gain": (0.0, 0.6),
            "slow_current": (0.0, 0.5),
            "reference_rate": (50.0, 40.0),
            "postsynaptic_share": (0.0, 0.5),
            "supply_gain": (0.5, 0.5),
            "tau_supply": (100.0, 100.0),
        },
        "synapses": {"weight": (0.0, 4.0), "delay": (4.0, 5.0)},
    }
    changes = {family: dict(traits) for family, traits in LIVELY.traits.items()}
    for family, traits in births.items():
        for name, (mean, stdev) in traits.items():
            changes[family][name] = changes[family][name] | {
                "init_mean": mean,
                "init_stdev": stdev,
            }
    return changes


GROWING = dict.fromkeys(("delete_synapse", "delete_neuron", "toggle_synapse"), 0.05)
CAPS = {"max_neurons": 40, "max_synapses": 160, "max_astrocytes": 20}
WILD = LIVELY.replace(traits=wild_traits(), **GROWING, **CAPS)


@st.composite
def networks(draw):
    """Draw a developed network; inputs may inhibit, though variation keeps them from it."""
    genome = evolve(
        draw(st.integers(0, 2**32 - 1)),
        steps=draw(st.sampled_from([60, 30, 10, 0])),
        n_inputs=draw(st.integers(1, 4)),
        n_outputs=draw(st.integers(1, 3)),
        config=WILD,
    )
    try:
        network = develop(genome)
    except DevelopmentError:
        assume(False)
    sign = network.cells.sign.copy()
    sign[: network.n_inputs] *= draw(st.sampled_from([1, 1, -1]))
    weight = network.wiring.weight.copy()
    if draw(st.booleans()):  # synapses with signs of their own
        weight[draw(st.integers(0, 2)) :: 3] *= -1.0
    return replace(
        network,
        cells=replace(network.cells, sign=sign),
        wiring=replace(network.wiring, weight=weight),
    )


def without_cycles(network):
    """Return the network without the synapses that lead from a cell to one that is not later."""
    wiring, number = network.wiring, np.arange(network.n_neurons)
    source = np.repeat(number, np.diff(wiring.offsets))
    rank = number * 7919 % 10007  # not the order in which they stand
    rank[: network.n_inputs] = -1
    kept = rank[source] < rank[wiring.target]
    fields = ("target", "weight", "delay", "length", "innovation")
    arrays = {name: getattr(wiring, name)[kept] for name in fields}
    offsets = np.searchsorted(source[kept], np.arange(network.n_neurons + 1))
    return replace(network, wiring=Wiring(offsets=offsets, **arrays))


presets = st.sampled_from(sorted(PRESETS))
flags = st.booleans()
neuron_configs = st.builds(
    NeuronConfig,
    model=st.sampled_from(["galif", "galif", "izhikevich", "risp"]),
    activation=st.sampled_from(["tanh", "sigmoid"]),
    refractory=st.integers(0, 4),
    threshold=st.sampled_from([1.0, 0.5, 2.0]),
    floor=st.sampled_from([-2.0, -0.5, 0.0]),
    excitatory_preset=presets,
    inhibitory_preset=presets,
    current_scale=st.sampled_from([10.0, 3.0]),
    slow_gain=flags,
    slow_current=flags,
)
synapse_configs = st.builds(
    SynapseConfig,
    tau_excitatory=st.sampled_from([5.0, 1.0, 0.1]),
    tau_inhibitory=st.sampled_from([10.0, 3.0]),
    short_term_plasticity=flags,
    utilisation=st.sampled_from([0.6, 0.05, 1.0]),
    facilitation_rate=st.sampled_from([3.33, 0.0, 50.0]),
    recovery_rate=st.sampled_from([2.0, 0.0, 20.0]),
)
astrocyte_configs = st.builds(
    AstrocyteConfig,
    transmission=st.sampled_from(["tonic", "events"]),
    sensing=st.sampled_from(["weighted", "counted"]),
    metabolic=flags,
    gain=flags,
    slow_current=flags,
    glycogen=flags,
    gap_junction=st.sampled_from([0.0, 0.05, 1.0]),
    uptake=st.sampled_from([0.6, 1.0, 0.0]),
    tau_store=st.sampled_from([1670.0, 50.0]),
    tau_transmitter=st.sampled_from([1000.0, 30.0]),
    reference_rate=st.sampled_from([10.0, 100.0]),
    time_scale=st.sampled_from([1.0, 0.1, 7.0]),
)
energy_configs = st.builds(
    EnergyConfig,
    gate=st.sampled_from(["threshold", "hard", "none"]),
    gate_onset=st.sampled_from([0.3, 1.0]),
    gate_gain=st.sampled_from([1.5, 0.0]),
    housekeeping=st.sampled_from([1.0, 1.33]),
    initial_fill=st.sampled_from([1.0, 0.3, 0.0]),
    supply=st.sampled_from([41.0, 4.0, 400.0]),
    budget=st.sampled_from([None, 20.0, 200.0, 2000.0]),
    sharing=st.sampled_from(["glia", "constant", "uniform"]),
    redistribution=flags,
    glycogen=st.sampled_from([20.0, 1.0, 0.0]),
    spike=st.sampled_from([1.0, 10.0]),
    lifetime=st.sampled_from([1000.0, 1.0]),
    reference_weight=st.sampled_from([2.0, 0.3]),
)
configs = st.builds(
    SimulationConfig,
    neuron=neuron_configs,
    synapse=synapse_configs,
    astrocyte=astrocyte_configs,
    energy=energy_configs,
)
interfaces = st.builds(
    NetworkIO,
    rate_inputs=flags,
    readout=st.sampled_from(["count", "twitch", "first_spike", "membrane"]),
    max_rate=st.sampled_from([0.5, 0.9, 3.0]),
    trains=flags,
    train_spikes=st.sampled_from([8, 1]),
    train_interval=st.sampled_from([3, 1, 5]),
    tau_readout=st.sampled_from([20.0, 3.0, math.inf]),
    hold=st.sampled_from([0, 0, 1, 3, 10]),
)


def assert_same_bits(name, compiled, plain):
    """Compare as whole numbers: equal floats may differ in the sign of zero."""
    compiled = np.ascontiguousarray(compiled, dtype=np.float64)
    plain = np.array(plain, dtype=np.float64)
    assert compiled.shape == plain.shape, name
    different = np.flatnonzero(compiled.view(np.int64) != plain.view(np.int64))
    where = different[:3].tolist()
    assert not len(different), f"{name}{where}: {compiled[where]} against {plain[where]}"


CELL_SECTIONS = ("excitation", "inhibition", "efficacy", "slow_inward", "drive")
REGION_SECTIONS = ("energy", "supply", "supplied_sum", "spent_sum", "unmet_sum", "fill_sum")
ASTROCYTE_SECTIONS = ("calcium", "transmitter", "store", "armed", "releases")


def assert_equal_traces(simulator, reference):
    if reference.slow_neurons:
        plain = [neuron.trace for neuron in reference.slow_neurons]
        assert_same_bits("trace", simulator.cells("trace"), plain)


def own_sections(model):
    """Return the state of cells that only a neuron model has."""
    (owner,) = [one for one in MODELS if one.name == model]
    return [row.name for row in owner.sections if row.is_state and row.shape == ("slots",)]


def assert_equal_states(simulator, reference):
    assert simulator.time == reference.clock
    for name in (*CELL_SECTIONS, *own_sections(simulator.config.neuron.model)):
        plain = [getattr(cell, name) for cell in reference.cells]
        assert_same_bits(name, simulator.cells(name), plain)
    assert_equal_traces(simulator, reference)
    for name in REGION_SECTIONS:
        plain = [getattr(region, name) for region in reference.regions]
        assert_same_bits(name, simulator.section(name), plain)
    channels = simulator.config.channels
    stored = ["stored"] if GLYCOGEN in channels else []
    for name in stored:
        assert_same_bits(name, simulator.section(name), [r.stored for r in reference.regions])
    for name in (*ASTROCYTE_SECTIONS, *(["demand"] if BUDGET in channels else [])):
        plain = [getattr(astrocyte, name) for astrocyte in reference.astrocytes]
        assert_same_bits(name, simulator.section(name), plain)
    assert_same_bits("emitted", simulator.emitted(), [n.spikes for n in reference.neurons])
    assert_same_bits("readout", simulator.readout, reference.readout)
    fired = [getattr(n, "fired", False) for n in reference.neurons]
    assert simulator.fired.tolist() == fired


def assert_equal_ledgers(simulator, reference):
    ledger = simulator.ledger()
    for kind, amounts in reference.ledger().items():
        assert_same_bits(kind, ledger.amount(kind), amounts)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    network=networks(),
    config=configs,
    interface=interfaces,
    seed=st.integers(0, 2**32 - 1),
    holds=st.lists(st.sampled_from([1, 7, 10, 33, 80]), min_size=1, max_size=5),
    injected=flags,
)
def test_compiled_and_plain_simulators_agree_bit_for_bit(
    network, config, interface, seed, holds, injected
):
    if config.neuron.model != "galif":
        interface = replace(interface, readout="count")
    if config.neuron.model == "risp":
        interface = replace(interface, rate_inputs=True)
    if interface.hold:  # the steps of the task are what delays of receptors are counted in
        holds = [interface.hold] * (4 * len(holds))
    assert_same_life(network, config, interface, seed, holds, injected)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    network=networks(),
    config=configs,
    feed_forward=flags,
    seed=st.integers(0, 2**32 - 1),
    holds=st.lists(st.sampled_from([1, 1, 7, 10, 33]), min_size=1, max_size=5),
    injected=flags,
)
def test_compiled_and_plain_graded_networks_agree_bit_for_bit(
    network, config, feed_forward, seed, holds, injected
):
    config = config.replace(
        neuron=config.neuron.replace(model="graded"),
        synapse=config.synapse.replace(short_term_plasticity=False),
        feed_forward=feed_forward,
    )
    network = without_cycles(network) if feed_forward else network
    assert_same_life(network, config, NetworkIO(), seed, holds, injected)


def assert_same_life(network, config, interface, seed, holds, injected):
    """Let both simulators live under the same random input and compare them throughout."""
    rng = np.random.default_rng(seed)
    simulator, reference = (
        Simulator(network, config, interface),
        ReferenceSimulator(network, config, interface),
    )
    for hold in holds:
        amplitude = rng.normal(0.5, 1.0, network.n_inputs) * (rng.random(network.n_inputs) < 0.8)
        if injected:
            current = rng.normal(0.5, 1.0, network.n_neurons)
            simulator.inject(current)
            reference.inject(current)
        simulator.step(amplitude, hold)
        reference.step(amplitude, hold)
        assert_equal_states(simulator, reference)
    assert_equal_ledgers(simulator, reference)


@pytest.mark.parametrize("rate_inputs", [False, True])
def test_a_long_life_agrees_bit_for_bit(rate_inputs):
    rng = np.random.default_rng(5)
    network = grown_network(rng)
    config = SimulationConfig(
        synapse=SynapseConfig(short_term_plasticity=True),
        astrocyte=AstrocyteConfig(transmission="events", slow_current=True, gap_junction=0.05),
    )
    interface = NetworkIO(rate_inputs=rate_inputs)
    simulator, reference = (
        Simulator(network, config, interface),
        ReferenceSimulator(network, config, interface),
    )
    for _ in range(40):
        amplitude = rng.normal(0.5, 1.0, network.n_inputs)
        simulator.step(amplitude, 37)
        reference.step(amplitude, 37)
    assert_equal_states(simulator, reference)
    assert_equal_ledgers(simulator, reference)
    assert simulator.ledger().count("spikes").sum() > 100
    assert simulator.ledger().count("releases").sum() > 0


def grown_network(rng):
    """Return a network that grew for a while under lively mutation."""
    variation = Variation(WILD)
    genome = found_genome(0, 3, 2, variation, rng)
    for _ in range(150):
        genome = mutate(genome, variation, rng)
    return develop(genome)
