"""Tasks whose course is drawn at reset and does not depend on what is done.

The state holds a head, then three tables: what is shown in each step, what would be right in it,
and what being right in it is worth.
"""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from glianeat import compilable
from glianeat_envs.base import CompiledTask, State, write

if TYPE_CHECKING:
    import pygame

STEP, STEPS, CHANNELS, TAKEN, EARNED, TABLES = range(6)
"""Places in the state: present step, counts, the last action and the rewards so far, for the
picture, and where the tables begin."""

BLUE, ORANGE, INK = (0, 114, 178), (230, 159, 0), (60, 60, 60)
FAINT, BACKDROP = (205, 205, 205), (243, 243, 243)


class Script(NamedTuple):
    """The course of an episode of T steps.

    Parameters
    ----------
    shown : ndarray of float64, shape (T, C)
        What is shown before each step.
    right : ndarray of float64, shape (T,)
        What would be right in each step.
    worth : ndarray of float64, shape (T,)
        What being right in each step is worth; the sum is the highest return.
    """

    shown: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    worth: npt.NDArray[np.float64]


@compilable
def is_over(state: State) -> bool:
    """Return whether the last step has been taken."""
    return bool(state[STEP] >= state[STEPS])


@compilable
def right_of(state: State) -> float:
    """Return what would be right in the present step."""
    steps, channels = int(state[STEPS]), int(state[CHANNELS])
    return float(state[TABLES + steps * channels + int(state[STEP])])


@compilable
def worth_of(state: State) -> float:
    """Return what being right in the present step is worth."""
    steps, channels = int(state[STEPS]), int(state[CHANNELS])
    return float(state[TABLES + steps * channels + steps + int(state[STEP])])


@compilable
def go_on(state: State, taken: float, reward: float) -> bool:
    """Go on to the next step; return whether that was the last one."""
    state[TAKEN] = taken
    state[EARNED] += reward
    state[STEP] += 1.0
    return bool(state[STEP] >= state[STEPS])


def observe(state: State, observation: State) -> None:
    """Show what the present step shows; nothing after the last."""
    channels = int(state[CHANNELS])
    for channel in range(channels):
        observation[channel] = 0.0
        if state[STEP] < state[STEPS]:
            observation[channel] = np.float32(state[TABLES + int(state[STEP]) * channels + channel])


def check_shares(name: str, shares: float | Sequence[float]) -> tuple[float, ...]:
    """Return shares as a tuple; raise a ValueError unless there are some, all within 0 and 1."""
    found = (shares,) if isinstance(shares, int | float) else tuple(shares)
    if not found or not all(0.0 <= share <= 1.0 for share in found):
        raise ValueError(f"{name}: must be one or more numbers from 0 to 1, got {shares!r}")
    return tuple(map(float, found))


def check_number(name: str, value: float, unit: str = "", *, above: float = -math.inf) -> float:
    """Return a number; raise a ValueError unless it is finite and above a bound."""
    if not (math.isfinite(value) and value > above):
        rule = "" if above == -math.inf else f" and > {above:g}{unit}"
        raise ValueError(f"{name}: must be finite{rule}, got {value!r}")
    return float(value)


def steps_in(name: str, seconds: float, step_ms: float) -> int:
    """Return how many steps a duration [s] takes: the nearest number, and at least 1."""
    check_number("step_ms", step_ms, " ms", above=0.0)
    return max(1, math.floor(1000.0 * check_number(name, seconds, " s", above=0.0) / step_ms + 0.5))


def check_noise(noise: float) -> float:
    """Return a standard deviation; raise a ValueError unless it is finite and at least 0."""
    if not (math.isfinite(noise) and noise >= 0.0):
        raise ValueError(f"noise: must be finite and >= 0, got {noise!r}")
    return float(noise)


def hold_of(step_ms: float) -> int:
    """Return the simulated time that glianeat should give a step [ms]."""
    return max(1, math.floor(step_ms + 0.5))


class ScriptedTask(CompiledTask):
    """A task with a drawn course: what is shown, what would be right, and what it is worth.

    A task defines, beside its spaces and its `compiled`, its names and its `_script`.
    """

    observation_names: tuple[str, ...]
    """Names of the numbers in an observation."""
    screen: ClassVar[tuple[int, int]] = (480, 300)

    @abstractmethod
    def _script(self) -> Script:
        """Return the course of an episode; all of its randomness is drawn here."""

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        script = self._script()
        head = (0.0, *map(float, script.shown.shape), 0.0, 0.0)
        return np.concatenate([head, script.shown.ravel(), script.right, script.worth])

    @property
    def script(self) -> Script:
        """The course of the episode, views of the state."""
        steps, channels = int(self.state[STEPS]), int(self.state[CHANNELS])
        shown, right, worth = np.split(
            self.state[TABLES:], [steps * channels, steps * channels + steps]
        )
        return Script(shown.reshape(steps, channels), right, worth)

    # The picture: a bar for each channel, what would be right, what was done, and the time

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        step, steps = int(self.state[STEP]), int(self.state[STEPS])
        now = min(step, steps - 1)
        script = self.script
        write(surface, f"step {step} of {steps}, return {self.state[EARNED]:.3f}", (20, 14))
        left, top, height = 150, 44, (surface.get_height() - 90) / len(self.observation_names)
        width = surface.get_width() - left - 20
        for row, name in enumerate(self.observation_names):
            y, value = top + row * height, script.shown[now, row]
            write(surface, name, (20, int(y + height / 2) - 7))
            pygame.draw.rect(surface, BACKDROP, (left, y + 2, width, height - 4))
            pygame.draw.rect(surface, BLUE, (left, y + 2, width * min(abs(value), 1.0), height - 4))
        y, middle = surface.get_height() - 30, left + width / 2
        self._draw_judged(surface, (middle, y), width / 2, script.right[now])
        end = 20 + (surface.get_width() - 40) * step / steps
        pygame.draw.line(surface, INK, (20, y + 22), (end, y + 22), 4)

    def _draw_judged(
        self, surface: "pygame.Surface", centre: tuple[float, float], reach: float, right: float
    ) -> None:
        """Draw what would be right now (orange) and what was done last (dark)."""
        import pygame

        (x, y), low, high = centre, *self._actions()
        write(surface, "right, done", (20, int(y) - 7))
        pygame.draw.line(surface, FAINT, (x - reach, y), (x + reach, y), 2)
        for value, colour, radius in ((right, ORANGE, 9), (self.state[TAKEN], INK, 5)):
            place = 2.0 * (value - low) / (high - low) - 1.0
            pygame.draw.circle(surface, colour, (x + reach * place, y), radius)

    def _actions(self) -> tuple[float, float]:
        """Return the least and the greatest number of an action."""
        return -1.0, 1.0
