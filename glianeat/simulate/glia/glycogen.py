"""Stores of glycogen in astrocytes: filled slowly by what is left, emptied fast by low pools.

The stores of a region's astrocytes fill and empty together, and so are kept as one.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats, number
from glianeat.simulate.glia.channel import GLIAL_STEP, Channel, Glia
from glianeat.simulate.section import Section, Values, parameter
from glianeat.typing import FloatArray

PER_ONSET = 2.0  # 1 over the fill of a pool below which the store empties into it
RELEASED = 0.5  # share of the store that an empty pool draws in a glial step: 0.05 per ms


@fused_loop
def exchange_glycogen(buffer: FloatArray) -> None:
    """Store what was offered to pools and not taken, then fill pools that are less than half full.

    What enters a store was supplied: E + L at the end = E + L at first + supplied − spent + unmet.
    """
    store, capacity = floats(buffer, at.STORED), floats(buffer, at.STORED_CAPACITY)
    most, before = floats(buffer, at.STORED_MOST), floats(buffer, at.SUPPLIED_BEFORE)
    energy, per_capacity = floats(buffer, at.ENERGY), floats(buffer, at.PER_CAPACITY)
    supply, supplied = floats(buffer, at.SUPPLY), floats(buffer, at.SUPPLIED_SUM)
    full = floats(buffer, at.CAPACITY)
    for r in range(np.uint64(number(buffer, at.N_REGIONS))):
        left = GLIAL_STEP * supply[r] - (supplied[r] - before[r])
        charged = max(0.0, min(left, most[r], capacity[r] - store[r]))
        supplied[r] += charged
        before[r] = supplied[r]
        held = store[r] + charged
        shortage = max(0.0, 1.0 - PER_ONSET * (energy[r] * per_capacity[r]))
        moved = min(RELEASED * held * shortage, full[r] * (shortage / PER_ONSET))
        energy[r] += moved
        store[r] = held - moved


def _pack(glia: Glia) -> Values:
    network, energy = glia.network, glia.config.energy
    number_of = network.astrocytes.astype(np.float64)
    capacity = number_of * energy.glycogen
    return Values(
        {
            "stored": capacity * energy.initial_fill,
            "stored_capacity": capacity,
            "stored_most": number_of * (energy.glycogen_rate * GLIAL_STEP / 1000.0),
        }
    )


_REGIONS = ("regions",)
GLYCOGEN = Channel(
    name="glycogen",
    sections=(
        Section("stored", _REGIONS, "EU", "glycogen L", initial=None),
        Section("supplied_before", _REGIONS, "EU", "all that came in before this glial step"),
        parameter("stored_capacity", _REGIONS, "EU", "L_max of all astrocytes"),
        parameter("stored_most", _REGIONS, "EU", "most that is stored in a glial step"),
    ),
    step=exchange_glycogen,
    pack=_pack,
    reference="tests.reference.astrocytes:exchange",
)
