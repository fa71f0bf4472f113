"""To push while pushing moves, to give up when it does not, and to try again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat.streams import standard_normal
from glianeat_envs.base import CompiledTask, State, own_state, write
from glianeat_envs.demands import check_span
from glianeat_envs.scripted import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    check_noise,
    check_number,
    check_shares,
    hold_of,
    steps_in,
)

if TYPE_CHECKING:
    import pygame

REST, PUSH = 0, 1  # actions
FASTEST = 8.0  # what the sense of motion can tell

# Places in the state; EARNED is kept for the picture. At TABLES begins a row for each step: whether
# pushing moves, and the drift that is seen after it.
STEP, STEPS, COST, UNIT, PUSHED, MOVED, EARNED, TABLES = range(8)


def step(state: State, action: State) -> tuple[float, bool]:
    """Push or rest for one step."""
    now = int(state[STEP])
    if now >= state[STEPS]:
        return 0.0, True
    state[PUSHED] = action[0]
    state[MOVED] = action[0] * state[TABLES + 2 * now]
    reward = (state[MOVED] - state[COST] * state[PUSHED]) * state[UNIT]
    state[EARNED] += reward
    state[STEP] += 1.0
    return float(reward), bool(state[STEP] >= state[STEPS])


def observe(state: State, observation: State) -> None:
    """Show the motion that is seen, drift included, and the last effort."""
    observation[0] = 0.0
    observation[1] = 0.0
    now = int(state[STEP])
    if now < state[STEPS]:
        seen = state[MOVED] + state[TABLES + 2 * now + 1]
        observation[0] = np.float32(min(max(seen, -FASTEST), FASTEST))
        observation[1] = state[PUSHED]


class Futility(CompiledTask):
    """Persist while it pays, give up while it is futile, and try again now and then.

    ## Description
    A fish in a stream pushes or rests. In some times pushing moves it, in others it does not,
    whatever it does: in the experiments with larval zebrafish whose virtual world stops to follow
    their tail [1]_. Their radial astrocytes add up futile effort and, after many seconds of it,
    let them give up for many more. Pushing costs, so that it does not pay to push on, nor to rest
    for good. One glance does not tell whether pushing moves, since the stream drifts faster: that
    takes seconds of pushing.

    ## Observation Space
    ``Box([-8, 0], [8, 1], (2,), float32)``

    | number | channel | value                                                            |
    |--------|---------|------------------------------------------------------------------|
    | 0      | motion  | 1 if the last push moved, else 0, plus the drift                 |
    | 1      | effort  | 1 if the last action was to push, else 0                         |

    The drift is drawn anew for each step, with a mean of 0 and a standard deviation of `noise`.

    ## Action Space
    ``Discrete(2)``: 0 rests, 1 pushes.

    ## Rewards
    A step in which a push moves earns 1, and pushing costs `cost` in any case; both over (1 - cost)
    times the number of steps. The return is 0 for who always rests, and for who pushes exactly
    when it moves the share of time in which it does.

    ## Starting State
    Blocks of 10 to 30 s are drawn; in each pushing moves with chance 0.7. So is the drift.

    ## Episode End
    The episode terminates after `seconds`.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    Pushing exactly when it moves would return 0.7 on average.

    | policy                          | return |
    |---------------------------------|--------|
    | always rest                     |   0.00 |
    | always push                     |  -0.01 |
    | random choices                  |  -0.01 |
    | a glance, the best              |   0.18 |
    | adding up for seconds, the best |   0.52 |
    | random networks at 20 Hz        |  -0.01 |

    ## Arguments
    - `cost`: what a step of pushing costs, where one that moves earns 1 (0.7).
    - `noise`: standard deviation of the drift (2).
    - `works`: chance that pushing moves in a block (0.7).
    - `block_s`: (shortest, longest) duration of a block [s] (10, 30).
    - `seconds`: duration of an episode [s] (90).
    - `step_ms`: simulated time of a step [ms] (50).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] Y. Mu, D. V. Bennett, M. Rubinov et al., "Glia accumulate evidence that actions are
       futile and suppress unsuccessful behavior", Cell 178(1), 2019, pp. 27-43.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    observation_names: tuple[str, ...] = ("motion", "effort")
    action_names: tuple[str, ...] = ("rest", "push")
    screen: ClassVar[tuple[int, int]] = (480, 220)
    training_episodes: ClassVar[int] = 8

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        cost: float = 0.7,
        noise: float = 2.0,
        works: float = 0.7,
        block_s: float | Sequence[float] = (10.0, 30.0),
        seconds: float = 90.0,
        step_ms: float = 50.0,
    ) -> None:
        super().__init__(render_mode)
        if not 0.0 <= check_number("cost", cost) < 1.0:
            raise ValueError(f"cost: must be >= 0 and < 1, got {cost!r}")
        (self.works,) = check_shares("works", works)
        self.cost, self.noise = cost, check_noise(noise)
        self.steps = steps_in("seconds", seconds, step_ms)
        self.step_s, self.block = 0.001 * step_ms, check_span("block_s", block_s)
        self.hold = hold_of(step_ms)
        self.receptor_tau = 500.0
        self.typical_ranges = ((-3.0, 3.0), (0.0, 1.0))
        self.observation_space = Box(
            np.array([-FASTEST, 0.0], np.float32), np.array([FASTEST, 1.0], np.float32)
        )
        self.action_space = Discrete(2)

    def _begin(self, options: dict[str, Any]) -> State:  # noqa: ARG002 - there are none
        rng, moves, begin = self.np_random, np.zeros(self.steps), 0
        while begin < self.steps:
            end = begin + max(1, int(rng.uniform(*self.block) / self.step_s + 0.5))
            moves[begin:end] = rng.random() < self.works
            begin = end
        drift = self.noise * standard_normal(rng, (self.steps,))
        unit = 1.0 / ((1.0 - self.cost) * self.steps)
        head = np.array([0.0, self.steps, self.cost, unit, 0.0, 0.0, 0.0])
        return np.concatenate([head, np.column_stack([moves, drift]).ravel()])

    @property
    def moves(self) -> State:
        """Whether pushing moves in each step of the episode, shape (steps,)."""
        return self.state[TABLES::2]

    def _draw(self, surface: "pygame.Surface") -> None:
        """Draw when pushing moves, the time, what is seen and what is done."""
        import pygame

        state, width = self.state, surface.get_width() - 40
        now = int(state[STEP])
        seen = np.zeros(2)
        observe(state, seen)
        write(surface, f"step {now} of {self.steps}, return {state[EARNED]:.3f}", (20, 14))
        for pixel in range(width):
            moves = self.moves[pixel * self.steps // width]
            pygame.draw.line(surface, BLUE if moves else FAINT, (20 + pixel, 50), (20 + pixel, 80))
        x = 20 + width * now / self.steps
        pygame.draw.line(surface, ORANGE, (x, 44), (x, 86), 3)
        write(surface, "blue: pushing moves", (20, 90))
        middle = 20 + width / 2
        pygame.draw.line(surface, FAINT, (20, 140), (20 + width, 140), 2)
        pygame.draw.circle(surface, BLUE, (middle + 0.5 * width * seen[0] / FASTEST, 140), 8)
        write(surface, "motion seen", (20, 150))
        if state[PUSHED] == PUSH:
            pygame.draw.circle(surface, INK, (middle, 190), 12)
        write(surface, "pushes" if state[PUSHED] == PUSH else "rests", (20, 184))
