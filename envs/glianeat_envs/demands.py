"""Tasks of demanded rates: groups of neurons are to fire as often as each window demands.

An action says which neurons spiked in a step, a window lasts many steps, and at its end the rates
of the groups are judged. The state holds a head, then three tables with a row for each window: how
many spikes are demanded of each group, what the window is worth, and what is shown in it.
"""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from gymnasium.error import InvalidAction
from gymnasium.spaces import Box, MultiBinary

from glianeat import compilable
from glianeat_envs.base import CompiledTask, State, write
from glianeat_envs.rate_demand import MOST_CELLS, closeness
from glianeat_envs.scripted import BLUE, FAINT, ORANGE, check_number, hold_of, steps_in
from glianeat_envs.trials import in_steps

if TYPE_CHECKING:
    import pygame

MOST_GROUPS = 2
MOST_WINDOWS = 100_000
Judged = Literal["worst", "mean"]

# Places in the state. SHOWN, the spikes of each group in this window, and LAST, those of the last
# window, for the picture, have MOST_GROUPS numbers each.
STEP, STEPS, WINDOW, WINDOWS, GROUPS, CELLS, CHANNELS, WORST, EXCESS = range(9)
SHOWN, LAST = 9, 9 + MOST_GROUPS
TABLES = LAST + MOST_GROUPS


class Demands(NamedTuple):
    """The windows of an episode.

    Parameters
    ----------
    rates : ndarray of float64, shape (W, G)
        Demanded mean rate of the neurons of each group [Hz].
    worth : ndarray of float64, shape (W,)
        What each window is worth; the sum is the highest return.
    shown : ndarray of float64, shape (W, C)
        What is observed.
    """

    rates: npt.NDArray[np.float64]
    worth: npt.NDArray[np.float64]
    shown: npt.NDArray[np.float64]


@compilable
def demand_of(state: State, group: int) -> float:
    """Return how many spikes the present window demands of a group."""
    window = int(min(state[WINDOW], state[WINDOWS] - 1.0))
    return float(state[TABLES + window * int(state[GROUPS]) + group])


@compilable
def judged(state: State) -> float:
    """Return how well the present window's demands were met, from 0 to 1."""
    groups = int(state[GROUPS])
    worst, total = 1.0, 0.0
    for group in range(groups):
        demanded = demand_of(state, group)
        spikes = state[SHOWN + group]
        if state[EXCESS] == 0.0:
            spikes = min(spikes, demanded)
        met = closeness(spikes, demanded)
        worst, total = min(worst, met), total + met
    return float(worst if state[WORST] == 1.0 else total / groups)


