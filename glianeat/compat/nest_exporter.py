"""Spiking networks as a script for NEST, with its astrocytes.

A threshold is 1 mV, a weight of 1 a current of 1 pA, and membranes conduct 1 nS. Cells are NEST's
``aeif_psc_exp`` without its exponential; those of networks with astrocytes are
``aeif_cond_alpha_astro``, the only model of NEST that slow inward currents reach. Its synapses are
conductances, alpha functions of time: reversal potentials far away make currents of them, which
carry the same charge, with the same mean delay.
"""

import math
from importlib import resources
from typing import Any

import numpy as np

import glianeat
from glianeat.codec.codec import SettledCodec, interface
from glianeat.compat.exporter import Exporter
from glianeat.compat.slow_losses import slow_losses
from glianeat.compat.standalone.pieces import chosen
from glianeat.compat.standalone.source import name_at, plain
from glianeat.develop.decode import develop
from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import ASTROCYTES, NEURONS, Role
from glianeat.run.config import ExperimentConfig
from glianeat.simulate.receptor_delays import lags_of
from glianeat.simulate.simulator import Simulator
from glianeat.text import counted
from glianeat.typing import FloatArray, IntArray

_FAR = 1e4  # [mV] reversal potentials at which conductances act as currents
_NEVER = 1e6  # [mV] threshold of what never spikes
_LOST = {"afterdepolarisation": "after-depolarisation", "threshold_jump": "rising threshold"}
Row = tuple[int, int, float, float]


