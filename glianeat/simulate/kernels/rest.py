"""Rest: what a network that keeps nothing between two steps of a task returns to."""

from glianeat.jit import vectorised
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import floats, number
from glianeat.typing import FloatArray

_REST_MV = -65.0  # of Izhikevich neurons


@vectorised
def forget(buffer: FloatArray) -> None:
    """Return neurons, spikes under way, receptors, outputs and astrocytes to rest.

    Energy pools and counts go on, since what was spent stays spent.
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
    _calm(buffer)


@vectorised
def _calm(buffer: FloatArray) -> None:
    n = number(buffer, at.N_ASTROCYTES)
    for name in (at.CALCIUM, at.TRANSMITTER, at.SENSED):
        floats(buffer, name, n)[:] = 0.0
    for name in (at.STORE, at.ARMED, at.PLASTICITY):
        floats(buffer, name, n)[:] = 1.0
