"""The metabolic channel: astrocytes supply their region's energy pool (models: B8)."""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats, number
from glianeat.simulate.glia.channel import Channel, Glia
from glianeat.simulate.section import Values, parameter
from glianeat.simulate.views import view_astrocytes
from glianeat.typing import FloatArray

MAX_BOOST = 2.0  # calcium at which an astrocyte supplies most


@fused_loop
def supply_pools(buffer: FloatArray) -> None:
    """Set what the astrocytes of each region supply, more where calcium is high.

    Sums run in local variables as long as the region stays the same: through memory, every
    addition would wait for the one before it to arrive there.
    """
    glia, pool = view_astrocytes(buffer), floats(buffer, at.SUPPLY)
    gain = floats(buffer, at.SUPPLY_GAIN)
    per_astrocyte = floats(buffer, at.SCALARS)[at.ASTROCYTE_SUPPLY]
    for r in range(pool.shape[0]):
        pool[r] = 0.0
    region, supply = glia.astrocyte_region[0], 0.0
    for g in range(np.uint64(number(buffer, at.N_ASTROCYTES))):
        if glia.astrocyte_region[g] != region:
            pool[region] = supply
            region = glia.astrocyte_region[g]
            supply = pool[region]
        boost = min(MAX_BOOST, glia.calcium[g])
        supply += glia.copies[g] * per_astrocyte * (1.0 + gain[g] * boost)
    pool[region] = supply


def _pack(glia: Glia) -> Values:
    return Values({"supply_gain": glia.trait("supply_gain")})


METABOLIC = Channel(
    name="metabolic",
    sections=(parameter("supply_gain", ("astrocytes",), "1", "κ_c"),),
    step=supply_pools,
    pack=_pack,
    reference="tests.reference.astrocytes:supply",
)
