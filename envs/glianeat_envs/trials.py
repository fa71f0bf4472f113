"""Tasks of trials: their table in the state, the phases of a trial, and a picture of both.

The state holds a head, then the step of the trial at which each phase ends, then the table of all
trials of the episode, one row each. A phase may be empty: it then ends where the one before does.
"""

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from glianeat import compilable
from glianeat_envs.base import CompiledTask, State, write

if TYPE_CHECKING:
    import pygame

TRIAL, STEP, TRIALS, PHASES, COLUMNS, ENDS = range(6)
"""Places in the state: present trial, its present step, counts, and the first phase's end."""

OUTCOME = 0
"""Column of the table that each task has; its own columns follow."""
PENDING, RIGHT, WRONG = 0.0, 1.0, -1.0
OVER = -1
"""The phase after the last trial."""

INK, FAINT, BACKDROP = (60, 60, 60), (205, 205, 205), (243, 243, 243)
BLUE, ORANGE = (0, 114, 178), (230, 159, 0)  # of Okabe and Ito: told apart by everyone


@compilable
def phase_of(state: State) -> int:
    """Return the number of the present phase."""
    if state[TRIAL] >= state[TRIALS]:
        return OVER
    phase = 0
    while state[STEP] >= state[ENDS + phase]:
        phase += 1
    return phase


@compilable
def is_last_step_of(state: State, phase: int) -> bool:
    """Return whether the present step is the last one of a phase."""
    return bool(phase_of(state) == phase and state[STEP] + 1.0 == state[ENDS + phase])


@compilable
def place_of(state: State, column: int) -> int:
    """Return the place in the state of the present trial's entry in a column of the table."""
    row = int(state[TRIAL]) * int(state[COLUMNS])
    return ENDS + int(state[PHASES]) + row + column


@compilable
def judge(state: State, right: bool) -> float:  # noqa: FBT001 - a verdict
    """Note whether the answer to the present trial was right; return the reward for that."""
    state[place_of(state, OUTCOME)] = RIGHT if right else WRONG
    return 1.0 / float(state[TRIALS]) if right else 0.0


@compilable
def advance(state: State) -> bool:
    """Go on to the next step; return whether the last trial is over."""
    if state[TRIAL] < state[TRIALS]:
        state[STEP] += 1.0
        if state[STEP] >= state[ENDS + int(state[PHASES]) - 1]:
            state[STEP] = 0.0
            state[TRIAL] += 1.0
    return bool(state[TRIAL] >= state[TRIALS])


def in_steps(step_ms: float, **durations_ms: float) -> dict[str, int]:
    """Return how many steps each duration lasts: the nearest number, and at least 1.

    Parameters
    ----------
    step_ms : float
        Duration of a step [ms].
    **durations_ms : float
        Durations [ms], under the names of the task's keywords.

    Returns
    -------
    dict
        Numbers of steps, under the same names without their ending ``_ms``.

    Raises
    ------
    ValueError
        If a duration is not a finite number above 0.
    """
    for name, duration in {"step_ms": step_ms, **durations_ms}.items():
        if not (math.isfinite(duration) and duration > 0.0):
            raise ValueError(f"{name}: must be finite and > 0 ms, got {duration}")
    return {
        name.removesuffix("_ms"): max(1, math.floor(duration / step_ms + 0.5))
        for name, duration in durations_ms.items()
    }


def check_count(name: str, count: int, *, least: int = 1, multiple_of: int = 1) -> None:
    """Raise a ValueError unless `count` is a whole number that is large enough and divisible."""
    whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
    if not whole or count < least or count % multiple_of:
        divisible = f" and a multiple of {multiple_of}" if multiple_of > 1 else ""
        raise ValueError(f"{name}: must be a whole number >= {least}{divisible}, got {count!r}")


