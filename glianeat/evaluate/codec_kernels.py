"""Compiled codec: one call takes an observation, simulates a step of the task, gives the action.

The codec's packed state is one float64 array: the head named here; the observation, which a call
scales in place (an array of its own would cost each call 60 ns), the centres and inverse scales (n
each); of each input the observation it sees, its polarity (0 if signed), gain, phasic share, share
by which its slow trace follows in a step, and that trace (I each); the action, and centre and half
range of the actions (A each).
"""

import math

from glianeat.jit import kernel, vectorised
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import floats, number
from glianeat.simulate.kernels.step import advance, take_inputs
from glianeat.typing import FloatArray

N_OBSERVATIONS, N_INPUTS, N_DISCRETE, N_ACTIONS, N_STEPS, SQUASH, BOX_GAIN, IS_FIRST = range(8)
HEAD = 8
LINEAR, TANH, ASINH = 0, 1, 2
NOT_FINITE = -1  # answer to an observation that is not finite


@kernel
def control(codec: FloatArray, buffer: FloatArray) -> int:
    """Show an observation to a network for one step of the task.

    Returns the discrete action counted from 0; for Box actions 0, and the action stands in the
    codec's array; `NOT_FINITE` without simulating if the observation is not finite.
    """
    if _scale(codec) == 0:
        return NOT_FINITE
    _encode(codec, floats(buffer, at.AMPLITUDE, number(buffer, at.N_INPUTS)))
    take_inputs(buffer)
    advance(buffer, int(codec[N_STEPS]))
    return _decode(codec, floats(buffer, at.READOUT, number(buffer, at.N_OUTPUTS)))


@vectorised
def _scale(codec: FloatArray) -> int:
    """Scale the observation; return 0 if it is not finite."""
    n = int(codec[N_OBSERVATIONS])
    squash = int(codec[SQUASH])
    for k in range(n):
        z = (codec[HEAD + k] - codec[HEAD + n + k]) * codec[HEAD + 2 * n + k]
        if not math.isfinite(z):
            return 0
        if squash == TANH:
            z = math.tanh(z)
        elif squash == ASINH:
            z = math.asinh(z)
        else:
            z = min(max(z, -1.0), 1.0)
        codec[HEAD + k] = z
    return 1


@vectorised
def _encode(codec: FloatArray, amplitude: FloatArray) -> None:
    """Set the amplitudes: rectified and in pairs, or signed; phasic-tonic where genes say so."""
    n, n_inputs = int(codec[N_OBSERVATIONS]), int(codec[N_INPUTS])
    first = codec[IS_FIRST] == 1.0
    codec[IS_FIRST] = 0.0
    at_input = HEAD + 3 * n
    for i in range(n_inputs):
        z = codec[HEAD + int(codec[at_input + i])]
        polarity = codec[at_input + n_inputs + i]
        gain = codec[at_input + 2 * n_inputs + i]
        phasic = codec[at_input + 3 * n_inputs + i]
        slow = at_input + 5 * n_inputs + i
        if phasic > 0.0:
            if first:
                codec[slow] = z
            codec[slow] += codec[at_input + 4 * n_inputs + i] * (z - codec[slow])
            z -= phasic * codec[slow]
        if polarity != 0.0:
            z *= polarity
            z = max(0.0, z)
        amplitude[i] = z * gain


@vectorised
def _decode(codec: FloatArray, readout: FloatArray) -> int:
    """Return the output that shows most, the lowest of equals; or set the Box action."""
    if codec[N_DISCRETE] > 0.0:
        best = 0
        for k in range(1, readout.shape[0]):
            if readout[k] > readout[best]:
                best = k
        return best
    n, n_inputs, n_actions = int(codec[N_OBSERVATIONS]), int(codec[N_INPUTS]), int(codec[N_ACTIONS])
    action = HEAD + 3 * n + 6 * n_inputs
    for k in range(n_actions):
        push = math.tanh(codec[BOX_GAIN] * (readout[2 * k] - readout[2 * k + 1]))
        codec[action + k] = codec[action + n_actions + k] + codec[action + 2 * n_actions + k] * push
    return 0
