"""Multi-task: four small tasks through one set of channels, told apart by a rule."""

from itertools import product
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics, compilable
from glianeat_envs.base import Observation, State, own_state
from glianeat_envs.trials import (
    OUTCOME,
    OVER,
    RIGHT,
    TrialTask,
    advance,
    check_count,
    in_steps,
    is_last_step_of,
    judge,
    phase_of,
    place_of,
    shuffled,
)

GO, ANTI, DELAYED_GO, DELAYED_MATCH = range(4)  # rules, and their channels
RULES = ("go", "anti", "delayed go", "delayed match")
SIDE, SIGNAL = 4, 6  # channels: left and right, go signal
STIMULUS_PHASE, DELAY_PHASE, ANSWER_PHASE, REST_PHASE = range(4)
RULE, FIRST, SECOND = 1, 2, 3  # columns
_KINDS = tuple(product(range(len(RULES)), (0, 1), (0, 1)))


@compilable
def answer_of(rule: float, first: float, second: float) -> float:
    """Return the right answer to a trial."""
    if rule == GO:
        return second
    if rule == ANTI:
        return 1.0 - second
    if rule == DELAYED_GO:
        return first
    return 1.0 if first == second else 0.0


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the answer at its last step."""
    reward = 0.0
    if is_last_step_of(state, ANSWER_PHASE):
        rule = state[place_of(state, RULE)]
        first, second = state[place_of(state, FIRST)], state[place_of(state, SECOND)]
        reward = judge(state, action[0] == answer_of(rule, first, second))
    return reward, advance(state)


def observe(state: State, observation: State) -> None:
    """Show the rule, what it shows in this phase, and when to answer."""
    observation[:] = 0.0
    phase = phase_of(state)
    if not OVER < phase < REST_PHASE:
        return
    rule = int(state[place_of(state, RULE)])
    observation[rule] = 1.0
    if phase == STIMULUS_PHASE and rule >= DELAYED_GO:
        observation[SIDE + int(state[place_of(state, FIRST)])] = 1.0
    elif phase == ANSWER_PHASE:
        observation[SIGNAL] = 1.0
        if rule != DELAYED_GO:
            observation[SIDE + int(state[place_of(state, SECOND)])] = 1.0


class MultiTask(TrialTask):
    """Answer by the rule that is shown: go, anti, delayed go or delayed match.

    ## Description
    In each trial one of four rules is shown throughout, and stimuli on the left or the right come
    before a delay, after it, or both, as that rule has it. This is a small relative of the twenty
    tasks of Yang et al. [1]_: one network must hold several tasks, which share parts.

    | rule          | before the delay | with the go signal | right answer                        |
    |---------------|------------------|--------------------|-------------------------------------|
    | go            |                  | a side             | 0 for left, 1 for right             |
    | anti          |                  | a side             | 1 for left, 0 for right             |
    | delayed go    | a side           |                    | 0 for left, 1 for right             |
    | delayed match | a side           | a side             | 1 if they are the same, 0 otherwise |

    ## Observation Space
    ``Box(0, 1, (7,), float32)``

    | number | channel                             | 1 while                                  |
    |--------|-------------------------------------|------------------------------------------|
    | 0 to 3 | go, anti, delayed go, delayed match | the trial is of that rule, up to its rest |
    | 4, 5   | left, right                         | there is a stimulus on that side         |
    | 6      | go signal                           | it is time to answer                     |

    ## Action Space
    ``Discrete(2)``: the answer. Only that at the last step of the answer phase counts.

    ## Rewards
    1 / `trials` for a right answer, so that the return is the share of trials that were right.
    The `info` of the last step says the share for each rule, as ``info["shares"][rule]``.

    ## Starting State
    All rules come equally often, and with each all four pairs of a first and a second side (one
    of which two rules do not show), in an order drawn at reset.

    ## Episode End
    The episode terminates after the last trial.

    ## Best memoryless policy
    0.75, in every episode: 1 for go and for anti, which show all that the answer needs at the
    judged step; 0.5 for delayed go, which then shows the rule and the go signal only, and wants
    either answer in half of its trials; 0.5 for delayed match, which shows the second side only:
    with either one the first was the same in half of the trials. With memory: 1.

    ## Arguments
    - `trials`: trials of an episode, a multiple of 16 (default 16).
    - `stimulus_ms`, `delay_ms`, `answer_ms`, `rest_ms`: durations of the phases [ms] (200, 300,
      200, 200), rounded to steps, at least one.
    - `step_ms`: simulated time of a step [ms] (20).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] G. R. Yang, M. R. Joglekar, H. F. Song, W. T. Newsome and X.-J. Wang, "Task
       representations in neural networks trained to perform many cognitive tasks", Nature
       Neuroscience 22(2), 2019, pp. 297-306.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    channels: tuple[str, ...] = (*RULES, "left", "right", "go signal")
    action_names: tuple[str, ...] = ("left or different", "right or same")

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        trials: int = 16,
        stimulus_ms: float = 200.0,
        delay_ms: float = 300.0,
        answer_ms: float = 200.0,
        rest_ms: float = 200.0,
        step_ms: float = 20.0,
    ) -> None:
        check_count("trials", trials, least=len(_KINDS), multiple_of=len(_KINDS))
        phases = in_steps(
            step_ms,
            stimulus_ms=stimulus_ms,
            delay_ms=delay_ms,
            answer_ms=answer_ms,
            rest_ms=rest_ms,
        )
        super().__init__(render_mode, trials, phases)
        self.observation_space = Box(0.0, 1.0, (len(self.channels),), np.float32)
        self.action_space = Discrete(2)

    def _trials(self) -> npt.NDArray[np.float64]:
        return shuffled(_KINDS, self.trials, self.np_random)

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Advance by one step of the task."""
        observation, reward, terminated, truncated, info = super().step(action)
        if terminated:
            info["shares"] = self._shares()
        return observation, reward, terminated, truncated, info

    def _shares(self) -> dict[str, float]:
        """Return the share of right answers by rule."""
        right = self.table[:, OUTCOME] == RIGHT
        rule = self.table[:, RULE]
        return {name: float(right[rule == number].mean()) for number, name in enumerate(RULES)}
