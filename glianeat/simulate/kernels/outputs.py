"""Outputs: what a network shows to the world after a millisecond."""

from glianeat.compile.decorators import fused_loop, inline
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.views import Cells, Outputs, Pools
from glianeat.typing import FloatArray

LEAST = 1e-3  # of a spike: what is left of one after seven time constants


@inline
def _left(trace: float) -> float:
    return trace if trace >= LEAST else 0.0


@fused_loop
def read(
    kind: int,
    outputs: Outputs,
    cells: Cells,
    pools: Pools,
    scalars: FloatArray,
) -> None:
    """Read leaky counts of spikes, twitches, first spikes, or what is shown gradedly and charged.

    A trace below `LEAST` of a spike is nothing: without an end, outputs that are silent would
    remember for free for as long as floats tell a trace from none.

    A twitch is the response of two equal leaky integrators in a row, so that twitches add up to
    what the leaky count is on average, but with far less ripple.
    """
    keep = scalars[at.KEEP_READOUT]
    waited = scalars[at.CLOCK] - scalars[at.READ_SINCE] + 1.0
    for k in range(outputs.lane.shape[0]):
        lane = outputs.lane[k]
        if kind == at.MEMBRANES:
            shown = abs(cells.potential[lane])
            outputs.readout[k] = cells.potential[lane]
            outputs.graded_sum[k] += shown
            pools.cost[outputs.region[k]] += shown * scalars[at.GRADED_OUTPUT_COST]
        elif kind == at.COUNTS:
            outputs.readout[k] = _left(outputs.readout[k] * keep) + cells.fired[lane]
        elif kind == at.TWITCHES:
            rising = _left(outputs.rising[k] * keep) + cells.fired[lane]
            outputs.rising[k] = rising
            shown = outputs.readout[k] * keep + (1.0 - keep) * rising
            outputs.readout[k] = shown if rising > 0.0 else _left(shown)
        elif cells.fired[lane] != 0 and outputs.readout[k] == 0.0:
            outputs.readout[k] = 1.0 / waited
