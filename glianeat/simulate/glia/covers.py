"""Sums over the astrocytes that ensheathe each cell."""

import numpy as np

from glianeat.compile.decorators import fused_loop, inline
from glianeat.simulate import at
from glianeat.simulate.access import floats, wholes
from glianeat.typing import FloatArray, IndexArray


@inline  # its arrays lie in the buffer: as arguments of a fused loop they must not overlap
def sum_covers(buffer: FloatArray, factor: FloatArray, sums: FloatArray, rest: float) -> None:
    """Set `rest` plus the sum over the astrocytes of each slot of transmitter times a factor."""
    start, astrocyte = wholes(buffer, at.COVER_START), wholes(buffer, at.COVER_ASTROCYTE)
    _gather(start, astrocyte, factor, floats(buffer, at.TRANSMITTER), sums, rest)


@fused_loop
def _gather(
    start: IndexArray,
    astrocyte: IndexArray,
    factor: FloatArray,
    transmitter: FloatArray,
    sums: FloatArray,
    rest: float,
) -> None:
    for j in range(np.uint64(sums.shape[0])):
        total = rest
        for k in range(start[j], start[j + np.uint64(1)]):
            total += factor[k] * transmitter[astrocyte[k]]
        sums[j] = total