def step(state: State, action: State) -> tuple[float, bool]:
    """Count the spikes of each group; at the end of a window, judge them."""
    if state[WINDOW] >= state[WINDOWS]:
        return 0.0, True
    cells, groups = int(state[CELLS]), int(state[GROUPS])
    for cell in range(groups * cells):
        state[SHOWN + cell // cells] += action[cell]
    state[STEP] += 1.0
    if state[STEP] < state[STEPS]:
        return 0.0, False
    windows, window = int(state[WINDOWS]), int(state[WINDOW])
    reward = judged(state) * state[TABLES + windows * groups + window]
    for group in range(groups):
        state[LAST + group] = state[SHOWN + group]
        state[SHOWN + group] = 0.0
    state[STEP] = 0.0
    state[WINDOW] += 1.0
    return float(reward), bool(state[WINDOW] >= state[WINDOWS])


def observe(state: State, observation: State) -> None:
    """Show what this window shows; nothing after the last."""
    windows, channels = int(state[WINDOWS]), int(state[CHANNELS])
    first = TABLES + windows * (int(state[GROUPS]) + 1) + int(state[WINDOW]) * channels
    for channel in range(channels):
        observation[channel] = 0.0
        if state[WINDOW] < state[WINDOWS]:
            observation[channel] = np.float32(state[first + channel])


def check_rate(name: str, rate: float, step_ms: float) -> float:
    """Return a rate [Hz]; raise a ValueError unless it is above 0 and at most a spike a step."""
    check_number("step_ms", step_ms, " ms", above=0.0)
    if not 0.0 < rate <= 1000.0 / step_ms:
        raise ValueError(
            f"{name}: must be > 0 and <= {1000.0 / step_ms:g} Hz, one spike a step, got {rate!r}"
        )
    return float(rate)


def check_span(name: str, span: float | Sequence[float]) -> tuple[float, float]:
    """Return (shortest, longest) of durations [s] that are drawn; one number is both."""
    low, high = (span, span) if isinstance(span, int | float) else tuple(span)
    if not (math.isfinite(high) and 0.0 < low <= high):
        raise ValueError(f"{name}: must be a duration or (shortest, longest) > 0 s, got {span!r}")
    return float(low), float(high)


class DemandTask(CompiledTask):
    """A task of demanded rates.

    A task defines its `observation_names`, its `compiled` and its `_demands`.

    Parameters
    ----------
    render_mode : str, optional
        ``"human"`` or ``"rgb_array"``.
    groups, cells : int
        Groups of neurons, and neurons of each.
    step_ms, window_ms : float
        Simulated time of a step, and time over which rates are measured [ms].
    seconds : float
        Duration of an episode [s].
    judge : {"worst", "mean"}
        Which group decides.
    excess : bool
        Whether too many spikes are as wrong as too few.
    """

    observation_names: tuple[str, ...]
    """Names of the numbers in an observation."""
    screen: ClassVar[tuple[int, int]] = (400, 300)

    def __init__(  # noqa: PLR0913 - each is an argument of the tasks
        self,
        render_mode: str | None,
        *,
        groups: int,
        cells: int,
        step_ms: float,
        window_ms: float,
        seconds: float,
        judge: str,
        excess: bool,
    ) -> None:
        super().__init__(render_mode)
        whole = isinstance(cells, int | np.integer) and not isinstance(cells, bool)
        if not (whole and 1 <= cells <= MOST_CELLS):
            raise ValueError(f"cells: must be a whole number in 1..{MOST_CELLS}, got {cells!r}")
        if judge not in {"worst", "mean"}:
            raise ValueError(f"judge: must be 'worst' or 'mean', got {judge!r}")
        self.groups, self.cells, self.step_ms = groups, cells, step_ms
        self.worst, self.excess = judge == "worst", excess
        self.steps = in_steps(step_ms, window_ms=window_ms)["window"]
        self.window_s = 0.001 * self.steps * step_ms
        self.windows = steps_in("seconds", seconds, 1000.0 * self.window_s)
        if self.windows > MOST_WINDOWS:
            raise ValueError(f"seconds: must be at most {MOST_WINDOWS} windows, got {seconds!r}")
        self.hold = hold_of(step_ms)
        self.observation_space = Box(0.0, 1.0, (len(self.observation_names),), dtype=np.float32)
        self.action_space = MultiBinary(groups * cells)  # type: ignore[assignment]
        self.action_names = tuple(
            f"group {group} cell {cell}" if groups > 1 else f"cell {cell}"
            for group in range(1, groups + 1)
            for cell in range(1, cells + 1)
        )

    @abstractmethod
    def _demands(self) -> Demands:
        """Return the windows of an episode; all of its randomness is drawn here."""

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        demands = self._demands()
        head = np.zeros(TABLES)
        head[STEPS], head[WINDOWS], head[CELLS] = self.steps, self.windows, self.cells
        head[GROUPS], head[CHANNELS] = self.groups, demands.shown.shape[1]
        head[WORST], head[EXCESS] = self.worst, self.excess
        spikes = demands.rates * self.cells * self.window_s
        return np.concatenate([head, spikes.ravel(), demands.worth, demands.shown.ravel()])

    def in_windows(self, seconds: float) -> int:
        """Return how many windows a duration [s] takes, at least 1."""
        return max(1, math.floor(seconds / self.window_s + 0.5))

    @property
    def demands(self) -> npt.NDArray[np.float64]:
        """Demanded rates of all windows [Hz], shape (windows, groups)."""
        spikes = self.state[TABLES : TABLES + self.windows * self.groups]
        rates: npt.NDArray[np.float64] = spikes / (self.cells * self.window_s)
        return rates.reshape(self.windows, self.groups)

    def _taken(self, action: Any) -> State:
        if not self.action_space.contains(action):
            name = type(self).__name__
            raise InvalidAction(f"{name}: action must be in {self.action_space}: {action!r}")
        return np.asarray(action, dtype=np.float64)

    def _draw(self, surface: "pygame.Surface") -> None:
        """Draw what each group showed in the last window and shows, and what is demanded."""
        import pygame

        state = self.state
        now = int(min(state[WINDOW], state[WINDOWS] - 1))
        write(surface, f"window {now + 1} of {self.windows}", (20, 14))
        most = float(self.demands.max()) * self.cells * self.window_s
        for group in range(self.groups):
            left, demanded = 60 + 170 * group, demand_of(state, group)
            for place, colour in ((LAST, FAINT), (SHOWN, BLUE)):
                height = min(130.0 * state[place + group] / most, 200.0)
                pygame.draw.rect(surface, colour, (left, 250 - height, 100, height))
            y = 250 - 130.0 * demanded / most
            pygame.draw.line(surface, ORANGE, (left - 10, y), (left + 110, y), 3)
            write(surface, f"{self.demands[now, group]:g} Hz", (left + 25, 262))
