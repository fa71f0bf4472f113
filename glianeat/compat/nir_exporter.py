"""Spiking networks as NIR, the Neuromorphic Intermediate Representation.

NIR describes networks in continuous time [s]. A spike is an input of 1 for one step of 1 ms, so
that a leaky integrator of time constant τ and resistance 1 / (1 - exp(-1 ms / τ)) rises by a
synapse's weight, as the simulator's synaptic currents do. Cells that spike are one LIF node, and
membrane read-outs are one LI node; synapses of one delay and sign are a `Delay` and a `Linear`.
"""

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

import glianeat
from glianeat.codec.codec import SettledCodec, interface
from glianeat.compat.exporter import Exporter, not_installed
from glianeat.compat.slow_losses import slow_losses
from glianeat.develop.decode import develop
from glianeat.develop.network import Network
from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, Role
from glianeat.genome.serial import genome_to_json
from glianeat.run.config import ExperimentConfig
from glianeat.simulate.decay import decay
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.receptor_delays import lags_of
from glianeat.simulate.simulator import Simulator
from glianeat.text import counted
from glianeat.typing import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import nir

STEP = 1e-3  # [s]
_MS = 1e-3  # [s]
_ADAPTING = {
    "adaptation": "adaptation",
    "afterdepolarisation": "after-depolarisation",
    "threshold_jump": "rising threshold",
}


@dataclass(frozen=True)
class _Cells:
    """The cells of a network as NIR sees them, and the synapses between them."""

    network: Network
    config: ExperimentConfig
    interface: NetworkIO

    @cached_property
    def weight(self) -> FloatArray:
        """What a spike, or an input of 1, adds to its target, shape (S,); inhibition below 0."""
        simulator = Simulator(self.network, self.config.simulation, self.interface)
        magnitude = np.abs(simulator.section("weight"))
        signed: FloatArray = np.where(self.network.inhibits, -magnitude, magnitude)
        return signed

    @cached_property
    def groups(self) -> dict[str, IntArray]:
        """Neurons that spike, and those that are read as membranes."""
        network = self.network
        everyone = np.arange(network.n_inputs, network.n_neurons)
        is_output = network.cells.role[everyone] == Role.OUTPUT
        silent = is_output & (self.interface.readout == "membrane")
        groups = {"cells": everyone[~silent], "readouts": everyone[silent]}
        return {name: members for name, members in groups.items() if len(members)}

    @property
    def outputs(self) -> IntArray:
        """The outputs, in the order of their channels."""
        cells = self.network.cells
        outputs = np.flatnonzero(cells.role == Role.OUTPUT)
        return outputs[np.argsort(cells.channel[outputs], kind="stable")]

    def matrix(self, chosen: BoolArray, sources: IntArray, targets: IntArray) -> FloatArray:
        """Return the weights of some synapses, shape (targets, sources)."""
        column = np.full(self.network.n_neurons, -1)
        row = column.copy()
        column[sources], row[targets] = np.arange(len(sources)), np.arange(len(targets))
        source, target = self.network.source, self.network.wiring.target
        inside = chosen & (column[source] >= 0) & (row[target] >= 0)
        found = np.zeros((len(targets), len(sources)))
        np.add.at(found, (row[target[inside]], column[source[inside]]), self.weight[inside])
        return found


