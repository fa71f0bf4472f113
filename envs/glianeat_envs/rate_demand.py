"""Two groups of neurons are to fire at demanded rates."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.error import InvalidAction
from gymnasium.spaces import Box, MultiBinary

from glianeat import CompiledDynamics, compilable
from glianeat_envs.base import CompiledTask, State, own_state, write

if TYPE_CHECKING:
    import pygame

GROUPS = 2
MOST_CELLS = 500  # of a group

# Places in the state. SHOWN, the spikes of each group in this window, and DEMAND, those that are
# demanded of it, are two numbers each, and so is LAST, the spikes of the last window, for the
# picture. STIMULI begins the table of what is seen in each window.
STEP, STEPS, WINDOW, WINDOWS, CELLS = range(5)
SHOWN, DEMAND, LAST, STIMULI = 5, 7, 9, 11


@compilable
def closeness(shown: float, demand: float) -> float:
    """Return the smaller of rate over demand and demand over rate: 1 if they are equal."""
    return min(shown, demand) / max(shown, demand)


def step(state: State, action: State) -> tuple[float, bool]:
    """Count the spikes of each group; at the end of a window, judge them."""
    cells = int(state[CELLS])
    for cell in range(GROUPS * cells):
        state[SHOWN + cell // cells] += action[cell]
    state[STEP] += 1.0
    if state[STEP] < state[STEPS]:
        return 0.0, False
    reward = 0.0
    for group in range(GROUPS):
        reward += closeness(state[SHOWN + group], state[DEMAND + group])
        state[LAST + group] = state[SHOWN + group]
        state[SHOWN + group] = 0.0
    state[STEP] = 0.0
    state[WINDOW] += 1.0
    return reward / (GROUPS * state[WINDOWS]), state[WINDOW] >= state[WINDOWS]


def observe(state: State, observation: State) -> None:
    """Show the stimuli of this window."""
    window = int(min(state[WINDOW], state[WINDOWS] - 1.0))
    for group in range(GROUPS):
        observation[group] = np.float32(state[STIMULI + GROUPS * window + group])


class RateDemand(CompiledTask):
    """Fire at a demanded rate, whatever is seen.

    ## Description
    The task for questions about supply: each of two groups of output neurons is to fire at a given
    mean rate, so that what a region must spend is set by hand, and what its glia must supply
    follows [1]_: D / (s - e) astrocytes a neuron, for a demand D of a neuron, a supply s of an
    astrocyte and its upkeep e, all in EU/s.

    An action says which neurons spiked in this step. For that, steps must be short, the read-out
    must tell spikes, and a step of the task must last as long as the network is simulated for it:
    ``codec.readout=first_spike`` and ``codec.hold`` equal to `step_ms`. Rates up to 1000 /
    `step_ms` can be shown.

    ## Observation Space
    ``Box(0, 1, (2,), float32)``: two stimuli, which are steady for a window and uniform between 0
    and 1. They say nothing about the demand, and are not to be listened to.

    ## Action Space
    ``MultiBinary(2 * cells)``: whether each neuron spiked, first those of the one group.

    ## Rewards
    0, but at the end of each window (f / F if f < F, else F / f) / `windows`, the mean of both
    groups, where f is the mean rate of the neurons of a group in the window and F the rate that is
    demanded. The return is 1 if both rates are right in all windows, and 0 for silence.

    ## Starting State
    The stimuli of all windows are drawn.

    ## Episode End
    The episode terminates after the last window.

    ## Best memoryless policy
    One that sees only the stimuli shows the same in all steps of a window: k of n neurons in each
    step are a mean rate of 1000 k / (n `step_ms`) Hz. With the defaults that is 25 k Hz, of which
    k = 1 is closest to 20 Hz: a return of 0.8. With memory, such as a membrane's: 1.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `rate` | 20 | demanded mean rate of the neurons of a group [Hz] |
    | `second_rate` | `None` | that of the second group; `None` for the same [Hz] |
    | `cells` | 8 | neurons of a group |
    | `step_ms` | 5 | simulated time of a step [ms] |
    | `window_ms` | 1000 | time over which rates are measured [ms], rounded to steps |
    | `windows` | 4 | windows of an episode |
    | `render_mode` | `None` | `"human"` or `"rgb_array"` |

    ## References
    .. [1] M. Frasch, "Brain development dictates energy constraints on neural architecture
       search", arXiv:2310.03042, 2023: the theory; the formula is this project's.
    """

    compiled = CompiledDynamics(start=own_state, step=step, observe=observe)
    screen: ClassVar[tuple[int, int]] = (400, 300)
    training_episodes: ClassVar[int] = 2

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        *,
        rate: float = 20.0,
        second_rate: float | None = None,
        cells: int = 8,
        step_ms: float = 5.0,
        window_ms: float = 1000.0,
        windows: int = 4,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(render_mode)
        self.rates = (rate, rate if second_rate is None else second_rate)
        self.cells, self.windows, self.step_ms = cells, windows, step_ms
        _check_count("cells", cells, MOST_CELLS)
        _check_count("windows", windows, 1000)
        if not (math.isfinite(step_ms) and step_ms > 0.0):
            raise ValueError(f"RateDemand: step_ms must be finite and > 0 ms, got {step_ms}")
        if not (math.isfinite(window_ms) and window_ms >= step_ms):
            raise ValueError(
                f"RateDemand: window_ms must be finite and >= {step_ms:g} ms, a step, "
                f"got {window_ms}"
            )
        for name, demanded in zip(("rate", "second_rate"), self.rates, strict=True):
            if not 0.0 < demanded <= 1000.0 / step_ms:
                raise ValueError(
                    f"RateDemand: {name} must be > 0 and <= {1000.0 / step_ms:g} Hz, one spike a "
                    f"step, got {demanded}"
                )
        self.steps = math.floor(window_ms / step_ms + 0.5)
        self.observation_space = Box(0.0, 1.0, (GROUPS,), dtype=np.float32)
        self.observation_names = ("stimulus 1", "stimulus 2")
        self.action_names = tuple(
            f"group {group} cell {cell}"
            for group in range(1, GROUPS + 1)
            for cell in range(1, cells + 1)
        )
        self.action_space = MultiBinary(GROUPS * cells)  # type: ignore[assignment]

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - it has none
        state = np.zeros(STIMULI + GROUPS * self.windows)
        state[STEPS], state[WINDOWS], state[CELLS] = self.steps, self.windows, self.cells
        seconds = 0.001 * self.steps * self.step_ms
        state[DEMAND : DEMAND + GROUPS] = np.array(self.rates) * self.cells * seconds
        state[STIMULI:] = self.np_random.random(GROUPS * self.windows)
        return state

    def _taken(self, action: Any) -> State:
        if not self.action_space.contains(action):
            raise InvalidAction(f"RateDemand: action must be in {self.action_space}: {action!r}")
        return np.asarray(action, dtype=np.float64)

    def _draw(self, surface: "pygame.Surface") -> None:
        import pygame

        state = self.state
        write(surface, f"window {int(state[WINDOW]) + 1} of {self.windows}", (20, 14))
        for group, demanded in enumerate(self.rates):
            left, scale = 60 + 170 * group, 90.0 / state[DEMAND + group]
            for place, colour in ((LAST, (205, 205, 205)), (SHOWN, (0, 114, 178))):
                height = min(scale * state[place + group], 200.0)
                pygame.draw.rect(surface, colour, (left, 250 - height, 100, height))
            due = 90.0 * state[STEP] / state[STEPS]
            for height, colour in ((90.0, (200, 60, 60)), (due, (230, 159, 0))):
                ends = (left - 10, 250 - height), (left + 110, 250 - height)
                pygame.draw.line(surface, colour, *ends, 2)
            write(surface, f"{demanded:g} Hz", (left + 25, 262))


def _check_count(name: str, count: int, most: int) -> None:
    whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
    if not (whole and 1 <= count <= most):
        raise ValueError(f"RateDemand: {name} must be a whole number in 1..{most}, got {count!r}")
