"""Networks as scripts for NEST: what they ask of it, and how their cells spike there.

NEST's cells are not ours: synaptic currents and membranes move in continuous time there. Rates are
held to `TOLERANCE`: the differences of all cells, added up, over the sum of our rates.
"""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.compat.nest_exporter import NEST
from glianeat.develop.decode import develop
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import ASTROCYTES, NEURONS
from glianeat.genome.tables import table
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig
from glianeat.tasks.config import TaskConfig
from tests.compat import sources
from tests.compat.recorded_nest import recorded
from tests.compat.test_nir import simulated

TOLERANCE = 0.08
HELD = {  # all that NEST's models hold, but for the shape of currents
    "neuron": NeuronConfig(floor=-1e6),
    "energy": EnergyConfig(gate="none"),
}
SILENT_GLIA = AstrocyteConfig(metabolic=False, gain=False)
SLOW = AstrocyteConfig(transmission="events", metabolic=False, gain=False, slow_current=True)
CASES = {
    "graded inputs": {},
    "spiking inputs": {"codec": CodecConfig(transmission="spikes")},
    "membranes": {"task": TaskConfig(id="Pendulum-v1")},
}
RUN = """
import importlib.util, json, sys
import numpy as np
spec = importlib.util.spec_from_file_location("network", sys.argv[1])
network = importlib.util.module_from_spec(spec)
spec.loader.exec_module(network)
senders, _ = network.simulate(np.load(sys.argv[2]))
spikes = [int(np.sum(senders == cell)) for cell in range(network.N_CELLS)]
print("\\nRESULT" + json.dumps(spikes))
"""


def held(genome, *, astrocytes=True):
    """Return a genome of which NEST's models hold everything."""
    traits = genome.neurons.traits.copy()
    for name in ("afterdepolarisation", "threshold_jump"):
        traits[:, NEURONS.column(name)] = 0.0
    neurons = genome.neurons.with_traits(traits)
    glia = genome.astrocytes if astrocytes else table(ASTROCYTES, [])
    return Genome(genome.key, genome.regions, neurons, glia, genome.synapses)


def built(genome, config):
    """Return what the script of a network asks of NEST, and the names in it."""
    module = {"__name__": "network"}
    with recorded() as kernel:
        exec(compile(NEST.write(genome, config), "network.py", "exec"), module)
        module["simulate"](np.full((3, module["N_INPUTS"]), 0.5))
    return kernel, module


