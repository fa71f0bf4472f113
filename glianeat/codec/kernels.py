"""Compiled codec: one call takes an observation, simulates a step of the task, gives the action.

The codec's packed state is one float64 array: the head named here, and then columns, one after the
other: of the numbers observed (n each), of the inputs (I each), of the numbers acted (A each). A
call scales the observation in place, since an array of its own would cost each call 60 ns.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from glianeat.compile.decorators import compilable, compiled_for, fused_loop, inline, kernel
from glianeat.compile.linking import separately_compiled
from glianeat.elementary import asinh, exp, tanh
from glianeat.simulate import at
from glianeat.simulate.access import floats
from glianeat.simulate.energy.body import live
from glianeat.simulate.reset import reset_dynamics
from glianeat.simulate.step import take_inputs
from glianeat.typing import FloatArray

# Head
N_OBSERVATIONS = 0  # n
N_INPUTS = 1  # I
N_ACTIONS = 2  # A
N_STEPS = 3  # milliseconds of a step of the task
IS_FIRST = 4  # 1: no observation has been shown since the reset
KEEPS_STATE = 5  # 0: the network returns to rest before every step
FIRST_SPIKES = 6  # 1: outputs show what was in this step alone, such as their first spike
OUTSIDE = 7  # observations outside their space since the reset
COPIES = 8  # output neurons that stand for each output
HEAD = 9
# Columns of the numbers observed
OBSERVATION, CENTRE, PER_SCALE, SQUASH, LOW, HIGH = range(6)
# Columns of the inputs
SEEN, KIND, FIRST, SECOND, GAIN, BIAS, PHASIC, FOLLOW, SLOW = range(9)
# Columns of the numbers acted; MIDDLE: what no output at all gives, or what sets a bit if exceeded
ACTION, CHOICE, OUTPUT, N_CHOICES, MIDDLE, HALF, LOWEST, HIGHEST, ROUNDING, PAIR_GAIN = range(10)
ACTION_COLUMNS = 10

LINEAR, TANH, ASINH, NONE = range(4)  # squashes
SIGNED, RECTIFIED, GAUSSIAN, FLIP_FLOP, ONE_HOT, TRIANGULAR = range(6)  # responses of channels
ARGMAX, BIT, PAIR, DIRECT = range(4)  # how a number acted is made
EXACT, SINGLE, WHOLE = range(3)  # how a number of a Box is rounded
NOT_FINITE, WRONG_LENGTH, NOT_A_VECTOR = -1, -2, -3  # of observations that are not served


@inline
def inputs_at(codec: FloatArray) -> int:
    """Return where the columns of the inputs begin."""
    return HEAD + 6 * int(codec[N_OBSERVATIONS])


@inline
def actions_at(codec: FloatArray) -> int:
    """Return where the columns of the numbers acted begin; the first are the action."""
    return HEAD + 6 * int(codec[N_OBSERVATIONS]) + 9 * int(codec[N_INPUTS])


@kernel
def prepare(codec: FloatArray, buffer: FloatArray) -> int:
    """Show an observation to a network, without simulating anything yet.

    Returns `NOT_FINITE` if the observation is not finite, else 0.
    """
    return _prepare(codec, buffer)


@fused_loop
def _prepare(codec: FloatArray, buffer: FloatArray) -> int:
    if _scale(codec) == 0:
        return NOT_FINITE
    if codec[KEEPS_STATE] == 0.0:
        reset_dynamics(buffer)
        codec[IS_FIRST] = 1.0
    if codec[FIRST_SPIKES] == 1.0:
        floats(buffer, at.READOUT)[:] = 0.0
        scalars = floats(buffer, at.SCALARS)
        scalars[at.READ_SINCE] = scalars[at.CLOCK]
    _encode(codec, floats(buffer, at.AMPLITUDE))
    take_inputs(buffer)
    return 0


@kernel
def decide(codec: FloatArray, buffer: FloatArray) -> int:
    """Set the action from what the outputs show; return its first choice, counted from 0."""
    return _decode(codec, floats(buffer, at.READOUT))


@kernel
def control(codec: FloatArray, buffer: FloatArray) -> int:
    """Show an observation to a network for one step of the task.

    The action stands in the codec's column. Returns its first choice, counted from 0, and 0 if it
    is none; `NOT_FINITE` without simulating if the observation is not finite.
    """
    if _prepare(codec, buffer) == NOT_FINITE:
        return NOT_FINITE
    live(buffer, int(codec[N_STEPS]))
    return _decode(codec, floats(buffer, at.READOUT))


separate_control = separately_compiled(control)


def _control_vector(shown: FloatArray, codec: FloatArray, buffer: FloatArray) -> int:
    n = int(codec[N_OBSERVATIONS])
    if shown.shape[0] != n:
        return WRONG_LENGTH
    for k in range(n):
        codec[HEAD + k] = shown[k]
    return separate_control(codec, buffer)


@lru_cache(maxsize=16)
def vector_control(kind: np.dtype[Any]) -> Callable[[Any, FloatArray, FloatArray], int]:
    """Return `control` as a function of the observation, too, if that is a vector of some type.

    It raises TypeError if the observation is anything else, and returns `WRONG_LENGTH` if it has
    not as many numbers as the task says. To copy them here takes half as long as from Python.
    """
    nothing = np.zeros(0)
    return compiled_for(_control_vector, np.zeros(0, kind), nothing, nothing)


@fused_loop
def _scale(codec: FloatArray) -> int:
    """Scale the observation; return 0 if it is not finite."""
    n = int(codec[N_OBSERVATIONS])
    outside = 0.0
    for k in range(n):
        shown = codec[HEAD + k]
        z = (shown - codec[HEAD + CENTRE * n + k]) * codec[HEAD + PER_SCALE * n + k]
        if not math.isfinite(z):
            return 0
        if shown < codec[HEAD + LOW * n + k] or shown > codec[HEAD + HIGH * n + k]:
            outside = 1.0
        squash = int(codec[HEAD + SQUASH * n + k])
        if squash == TANH:
            z = tanh(z)
        elif squash == ASINH:
            z = asinh(z)
        elif squash == LINEAR:
            z = min(max(z, -1.0), 1.0)
        else:
            z = shown
        codec[HEAD + k] = z
    codec[OUTSIDE] += outside
    return 1


@fused_loop
def _encode(codec: FloatArray, amplitude: FloatArray) -> None:
    """Set the amplitude of every input from what its channel sees."""
    n_inputs = int(codec[N_INPUTS])
    first = codec[IS_FIRST] == 1.0
    codec[IS_FIRST] = 0.0
    start = inputs_at(codec)
    for i in range(n_inputs):
        here = start + i
        z = codec[HEAD + int(codec[here + SEEN * n_inputs])]
        kind = int(codec[here + KIND * n_inputs])
        p = codec[here + FIRST * n_inputs]
        q = codec[here + SECOND * n_inputs]
        phasic = codec[here + PHASIC * n_inputs]
        bias = codec[here + BIAS * n_inputs]
        if kind >= GAUSSIAN:
            z = _respond(kind, z, p, q)
        if phasic > 0.0:  # phasic-tonic: what changes slowly is subtracted
            slow = here + SLOW * n_inputs
            if first:
                codec[slow] = z
            codec[slow] += codec[here + FOLLOW * n_inputs] * (z - codec[slow])
            z -= phasic * codec[slow]
        if kind == RECTIFIED:
            z *= p
        z += bias
        if kind != SIGNED:
            z = max(0.0, z)
        amplitude[i] = z * codec[here + GAIN * n_inputs]


@compilable
def _respond(kind: int, z: float, p: float, q: float) -> float:
    """Return how a receptive field, a bin or a choice responds, 0 … 1."""
    if kind == GAUSSIAN:  # peak p, 1 / width q
        distance = (z - p) * q
        return exp(-0.5 * distance * distance)
    if kind == ONE_HOT:  # choice p
        return 1.0 if z == p else 0.0
    place = (min(max(z, -1.0), 1.0) + 1.0) * 0.5 * q  # bin p of q, or peak p of those from 0 to q
    if kind == TRIANGULAR:
        return max(0.0, 1.0 - abs(place - p))
    inside = min(math.floor(place), q - 1.0)
    if inside != p:
        return 0.0
    risen = place - inside
    return risen if p % 2.0 == 1.0 else 1.0 - risen


@fused_loop
def _decode(codec: FloatArray, readout: FloatArray) -> int:
    """Set every number of the action; return the first choice, counted from 0."""
    n_actions, start = int(codec[N_ACTIONS]), actions_at(codec)
    copies = int(codec[COPIES])
    chosen = 0
    for k in range(n_actions):
        here = start + k
        kind = int(codec[here + CHOICE * n_actions])
        first = int(codec[here + OUTPUT * n_actions])
        if kind == ARGMAX:
            best = _most(readout, first, int(codec[here + N_CHOICES * n_actions]), copies)
            chosen = best if k == 0 else chosen
            codec[here] = codec[here + MIDDLE * n_actions] + best
        elif kind == BIT:
            needed = codec[here + MIDDLE * n_actions]
            codec[here] = 1.0 if _level(readout, first, copies) > needed else 0.0
        else:
            push = _level(readout, first, copies)
            if kind == PAIR:
                push -= _level(readout, first + 1, copies)
                push = tanh(codec[here + PAIR_GAIN * n_actions] * push)
            codec[here] = _moved(codec, here, n_actions, push)
    return chosen


@compilable
def _level(readout: FloatArray, output: int, copies: int) -> float:
    """Return what the neurons that stand for an output show on average."""
    if copies == 1:
        return float(readout[output])
    total = 0.0
    for j in range(output * copies, (output + 1) * copies):
        total += readout[j]
    return total / copies


@compilable
def _most(readout: FloatArray, first: int, number: int, copies: int) -> int:
    """Return which of some outputs shows most, the lowest of equals."""
    best, most = 0, _level(readout, first, copies)
    for j in range(1, number):
        level = _level(readout, first + j, copies)
        if level > most:
            best, most = j, level
    return best


@compilable
def _moved(codec: FloatArray, here: int, n_actions: int, push: float) -> float:
    """Return a number of a Box that is pushed from where it rests, within bounds and rounded."""
    value = codec[here + MIDDLE * n_actions] + codec[here + HALF * n_actions] * push
    value = max(codec[here + LOWEST * n_actions], value)
    value = min(codec[here + HIGHEST * n_actions], value)
    rounding = int(codec[here + ROUNDING * n_actions])
    if rounding == SINGLE:
        value = float(np.float32(value))
    elif rounding == WHOLE:
        value = np.floor(value + 0.5)  # stays a float: whole ones differ by processor beyond 2**63
    return float(value)
