"""Compiled task of Pendulum: a weak motor swings a pendulum up and holds it there.

Computed in the order in which Gymnasium 1.4 does, and in the same precisions: the action is a
float32, and so is what is made of it alone.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.compile.decorators import compilable
from glianeat.elementary import cos, sin
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.compiled.parameters import are_numbers, attributes
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

# places in the state; gains are accelerations by gravity and by a torque of 1 N m
THETA, THETA_DOT, GRAVITY_GAIN, TORQUE_GAIN, DT, MAX_SPEED, MAX_TORQUE = range(7)

_PARAMETERS = ("g", "m", "l", "dt", "max_speed", "max_torque")


def knows(task: Any) -> bool:
    """Return whether the compiled task knows all settings of the environment."""
    return are_numbers(attributes(task, _PARAMETERS))


def start(environment: "gymnasium.Env[Any, Any]") -> FloatArray:
    """Return the state after a reset, shape (7,)."""
    task: Any = environment.unwrapped
    gravity_gain = 3 * task.g / (2 * task.l)
    torque_gain = 3.0 / (task.m * (task.l * task.l))
    limits = [task.dt, task.max_speed, task.max_torque]
    return np.array([*task.state, gravity_gain, torque_gain, *limits], dtype=np.float64)


def step(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Apply a torque [N m]."""
    theta, theta_dot = state[THETA], state[THETA_DOT]
    highest = np.float32(state[MAX_TORQUE])
    torque = min(max(np.float32(action[0]), -highest), highest)
    effort = np.float32(0.001) * (torque * torque)
    angle = _normalised(theta)
    cost = angle * angle + 0.1 * (theta_dot * theta_dot) + effort
    turn = state[GRAVITY_GAIN] * sin(theta) + np.float32(state[TORQUE_GAIN]) * torque
    theta_dot = theta_dot + turn * state[DT]
    theta_dot = min(max(theta_dot, -state[MAX_SPEED]), state[MAX_SPEED])
    state[THETA], state[THETA_DOT] = theta + theta_dot * state[DT], theta_dot
    return -cost, False


@compilable
def _normalised(angle: float) -> float:
    """Return the angle between -π and π."""
    return (angle + math.pi) % (2.0 * math.pi) - math.pi


def observe(state: FloatArray, observation: FloatArray) -> None:
    """Show cosine and sine of the angle, and the angular speed."""
    observation[0] = np.float32(cos(state[THETA]))
    observation[1] = np.float32(sin(state[THETA]))
    observation[2] = np.float32(state[THETA_DOT])


DYNAMICS = CompiledDynamics(start=start, step=step, observe=observe)
