"""Compiled tasks of MountainCar and of MountainCarContinuous: a car too weak for its hill.

The task is Moore's (1990), in the order in which Gymnasium 1.4 computes it. MountainCarContinuous
keeps its state in float32, but for the start of an episode.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.compile.decorators import compilable
from glianeat.elementary import cos
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.compiled.parameters import are_numbers, attributes
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

CONTINUOUS_GRAVITY = 0.0025

# places in the state of both
POSITION, VELOCITY, MIN_POSITION, MAX_POSITION, MAX_SPEED, GOAL_POSITION, GOAL_VELOCITY = range(7)
FORCE, GRAVITY = 7, 8  # of MountainCar
POWER, MIN_ACTION, MAX_ACTION, SINGLE = range(7, 11)  # of MountainCarContinuous

_SHARED = ("min_position", "max_position", "max_speed", "goal_position", "goal_velocity")
_PARAMETERS = (*_SHARED, "force", "gravity")
_CONTINUOUS = (*_SHARED, "power", "min_action", "max_action")


def knows(task: Any) -> bool:
    """Return whether the compiled task knows all settings of a MountainCar."""
    return are_numbers(attributes(task, _PARAMETERS))


def knows_continuous(task: Any) -> bool:
    """Return whether the compiled task knows all settings of a MountainCarContinuous."""
    return are_numbers(attributes(task, _CONTINUOUS))


def start(environment: "gymnasium.Env[Any, Any]") -> FloatArray:
    """Return the state of a MountainCar after a reset, shape (9,)."""
    task: Any = environment.unwrapped
    return np.array([*task.state, *attributes(task, _PARAMETERS)], dtype=np.float64)


def start_continuous(environment: "gymnasium.Env[Any, Any]") -> FloatArray:
    """Return the state of a MountainCarContinuous after a reset, shape (11,)."""
    task: Any = environment.unwrapped
    single = task.state.dtype == np.float32
    return np.array([*task.state, *attributes(task, _CONTINUOUS), single], dtype=np.float64)


def step(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Accelerate to the left (0), not at all (1), or to the right (2)."""
    pull = (action[0] - 1.0) * state[FORCE]
    velocity = state[VELOCITY] + (pull + cos(3.0 * state[POSITION]) * -state[GRAVITY])
    velocity = min(max(velocity, -state[MAX_SPEED]), state[MAX_SPEED])
    position = min(max(state[POSITION] + velocity, state[MIN_POSITION]), state[MAX_POSITION])
    if position == state[MIN_POSITION] and velocity < 0.0:
        velocity = 0.0
    state[POSITION], state[VELOCITY] = position, velocity
    return -1.0, bool(position >= state[GOAL_POSITION] and velocity >= state[GOAL_VELOCITY])


def step_continuous(state: FloatArray, action: FloatArray) -> tuple[float, bool]:
    """Accelerate by a force between -1 and 1."""
    position, velocity = state[POSITION], state[VELOCITY]
    slope = CONTINUOUS_GRAVITY * cos(_fitted(state, 3.0 * position))
    velocity = _fitted(state, velocity + _acceleration(state, action[0], slope))
    velocity = _limited(state, velocity, -state[MAX_SPEED], state[MAX_SPEED])
    position = _fitted(state, position + velocity)
    position = _limited(state, position, state[MIN_POSITION], state[MAX_POSITION])
    if position == _fitted(state, state[MIN_POSITION]) and velocity < 0.0:
        velocity = 0.0
    there = position >= _fitted(state, state[GOAL_POSITION])
    arrived = bool(there and velocity >= _fitted(state, state[GOAL_VELOCITY]))
    state[POSITION], state[VELOCITY], state[SINGLE] = _single(position), _single(velocity), 1.0
    bonus = 100.0 if arrived else 0.0
    return bonus - action[0] * action[0] * 0.1, arrived


@compilable
def _acceleration(state: FloatArray, action: float, slope: float) -> float:
    """Return force minus weight: actions are float32, and so is what is made of them."""
    if action < _single(state[MIN_ACTION]):
        return _fitted(state, state[MIN_ACTION] * state[POWER] - slope)
    if action > _single(state[MAX_ACTION]):
        return _fitted(state, state[MAX_ACTION] * state[POWER] - slope)
    return _single(_single(action * _single(state[POWER])) - _single(slope))


@compilable
def _limited(state: FloatArray, value: float, low: float, high: float) -> float:
    return min(max(value, _fitted(state, low)), _fitted(state, high))


@compilable
def _fitted(state: FloatArray, value: float) -> float:
    """Return `value` in the precision of the state."""
    return _single(value) if state[SINGLE] else value


@compilable
def _single(value: float) -> float:
    """Return `value` as float32 knows it.

    To compute in double precision and to round is to compute in single precision, for sums and
    products (Figueroa, 1995, "When is double rounding innocuous?").
    """
    return float(np.float32(value))


def observe(state: FloatArray, observation: FloatArray) -> None:
    """Show position and velocity."""
    observation[POSITION] = np.float32(state[POSITION])
    observation[VELOCITY] = np.float32(state[VELOCITY])


DYNAMICS = CompiledDynamics(start=start, step=step, observe=observe)
CONTINUOUS_DYNAMICS = CompiledDynamics(
    start=start_continuous, step=step_continuous, observe=observe
)
