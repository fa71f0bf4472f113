"""The sections of a packed state that belong together, as records of arrays.

The name of a field is that of its section; sections are read-only here where their rows say so.
"""

from typing import NamedTuple

from glianeat.simulate.access import view_of
from glianeat.typing import AnyArray, FloatArray, IndexArray


class Arrivals(NamedTuple):
    """What every spiking cell has, and what arrives at it in a step, shape (M,)."""

    excitatory: FloatArray  # arrivals in this step; emptied by it
    inhibitory: FloatArray
    excitation: FloatArray
    inhibition: FloatArray
    drive: FloatArray
    efficacy: FloatArray
    gates: FloatArray
    threshold: FloatArray
    fired: AnyArray


class Cells(NamedTuple):
    """State and parameters that every cell has, shape (M,)."""

    excitation: FloatArray
    inhibition: FloatArray
    drive: FloatArray
    efficacy: FloatArray
    gates: FloatArray
    threshold: FloatArray
    fired: AnyArray


class Senders(NamedTuple):
    """Senders: inputs, then slots; and their synapses."""

    sender_start: IndexArray  # (I + M + 1,)
    sender_region: IndexArray  # (I + M,)
    synapse_ring: IndexArray  # (S,)
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
    region_gate: FloatArray
    region_start: IndexArray  # (R + 1,)


class Astrocytes(NamedTuple):
    """State and parameters of astrocytes, shape (A,), in full vectors as in `Pools`."""

    calcium: FloatArray
    transmitter: FloatArray
    store: FloatArray
    armed: FloatArray
    releases: FloatArray
    sensed: FloatArray
    keep_calcium: FloatArray
    calcium_threshold: FloatArray
    copies: FloatArray
    sense_scale: FloatArray
    astrocyte_region: IndexArray


class Outputs(NamedTuple):
    """What the network shows to the world, shape (O,)."""

    readout: FloatArray
    graded_sum: FloatArray
    rising: FloatArray
    output_slot: IndexArray
    output_region: IndexArray


view_cells = view_of(Cells)
view_senders = view_of(Senders)
view_pools = view_of(Pools)
view_astrocytes = view_of(Astrocytes)
view_outputs = view_of(Outputs)
