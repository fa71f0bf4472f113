"""Compiled episodes: an agent and its compiled task, from the first step to the last."""

import math

from glianeat.codec import kernels as codecs
from glianeat.codec.kernels import actions_at, separate_control
from glianeat.compile.decorators import kernel
from glianeat.compile.stepper import call_stepper
from glianeat.simulate.energy.body import feed
from glianeat.typing import FloatArray

TERMINATED, TRUNCATED, OBSERVATION_NOT_FINITE, REWARD_NOT_FINITE = range(4)


@kernel
def live_compiled(
    codec: FloatArray,
    buffer: FloatArray,
    compiled: int,
    state: FloatArray,
    lived: FloatArray,
    max_steps: int,
) -> int:
    """Live through an episode; return how it ended.

    Parameters
    ----------
    codec, buffer : ndarray of float64
        The packed agent, at rest.
    compiled : int
        Address of the task's stepper.
    state : ndarray of float64, shape (S,)
        State of the task, just reset; changed in place.
    lived : ndarray of float64, shape (4,)
        The return and the steps so far, 0 at the beginning, and room for the outcome of a step
        (reward, energy eaten).
    max_steps : int
        Steps after which the episode is cut off.
    """
    n_observations, n_actions = int(codec[codecs.N_OBSERVATIONS]), int(codec[codecs.N_ACTIONS])
    shown = codec[codecs.HEAD : codecs.HEAD + n_observations]
    start = actions_at(codec)
    action = codec[start : start + n_actions]
    outcome = lived[2:4]
    total, ending, step = lived[0], TRUNCATED, int(lived[1])
    call_stepper(compiled, state, action[0:0], shown, outcome)
    while step < max_steps:
        if separate_control(codec, buffer) == codecs.NOT_FINITE:
            ending = OBSERVATION_NOT_FINITE
            break
        ended = call_stepper(compiled, state, action, shown, outcome)
        total += outcome[0]
        step += 1
        feed(buffer, outcome[1])
        if ended != 0:
            ending = TERMINATED
            break
    if not math.isfinite(total):
        ending = REWARD_NOT_FINITE
    lived[0] = total
    lived[1] = step
    return ending


@kernel
def step_compiled(
    compiled: int, state: FloatArray, action: FloatArray, shown: FloatArray, outcome: FloatArray
) -> int:
    """Take one step of a compiled task, or with an empty action only observe."""
    return call_stepper(compiled, state, action, shown, outcome)
