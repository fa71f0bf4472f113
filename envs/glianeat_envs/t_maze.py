"""T-maze: to find, or to remember, the arm with the high reward."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat_envs.base import State, own_state, write
from glianeat_envs.trials import (
    BACKDROP,
    BLUE,
    FAINT,
    INK,
    ORANGE,
    STEP,
    TRIAL,
    TRIALS,
    TrialTask,
    advance,
    check_count,
    in_steps,
    is_last_step_of,
    judge,
    phase_of,
    place_of,
)

if TYPE_CHECKING:
    import pygame

CORRIDOR, JUNCTION, LIGHT, _, ARM, _, REWARD = range(7)  # channels; LIGHT and ARM: left, right
ENTRANCE_PHASE, CORRIDOR_PHASE, JUNCTION_PHASE, ARM_PHASE = range(4)
RICH, LIT, TAKEN = 1, 2, 3  # columns
LEFT, RIGHT, NEITHER = 0.0, 1.0, -1.0
HIGH_REWARD, LOW_REWARD = 1.0, 0.2


def step(state: State, action: State) -> tuple[float, bool]:
    """Turn into an arm at the last step of the junction."""
    reward = 0.0
    if is_last_step_of(state, JUNCTION_PHASE):
        state[place_of(state, TAKEN)] = action[0]
        found_high = action[0] == state[place_of(state, RICH)]
        reward = judge(state, found_high) * HIGH_REWARD
        if not found_high:
            reward = LOW_REWARD / float(state[TRIALS])
    return reward, advance(state)


def observe(state: State, observation: State) -> None:
    """Show the place in the maze, the light, and what was found."""
    observation[:] = 0.0
    phase = phase_of(state)
    if ENTRANCE_PHASE <= phase <= CORRIDOR_PHASE:
        observation[CORRIDOR] = 1.0
        if phase == ENTRANCE_PHASE and state[place_of(state, LIT)] != NEITHER:
            observation[LIGHT + int(state[place_of(state, LIT)])] = 1.0
    elif phase == JUNCTION_PHASE:
        observation[JUNCTION] = 1.0
    elif phase == ARM_PHASE:
        taken = state[place_of(state, TAKEN)]
        observation[ARM + int(taken)] = 1.0
        found_high = taken == state[place_of(state, RICH)]
        observation[REWARD] = np.float32(HIGH_REWARD if found_high else LOW_REWARD)


class TMaze(TrialTask):
    """Turn to the arm with the high reward, which must be found, or was shown by a light.

    ## Description
    Each trial runs through the corridor of a T-maze to its junction, where the action turns left
    or right, and to the end of that arm, where the reward is found and seen: 1 in the rich arm,
    0.2 in the other, as in the T-mazes of Soltoggio et al. [1]_. There are two kinds of task:

    - ``cue=False`` (default): the rich arm stays the same, but nothing shows it; and in the midst
      of the episode it becomes the other one, unless ``reversal=False``. What was found must
      change what is done.
    - ``cue=True``: the rich arm of each trial is drawn afresh, and a light at the beginning of
      the corridor shows it. `reversal` then means nothing.

    ## Observation Space
    ``Box(0, 1, (7,), float32)``

    | number | channel                 | value                                              |
    |--------|-------------------------|----------------------------------------------------|
    | 0      | corridor                | 1 within the corridor                              |
    | 1      | junction                | 1 at the junction                                  |
    | 2, 3   | light left, light right | 1 while that light shines                          |
    | 4, 5   | arm left, arm right     | 1 at the end of that arm                           |
    | 6      | reward                  | 1 or 0.2 at the end of an arm: what was found      |

    ## Action Space
    ``Discrete(2)``

    | number | action     |
    |--------|------------|
    | 0      | turn left  |
    | 1      | turn right |

    Only the action at the last step of the junction counts.

    ## Rewards
    (1 or 0.2) / `trials` on turning, so that the return is the mean of what was found.

    ## Starting State
    The rich arm is drawn with equal chances. The first trial after the reversal is drawn evenly
    from those of number ``2 * trials // 5`` to ``3 * trials // 5``, counted from 0: 8 to 12.

    ## Episode End
    The episode terminates after the last trial.

    ## Best memoryless policy
    0.6 on average, in both kinds: the observation at the junction is always the same, so that a
    memoryless policy turns left with some fixed probability, and the rich arm is left and right
    with equal chances: (1 + 0.2) / 2.

    Win-stay, lose-shift scores 0.94 on average: it misses the rich arm in the first trial with
    chance 1/2 and once at the reversal, each time for 0.8 / 20 less. Nothing can do better than
    0.948: the reversal cannot be foreseen, except if it has not come by the last of its five
    possible trials, so that one misses it with chance 4/5. With memory of the light: 1. Without
    reversal: 0.98 (all for 20 trials).

    ## Arguments
    - `cue`, `reversal`: see above (False, True).
    - `trials`: trials of an episode, at least 3 (20).
    - `corridor_ms`, `junction_ms`, `reward_ms`: time in the corridor, at the junction, and at the
      end of the arm [ms] (200, 100, 100), rounded to steps, at least one.
    - `cue_ms`: how long the light shines [ms], at most `corridor_ms` (100).
    - `step_ms`: simulated time of a step [ms] (20).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] A. Soltoggio, J. A. Bullinaria, C. Mattiussi, P. Dürr and D. Floreano, "Evolutionary
       advantages of neuromodulated plasticity in dynamic, reward-based scenarios", Artificial
       Life XI, MIT Press, 2008, pp. 569-576.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    action_names: tuple[str, ...] = ("turn left", "turn right")
    channels: tuple[str, ...] = (
        "corridor",
        "junction",
        "light left",
        "light right",
        "arm left",
        "arm right",
        "reward",
    )
    verdicts: ClassVar[tuple[str, str]] = (f"found {HIGH_REWARD}", f"found {LOW_REWARD}")

    training_episodes = 8  # where the rich arm is at first, and when it moves, are drawn

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        cue: bool = False,
        reversal: bool = True,
        trials: int = 20,
        corridor_ms: float = 200.0,
        cue_ms: float = 100.0,
        junction_ms: float = 100.0,
        reward_ms: float = 100.0,
        step_ms: float = 20.0,
    ) -> None:
        check_count("trials", trials, least=3)
        steps = in_steps(
            step_ms,
            corridor_ms=corridor_ms,
            cue_ms=cue_ms,
            junction_ms=junction_ms,
            reward_ms=reward_ms,
        )
        if cue_ms > corridor_ms:
            raise ValueError(f"cue_ms: must be <= corridor_ms = {corridor_ms} ms, got {cue_ms}")
        phases = {
            "entrance": steps["cue"],
            "corridor": steps["corridor"] - steps["cue"],
            "junction": steps["junction"],
            "arm": steps["reward"],
        }
        super().__init__(render_mode, trials, phases)
        self.cue, self.reversal = cue, reversal
        self.observation_space = Box(0.0, 1.0, (len(self.channels),), np.float32)
        self.action_space = Discrete(2)

    def _trials(self) -> npt.NDArray[np.float64]:
        if self.cue:
            rich = self.np_random.integers(2, size=self.trials)
            return _table(rich, lit=rich)
        rich = np.full(self.trials, self.np_random.integers(2))
        if self.reversal:
            first, last = 2 * self.trials // 5, 3 * self.trials // 5
            rich[self.np_random.integers(first, last, endpoint=True) :] ^= 1
        return _table(rich, lit=np.full(self.trials, NEITHER))

    def _draw_channels(self, surface: "pygame.Surface", shown: State) -> None:
        """Draw the maze, with the rewards at its ends and the agent in it."""
        import pygame

        middle, crossing, entrance, reach = surface.get_width() / 2, 120.0, 275.0, 150.0
        for start, end in (
            ((middle, entrance), (middle, crossing)),
            ((middle - reach, crossing), (middle + reach, crossing)),
        ):
            pygame.draw.line(surface, FAINT, start, end, 36)
        rich = shown[place_of(shown, RICH)]
        observation = np.zeros(len(self.channels))
        self.compiled.observe(self.state, observation)
        for side, sign in ((LEFT, -1.0), (RIGHT, 1.0)):
            reward = (middle + sign * (reach + 35), crossing)
            pygame.draw.circle(surface, BLUE, reward, 14 if side == rich else 5)
            if self.cue:
                shines = observation[LIGHT + int(side)] > 0.0
                pygame.draw.circle(
                    surface, ORANGE if shines else BACKDROP, (middle + sign * 45, 210), 12
                )
        agent = self._place_in_maze(middle, (crossing, entrance), reach)
        pygame.draw.circle(surface, INK, agent, 12)
        if observation[REWARD] > 0.0:
            write(surface, f"found {observation[REWARD]:.1f}", (int(agent[0]) - 30, 80))

    def _place_in_maze(
        self, middle: float, height: tuple[float, float], reach: float
    ) -> tuple[float, float]:
        """Return where on the picture the agent is."""
        crossing, entrance = height
        phase = phase_of(self.state)
        if phase == JUNCTION_PHASE:
            return middle, crossing
        if phase == ARM_PHASE:
            taken = self.table[int(self.state[TRIAL]), TAKEN]
            return middle + (reach if taken == RIGHT else -reach), crossing
        length = self.phases["entrance"] + self.phases["corridor"]
        return middle, entrance - (entrance - crossing) * self.state[STEP] / length


def _table(
    rich: npt.NDArray[np.int64], lit: npt.NDArray[np.float64] | npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    return np.column_stack([rich, lit, np.full(len(rich), NEITHER)]).astype(np.float64)
