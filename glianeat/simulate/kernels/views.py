"""The sections of a packed state that belong together, as records of arrays."""

from typing import NamedTuple

from glianeat.compile.decorators import inline
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import flags, floats, number, padded, wholes
from glianeat.typing import AnyArray, FloatArray, IndexArray


class Cells(NamedTuple):
    """State and parameters of cells, shape (M,)."""

    excitation: FloatArray
    inhibition: FloatArray
    drive: FloatArray
    potential: FloatArray
    slow: FloatArray
    fast: FloatArray
    rise: FloatArray
    refractory: FloatArray
    gates: FloatArray
    efficacy: FloatArray
    threshold: FloatArray
    keep_potential: FloatArray
    keep_slow: FloatArray
    keep_fast: FloatArray
    keep_rise: FloatArray
    jump_slow: FloatArray
    jump_fast: FloatArray
    rise_gain: FloatArray
    fired: AnyArray


class Senders(NamedTuple):
    """Rows: inputs, then lanes; and their synapses."""

    row_start: IndexArray  # (I + M + 1,)
    region: IndexArray  # (I + M,)
    slots: IndexArray  # (S,)
    weight: FloatArray  # (S,)
    recent: FloatArray  # (I + M,)
    released: FloatArray  # (I + M,)
    resource: FloatArray  # (I + M,)
    utilisation: FloatArray  # (I + M,)
    last_spike: FloatArray  # (I + M,)
    spike_cost: FloatArray  # (I + M,)
    event_cost: FloatArray  # (I + M) · (R in full vectors)
    spiked: IndexArray  # (I + M,) room for the list of those that spike


class Pools(NamedTuple):
    """Regional energy pools, shape (R,), in full vectors: what follows means nothing."""

    energy: FloatArray
    capacity: FloatArray
    per_capacity: FloatArray
    upkeep: FloatArray
    graded_cost: FloatArray
    supply: FloatArray
    cost: FloatArray
    supplied_sum: FloatArray
    spent_sum: FloatArray
    unmet_sum: FloatArray
    fill_sum: FloatArray
    gate: FloatArray
    region_start: IndexArray  # (R + 1,)


class Astrocytes(NamedTuple):
    """State and parameters of astrocytes, shape (A,), in full vectors as in `Pools`."""

    calcium: FloatArray
    transmitter: FloatArray
    store: FloatArray
    armed: FloatArray
    releases: FloatArray
    plasticity: FloatArray
    sensed: FloatArray
    keep: FloatArray
    threshold: FloatArray
    supply_gain: FloatArray
    plasticity_gain: FloatArray
    copies: FloatArray
    scale: FloatArray
    region: IndexArray


class Outputs(NamedTuple):
    """What the network shows to the world, shape (O,)."""

    readout: FloatArray
    graded_sum: FloatArray
    rising: FloatArray
    lane: IndexArray
    region: IndexArray


@inline
def view_cells(buffer: FloatArray) -> Cells:
    """Return the sections of cells."""
    n = number(buffer, at.N_LANES)
    return Cells(
        floats(buffer, at.EXCITATION, n),
        floats(buffer, at.INHIBITION, n),
        floats(buffer, at.DRIVE, n),
        floats(buffer, at.POTENTIAL, n),
        floats(buffer, at.SLOW, n),
        floats(buffer, at.FAST, n),
        floats(buffer, at.RISE, n),
        floats(buffer, at.REFRACTORY, n),
        floats(buffer, at.GATES, n),
        floats(buffer, at.EFFICACY, n),
        floats(buffer, at.THRESHOLD, n),
        floats(buffer, at.KEEP_POTENTIAL, n),
        floats(buffer, at.KEEP_SLOW, n),
        floats(buffer, at.KEEP_FAST, n),
        floats(buffer, at.KEEP_RISE, n),
        floats(buffer, at.JUMP_SLOW, n),
        floats(buffer, at.JUMP_FAST, n),
        floats(buffer, at.RISE_GAIN, n),
        flags(buffer, at.FIRED, n),
    )


@inline
def view_senders(buffer: FloatArray) -> Senders:
    """Return the sections of rows and synapses."""
    n = number(buffer, at.N_INPUTS) + number(buffer, at.N_LANES)
    row_start = wholes(buffer, at.ROW_START, n + 1)
    n_synapses = row_start[n]
    return Senders(
        row_start,
        wholes(buffer, at.ROW_REGION, n),
        wholes(buffer, at.SYNAPSE_SLOT, n_synapses),
        floats(buffer, at.WEIGHT, n_synapses),
        floats(buffer, at.RECENT, n),
        floats(buffer, at.RELEASED, n),
        floats(buffer, at.RESOURCE, n),
        floats(buffer, at.UTILISATION, n),
        floats(buffer, at.LAST_SPIKE, n),
        floats(buffer, at.SPIKE_COST, n),
        floats(buffer, at.EVENT_COST, n * padded(number(buffer, at.N_REGIONS))),
        wholes(buffer, at.SPIKED, n),
    )


@inline
def view_pools(buffer: FloatArray) -> Pools:
    """Return the sections of regions."""
    n_regions = number(buffer, at.N_REGIONS)
    n = padded(n_regions)
    return Pools(
        floats(buffer, at.ENERGY, n),
        floats(buffer, at.CAPACITY, n),
        floats(buffer, at.PER_CAPACITY, n),
        floats(buffer, at.UPKEEP, n),
        floats(buffer, at.GRADED_COST, n),
        floats(buffer, at.SUPPLY, n),
        floats(buffer, at.COST, n),
        floats(buffer, at.SUPPLIED_SUM, n),
        floats(buffer, at.SPENT_SUM, n),
        floats(buffer, at.UNMET_SUM, n),
        floats(buffer, at.FILL_SUM, n),
        floats(buffer, at.REGION_GATE, n),
        wholes(buffer, at.REGION_START, n_regions + 1),
    )


@inline
def view_astrocytes(buffer: FloatArray) -> Astrocytes:
    """Return the sections of astrocytes."""
    n = padded(number(buffer, at.N_ASTROCYTES))
    return Astrocytes(
        floats(buffer, at.CALCIUM, n),
        floats(buffer, at.TRANSMITTER, n),
        floats(buffer, at.STORE, n),
        floats(buffer, at.ARMED, n),
        floats(buffer, at.RELEASES, n),
        floats(buffer, at.PLASTICITY, n),
        floats(buffer, at.SENSED, n),
        floats(buffer, at.KEEP_CALCIUM, n),
        floats(buffer, at.CALCIUM_THRESHOLD, n),
        floats(buffer, at.SUPPLY_GAIN, n),
        floats(buffer, at.PLASTICITY_GAIN, n),
        floats(buffer, at.COPIES, n),
        floats(buffer, at.SENSE_SCALE, n),
        wholes(buffer, at.ASTROCYTE_REGION, n),
    )


@inline
def view_outputs(buffer: FloatArray) -> Outputs:
    """Return the sections of outputs."""
    n = number(buffer, at.N_OUTPUTS)
    return Outputs(
        floats(buffer, at.READOUT, n),
        floats(buffer, at.GRADED_SUM, n),
        floats(buffer, at.RISING, n),
        wholes(buffer, at.OUTPUT_LANE, n),
        wholes(buffer, at.OUTPUT_REGION, n),
    )
