"""Compiled task of CartPole: a pole that stands on a cart must not fall.

The equations are those of Florian (2007), "Correct equations for the dynamics of the cart-pole
system", without friction, computed in the order in which Gymnasium 1.4 computes them.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.compile.decorators import compilable
from glianeat.elementary import cos, sin
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.compiled.parameters import are_numbers, attributes
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

# places in the state
X, X_DOT, THETA, THETA_DOT = range(4)
GRAVITY, POLE_MASS, TOTAL_MASS, LENGTH, POLE_MOMENT, FORCE, TAU, X_LIMIT, THETA_LIMIT = range(4, 13)
EULER, SUTTON_BARTO = range(13, 15)

_PARAMETERS = (
    "gravity",
    "masspole",
    "total_mass",
    "length",
    "polemass_length",
    "force_mag",
    "tau",
    "x_threshold",
    "theta_threshold_radians",
)


def knows(task: Any) -> bool:
    """Return whether the compiled task knows all settings of the environment."""
    return are_numbers(attributes(task, _PARAMETERS)) and hasattr(task, "_sutton_barto_reward")


def start(environment: "gymnasium.Env[Any, Any]") -> FloatArray:
    """Return the state after a reset, shape (15,)."""
    task: Any = environment.unwrapped
    flags = [task.kinematics_integrator == "euler", bool(task._sutton_barto_reward)]  # noqa: SLF001
    return np.array([*task.state, *attributes(task, _PARAMETERS), *flags], dtype=np.float64)


def step(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Push the cart to the left (0) or to the right (1)."""
    x, x_dot, theta, theta_dot = state[X], state[X_DOT], state[THETA], state[THETA_DOT]
    tau = state[TAU]
    x_acceleration, theta_acceleration = _accelerations(state, action[0])
    new_x_dot = x_dot + tau * x_acceleration
    new_theta_dot = theta_dot + tau * theta_acceleration
    if state[EULER]:
        x = x + tau * x_dot
        theta = theta + tau * theta_dot
    else:  # semi-implicit
        x = x + tau * new_x_dot
        theta = theta + tau * new_theta_dot
    state[X], state[X_DOT], state[THETA], state[THETA_DOT] = x, new_x_dot, theta, new_theta_dot
    x_limit, theta_limit = state[X_LIMIT], state[THETA_LIMIT]
    fallen = x < -x_limit or x > x_limit or theta < -theta_limit or theta > theta_limit
    if state[SUTTON_BARTO]:
        return -1.0 if fallen else 0.0, bool(fallen)
    return 1.0, bool(fallen)


@compilable
def _accelerations(state: FloatArray, action: float) -> tuple[float, float]:
    force = state[FORCE] if action == 1.0 else -state[FORCE]
    cosine, sine = cos(state[THETA]), sin(state[THETA])
    mass, moment = state[TOTAL_MASS], state[POLE_MOMENT]
    spin = state[THETA_DOT] * state[THETA_DOT]
    push = (force + moment * spin * sine) / mass
    lever = state[LENGTH] * (4.0 / 3.0 - state[POLE_MASS] * (cosine * cosine) / mass)
    turn = (state[GRAVITY] * sine - cosine * push) / lever
    return push - moment * turn * cosine / mass, turn


def observe(state: FloatArray, observation: FloatArray) -> None:
    """Show place and speed of the cart, angle and angular speed of the pole."""
    for i in range(4):
        observation[i] = np.float32(state[i])


DYNAMICS = CompiledDynamics(start=start, step=step, observe=observe)
