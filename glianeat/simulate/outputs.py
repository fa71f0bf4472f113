"""Outputs: what a network shows to the world after a millisecond."""

from glianeat.compile.decorators import fused_loop, inline
from glianeat.simulate import at
from glianeat.simulate.views import Outputs, Pools
from glianeat.typing import AnyArray, FloatArray

LEAST = 1e-3  # of a spike: what is left of one after seven time constants


@inline
def _left(trace: float) -> float:
    return trace if trace >= LEAST else 0.0


@fused_loop
def read(
    kind: int,
    outputs: Outputs,
    observed: FloatArray,
    fired: AnyArray,
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
    for k in range(outputs.output_slot.shape[0]):
        slot = outputs.output_slot[k]
        if kind == at.READ_MEMBRANE:
            shown = abs(observed[slot])
            outputs.readout[k] = observed[slot]
            outputs.graded_sum[k] += shown
            pools.cost[outputs.output_region[k]] += shown * scalars[at.GRADED_OUTPUT_COST]
        elif kind == at.READ_COUNT:
            outputs.readout[k] = _left(outputs.readout[k] * keep) + fired[slot]
        elif kind == at.READ_TWITCH:
            rising = _left(outputs.rising[k] * keep) + fired[slot]
            outputs.rising[k] = rising
            shown = outputs.readout[k] * keep + (1.0 - keep) * rising
            outputs.readout[k] = shown if rising > 0.0 else _left(shown)
        elif fired[slot] != 0 and outputs.readout[k] == 0.0:
            outputs.readout[k] = 1.0 / waited
