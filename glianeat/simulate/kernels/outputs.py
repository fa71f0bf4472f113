"""Outputs: what a network shows to the world after a millisecond."""

from glianeat.jit import vectorised
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.views import Cells, Outputs, Pools
from glianeat.typing import FloatArray


@vectorised
def read(
    kind: int,
    outputs: Outputs,
    cells: Cells,
    pools: Pools,
    scalars: FloatArray,
) -> None:
    """Read leaky counts of spikes, what is shown gradedly, which is charged, or first spikes."""
    waited = scalars[at.CLOCK] - scalars[at.READ_SINCE] + 1.0
    for k in range(outputs.lane.shape[0]):
        lane = outputs.lane[k]
        if kind == at.MEMBRANES:
            shown = abs(cells.potential[lane])
            outputs.readout[k] = cells.potential[lane]
            outputs.graded_sum[k] += shown
            pools.cost[outputs.region[k]] += shown * scalars[at.GRADED_OUTPUT_COST]
        elif kind == at.COUNTS:
            decayed = outputs.readout[k] * scalars[at.KEEP_READOUT]
            outputs.readout[k] = decayed + cells.fired[lane]
        elif cells.fired[lane] != 0 and outputs.readout[k] == 0.0:
            outputs.readout[k] = 1.0 / waited