def shuffled(
    kinds: Sequence[Sequence[int]], trials: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return a table, shape (trials, columns), with all kinds of trial equally often."""
    repeated = np.tile(np.array(kinds, dtype=np.float64), (trials // len(kinds), 1))
    return rng.permutation(repeated)


class TrialTask(CompiledTask):
    """A task that is a number of trials, each of the same phases.

    A task defines, beside its spaces and its `compiled`, its `channels`, its `action_names` and its
    `_trials`.

    Parameters
    ----------
    render_mode : str, optional
        ``"human"`` or ``"rgb_array"``.
    trials : int
        Trials of an episode.
    phases : mapping of str to int
        Names of the phases of a trial and how many steps each lasts.
    """

    channels: tuple[str, ...]
    """Names of the numbers in an observation."""
    action_names: tuple[str, ...]
    """Names of the choices."""
    verdicts: ClassVar[tuple[str, str]] = ("right", "wrong")
    """What the picture calls the two outcomes of a trial."""
    training_episodes: ClassVar[int] = 8
    """Episodes of an rollout; of fewer, the order of trials is learnt by heart."""
    counted: ClassVar[str] = "trial"
    """What the picture calls a trial."""

    def __init__(self, render_mode: str | None, trials: int, phases: Mapping[str, int]) -> None:
        super().__init__(render_mode)
        self.trials = trials
        self.phases = dict(phases)

    @property
    def observation_names(self) -> tuple[str, ...]:
        """Names of the numbers in an observation, for glianeat."""
        return self.channels

    @abstractmethod
    def _trials(self) -> npt.NDArray[np.float64]:
        """Return the table of an episode, shape (trials, columns), without the outcomes."""

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        table = self._trials()
        table = np.hstack([np.full((len(table), 1), PENDING), table])
        ends = np.cumsum(list(self.phases.values()))
        head = (0.0, 0.0, *map(float, (self.trials, len(ends), table.shape[1])))
        return np.concatenate([head, ends, table.ravel()])

    @property
    def table(self) -> npt.NDArray[np.float64]:
        """The trials of the episode, a view of the state, shape (trials, columns)."""
        return self.state[ENDS + len(self.phases) :].reshape(self.trials, -1)

    # The picture

    def _draw(self, surface: "pygame.Surface") -> None:
        shown = self.state.copy()
        shown[TRIAL] = min(shown[TRIAL], self.trials - 1)
        self._draw_heading(surface)
        self._draw_channels(surface, shown)
        self._draw_outcomes(surface)

    def _draw_heading(self, surface: "pygame.Surface") -> None:
        phase = phase_of(self.state)
        right = int((self.table[:, OUTCOME] == RIGHT).sum())
        if phase == OVER:
            text = f"{right} of {self.trials} {self.counted}s: {self.verdicts[0]}"
        else:
            text = f"{self.counted} {int(self.state[TRIAL]) + 1} of {self.trials}"
            if len(self.phases) > 1:
                text += f": {list(self.phases)[phase]}"
        write(surface, text, (20, 18))

    def _draw_channels(self, surface: "pygame.Surface", shown: State) -> None:
        """Draw what the channels show in the course of the trial, and where it stands."""
        import pygame

        ends = shown[ENDS : ENDS + len(self.phases)]
        left, top, width, height = 145, 62, surface.get_width() - 165, surface.get_height() - 150
        step_width, row_height = width / ends[-1], height / len(self.channels)
        pygame.draw.rect(surface, BACKDROP, (left, top, width, height))
        for end in ends[:-1]:
            x = left + end * step_width
            pygame.draw.line(surface, FAINT, (x, top), (x, top + height))
        course = self._course(shown)
        for row, name in enumerate(self.channels):
            y = top + row * row_height
            write(surface, name, (20, int(y + row_height / 2) - 7))
            for step, value in enumerate(course[:, row]):
                if value > 0.0:
                    tall = value * (row_height - 6)
                    box = (
                        left + step * step_width,
                        y + row_height - 3 - tall,
                        step_width + 1,
                        tall,
                    )
                    pygame.draw.rect(surface, BLUE, box)
        if phase_of(self.state) != OVER:
            x = left + (self.state[STEP] + 0.5) * step_width
            pygame.draw.line(surface, ORANGE, (x, top - 4), (x, top + height + 4), 3)

    def _course(self, shown: State) -> npt.NDArray[np.float64]:
        """Return what the present trial shows, shape (steps, channels)."""
        steps = int(shown[ENDS + len(self.phases) - 1])
        course = np.zeros((steps, len(self.channels)))
        for step in range(steps):
            shown[STEP] = step
            self.compiled.observe(shown, course[step])
        return course

    def _draw_outcomes(self, surface: "pygame.Surface") -> None:
        """Draw a dot per trial: blue for right, orange for wrong."""
        import pygame

        y = surface.get_height() - 45
        spacing = (surface.get_width() - 40) / self.trials
        radius = min(8.0, 0.4 * spacing)
        for number, outcome in enumerate(self.table[:, OUTCOME]):
            centre = (20 + (number + 0.5) * spacing, y)
            colour = {RIGHT: BLUE, WRONG: ORANGE}.get(outcome, FAINT)
            pygame.draw.circle(surface, colour, centre, radius)
            if number == self.state[TRIAL]:
                pygame.draw.circle(surface, INK, centre, radius + 3, 1)
        good, bad = self.verdicts
        write(surface, f"blue: {good}, orange: {bad}", (20, y + 16))
