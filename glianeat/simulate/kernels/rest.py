"""Rest: what a network that keeps nothing between two steps of a task returns to."""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import floats, number, wholes
from glianeat.typing import FloatArray

_REST_MV = -65.0  # of Izhikevich neurons


@fused_loop
def forget(buffer: FloatArray) -> None:
    """Return neurons, spikes under way, receptors, outputs and astrocytes to rest.

    Energy pools and counts go on, since what was spent stays spent. Glial periods begin anew, or
    the next glial step would come at another time each time.
    """
    n, n_inputs = number(buffer, at.N_LANES), number(buffer, at.N_INPUTS)
    for name in range(at.POTENTIAL, at.REFRACTORY + 1):
        floats(buffer, name, n)[:] = 0.0
    if number(buffer, at.MODEL) == at.IZHIKEVICH:
        potential, slow = floats(buffer, at.POTENTIAL, n), floats(buffer, at.SLOW, n)
        recovery = floats(buffer, at.KEEP_SLOW, n)  # b
        for j in range(n):
            potential[j] = _REST_MV
            slow[j] = recovery[j] * _REST_MV
    floats(buffer, at.EFFICACY, n)[:] = 1.0
    floats(buffer, at.SLOW_INWARD, n)[:] = 0.0
    floats(buffer, at.RING, number(buffer, at.N_SLOTS) * 2 * n)[:] = 0.0
    floats(buffer, at.CHARGE, n_inputs)[:] = 0.0
    floats(buffer, at.RESOURCE, n_inputs + n)[:] = 1.0
    floats(buffer, at.UTILISATION, n_inputs + n)[:] = 0.0
    floats(buffer, at.READOUT, number(buffer, at.N_OUTPUTS))[:] = 0.0
    floats(buffer, at.RISING, number(buffer, at.N_OUTPUTS))[:] = 0.0
    _count(buffer, n_inputs + n)
    _calm(buffer)


@fused_loop
def _count(buffer: FloatArray, n_rows: int) -> None:
    """Move recent counts to the sums: astrocytes are not to sense them any more."""
    emitted, recent = floats(buffer, at.EMITTED, n_rows), floats(buffer, at.RECENT, n_rows)
    total, released = floats(buffer, at.RELEASED_SUM, n_rows), floats(buffer, at.RELEASED, n_rows)
    for row in range(n_rows):
        emitted[row] += recent[row]
        total[row] += released[row]
        recent[row] = 0.0
        released[row] = 0.0


@fused_loop
def _calm(buffer: FloatArray) -> None:
    """Return astrocytes to rest, and what they supply; a glial step may be a long way off."""
    scalars = floats(buffer, at.SCALARS, at.N_SCALARS)
    scalars[at.GLIA_SINCE] = scalars[at.CLOCK]
    n = number(buffer, at.N_ASTROCYTES)
    region, copies = wholes(buffer, at.ASTROCYTE_REGION, n), floats(buffer, at.COPIES, n)
    supply = floats(buffer, at.SUPPLY, number(buffer, at.N_REGIONS))
    supply[:] = 0.0
    for g in range(n):
        supply[region[g]] += copies[g] * scalars[at.ASTROCYTE_SUPPLY]
    for name in (at.CALCIUM, at.TRANSMITTER, at.SENSED):
        floats(buffer, name, n)[:] = 0.0
    for name in (at.STORE, at.ARMED, at.PLASTICITY):
        floats(buffer, name, n)[:] = 1.0
