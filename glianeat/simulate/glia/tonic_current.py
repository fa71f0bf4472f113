"""The slow current channel, tonic: slow calcium drives or holds back ensheathed cells.

I = clip(Σ_g share_g γ_s,g ln(c_g / θ_g), ±2 ln 8)
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats, wholes
from glianeat.simulate.glia.channel import Channel, Glia
from glianeat.simulate.section import Values, parameter
from glianeat.simulate.slow_limits import MOST_CURRENT
from glianeat.typing import FloatArray, IndexArray


@fused_loop
def drive_cells(buffer: FloatArray) -> None:
    """Set the slow current of each cell."""
    _drive(
        wholes(buffer, at.COVER_START),
        wholes(buffer, at.COVER_ASTROCYTE),
        floats(buffer, at.COVER_DRIVE),
        floats(buffer, at.DEVIATION),
        floats(buffer, at.SLOW_INWARD),
    )


@fused_loop
def _drive(
    start: IndexArray,
    astrocyte: IndexArray,
    drive: FloatArray,
    deviation: FloatArray,
    inward: FloatArray,
) -> None:
    for j in range(np.uint64(inward.shape[0])):
        if start[j] == start[j + np.uint64(1)]:
            continue  # no cell, or no astrocyte around it
        total = 0.0
        for k in range(start[j], start[j + np.uint64(1)]):
            total -= drive[k] * deviation[astrocyte[k]]
        inward[j] = min(max(total, -MOST_CURRENT), MOST_CURRENT)


def _pack(glia: Glia) -> Values:
    return Values({"cover_drive": glia.per_cover("slow_current")})


TONIC_CURRENT = Channel(
    name="tonic_current",
    sections=(parameter("cover_drive", ("covers",), "threshold", "share · γ_s, by slot"),),
    step=drive_cells,
    pack=_pack,
    reference="tests.reference.astrocytes:drive_tonically",
    setting="slow_current",
    transmission="tonic",
)
