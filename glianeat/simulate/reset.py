"""Rest: what a network that keeps nothing between two steps of a task returns to."""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats
from glianeat.typing import FloatArray


@fused_loop
def reset_dynamics(buffer: FloatArray) -> None:
    """Return neurons, spikes under way, receptors, outputs and astrocytes to rest.

    What that is, sections say themselves (`Section.resets`). Energy pools and counts go on, since
    what was spent stays spent. Glial periods begin anew, or the next glial step would come at
    another time each time.
    """
    floats(buffer, at.ZEROED)[:] = 0.0
    _restore(floats(buffer, at.RESTORED), floats(buffer, at.IMAGE))
    _count(
        floats(buffer, at.EMITTED),
        floats(buffer, at.RECENT),
        floats(buffer, at.RELEASED_SUM),
        floats(buffer, at.RELEASED),
    )
    scalars = floats(buffer, at.SCALARS)
    scalars[at.GLIA_SINCE] = scalars[at.CLOCK]


@fused_loop
def _restore(state: FloatArray, image: FloatArray) -> None:
    for k in range(state.shape[0]):
        state[k] = image[k]


@fused_loop
def _count(
    emitted: FloatArray, recent: FloatArray, total: FloatArray, released: FloatArray
) -> None:
    """Move recent counts to the sums: astrocytes are not to sense them any more."""
    for sender in range(recent.shape[0]):
        emitted[sender] += recent[sender]
        total[sender] += released[sender]
        recent[sender] = 0.0
        released[sender] = 0.0
