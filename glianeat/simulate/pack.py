"""Packing: from a network and settings to the buffer that the kernels advance."""

from functools import cache

import numpy as np

from glianeat.compile.linking import address_of
from glianeat.develop.network import Network
from glianeat.elementary import log_each
from glianeat.errors import ConfigError
from glianeat.genome.schema import ASTROCYTES, NEURONS, Role
from glianeat.simulate.buffer import Contents, join
from glianeat.simulate.decay import decay
from glianeat.simulate.energy.body import ENDLESS
from glianeat.simulate.energy.charges import Payer, event_cost, spike_cost, unit_cost, upkeep
from glianeat.simulate.energy.gates import GATES
from glianeat.simulate.energy.pools import AS_OFFERED, AS_ROOM, AS_SPENT
from glianeat.simulate.glia.budget import shares_at_rest
from glianeat.simulate.glia.channel import GLIAL_STEP, Glia
from glianeat.simulate.glia.sensing import sensing
from glianeat.simulate.layout import NO_PAIRS, assign_layout, neighbours
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.model import Cells, NeuronModel
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.receptor_delays import RECEPTOR_DELAYS, lags_of, pack_receptor_delays
from glianeat.simulate.section import Owner, Values
from glianeat.simulate.sections import COMMON, READOUTS, SIZES, TABLE
from glianeat.simulate.senders import TRAINS
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.slow_gain import SLOW_CELLS, pack_slow_cells
from glianeat.typing import AnyArray, FloatArray, IntArray

CHARGE_TAU = 5.0  # [ms] time constant at which a weight is delivered as it stands (models: A6)


@cache  # packing is part of every evaluation
def _used(*owners: Owner) -> frozenset[str]:
    return COMMON.union(section.name for owner in owners for section in owner.sections)


@cache  # compiled once
def _address(model: NeuronModel) -> int:
    return address_of(model.advance, np.zeros(0), 0)


