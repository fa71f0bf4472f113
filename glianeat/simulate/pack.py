"""Packing: from a network and settings to the buffer that the kernels advance."""

import numpy as np

from glianeat.develop.network import Network
from glianeat.elementary import exp_each
from glianeat.errors import ConfigError
from glianeat.genome.schema import ACTIVATIONS, ASTROCYTES, NEURONS, Role
from glianeat.simulate.buffer import in_vectors, join
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.activations import MIXED
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.places import (
    NO_PAIRS,
    event_weights,
    neighbours,
    place,
    sensed_pairs,
    topological_order,
    upkeep,
)
from glianeat.simulate.settings import GLIAL_STEP, SimulationConfig
from glianeat.typing import AnyArray, FloatArray

CHARGE_TAU = 5.0  # [ms] time constant at which a weight is delivered as it stands (models: A6)
IZHIKEVICH_PRESETS = {  # a, b, c, d (models: A4; Izhikevich 2003)
    "RS": (0.02, 0.2, -65.0, 8.0),
    "IB": (0.02, 0.2, -55.0, 4.0),
    "CH": (0.02, 0.2, -50.0, 2.0),
    "FS": (0.1, 0.2, -65.0, 2.0),
    "LTS": (0.02, 0.25, -65.0, 2.0),
    "TC": (0.02, 0.25, -65.0, 0.05),
    "RZ": (0.1, 0.26, -65.0, 2.0),
}
_REST_MV = -65.0
_NONE = np.zeros(0)
_SHOWN = {
    "count": at.COUNTS,
    "twitch": at.TWITCHES,
    "first_spike": at.FIRST_SPIKES,
    "membrane": at.MEMBRANES,
}
_MODELS = {"galif": at.GALIF, "izhikevich": at.IZHIKEVICH, "graded": at.GRADED}


def decay(tau: FloatArray | float, step: float) -> FloatArray:
    """Return exp(-step / tau), equal on every processor, shape (N,)."""
    return exp_each(-step / np.atleast_1d(tau))


