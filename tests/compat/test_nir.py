"""Networks as NIR: what comes back, what it does, and what is said to be lost."""

import sys

import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig, interface
from glianeat.compat.nir_exporter import NIR
from glianeat.develop.decode import develop
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, Role
from glianeat.genome.serial import genome_from_json
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SynapseConfig
from glianeat.simulate.simulator import Simulator
from glianeat.tasks.config import TaskConfig
from tests.compat import sources
from tests.compat.nir_integrator import Integrator

HELD = {  # all that NIR can hold
    "neuron": NeuronConfig(refractory=0, floor=-1e6),
    "astrocyte": AstrocyteConfig(metabolic=False, gain=False),
    "energy": EnergyConfig(gate="none"),
}
CASES = {
    "graded inputs": {},
    "spiking inputs": {"codec": CodecConfig(transmission="spikes")},
    "membranes": {"task": TaskConfig(id="Pendulum-v1")},
}
STEPS = 300


def without_adaptation(genome):
    traits = genome.neurons.traits.copy()
    for name in ("adaptation", "afterdepolarisation", "threshold_jump"):
        traits[:, NEURONS.column(name)] = 0.0
    neurons = genome.neurons.with_traits(traits)
    return Genome(genome.key, genome.regions, neurons, genome.astrocytes, genome.synapses)


def read_back(genome, config, folder):
    nir = pytest.importorskip("nir")
    path = folder / "network.nir"
    path.write_bytes(NIR.write(genome, config))
    return nir.read(path)


def simulated(genome, config, amplitude):
    """Return what spikes, and what outputs show, of ours: shapes (T, C) and (T, O)."""
    network = develop(genome, config.development)
    settled = config.resolve(stored=True).codec
    simulator = Simulator(network, config.simulation, interface(settled))
    spikes, shown, inputs = [], [], []
    for row in amplitude:
        shown.append(simulator.step(row, 1).copy())
        spikes.append(simulator.fired[network.n_inputs :].copy())
        charged = simulator.section("input_fired").astype(float)
        inputs.append(charged[: network.n_inputs] if simulator.interface.rate_inputs else row)
    return np.array(spikes), np.array(shown), np.array(inputs)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_a_reader_of_the_file_spikes_as_we_do(case, seed, tmp_path):
    config = sources.settled(**HELD, **CASES[case])
    genome = without_adaptation(sources.grown(config, seed))
    graph = read_back(genome, config, tmp_path)
    size = int(graph.nodes["input"].input_type["input"][0])
    rng = np.random.default_rng(seed)
    amplitude = np.repeat(rng.uniform(0.0, 2.0, (STEPS // 20, size)), 20, axis=0)
    spikes, shown, inputs = simulated(genome, config, amplitude)
    integrator = Integrator(graph)
    found = [integrator.step(row) for row in inputs]
    cells = np.array([row["cells"] for row in found])
    expected = spikes[:, ~silent(genome, config)]
    assert cells.astype(bool).tolist() == expected.tolist()
    assert 10 < cells.sum() < 0.6 * cells.size
    if case == "membranes":
        output = np.array([row["output"] for row in found])
        np.testing.assert_allclose(output, shown, rtol=0.0, atol=1e-9)


def silent(genome, config):
    """Return which cells never spike, in the order of the network, shape (C,)."""
    network = develop(genome, config.development)
    is_output = network.cells.role[network.n_inputs :] == Role.OUTPUT
    return is_output & (config.codec.readout == "membrane")


@pytest.mark.parametrize("case", CASES)
def test_what_nir_holds_is_read_back_as_it_was(case, tmp_path):
    config = sources.settled(**CASES[case])
    genome = sources.grown(config, 1)
    network, nodes = develop(genome, config.development), read_back(genome, config, tmp_path).nodes
    spiking = np.arange(network.n_inputs, network.n_neurons)[~silent(genome, config)]
    traits = network.cells.traits[spiking]
    assert (
        nodes["cells"].tau.tolist() == (traits[:, NEURONS.column("tau_membrane")] * 1e-3).tolist()
    )
    assert nodes["cells"].v_leak.tolist() == traits[:, NEURONS.column("bias")].tolist()
    found = set()
    for name, node in nodes.items():
        if type(node).__name__ == "Linear" and "_ms_ago_to_" in name:
            sender, delay, *_, group = name.split("_")
            members = spiking if group == "cells" else np.setdiff1d(everyone(network), spiking)
            senders = spiking if sender == "cells" else np.arange(network.n_inputs)
            for row, column in np.argwhere(node.weight).tolist():
                found.add((senders[column], members[row], int(delay), node.weight[row, column] > 0))
    graded = config.codec.transmission == "graded"
    wiring, receptor = network.wiring, network.source < network.n_inputs
    steps = (wiring.delay - 1) // config.codec.hold * config.codec.hold  # what is graded waits
    delay = np.where(receptor & graded, steps, wiring.delay)
    sends = np.isin(network.source, spiking) | receptor & (delay > 0)
    rows = zip(network.source, wiring.target, delay, ~network.inhibits)
    assert found == {row for row, kept in zip(rows, sends) if kept}


def everyone(network):
    return np.arange(network.n_inputs, network.n_neurons)


def test_the_file_carries_its_genome_and_what_it_does_not_hold(tmp_path):
    config = sources.settled(synapse=SynapseConfig(short_term_plasticity=True))
    genome = sources.grown(config, 1)
    metadata = read_back(genome, config, tmp_path).metadata
    assert genome_from_json(metadata["genome"].encode()) == genome
    lines = NIR.losses(genome, config)
    assert metadata["not_held"].splitlines() == lines
    for word in ("astrocytes", "gain", "energy pools", "adaptation", "refractory", "plasticity"):
        assert any(word in line for line in lines)


def test_slow_variables_of_neurons_are_said_to_be_lost():
    neuron = NeuronConfig(slow_gain=True, slow_current=True)
    config = sources.settled(neuron=neuron)
    lines = NIR.losses(sources.grown(config, 1), config)
    assert any("slow variables of" in one and "by gain and current" in one for one in lines)


def test_of_what_nir_holds_nothing_is_said_to_be_lost():
    config = sources.settled(**HELD)
    genome = without_adaptation(sources.grown(config, 1))
    lines = NIR.losses(genome, config)
    assert not any("adapt" in line or "pool" in line or "refractory" in line for line in lines)


@pytest.mark.parametrize("model", ["izhikevich", "graded"])
def test_neurons_that_nir_has_not_are_refused(model):
    pytest.importorskip("nir")
    config = sources.settled(neuron=NeuronConfig(model=model))
    with pytest.raises(ConfigError, match=f"holds neurons of .* 'galif', got '{model}'"):
        NIR.write(sources.grown(config, 1), config)


def test_equal_genomes_give_equal_files():
    pytest.importorskip("nir")
    config = sources.settled()
    genome = sources.grown(config, 1)
    assert NIR.write(genome, config) == NIR.write(genome, config)


def test_without_the_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nir", None)
    config = sources.settled()
    with pytest.raises(ConfigError, match=r"pip install 'glianeat\[nir\]'"):
        NIR.write(sources.grown(config, 1), config)