class Packer:
    """Collects the values of all sections of one network; `pack` joins them.

    Raises
    ------
    ConfigError
        If the neurons cannot be met as the interface says.
    SimulationError
        If a graded network is to be feed-forward and has a cycle.
    """

    def __init__(
        self,
        network: Network,
        config: SimulationConfig,
        interface: NetworkIO,
        reserve: float | None = None,
    ) -> None:
        names = [model.name for model in MODELS]
        self.model = MODELS[names.index(config.neuron.model)]
        shows_potential = interface.readout == "membrane" and not self.model.is_graded
        if shows_potential and not self.model.can_show_potential:
            able = " or ".join(model.name for model in MODELS if model.can_show_potential)
            raise ConfigError(
                f"neuron.model: graded outputs must be {able}, got {self.model.name!r}"
            )
        if interface.rate_inputs and self.model.is_graded:
            raise ConfigError("neuron.model: inputs of graded neurons must be graded, not spike")
        if self.model.is_event_driven and not interface.rate_inputs:
            raise ConfigError(
                f"neuron.model: inputs of {self.model.name!r} neurons must spike, not be graded"
            )
        self.network, self.config, self.interface = network, config, interface
        self.is_instant = self.model.is_graded and config.feed_forward
        self.layout = assign_layout(network)
        self.payer = Payer(network, config.energy, self.n_graded)
        held = network.efficacy is not None
        self.channels = [c for c in config.channels if not (held and c.scales)]
        self.slow_gain = config.neuron.slow_gain and not held
        self.has_slow_cells = self.slow_gain or config.neuron.slow_current
        slow = (SLOW_CELLS,) if self.has_slow_cells else ()
        self._hold = 0 if interface.rate_inputs or self.model.is_graded else interface.hold
        self._lags = lags_of(network, self._hold)
        late = (RECEPTOR_DELAYS,) if self._lags.any() else ()
        self.used = _used(self.model, *self.channels, *slow, *late)
        self._reserve = reserve
        self._sections: dict[str, AnyArray] = {}
        self._rest: dict[str, AnyArray] = {}
        self._scalars: dict[str, float] = {}
        self._wholes: dict[str, int] = {}
        self.sizes: dict[str, int] = {}

    @property
    def n_graded(self) -> int:
        """How many neurons transmit gradedly; they come first."""
        if self.model.is_graded:
            return self.network.n_neurons
        return 0 if self.interface.rate_inputs else self.network.n_inputs

    @property
    def _ring_delay(self) -> IntArray:
        """Delay of each synapse in the ring [ms]; what is graded to cells that spike needs none."""
        delay = self.network.wiring.delay
        return delay if self.model.is_graded else np.where(self.payer.synapse_is_graded, 1, delay)

    def pack(self) -> FloatArray:
        """Return the packed state, aligned to 64 bytes, at rest."""
        self._set_sizes()
        self._add_scalars()
        self._add_wholes()
        self._add_cells()
        self._add_senders()
        self._add_synapses()
        self._add_regions()
        self._add_astrocytes()
        self._add_outputs()
        scalars = [self._scalars.get(name, 0.0) for name in TABLE.scalars]
        self._sections["scalars"] = np.array(scalars)
        return join(Contents(self._wholes, self._sections, self._rest, self.sizes, self.used))

    def _add(self, values: Values) -> None:
        """Add what an owner packs; sizes that only it has are those of its arrays."""
        self._sections |= values.sections
        self._scalars |= values.scalars
        self._wholes |= values.wholes
        for name, array in values.sections.items():
            for axis, length in zip(TABLE.sections[name].shape, array.shape, strict=True):
                if isinstance(axis, str):
                    self.sizes.setdefault(axis, length)

    def _set_sizes(self) -> None:
        network, layout, delay = self.network, self.layout, self._ring_delay
        self.sizes = {
            "inputs": network.n_inputs,
            "slots": layout.n_slots,
            "slot_bounds": layout.n_slots + 1,
            "senders": layout.n_senders,
            "sender_bounds": layout.n_senders + 1,
            "synapses": network.n_synapses,
            "regions": network.n_regions,
            "region_bounds": network.n_regions + 1,
            "astrocytes": len(network.glia.gene),
            "outputs": network.n_outputs,
            "delays": 1 + (1 if self.is_instant else int(delay.max(initial=1))),
        }

    def _add_scalars(self) -> None:
        energy, glia, synapse = self.config.energy, self.config.astrocyte, self.config.synapse
        self._scalars = {
            "keep_excitation": decay(synapse.tau_excitatory, 1.0)[0],
            "keep_inhibition": decay(synapse.tau_inhibitory, 1.0)[0],
            "keep_readout": decay(self.interface.tau_readout, 1.0)[0],
            "per_onset": 1.0 / energy.gate_onset,
            "gate_gain": energy.gate_gain,
            "hard_limit": energy.spike * energy.housekeeping,
            "max_rate": self.interface.max_rate,
            "keep_store": decay(glia.tau_store * glia.time_scale, GLIAL_STEP)[0],
            "keep_transmitter": decay(glia.tau_transmitter * glia.time_scale, GLIAL_STEP)[0],
            "uptake": glia.uptake,
            "release_cost": unit_cost(self.payer, "release"),
            "gap": glia.gap_junction,
            "reserve": ENDLESS if self._reserve is None else self._reserve,
            "full_supply": self._supply,
            "astrocyte_supply": self._supply,
            "base_utilisation": synapse.utilisation if synapse.short_term_plasticity else 0.0,
            "facilitation_rate": synapse.facilitation_rate / 1000.0,
            "recovery_rate": synapse.recovery_rate / 1000.0,
            "graded_output_cost": unit_cost(self.payer, "output"),
            "graded_per_step": energy.graded_rate,
        }

    def _add_wholes(self) -> None:
        model, readout = self.model, self.interface.readout
        gate = "none" if model.is_graded else self.config.energy.gate
        address = _address(model)
        self._wholes = {
            "model": MODELS.index(model),
            "advance_low": address & 0xFFFFFFFF,
            "advance_high": address >> 32,
            "gate": GATES.index(gate),
            "rate_inputs": self._input_kind(),
            "train_spikes": self.interface.train_spikes,
            "train_interval": self.interface.train_interval,
            "readout_kind": READOUTS.index("membrane" if model.is_graded else readout),
            "glial_period": GLIAL_STEP,
            "inflow": self._inflow,
        }
        self._wholes |= {f"{channel.name}_on": 1 for channel in self.channels}
        transmission = self.config.astrocyte.transmission
        self._wholes["events"] = int(transmission == "events")
        self._wholes["tonic"] = int(any(c.transmission == "tonic" for c in self.channels))

    def _input_kind(self) -> int:
        if self.interface.rate_inputs and self.interface.trains:
            return TRAINS
        return int(self.interface.rate_inputs)

    @property
    def _supply(self) -> float:
        """What an astrocyte supplies, or all regions share [EU/ms]."""
        energy = self.config.energy
        return (energy.supply if energy.budget is None else energy.budget) / 1000.0

    @property
    def _inflow(self) -> int:
        energy = self.config.energy
        if not self.config.astrocyte.metabolic:
            return AS_SPENT
        redistributed = energy.budget is not None and energy.redistribution
        return AS_OFFERED if redistributed else AS_ROOM

    def _add_cells(self) -> None:
        network, interface = self.network, self.interface
        cells = Cells(network, self.config, interface, self.layout)
        is_output = network.cells.role[network.n_inputs :] == Role.OUTPUT
        silent = is_output & (interface.readout == "membrane")
        theta = np.where(silent, np.inf, self.config.neuron.threshold)
        self._sections |= {
            "bias": cells.spread(cells.trait("bias")),
            "threshold": cells.spread(theta, np.inf),
        }
        if network.efficacy is not None:
            self._sections["efficacy"] = cells.spread(network.efficacy, 1.0)
        self._add(self.model.pack(cells))
        if self.has_slow_cells:
            self._add(pack_slow_cells(cells, GLIAL_STEP))
            slow = {"slow_gain": self.slow_gain, "slow_current": self.config.neuron.slow_current}
            self._wholes |= {f"{name}_of_cells": int(is_on) for name, is_on in slow.items()}

    def _add_senders(self) -> None:
        network, layout = self.network, self.layout
        region = np.zeros(layout.n_senders, dtype=np.uint32)
        region[layout.senders] = network.cells.region
        self._sections |= {
            "spike_cost": spike_cost(self.payer, layout),
            "event_cost": event_cost(self.payer, layout),
            "sender_region": region,
        }

    def _add_synapses(self) -> None:
        network, layout = self.network, self.layout
        wiring = network.wiring
        per_sender = np.zeros(layout.n_senders, dtype=np.int64)
        per_sender[layout.senders] = np.diff(wiring.offsets)
        slot = layout.slots[wiring.target]
        delay = np.zeros_like(wiring.delay) if self.is_instant else self._ring_delay
        inhibits = network.inhibits & ~self.payer.synapse_is_graded
        place = delay * (2 * layout.n_slots) + np.where(inhibits, layout.n_slots, 0) + slot
        self._sections |= {
            "sender_start": np.concatenate([[0], np.cumsum(per_sender)]),
            "synapse_ring": place,
            "synapse_slot": slot,
            "weight": self._weights(),
        }
        if self._lags.any():
            self._add(pack_receptor_delays(network, self._lags, self._hold))

    def _weights(self) -> FloatArray:
        """Return what one spike, or unit graded transmission, adds to its target, shape (S,)."""
        network, synapse = self.network, self.config.synapse
        inhibiting = network.inhibits
        size = network.cells.traits[network.wiring.target, NEURONS.column("size")]
        magnitude = np.abs(network.wiring.weight)
        signed = np.where(inhibiting, -magnitude, magnitude)
        if self.model.is_graded:
            return signed
        if self.model.is_event_driven:
            return magnitude
        tau = np.where(inhibiting, synapse.tau_inhibitory, synapse.tau_excitatory)
        factor = np.where(inhibiting, 1.0, 1.0 / size) * (CHARGE_TAU / tau)  # A7; A6
        # graded transmission is a current, not a charge
        return np.where(self.payer.synapse_is_graded, signed * (1.0 / size), magnitude * factor)

    def _add_regions(self) -> None:
        network, energy, glia = self.network, self.config.energy, self.network.glia
        n = network.n_regions
        number = np.bincount(network.cells.region, minlength=n)
        has_stores = self.config.astrocyte.glycogen
        each = np.full(n, energy.pool) if has_stores else network.energy_reserve
        capacity = each * np.maximum(number, 1)
        fill = energy.initial_fill if self.config.astrocyte.metabolic else 1.0
        self._sections |= {
            "capacity": capacity,
            "per_capacity": 1.0 / capacity,
            "energy": capacity * fill,
            "upkeep": upkeep(self.payer),
            "region_start": self.layout.region_start,
        }
        if energy.budget is None:
            copies = np.bincount(glia.region, glia.count, minlength=n)
            one_by_one = np.bincount(glia.region, glia.count * self._supply, n)
            self._sections["supply"] = copies * self._supply
            self._rest["supply"] = one_by_one.astype(np.float64)
        else:
            self._sections["supply"] = shares_at_rest(network, energy)
            self._rest["supply"] = self._sections["supply"]

    def _add_astrocytes(self) -> None:
        glia, config = self.network.glia, self.config.astrocyte

        def trait(name: str) -> FloatArray:
            values: FloatArray = glia.traits[:, ASTROCYTES.column(name)]
            return values

        threshold = trait("calcium_threshold")
        at_rest = threshold if config.transmission == "tonic" else np.zeros_like(threshold)
        self._sections |= {
            "calcium": at_rest,
            "log_threshold": log_each(threshold),
            "keep_calcium": decay(trait("tau_calcium") * config.time_scale, GLIAL_STEP),
            "calcium_threshold": threshold,
            "copies": glia.count.astype(np.float64),
            "astrocyte_region": glia.region,
        }
        self._add_covers()
        self._add_sensing()
        self._add_neighbours()

    def _add_covers(self) -> None:
        """List which astrocytes ensheath the cell of each slot."""
        glia = self.network.glia
        slot = self.layout.slots[glia.cover_neuron]
        order = np.argsort(slot, kind="stable")[np.count_nonzero(slot < 0) :]
        astrocyte, share = glia.cover_astrocyte[order], glia.cover_share[order]
        first = np.searchsorted(slot[order], np.arange(self.layout.n_slots + 1))
        self._sections |= {"cover_start": first, "cover_astrocyte": astrocyte}
        self.sizes["covers"] = len(astrocyte)
        covers = Glia(self.network, self.config, self.layout, astrocyte, share)
        for channel in self.channels:
            self._add(channel.pack(covers))

    def _add_sensing(self) -> None:
        """List which senders each astrocyte senses, and how much."""
        config = self.config.astrocyte
        sensed = sensing(self.network, self.layout, config)
        self.sizes["sensed"] = len(sensed.astrocyte)
        self._sections |= {
            "sense_start": np.searchsorted(sensed.sender, np.arange(self.layout.n_senders + 1)),
            "sense_astrocyte": sensed.astrocyte,
            "sense_number": sensed.number,
            "sense_scale": sensed.scale,
        }

    def _add_neighbours(self) -> None:
        one, other = neighbours(self.network) if self.config.astrocyte.gap_junction else NO_PAIRS
        number = np.bincount(one, minlength=max(len(self.network.glia.gene), 1))
        share = 1.0 / np.maximum(number, 1)[one]
        self.sizes["neighbours"] = len(one)
        self._sections |= {
            "neighbour_one": one,
            "neighbour_other": other,
            "neighbour_share": share,
        }

    def _add_outputs(self) -> None:
        cells = self.network.cells
        outputs = np.flatnonzero(cells.role == Role.OUTPUT)
        outputs = outputs[np.argsort(cells.channel[outputs], kind="stable")]
        self._sections |= {
            "output_slot": self.layout.slots[outputs],
            "output_region": cells.region[outputs],
        }
        self._wholes |= {f"n_{size}": self.sizes[size] for size in SIZES}