class Packer:
    """Builds the sections of one network; `pack` joins them.

    Raises
    ------
    ConfigError
        If the neurons cannot be met as the interface says.
    SimulationError
        If a graded network is to be feed-forward and has a cycle.
    """

    def __init__(self, network: Network, config: SimulationConfig, interface: NetworkIO) -> None:
        model = config.neuron.model
        if interface.readout == "membrane" and model == "izhikevich":
            raise ConfigError("neuron.model: graded outputs must be galif, got 'izhikevich'")
        if interface.rate_inputs and model == "graded":
            raise ConfigError("neuron.model: inputs of graded neurons must be graded, not spike")
        self.network, self.config, self.interface = network, config, interface
        self.is_graded = model == "graded"
        self.is_instant = self.is_graded and config.feed_forward
        self.places = place(network)
        self.sections: dict[int, AnyArray] = {}
        self.numbers: dict[int, int] = {}

    def pack(self) -> FloatArray:
        """Return the packed state, aligned to 64 bytes, at rest."""
        self._add_scalars()
        self._add_switches()
        self._add_cells()
        self._add_senders()
        self._add_synapses()
        self._add_regions()
        self._add_astrocytes()
        self._add_outputs()
        return join(self.numbers, self.sections)

    def _add_scalars(self) -> None:
        config, energy = self.config, self.config.energy
        glia, synapse = config.astrocyte, config.synapse
        keep = energy.housekeeping
        scalars = {
            at.KEEP_EXCITATION: decay(synapse.tau_excitatory, 1.0)[0],
            at.KEEP_INHIBITION: decay(synapse.tau_inhibitory, 1.0)[0],
            at.KEEP_READOUT: decay(self.interface.tau_readout, 1.0)[0],
            at.FLOOR: config.neuron.floor,
            at.REFRACTORY_STEPS: config.neuron.refractory,
            at.PER_ONSET: 1.0 / energy.gate_onset,
            at.GATE_GAIN: energy.gate_gain,
            at.HARD_LIMIT: energy.spike * keep,
            at.MAX_RATE: self.interface.max_rate,
            at.KEEP_STORE: decay(glia.tau_store * glia.time_scale, GLIAL_STEP)[0],
            at.KEEP_TRANSMITTER: decay(glia.tau_transmitter * glia.time_scale, GLIAL_STEP)[0],
            at.UPTAKE: glia.uptake,
            at.RELEASE_COST: energy.release * keep,
            at.GAP: glia.gap_junction,
            at.BASELINE: glia.plasticity_baseline,
            at.ASTROCYTE_SUPPLY: energy.supply / 1000.0,
            at.BASE_UTILISATION: synapse.utilisation if synapse.short_term_plasticity else 0.0,
            at.FACILITATION: synapse.facilitation_rate / 1000.0,
            at.RECOVERY: synapse.recovery_rate / 1000.0,
            at.GRADED_OUTPUT_COST: energy.graded * energy.graded_rate * keep,
            at.CURRENT_SCALE: config.neuron.current_scale,
            at.GRADED_PER_STEP: energy.graded_rate,
        }
        section = np.zeros(at.N_SCALARS)
        section[list(scalars)] = list(scalars.values())
        self.sections[at.SCALARS] = section

    def _add_switches(self) -> None:
        config, glia = self.config, self.config.astrocyte
        gates = {"threshold": at.THRESHOLD_GATE, "hard": at.HARD_GATE, "none": at.NO_GATE}
        self.numbers |= {
            at.GATE: at.NO_GATE if self.is_graded else gates[config.energy.gate],
            at.MODEL: _MODELS[config.neuron.model],
            at.RATE_INPUTS: int(self.interface.rate_inputs),
            at.OUTPUTS: self._outputs_shown(),
            at.SUPPLIED: int(glia.metabolic),
            at.GAIN: int(glia.gain),
            at.CURRENT: int(glia.slow_current),
            at.GLIAL_PERIOD: GLIAL_STEP,
        }

    def _outputs_shown(self) -> int:
        return at.MEMBRANES if self.is_graded else _SHOWN[self.interface.readout]

    def _lanes(self, values: FloatArray, padding: float = 0.0) -> FloatArray:
        """Spread one value a cell over the lanes."""
        section = np.full(self.places.n_lanes, padding)
        section[self.places.lane[self.network.n_inputs :]] = values
        return section

    def _trait(self, name: str) -> FloatArray:
        column = NEURONS.column(name)
        values: FloatArray = self.network.cells.traits[self.network.n_inputs :, column]
        return values

    def _add_cells(self) -> None:
        n, config = self.places.n_lanes, self.config.neuron
        is_output = self.network.cells.role[self.network.n_inputs :] == Role.OUTPUT
        silent = is_output & (self.interface.readout == "membrane")
        tau = np.where(silent, self.interface.tau_readout, self._trait("tau_membrane"))
        theta = np.where(silent, np.inf, config.threshold)
        for name in range(at.POTENTIAL, at.DRIVE + 1):
            self.sections[name] = np.zeros(n)
        self.sections[at.GATES][:] = 1.0
        self.sections[at.EFFICACY][:] = 1.0
        self.sections |= {
            at.BIAS: self._lanes(self._trait("bias")),
            at.THRESHOLD: self._lanes(theta, np.inf),
            at.KEEP_POTENTIAL: self._lanes(decay(tau, 1.0)),
            at.KEEP_SLOW: self._lanes(decay(self._trait("tau_adaptation"), 1.0)),
            at.KEEP_FAST: self._lanes(decay(self._trait("tau_afterdepolarisation"), 1.0)),
            at.KEEP_RISE: self._lanes(decay(self._trait("tau_threshold"), 1.0)),
            at.JUMP_SLOW: self._lanes(self._trait("adaptation")),
            at.JUMP_FAST: self._lanes(self._trait("afterdepolarisation")),
            at.RISE_GAIN: self._lanes(self._trait("threshold_jump")),
            at.FIRED: np.zeros(n, dtype=np.uint8),
        }
        if config.model == "izhikevich":
            self._add_izhikevich()
        self._add_order()

    def _add_izhikevich(self) -> None:
        config = self.config.neuron
        sign = self.network.cells.sign[self.network.n_inputs :]
        presets = [
            IZHIKEVICH_PRESETS[config.excitatory_preset if s > 0 else config.inhibitory_preset]
            for s in sign.tolist()
        ]
        names = (at.KEEP_POTENTIAL, at.KEEP_SLOW, at.KEEP_FAST, at.KEEP_RISE)
        for name, values in zip(names, np.array(presets).T, strict=True):
            self.sections[name] = self._lanes(values)
        self.sections[at.POTENTIAL][:] = _REST_MV
        self.sections[at.SLOW] = self.sections[at.KEEP_SLOW] * _REST_MV

    def _add_order(self) -> None:
        """List the lanes of graded cells, in the order in which they are updated."""
        cells = np.arange(self.network.n_inputs, self.network.n_neurons)
        order = topological_order(self.network) if self.is_instant else cells
        order = order if self.is_graded else order[:0]
        self._add_activations()
        self.sections[at.ORDER] = self.places.lane[order].astype(np.uint32)
        self.numbers[at.N_ORDERED] = len(order)

    def _add_activations(self) -> None:
        """Say which activation all graded cells have, or list those of the lanes if they differ."""
        own = (self._trait("activation") if self.is_graded else _NONE).astype(np.int64)
        shared = ACTIVATIONS.index(self.config.neuron.activation)
        each = np.where(own == 0, shared, own)
        mixed = len(each) > 0 and bool((each != each[0]).any())
        lanes = self._lanes(each.astype(np.float64)) if mixed else _NONE
        self.sections[at.OWN_ACTIVATION] = lanes.astype(np.uint32)
        alone = int(each[0]) if len(each) else shared
        self.numbers[at.ACTIVATION] = MIXED if mixed else alone

    @property
    def n_graded(self) -> int:
        """How many neurons transmit gradedly; they come first."""
        if self.is_graded:
            return self.network.n_neurons
        return 0 if self.interface.rate_inputs else self.network.n_inputs

    def _add_senders(self) -> None:
        network, places, energy = self.network, self.places, self.config.energy
        for name in range(at.EMITTED, at.LAST_SPIKE + 1):
            self.sections[name] = np.zeros(places.n_rows)
        self.sections[at.RESOURCE][:] = 1.0
        size = np.zeros(places.n_rows)
        size[places.row] = network.cells.traits[:, NEURONS.column("size")]
        size[places.row[: self.n_graded]] = 0.0  # no spikes to pay for
        region = np.zeros(places.n_rows, dtype=np.uint32)
        region[places.row] = network.cells.region
        self.sections |= {
            at.SPIKE_COST: size * energy.spike * energy.housekeeping,
            at.EVENT_COST: self._event_cost(),
            at.SPIKED: np.zeros(places.n_rows, dtype=np.uint32),
            at.ROW_REGION: region,
            at.AMPLITUDE: np.zeros(network.n_inputs),
            at.CHARGE: np.zeros(network.n_inputs),
            at.INPUT_FIRED: np.zeros(in_vectors(network.n_inputs), dtype=np.uint8),
        }

    def _event_cost(self) -> FloatArray:
        """Return what the deliveries of one spike, or of what is like one, cost each region."""
        network, places, energy = self.network, self.places, self.config.energy
        apart = network.inhibits & (network.source >= self.n_graded)
        others, inhibiting = event_weights(network, places, energy.reference_weight, apart)
        charge = np.full(places.n_rows, energy.excitatory)
        charge[places.row[: self.n_graded]] = energy.graded
        cost = np.zeros((places.n_rows, in_vectors(network.n_regions)))
        cost[:, : network.n_regions] = others * (charge * energy.housekeeping)[:, None]
        cost[:, : network.n_regions] += inhibiting * (energy.inhibitory * energy.housekeeping)
        return cost

    def _add_synapses(self) -> None:
        network, places = self.network, self.places
        wiring = network.wiring
        in_row = np.zeros(places.n_rows, dtype=np.int64)
        in_row[places.row] = np.diff(wiring.offsets)
        lane = places.lane[wiring.target]
        delay = np.zeros_like(wiring.delay) if self.is_instant else wiring.delay
        n_slots = int(delay.max(initial=1)) + 1
        spikes = network.source >= self.n_graded
        channel = np.where(network.inhibits & spikes, places.n_lanes, 0)
        slot = delay * (2 * places.n_lanes) + channel + lane
        self.sections |= {
            at.RING: np.zeros(n_slots * 2 * places.n_lanes),
            at.ROW_START: np.concatenate([[0], np.cumsum(in_row)]).astype(np.uint32),
            at.SYNAPSE_SLOT: slot.astype(np.uint32),
            at.SYNAPSE_LANE: lane.astype(np.uint32),
            at.WEIGHT: self._weights(),
        }
        self.numbers |= {
            at.N_INPUTS: network.n_inputs,
            at.N_LANES: places.n_lanes,
            at.N_REGIONS: network.n_regions,
            at.N_SLOTS: n_slots,
        }

    def _weights(self) -> FloatArray:
        """Return what one spike, or unit graded transmission, adds to its target, shape (S,)."""
        network, synapse = self.network, self.config.synapse
        inhibiting, source = network.inhibits, network.source
        size = network.cells.traits[network.wiring.target, NEURONS.column("size")]
        magnitude = np.abs(network.wiring.weight)
        signed = np.where(inhibiting, -magnitude, magnitude)
        if self.is_graded:
            return signed
        tau = np.where(inhibiting, synapse.tau_inhibitory, synapse.tau_excitatory)
        factor = np.where(inhibiting, 1.0, 1.0 / size) * (CHARGE_TAU / tau)  # A7; A6
        # graded transmission is a current, not a charge
        return np.where(source < self.n_graded, signed * (1.0 / size), magnitude * factor)

    def _add_regions(self) -> None:
        network, energy = self.network, self.config.energy
        n = network.n_regions
        for name in range(at.ENERGY, at.FILL_SUM + 1):
            self.sections[name] = np.zeros(n)
        number = np.bincount(network.cells.region, minlength=n)
        capacity = network.energy_reserve * np.maximum(number, 1)
        idle = sum(getattr(energy, kind) * per for kind, per in upkeep(network, energy).items())
        copies = np.bincount(network.glia.region, network.glia.count, minlength=n)
        self.sections |= {
            at.CAPACITY: capacity,
            at.PER_CAPACITY: 1.0 / capacity,
            at.ENERGY: capacity * (energy.initial_fill if self.config.astrocyte.metabolic else 1.0),
            at.UPKEEP: np.asarray(idle) * (energy.housekeeping / 1000.0),
            at.SUPPLY: copies * (energy.supply / 1000.0),
            at.REGION_START: self.places.region_start.astype(np.uint32),
            at.REGION_GATE: np.ones(n),
        }

    def _add_astrocytes(self) -> None:
        glia, config = self.network.glia, self.config.astrocyte
        n = len(glia.gene)
        for name in range(at.CALCIUM, at.SENSED + 1):
            self.sections[name] = np.zeros(n)
        for name in (at.STORE, at.ARMED, at.PLASTICITY):
            self.sections[name][:] = 1.0

        def trait(name: str) -> FloatArray:
            values: FloatArray = glia.traits[:, ASTROCYTES.column(name)]
            return values

        self.sections |= {
            at.KEEP_CALCIUM: decay(trait("tau_calcium") * config.time_scale, GLIAL_STEP),
            at.CALCIUM_THRESHOLD: trait("calcium_threshold"),
            at.SUPPLY_GAIN: trait("supply_gain"),
            at.PLASTICITY_GAIN: trait("plasticity_gain") * float(config.plasticity),
            at.COPIES: glia.count.astype(np.float64),
            at.ASTROCYTE_REGION: glia.region.astype(np.uint32),
        }
        self.numbers[at.N_ASTROCYTES] = n
        self._add_covers(trait("gain"), trait("slow_current"))
        self._add_sensing()
        self._add_neighbours()

    def _add_covers(self, gain: FloatArray, slow_current: FloatArray) -> None:
        """List which astrocytes ensheath the cell of each lane."""
        glia = self.network.glia
        lane = self.places.lane[glia.cover_neuron]
        order = np.argsort(lane, kind="stable")[np.count_nonzero(lane < 0) :]
        astrocyte, share = glia.cover_astrocyte[order], glia.cover_share[order]
        first = np.searchsorted(lane[order], np.arange(self.places.n_lanes + 1))
        self.sections |= {
            at.COVER_START: first.astype(np.uint32),
            at.COVER_ASTROCYTE: astrocyte.astype(np.uint32),
            at.COVER_GAIN: share * gain[astrocyte],
            at.COVER_CURRENT: share * slow_current[astrocyte],
        }
        self.numbers[at.N_COVERS] = len(order)

    def _add_sensing(self) -> None:
        """List the synapses from each row into each territory; an input counts as one afferent."""
        network, places, glia = self.network, self.places, self.network.glia
        row, astrocyte = sensed_pairs(network, places)
        n, n_astrocytes = places.n_rows, len(glia.gene)
        code, number = np.unique(row * max(n_astrocytes, 1) + astrocyte, return_counts=True)
        rows = code // max(n_astrocytes, 1)
        total = np.bincount(astrocyte, minlength=n_astrocytes)
        window = GLIAL_STEP / 1000.0 * self.config.astrocyte.reference_rate
        self.sections |= {
            at.SENSE_START: np.searchsorted(rows, np.arange(n + 1)).astype(np.uint32),
            at.SENSE_ASTROCYTE: (code % max(n_astrocytes, 1)).astype(np.uint32),
            at.SENSE_NUMBER: number.astype(np.float64),
            at.SENSE_SCALE: np.where(total > 0, 1.0 / (np.maximum(total, 1) * window), 0.0),
        }

    def _add_neighbours(self) -> None:
        one, other = neighbours(self.network) if self.config.astrocyte.gap_junction else NO_PAIRS
        number = np.bincount(one, minlength=max(len(self.network.glia.gene), 1))
        self.sections |= {
            at.NEIGHBOUR_ONE: one.astype(np.uint32),
            at.NEIGHBOUR_OTHER: other.astype(np.uint32),
            at.NEIGHBOUR_SHARE: 1.0 / np.maximum(number, 1)[one],
        }
        self.numbers[at.N_NEIGHBOURS] = len(one)

    def _add_outputs(self) -> None:
        cells = self.network.cells
        outputs = np.flatnonzero(cells.role == Role.OUTPUT)
        outputs = outputs[np.argsort(cells.channel[outputs], kind="stable")]
        self.sections |= {
            at.READOUT: np.zeros(len(outputs)),
            at.GRADED_SUM: np.zeros(len(outputs)),
            at.RISING: np.zeros(len(outputs)),
            at.OUTPUT_LANE: self.places.lane[outputs].astype(np.uint32),
            at.OUTPUT_REGION: cells.region[outputs].astype(np.uint32),
        }
        self.numbers[at.N_OUTPUTS] = len(outputs)