class _Script:
    """The numbers of a script."""

    def __init__(self, genome: Genome, config: ExperimentConfig) -> None:
        if config.neuron.model != "galif":
            raise ConfigError(
                "format: 'nest' holds neurons of neuron.model = 'galif', "
                f"got {config.neuron.model!r}"
            )
        self.config, self.network = config, develop(genome, config.development)
        self.codec = config.codec.recast(SettledCodec)
        self.interface = interface(self.codec)
        if self.interface.trains:
            raise ConfigError(
                "codec.transmission: must be 'graded' or 'spikes' for format 'nest', got 'trains'"
            )
        self.n_inputs, self.glia = self.network.n_inputs, self.network.glia
        self.weight = self._weight()

    @property
    def has_astrocytes(self) -> bool:
        """Whether there are astrocytes, and so cells that they can act on."""
        return len(self.glia.gene) > 0

    def _weight(self) -> FloatArray:
        """Return what synapses add to their targets, shape (S,); inhibition below 0."""
        simulator = Simulator(self.network, self.config.simulation, self.interface)
        magnitude = np.abs(simulator.section("weight"))
        signed = np.where(self.network.inhibits, -magnitude, magnitude)
        if not self.has_astrocytes:
            return signed
        # charges of exp(-t / τ) and of an alpha function of τ / 2: τ, and e · τ / 2
        conductance = signed * (2.0 / (math.e * _FAR))
        spikes = (self.network.source >= self.n_inputs) | self.interface.rate_inputs
        return np.where(spikes, conductance, signed)

    def values(self) -> dict[str, Any]:
        """Return all that the script names, in the order in which it is written."""
        network, config = self.network, self.config
        cells = np.arange(self.n_inputs, network.n_neurons)
        silent = (network.cells.role[cells] == Role.OUTPUT) & (self.interface.readout == "membrane")

        def trait(name: str) -> FloatArray:
            values: FloatArray = network.cells.traits[cells, NEURONS.column(name)]
            return values

        tau = np.where(silent, self.interface.tau_readout, trait("tau_membrane"))
        found = {
            "NEURON": "aeif_cond_alpha_astro" if self.has_astrocytes else "aeif_psc_exp",
            "SHARED": self._shared(),
            "N_INPUTS": self.n_inputs,
            "N_CELLS": len(cells),
            "HOLD": float(self.codec.hold),
            "MAX_RATE": self.interface.max_rate,
            "LABELS": self._labels(cells),
            "TAU_MEMBRANE": tau.tolist(),
            "BIAS": trait("bias").tolist(),
            "ADAPTATION": np.where(silent, 0.0, trait("adaptation")).tolist(),
            "TAU_ADAPTATION": trait("tau_adaptation").tolist(),
            "THRESHOLD": np.where(silent, _NEVER, config.neuron.threshold).tolist(),
            **self._synapses(),
        }
        return found | (self._astrocytes() if self.has_astrocytes else {})

    def _shared(self) -> dict[str, float]:
        neuron, synapse = self.config.neuron, self.config.synapse
        found = {
            **dict.fromkeys(("E_L", "V_m", "V_reset", "Delta_T", "a"), 0.0),
            "g_L": 1.0,
            "V_th": neuron.threshold,
            "V_peak": 2.0 * _NEVER,  # of no effect without an exponential, but to be above V_th
            "t_ref": float(neuron.refractory),
            "tau_syn_ex": synapse.tau_excitatory,
            "tau_syn_in": synapse.tau_inhibitory,
        }
        if not self.has_astrocytes:
            return found
        halves = {name: found[name] / 2.0 for name in ("tau_syn_ex", "tau_syn_in")}
        return found | halves | {"E_ex": _FAR, "E_in": -_FAR}

    def _labels(self, cells: IntArray) -> list[str]:
        roles, names = self.network.cells.role, self.codec.outputs
        places = (self.network.cells.channel // self.network.output_copies).tolist()
        return [
            plain(name_at(names, places[cell], "out"))
            if roles[cell] == Role.OUTPUT
            else f"hidden {cell}"
            for cell in cells.tolist()
        ]

    def _synapses(self) -> dict[str, list[Row]]:
        network, wiring, first = self.network, self.network.wiring, self.n_inputs
        columns = (network.source, wiring.target - first, self.weight, self._delay())
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        return {
            "INPUT_SYNAPSES": [(s, t, w, float(d)) for s, t, w, d in rows if s < first],
            "CELL_SYNAPSES": [(s - first, t, w, float(d)) for s, t, w, d in rows if s >= first],
        }

    def _delay(self) -> IntArray:
        """Return the delay of each synapse [ms], shape (S,); of graded ones whole steps, and 1."""
        network, hold = self.network, self.interface.hold
        graded = (network.source < self.n_inputs) & (not self.interface.rate_inputs)
        return np.where(graded, 1 + hold * lags_of(network, hold), network.wiring.delay)

    def _astrocytes(self) -> dict[str, Any]:
        """Return who is heard in each territory, and on which cells its astrocyte acts."""
        glia, first, wiring = self.glia, self.n_inputs, self.network.wiring
        strength = glia.traits[:, ASTROCYTES.column("slow_current")] * glia.count
        # tonic currents may hold cells back, which those of NEST's astrocytes cannot
        acts = self.config.astrocyte.is_on("slow_current")
        strength = strength if acts else 0.0 * strength
        territories: list[Row] = []
        heard: dict[tuple[int, int], int] = {}
        covers = (glia.cover_astrocyte, glia.cover_neuron, glia.cover_share)
        for g, neuron, share in zip(*(column.tolist() for column in covers), strict=True):
            if neuron < first:  # an input's own afferent
                heard[neuron, g] = heard.get((neuron, g), 0) + 1
                continue
            territories.append((g, neuron - first, share * float(strength[g]), 1.0))
            for source in self.network.source[wiring.target == neuron].tolist():
                heard[source, g] = heard.get((source, g), 0) + 1
        rows = [(source, g, float(number), 1.0) for (source, g), number in sorted(heard.items())]
        return {
            "N_ASTROCYTES": len(glia.gene),
            "SENSED_INPUTS": [row for row in rows if row[0] < first],
            "SENSED_CELLS": [(s - first, *rest) for s, *rest in rows if s >= first],
            "TERRITORIES": territories,
        }


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    script = _Script(genome, config)
    features = {"rate_inputs" if script.interface.rate_inputs else "graded_inputs"}
    features |= {"astrocytes"} if script.has_astrocytes else set()
    text = resources.files("glianeat.compat").joinpath("nest_script.py.in").read_text("utf-8")
    before, after = text.split("#@ data\n")
    data = "".join(f"{name} = {_shown(value)}\n" for name, value in script.values().items())
    title = (
        f"Genome {genome.key}, evolved by glianeat for {plain(config.task.id)}, as a network of "
        f"NEST.\n\nWritten by glianeat {glianeat.__version__}. A threshold is 1 mV, a weight of 1 "
        "a current of 1 pA.\nNot in it:\n"
    )
    lost = "".join(f"- {line}\n" for line in _losses(genome, config))
    return f'"""{title}{lost}"""\n\n{before}{data}{chosen(after, features)}'.encode()


def _shown(value: Any) -> str:
    """Return a value as Python has it, a long list in several lines."""
    if not isinstance(value, list) or not value:
        return repr(value)
    if isinstance(value[0], tuple):
        return "[\n" + "".join(f"    {row!r},\n" for row in value) + "]"
    lines = [value[k : k + 4] for k in range(0, len(value), 4)]
    return "[\n" + "".join(f"    {', '.join(map(repr, line))},\n" for line in lines) + "]"


def _losses(genome: Genome, config: ExperimentConfig) -> list[str]:
    network, lines = _Script(genome, config).network, []
    hidden = network.cells.traits[network.cells.role == Role.HIDDEN]
    for trait, what in _LOST.items():
        number = int(np.count_nonzero(hidden[:, NEURONS.column(trait)]))
        lines += [f"the {what} of {counted(number, 'neuron')}"] if number else []
    if network.n_astrocytes:
        tonic = config.astrocyte.transmission == "tonic"
        what = "" if tonic else " but by slow currents"
        lines.append(
            f"what astrocytes do{what}; their calcium follows Li and Rinzel (1994), "
            "and hears no graded inputs"
        )
    lines += slow_losses(network, config.neuron)
    if config.energy.gate != "none":
        lines.append(f"energy pools and their {config.energy.gate} gate")
    if config.synapse.short_term_plasticity:
        lines.append("short-term plasticity of synapses")
    lines.append(f"the lowest potential, {config.neuron.floor:g}")
    return [*lines, "how observations become inputs, and outputs actions"]


NEST = Exporter("nest", ".py", _write, _losses)