class _Builder:
    """Collects nodes and edges."""

    def __init__(self, cells: _Cells) -> None:
        self.cells = cells
        self.nodes: dict[str, Any] = {}
        self.edges: list[tuple[str, str]] = []

    def add(self, name: str, node: object, *sources: str) -> str:
        """Add a node, unless there is one of its name, and the edges into it; return its name."""
        if name not in self.nodes:
            self.nodes[name] = node
            self.edges += [(source, name) for source in sources]
        return name

    def add_all(self) -> None:
        """Add the inputs, the cells of each group with what arrives at them, and the output."""
        import nir

        inputs = np.arange(self.cells.network.n_inputs)
        self.add("input", nir.Input({"input": np.array([len(inputs)])}))
        groups = self.cells.groups
        for name, members in groups.items():
            self.add(name, self._membranes(name, members))
        spiking = {name: members for name, members in groups.items() if name == "cells"}
        if self.cells.interface.rate_inputs:
            spiking = {"input": inputs} | spiking
        for name, members in groups.items():
            self._add_currents(name, members, spiking)
            if not self.cells.interface.rate_inputs:
                self._add_graded(name, inputs, members)
        self._add_output()

    def _membranes(self, name: str, members: IntArray) -> "nir.NIRNode":
        import nir

        config, one = self.cells.config, np.ones(len(members))
        traits = self.cells.network.cells.traits[members]
        bias = traits[:, NEURONS.column("bias")]
        if name == "readouts":
            return nir.LI(tau=one * self.cells.interface.tau_readout * _MS, r=one, v_leak=bias)
        tau = traits[:, NEURONS.column("tau_membrane")] * _MS
        threshold = one * config.neuron.threshold
        return nir.LIF(tau=tau, r=one, v_leak=bias, v_threshold=threshold, v_reset=0.0 * one)

    def _add_currents(self, name: str, members: IntArray, senders: dict[str, IntArray]) -> None:
        """Add the synaptic currents into a group, each with its delays and weights."""
        import nir

        synapse, inhibits = self.cells.config.synapse, self.cells.network.inhibits
        signs = {
            "excitation": (synapse.tau_excitatory, ~inhibits),
            "inhibition": (synapse.tau_inhibitory, inhibits),
        }
        for sign, (tau, chosen) in signs.items():
            sources = [
                linear
                for sender, source in senders.items()
                for linear in self._add_delayed(
                    f"{sign}_of_{name}", chosen, (sender, source, members)
                )
            ]
            if sources:
                one = np.ones(len(members))
                rise = one / (1.0 - decay(tau, STEP / _MS)[0])
                node = nir.LI(tau=one * tau * _MS, r=rise, v_leak=0.0 * one)
                self.edges.append((self.add(f"{sign}_of_{name}", node, *sources), name))

    def _add_delayed(
        self, name: str, chosen: BoolArray, ends: tuple[str, IntArray, IntArray]
    ) -> list[str]:
        """Add the synapses of a sign between two groups; return their last nodes, one a delay."""
        import nir

        found = []
        sender, sources, targets = ends
        delays = self.cells.network.wiring.delay
        for delay in np.unique(delays).tolist():
            matrix = self.cells.matrix(chosen & (delays == delay), sources, targets)
            if matrix.any():
                wait = nir.Delay(delay=np.full(len(sources), delay * _MS))
                late = self.add(f"{sender}_{delay}_ms_ago", wait, sender)
                found.append(self.add(f"{late}_to_{name}", nir.Linear(weight=matrix), late))
        return found

    def _add_graded(self, name: str, inputs: IntArray, members: IntArray) -> None:
        """Add what a group hears of graded inputs: at once, or some steps of the task later."""
        import nir

        hold = self.cells.interface.hold
        lags = lags_of(self.cells.network, hold)
        for lag in np.unique(lags).tolist():
            matrix, sender, ago = self.cells.matrix(lags == lag, inputs, members), "input", ""
            if lag and matrix.any():
                ago = f"_{lag * hold}_ms_ago"
                wait = nir.Delay(delay=np.full(len(inputs), lag * hold * _MS))
                sender = self.add(f"input{ago}", wait, "input")
            self._add_linear(f"input{ago}_to_{name}", matrix, sender, name)

    def _add_linear(self, name: str, matrix: FloatArray, source: str, target: str) -> None:
        import nir

        if matrix.any():
            self.edges.append((self.add(name, nir.Linear(weight=matrix), source), target))

    def _add_output(self) -> None:
        """Add the output: what the output neurons show, in the order of their channels."""
        import nir

        outputs = self.cells.outputs
        name = "readouts" if "readouts" in self.cells.groups else "cells"
        order = (self.cells.groups[name] == outputs[:, np.newaxis]).astype(np.float64)
        self.add("outputs", nir.Linear(weight=order), name)
        self.add("output", nir.Output({"output": np.array([len(outputs)])}), "outputs")


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    try:
        import nir
    except ImportError:
        raise not_installed("nir", "nir", "nir") from None
    builder = _Builder(_cells(genome, config))
    builder.add_all()
    metadata = {
        "written_by": f"glianeat {glianeat.__version__}",
        "time": "seconds; a spike is an input of 1 for one step of 0.001 s",
        "not_held": "\n".join(_losses(genome, config)),
        "genome": genome_to_json(genome).decode(),
    }
    file = BytesIO()
    nir.write(file, nir.NIRGraph(nodes=builder.nodes, edges=builder.edges, metadata=metadata))
    return file.getvalue()


def _cells(genome: Genome, config: ExperimentConfig) -> _Cells:
    if config.neuron.model != "galif":
        raise ConfigError(
            f"format: 'nir' holds neurons of neuron.model = 'galif', got {config.neuron.model!r}"
        )
    met = interface(config.codec.recast(SettledCodec))
    if met.trains:
        raise ConfigError(
            "codec.transmission: must be 'graded' or 'spikes' for format 'nir', got 'trains'"
        )
    return _Cells(develop(genome, config.development), config, met)


def _losses(genome: Genome, config: ExperimentConfig) -> list[str]:
    network, neuron = _cells(genome, config).network, config.neuron
    lines = []
    if network.n_astrocytes:
        on = [channel.name for channel in config.simulation.channels]
        what = f", which act by {', '.join(on).replace('_', ' ')}" if on else ""
        lines.append(f"{counted(network.n_astrocytes, 'astrocyte')} with their territories{what}")
    lines += slow_losses(network, neuron)
    if config.energy.gate != "none":
        lines.append(f"energy pools and their {config.energy.gate} gate")
    hidden = network.cells.traits[network.cells.role == Role.HIDDEN]
    for trait, what in _ADAPTING.items():
        number = int(np.count_nonzero(hidden[:, NEURONS.column(trait)]))
        if number:
            lines.append(f"the {what} of {counted(number, 'neuron')}")
    if neuron.refractory:
        lines.append(f"the refractory period of {neuron.refractory} ms")
    lines.append(f"the lowest potential, {neuron.floor:g}")
    if config.synapse.short_term_plasticity:
        lines.append("short-term plasticity of synapses")
    return [*lines, "how observations become inputs, and outputs actions"]


NIR = Exporter("nir", ".nir", _write, _losses)
