"""What a source file of an agent needs: the packed numbers of its network and codec, and no more.

Everything is read from the packed state that the simulator's kernels advance. Slots that only fill
vectors are left out, so that cells are numbered as in the network, and senders as its neurons.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glianeat import elementary
from glianeat.codec import kernels
from glianeat.errors import ConfigError
from glianeat.evaluate.agent import Agent
from glianeat.genome.schema import ACTIVATIONS
from glianeat.simulate import at
from glianeat.simulate.access import number
from glianeat.simulate.energy.gates import GATES
from glianeat.simulate.energy.pools import AS_OFFERED, AS_SPENT
from glianeat.simulate.glia.budget import BUDGET
from glianeat.simulate.glia.gain import GAIN
from glianeat.simulate.glia.glycogen import GLYCOGEN
from glianeat.simulate.glia.metabolic import METABOLIC
from glianeat.simulate.glia.slow_current import SLOW_CURRENT
from glianeat.simulate.glia.tonic_current import TONIC_CURRENT
from glianeat.simulate.glia.tonic_gain import TONIC_GAIN
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.activations import MIXED
from glianeat.simulate.models.galif import GALIF
from glianeat.simulate.models.graded import GRADED
from glianeat.simulate.models.izhikevich import IZHIKEVICH
from glianeat.simulate.models.model import NeuronModel
from glianeat.simulate.sections import READOUTS
from glianeat.simulate.slow_limits import LOG_RANGE
from glianeat.tasks.task import TaskSpec
from glianeat.typing import AnyArray, FloatArray, IntArray

WRITTEN_MODELS = (GALIF, IZHIKEVICH, GRADED)
WRITTEN_CHANNELS = (
    *(METABOLIC, BUDGET, GLYCOGEN),
    *(GAIN, SLOW_CURRENT, TONIC_GAIN, TONIC_CURRENT),
)
_SCALING, _DRIVING = {"gain", "tonic_gain"}, {"slow_current", "tonic_current"}
_ACTING = _SCALING | _DRIVING
_OBSERVED = {"CENTRE": kernels.CENTRE, "PER_SCALE": kernels.PER_SCALE, "SQUASH": kernels.SQUASH}
_SEEN = {
    "SEEN": kernels.SEEN,
    "KIND": kernels.KIND,
    "FIRST": kernels.FIRST,
    "SECOND": kernels.SECOND,
    "RECEPTOR_GAIN": kernels.GAIN,
    "RECEPTOR_BIAS": kernels.BIAS,
    "PHASIC": kernels.PHASIC,
    "FOLLOW": kernels.FOLLOW,
}
_ACTED = {
    "CHOICE": kernels.CHOICE,
    "OUTPUT": kernels.OUTPUT,
    "N_CHOICES": kernels.N_CHOICES,
    "MIDDLE": kernels.MIDDLE,
    "HALF": kernels.HALF,
    "LOWEST": kernels.LOWEST,
    "HIGHEST": kernels.HIGHEST,
    "ROUNDING": kernels.ROUNDING,
    "PAIR_GAIN": kernels.PAIR_GAIN,
}
_WHOLE = {"SQUASH", "SEEN", "KIND", "CHOICE", "OUTPUT", "N_CHOICES", "ROUNDING"}
_SCALARS = (
    *("keep_excitation", "keep_inhibition", "keep_readout", "max_rate", "graded_per_step"),
    *("graded_output_cost", "base_utilisation", "facilitation_rate", "recovery_rate"),
    *("keep_store", "keep_transmitter", "uptake", "release_cost", "gap", "per_onset"),
    *("gate_gain", "hard_limit", "reserve", "full_supply", "floor", "refractory_steps"),
    "current_scale",
)
_CELLS = (
    *("bias", "threshold", "keep_potential", "keep_slow", "keep_fast", "keep_rise"),
    *("jump_slow", "jump_fast", "rise_gain", "recovery"),
    *("izhikevich_a", "izhikevich_b", "izhikevich_c", "izhikevich_d"),
    *("keep_trace", "per_heard", "own_share", "log_set_point", "slow_exponent", "trace_current"),
)
_REGIONS = (
    *("energy", "capacity", "per_capacity", "upkeep", "supply", "region_weight"),
    *("stored", "stored_capacity", "stored_most"),
)
_ASTROCYTES = (
    *("keep_calcium", "calcium_threshold", "log_threshold", "astrocyte_region", "sense_scale"),
)
_LISTED = (
    *("sense_astrocyte", "sense_number", "cover_astrocyte", "cover_gain", "cover_current"),
    *("cover_exponent", "cover_drive", "heard_share"),
    *("keep_demand", "demand_gain", "sharing_copies"),
    *("neighbour_one", "neighbour_other", "neighbour_share", "supply_gain"),
)


@dataclass(frozen=True, eq=False)
class PackedAgent:
    """Names of what an agent uses, and all its numbers, by the names that source files have.

    Parameters
    ----------
    agent : Agent
        At rest, never changed.
    spec : TaskSpec
        What is known of its task.
    """

    agent: Agent
    spec: TaskSpec

    def __post_init__(self) -> None:
        config = self.agent.simulator.config
        if self._model not in WRITTEN_MODELS:
            known = ", ".join(model.name for model in WRITTEN_MODELS)
            raise ConfigError(
                f"neuron.model: must be one of {known} to be written as a source file, "
                f"got {self._model.name!r}"
            )
        self._check_codec()
        for channel in config.channels:
            if channel not in WRITTEN_CHANNELS:
                raise ConfigError(
                    f"astrocyte.channels: {channel.name!r} cannot be written as a source file"
                )

    def _check_codec(self) -> None:
        interface = self.agent.simulator.interface
        unwritten = {
            "codec.transmission: 'trains'": interface.trains,
            "codec.readout: 'window_count'": interface.tau_readout == np.inf,
            "codec.encoder: 'argyle_4'": (self._codec_arrays()["KIND"] == kernels.TRIANGULAR).any(),
        }
        for what, is_used in unwritten.items():
            if is_used:
                raise ConfigError(f"{what} cannot be written as a source file")

    @property
    def _model(self) -> NeuronModel:
        return MODELS[self.whole("model")]

    def whole(self, name: str) -> int:
        """Return a whole number of the head of the packed state."""
        return int(number(self.agent.simulator.buffer, getattr(at, name.upper())))

    def section(self, name: str) -> AnyArray | None:
        """Return a section of the packed state, or None if the network does not use it."""
        simulator = self.agent.simulator
        return simulator.section(name) if name in simulator.used else None

    @cached_property
    def features(self) -> frozenset[str]:
        """What the agent uses, by the names that conditions in source files have."""
        return frozenset(
            {
                *self._network_features(),
                *self._energy_features(),
                *self._codec_features(),
                *self._activation_features(),
            }
        )

    def _network_features(self) -> set[str]:
        graded = self._model is GRADED
        rates = bool(self.whole("rate_inputs"))
        found = {"graded_cells"} if graded else {"spiking", self._model.name}
        found.add("rate_inputs" if rates else "graded_inputs")
        found |= {"late"} if self.whole("lags") else set()
        if not graded:
            found.add(READOUTS[self.whole("readout_kind")])
            if self._scalar("base_utilisation") > 0.0:
                found |= {"plasticity", "exp"}
        on = {channel.name for channel in self.agent.simulator.config.channels}
        if self.whole("n_astrocytes") and self._glia_act(on):
            found |= {"astrocytes", "senses", *(on & _ACTING)}
            found |= {"gap"} if self._scalar("gap") > 0.0 else set()
            found |= {name for name in ("events", "tonic") if self.whole(name)}
        found |= self._slow_cell_features()
        found |= {"scaled"} if found & (_SCALING | {"slow_cell_gain"}) else set()
        found |= {"driven"} if found & (_DRIVING | {"slow_cell_current"}) else set()
        return found

    def _slow_cell_features(self) -> set[str]:
        if not self.whole("slow_cells"):
            return set()
        found = {"slow_cells", "senses"}
        found |= {"slow_cell_gain"} if self.whole("slow_gain_of_cells") else set()
        return found | ({"slow_cell_current"} if self.whole("slow_current_of_cells") else set())

    def _glia_act(self, on: set[str]) -> bool:
        """Return whether astrocytes change what cells do: by a channel, or through the pools."""
        return bool(on & _ACTING) or self._pools_act

    @property
    def _pools_act(self) -> bool:
        """Whether the fill of pools changes what cells do."""
        return self._model is not GRADED and self.whole("gate") != 0

    def _energy_features(self) -> set[str]:
        if not self._pools_act:
            return set()
        found = {"pools", f"{GATES[self.whole('gate')]}_gate"}
        glia = bool(self.whole("n_astrocytes"))
        inflow = self.whole("inflow")
        found |= {"supplied"} if inflow != AS_SPENT else set()
        found |= {"offered"} if inflow == AS_OFFERED else set()
        found |= {"metabolic"} if self.whole("metabolic_on") and glia else set()
        found |= {"budget"} if self.whole("budget_on") else set()
        found |= {"glycogen"} if self.whole("glycogen_on") and glia else set()
        if found & {"metabolic", "budget"} and self._scalar("reserve") >= 0.0:
            found.add("reserve")
        return found

    def _codec_features(self) -> set[str]:
        head, arrays = self.agent.codec, self._codec_arrays()
        found = _named(arrays["SQUASH"], ("squash_linear", "squash_tanh", "squash_asinh", ""))
        found |= _named(arrays["KIND"], ("", "", "gaussian", "flip_flop", "one_hot"))
        found |= _named(arrays["CHOICE"], ("argmax", "bit", "pair", "direct"))
        found |= {"phasic"} if (arrays["PHASIC"] > 0.0).any() else set()
        if found & {"pair", "direct"}:
            found |= _named(arrays["ROUNDING"], ("", "single", "whole"))
        found |= {"copies"} if head[kernels.COPIES] > 1 else set()
        found |= {"forgets"} if head[kernels.KEEPS_STATE] == 0.0 else set()
        acted = self.spec.acted
        found |= {"one_choice"} if acted[0].scalar and not acted[0].path else set()
        found |= {"floor"} if found & {"flip_flop", "whole"} else set()
        found |= {"tanh"} if found & {"squash_tanh", "pair"} else set()
        found |= {"asinh"} if "squash_asinh" in found else set()
        found |= {"exp"} if "gaussian" in found else set()
        return found - {""}

    def _activation_features(self) -> set[str]:
        if self._model is not GRADED:
            return set()
        return {f"activation_{ACTIVATIONS[k]}" for k in np.unique(self._activations()).tolist()}

    def _activations(self) -> IntArray:
        shared, own = self.whole("activation"), self.section("own_activation")
        if shared != MIXED or own is None:
            return np.full(self._n_cells, shared)
        return own[self._slots].astype(np.int64)

    @property
    def _n_cells(self) -> int:
        return len(self._slots)

    @property
    def _slots(self) -> IntArray:
        network = self.agent.network
        return self.agent.simulator.layout.slots[network.n_inputs :]

    def _scalar(self, name: str) -> float:
        return self.agent.simulator.scalar(name)

    def numbers(self) -> dict[str, int | float]:
        """Return all single numbers by name."""
        head, network = self.agent.codec, self.agent.network
        sizes: dict[str, int | float] = {
            "N_OBSERVATIONS": int(head[kernels.N_OBSERVATIONS]),
            "N_ACTIONS": int(head[kernels.N_ACTIONS]),
            "N_INPUTS": network.n_inputs,
            "N_CELLS": self._n_cells,
            "N_SENDERS": network.n_neurons,
            "N_OUTPUTS": network.n_outputs,
            "N_REGIONS": network.n_regions,
            "N_ASTROCYTES": self.whole("n_astrocytes"),
            "N_NEIGHBOURS": self.whole("n_neighbours"),
            "N_DELAYS": self.whole("n_delays"),
            "N_LAGS": self.whole("lags"),
            "N_STEPS": int(head[kernels.N_STEPS]),
            "COPIES": int(head[kernels.COPIES]),
        }
        scalars = {name.upper(): self._scalar(name) for name in _SCALARS}
        return sizes | scalars | {"LOG_RANGE": LOG_RANGE}

    def arrays(self) -> dict[str, AnyArray]:
        """Return all arrays by name; those of sections that are not used are left out."""
        return {
            **self._codec_arrays(),
            **self._cell_arrays(),
            **self._sender_arrays(),
            **self._region_arrays(),
            **self._glia_arrays(),
            **elementary.TABLES,
        }

    def _codec_arrays(self) -> dict[str, AnyArray]:
        codec = self.agent.codec
        n, n_inputs = int(codec[kernels.N_OBSERVATIONS]), int(codec[kernels.N_INPUTS])
        n_actions = int(codec[kernels.N_ACTIONS])
        blocks = (
            (_OBSERVED, kernels.HEAD, n),
            (_SEEN, kernels.inputs_at(codec), n_inputs),
            (_ACTED, kernels.actions_at(codec), n_actions),
        )
        found: dict[str, AnyArray] = {}
        for columns, start, length in blocks:
            for name, column in columns.items():
                values = codec[start + column * length : start + (column + 1) * length]
                found[name] = values.astype(np.int64) if name in _WHOLE else values
        return found

    def _cell_arrays(self) -> dict[str, AnyArray]:
        found = self._sections(_CELLS, self._slots)
        compact = np.zeros(self.whole("n_slots"), dtype=np.int64)
        compact[self._slots] = np.arange(self._n_cells)
        trace = self.section("trace")
        found |= {} if trace is None else {"TRACE_AT_REST": trace[self._slots]}
        found["CELL_REGION"] = self.agent.network.cells.region[self.agent.network.n_inputs :]
        found["OUTPUT_CELL"] = compact[self._given("output_slot")]
        found["OUTPUT_REGION"] = self._given("output_region")
        if self._model is GRADED:
            found |= {"ORDER": compact[self._given("order")], "ACTIVATION": self._activations()}
        return found | self._synapse_arrays(compact)

    def _synapse_arrays(self, compact: IntArray) -> dict[str, AnyArray]:
        n_slots, place = self.whole("n_slots"), self._given("synapse_ring").astype(np.int64)
        delay, rest = np.divmod(place, 2 * n_slots)
        inhibits, slot = np.divmod(rest, n_slots)
        ring = delay * (2 * self._n_cells) + inhibits * self._n_cells + compact[slot]
        found = {
            "RING_PLACE": ring,
            "TARGET": compact[self._given("synapse_slot")],
            "WEIGHT": self._given("weight"),
        }
        return found | self._sections(("synapse_lag",))

    def _sender_arrays(self) -> dict[str, AnyArray]:
        senders = self.agent.simulator.layout.senders
        cost = self._given("event_cost")[senders]
        return {
            "SENDER_START": _bounds(self._given("sender_start"), senders),
            "SENSE_START": _bounds(self._given("sense_start"), senders),
            "SENDER_REGION": self._given("sender_region")[senders],
            "SPIKE_COST": self._given("spike_cost")[senders],
            "EVENT_COST": cost,
        }

    def _region_arrays(self) -> dict[str, AnyArray]:
        found = self._sections(_REGIONS)
        found["SUPPLY_AT_REST"] = self._supply_at_rest()
        return found

    def _supply_at_rest(self) -> FloatArray:
        """Return what a return to rest restores, which is not what it was at first."""
        buffer, supply = self.agent.simulator.buffer, self._given("supply")
        starts = buffer.view(np.uint32)[2 * np.array([at.SUPPLY, at.RESTORED, at.IMAGE])]
        first = int(starts[2] + starts[0] - starts[1])
        return buffer[first : first + len(supply)]

    def _glia_arrays(self) -> dict[str, AnyArray]:
        found = self._sections(_ASTROCYTES) | self._sections(_LISTED)
        found["ASTROCYTES"] = self._given("copies")
        found["CALCIUM_AT_REST"] = self._given("calcium")
        found["COVER_START"] = _bounds(self._given("cover_start"), self._slots)
        return found

    def _sections(
        self, names: tuple[str, ...], places: IntArray | None = None
    ) -> dict[str, AnyArray]:
        found = {name: self.section(name) for name in names}
        return {
            name.upper(): values if places is None else values[places]
            for name, values in found.items()
            if values is not None
        }

    def _given(self, name: str) -> AnyArray:
        return self.agent.simulator.section(name)


def _named(numbers: AnyArray, names: tuple[str, ...]) -> set[str]:
    return {names[k] for k in np.unique(numbers).astype(np.int64).tolist()}


def _bounds(start: AnyArray, places: IntArray) -> IntArray:
    """Return where the rows of some places begin, and the last ends; other places have none."""
    ends = start[places + 1] if len(places) else start[-1:]
    bounds: IntArray = np.append(start[places], ends[-1:]).astype(np.int64)
    return bounds