def heard_after(network, config):
    """Return the delay of each synapse [ms]; steady currents come by whole steps of the task."""
    delay, hold = network.wiring.delay, config.codec.hold
    graded = (network.source < network.n_inputs) & (config.codec.transmission == "graded")
    return np.where(graded, 1 + (delay - 1) // hold * hold, delay).tolist()


@pytest.mark.parametrize("case", CASES)
def test_a_script_asks_for_every_cell_and_synapse(case):
    config = sources.settled(**HELD, **CASES[case], astrocyte=SILENT_GLIA)
    genome = held(sources.grown(config, 1), astrocytes=False)
    network = develop(genome, config.development)
    kernel, _ = built(genome, config)
    inputs, cells = (
        next(nodes for nodes in kernel.nodes if nodes.model == model)
        for model in (
            "spike_generator" if case == "spiking inputs" else "step_current_generator",
            "aeif_psc_exp",
        )
    )
    assert (len(inputs), len(cells)) == (network.n_inputs, network.n_neurons - network.n_inputs)
    first = {True: inputs.first, False: cells.first - network.n_inputs}
    expected = [
        (source + first[source < network.n_inputs], target + first[False], float(delay), inhibits)
        for source, target, delay, inhibits in zip(
            network.source.tolist(),
            network.wiring.target.tolist(),
            heard_after(network, config),
            network.inhibits.tolist(),
        )
    ]
    found = [(s, t, delay, weight < 0) for _, s, t, weight, delay in kernel.connections]
    assert sorted(found) == sorted(expected)
    assert kernel.simulated == 3 * config.codec.hold + 1.0
    bias = [kernel.settings[cells.first + k]["I_e"] for k in range(len(cells))]
    assert bias == network.cells.traits[network.n_inputs :, NEURONS.column("bias")].tolist()


def test_astrocytes_are_third_partners_of_the_synapses_in_their_territories():
    config = sources.settled(**HELD, astrocyte=SLOW)
    genome = held(sources.grown(config, 1))
    network = develop(genome, config.development)
    kernel, _ = built(genome, config)
    glia, first = network.glia, network.n_inputs
    (cells,) = [n for n in kernel.nodes if n.model == "aeif_cond_alpha_astro"]
    (astrocytes,) = [n for n in kernel.nodes if n.model == "astrocyte_lr_1994"]
    assert len(astrocytes) == len(glia.gene)
    covers = {
        (astrocytes.first + g, cells.first + neuron - first)
        for g, neuron in zip(glia.cover_astrocyte.tolist(), glia.cover_neuron.tolist())
        if neuron >= first
    }
    slow = {(s, t): w for model, s, t, w, _ in kernel.connections if model == "sic_connection"}
    assert slow.keys() == covers
    assert max(slow.values()) > 0.0
    synapses = {(s, t) for model, s, t, *_ in kernel.connections if model == "static_synapse"}
    for astrocyte, cell in covers:
        senders = {s for s, t in synapses if t == cell and s in cells.tolist()}
        assert {(sender, astrocyte) for sender in senders} <= synapses


@pytest.mark.parametrize(
    ("case", "astrocytes"),
    [("graded inputs", True), ("spiking inputs", False), ("membranes", True)],
)
def test_rates_in_nest_are_ours_within_the_tolerance(case, astrocytes, tmp_path):
    if importlib.util.find_spec("nest") is None:
        pytest.skip("NEST is not installed")
    config = sources.settled(**HELD, **CASES[case], astrocyte=SILENT_GLIA)
    genome = held(sources.grown(config, 1), astrocytes=astrocytes)
    network, hold = develop(genome, config.development), config.codec.hold
    amplitudes = np.random.default_rng(1).uniform(0.0, 1.5, (100, network.n_inputs))
    spikes, _, _ = simulated(genome, config, np.repeat(amplitudes, hold, axis=0))
    script, given = tmp_path / "network.py", tmp_path / "amplitudes.npy"
    script.write_bytes(NEST.write(genome, config))
    np.save(given, amplitudes)
    command = [sys.executable, "-c", RUN, str(script), str(given)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ours, theirs = spikes.sum(axis=0), np.array(json.loads(done.stdout.split("RESULT")[1]))
    assert ours.sum() > 100
    assert np.abs(theirs - ours).sum() <= TOLERANCE * ours.sum()


# Bad input


@pytest.mark.parametrize("model", ["izhikevich", "graded"])
def test_neurons_that_are_not_written_are_refused(model):
    config = sources.settled(neuron=NeuronConfig(model=model))
    with pytest.raises(ConfigError, match=f"'galif', got '{model}'"):
        NEST.write(sources.grown(config, 1), config)


def test_what_is_lost_is_said_in_the_script_and_by_the_exporter():
    config = sources.settled()
    genome = sources.grown(config, 1)
    lines, text = NEST.losses(genome, config), NEST.write(genome, config).decode()
    assert all(f"- {line}\n" in text for line in lines)
    for word in ("after-depolarisation", "Li and Rinzel", "energy pools", "lowest potential"):
        assert any(word in line for line in lines)


def test_tonic_astrocytes_act_on_nothing_in_nest_and_slow_neurons_are_lost():
    tonic = AstrocyteConfig(metabolic=False, slow_current=True)
    slow = HELD["neuron"].replace(slow_gain=True)
    config = sources.settled(**HELD | {"neuron": slow, "astrocyte": tonic})
    genome = held(sources.grown(config, 1))
    kernel, _ = built(genome, config)
    slow = [weight for model, _, _, weight, _ in kernel.connections if model == "sic_connection"]
    assert set(slow) == {0.0}
    lines = NEST.losses(genome, config)
    assert any(line.startswith("what astrocytes do;") for line in lines)
    assert any("slow variables of" in line and "act by gain" in line for line in lines)


def test_foreign_names_stay_in_their_quotes():
    config = sources.settled()
    outputs = ('"]); import os; ("', "\\")
    config = config.replace(codec=config.codec.replace(outputs=outputs))
    _, module = built(held(sources.grown(config, 1)), config)
    assert any(label.startswith("_") for label in module["LABELS"])
