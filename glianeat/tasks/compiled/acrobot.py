"""Compiled task of Acrobot: two links, of which only the joint between them is driven.

The equations are those of Sutton and Barto (2018), "Reinforcement Learning", section 11, or those
of Sutton (1996), which lack a term, integrated by the classical method of Runge and Kutta, all in
the order in which Gymnasium 1.4 computes them: the motion is chaotic, so that differences of
rounding would grow.
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

GRAVITY = 9.8  # [m/s²]
N_SHOWN = 6

# places in the state: angles [rad] and their speeds; then what is observed
THETA_1, THETA_2, SPEED_1, SPEED_2 = range(4)
SHOWN = 4
# then sums and products of masses, lengths and moments of inertia, as they occur in the equations
INERTIA_1, MASS_2, SQUARES, TWO_LENGTHS, MOMENT, SQUARE_2, LENGTHS = range(10, 17)
OWN_INERTIA_2, COUPLING, WEIGHT_1, WEIGHT_2 = range(17, 21)
DT, MAX_SPEED_1, MAX_SPEED_2, NIPS = range(21, 25)
TORQUES = 25

_PARAMETERS = (
    "LINK_MASS_1",
    "LINK_MASS_2",
    "LINK_LENGTH_1",
    "LINK_COM_POS_1",
    "LINK_COM_POS_2",
    "LINK_MOI",
)
_LIMITS = ("dt", "MAX_VEL_1", "MAX_VEL_2")


def knows(task: Any) -> bool:
    """Return whether all settings of the environment are known: there is no noisy torque."""
    numbers = attributes(task, (*_PARAMETERS, *_LIMITS, "torque_noise_max"))
    torques = task.AVAIL_TORQUE
    return (
        are_numbers(numbers)
        and task.torque_noise_max <= 0
        and len(torques) == task.action_space.n
        and are_numbers(torques)
    )


def start(environment: "gymnasium.Env[Any, Any]") -> FloatArray:
    """Return the state after a reset, shape (25 + number of actions,)."""
    task: Any = environment.unwrapped
    angles, speeds = task.state[:2].tolist(), task.state[2:].tolist()
    shown = [turn(angle) for angle in angles for turn in (cos, sin)]
    m1, m2, l1, c1, c2, inertia = (getattr(task, name) for name in _PARAMETERS)
    dynamics = [
        m1 * (c1 * c1),
        m2,
        l1 * l1 + c2 * c2,
        2 * l1 * c2,
        inertia,
        c2 * c2,
        l1 * c2,
        m2 * (c2 * c2) + inertia,
        m2 * l1 * c2,
        (m1 * c1 + m2 * l1) * GRAVITY,
        m2 * c2 * GRAVITY,
    ]
    limits = attributes(task, _LIMITS)
    modes = [task.book_or_nips == "nips"]
    parts = (angles, speeds, shown, speeds, dynamics, limits, modes, task.AVAIL_TORQUE)
    return np.array([number for part in parts for number in part], dtype=np.float64)


def step(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Apply a torque: -1, 0 or 1 N m for the actions 0, 1, 2."""
    _integrate(state, state[TORQUES + int(action[0])])
    theta_1, theta_2 = _wrapped(state[THETA_1]), _wrapped(state[THETA_2])
    speed_1 = min(max(state[SPEED_1], -state[MAX_SPEED_1]), state[MAX_SPEED_1])
    speed_2 = min(max(state[SPEED_2], -state[MAX_SPEED_2]), state[MAX_SPEED_2])
    state[THETA_1], state[THETA_2], state[SPEED_1], state[SPEED_2] = (
        theta_1,
        theta_2,
        speed_1,
        speed_2,
    )
    cosine_1 = cos(theta_1)
    state[SHOWN], state[SHOWN + 1] = cosine_1, sin(theta_1)
    state[SHOWN + 2], state[SHOWN + 3] = cos(theta_2), sin(theta_2)
    state[SHOWN + 4], state[SHOWN + 5] = speed_1, speed_2
    high = bool(-cosine_1 - cos(theta_2 + theta_1) > 1.0)
    return 0.0 if high else -1.0, high


@compilable
def _integrate(state: FloatArray, torque: float) -> None:
    """Advance angles and speeds by one step of the fourth-order method."""
    dt = state[DT]
    slope_1, slope_2, turn_1, turn_2 = 0.0, 0.0, 0.0, 0.0
    sum_1, sum_2, turns_1, turns_2 = 0.0, 0.0, 0.0, 0.0
    for stage in range(4):
        reach = dt if stage == 3 else dt / 2.0
        weight = 2.0 if stage in (1, 2) else 1.0
        theta_1 = state[THETA_1] + reach * slope_1
        theta_2 = state[THETA_2] + reach * slope_2
        slope_1 = state[SPEED_1] + reach * turn_1
        slope_2 = state[SPEED_2] + reach * turn_2
        turn_1, turn_2 = _accelerations(state, torque, theta_1, theta_2, slope_1, slope_2)
        sum_1 += weight * slope_1
        sum_2 += weight * slope_2
        turns_1 += weight * turn_1
        turns_2 += weight * turn_2
    state[THETA_1] += dt / 6.0 * sum_1
    state[THETA_2] += dt / 6.0 * sum_2
    state[SPEED_1] += dt / 6.0 * turns_1
    state[SPEED_2] += dt / 6.0 * turns_2


@compilable
def _accelerations(  # the arguments are the variables of the equations
    state: FloatArray, torque: float, theta_1: float, theta_2: float, speed_1: float, speed_2: float
) -> tuple[float, float]:
    mass, moment, coupling = state[MASS_2], state[MOMENT], state[COUPLING]
    cosine, sine = cos(theta_2), sin(theta_2)
    around = mass * (state[SQUARES] + state[TWO_LENGTHS] * cosine)
    d1 = state[INERTIA_1] + around + moment + moment
    d2 = mass * (state[SQUARE_2] + state[LENGTHS] * cosine) + moment
    phi_2 = state[WEIGHT_2] * cos(theta_1 + theta_2 - math.pi / 2.0)
    phi_1 = (
        -coupling * (speed_2 * speed_2) * sine
        - 2.0 * coupling * speed_2 * speed_1 * sine
        + state[WEIGHT_1] * cos(theta_1 - math.pi / 2.0)
        + phi_2
    )
    drive = torque + d2 / d1 * phi_1
    if not state[NIPS]:
        drive -= coupling * (speed_1 * speed_1) * sine
    turn_2 = (drive - phi_2) / (state[OWN_INERTIA_2] - d2 * d2 / d1)
    return -(d2 * turn_2 + phi_1) / d1, turn_2


@compilable
def _wrapped(angle: float) -> float:
    """Return the angle between -π and π."""
    while angle > math.pi:
        angle -= 2.0 * math.pi
    while angle < -math.pi:
        angle += 2.0 * math.pi
    return angle


def observe(state: FloatArray, observation: FloatArray) -> None:
    """Show cosine and sine of both angles, and both angular speeds."""
    for i in range(N_SHOWN):
        observation[i] = np.float32(state[SHOWN + i])


DYNAMICS = CompiledDynamics(start=start, step=step, observe=observe)
