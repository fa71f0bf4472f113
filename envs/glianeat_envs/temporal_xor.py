"""Temporal XOR: to tell whether two bits, one after the other, differ."""

from typing import ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat_envs.base import State, own_state
from glianeat_envs.trials import (
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

BIT, CUE, GO = range(3)  # channels
FIRST_PHASE, GAP_PHASE, SECOND_PHASE, ANSWER_PHASE, REST_PHASE = range(5)
FIRST, SECOND = 1, 2  # columns
_KINDS = ((0, 0), (0, 1), (1, 0), (1, 1))


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the answer at its last step."""
    reward = 0.0
    if is_last_step_of(state, ANSWER_PHASE):
        differ = state[place_of(state, FIRST)] != state[place_of(state, SECOND)]
        reward = judge(state, (action[0] == 1.0) == differ)
    return reward, advance(state)


def observe(state: State, observation: State) -> None:
    """Show a bit and that it is shown, or that it is time to answer."""
    observation[:] = 0.0
    phase = phase_of(state)
    if phase == FIRST_PHASE:
        observation[BIT] = state[place_of(state, FIRST)]
        observation[CUE] = 1.0
    elif phase == SECOND_PHASE:
        observation[BIT] = state[place_of(state, SECOND)]
        observation[CUE] = 1.0
    elif phase == ANSWER_PHASE:
        observation[GO] = 1.0


class TemporalXor(TrialTask):
    """Say whether two bits that were shown one after the other differed.

    ## Description
    In each trial a bit is shown, then nothing, then a second bit; then the answer is due, their
    exclusive or. It takes memory of both bits and a function of them that is not linearly
    separable; the task of one bit stream goes back to Elman [1]_.

    ## Observation Space
    ``Box(0, 1, (3,), float32)``

    | number | channel | 1 while                                                    |
    |--------|---------|------------------------------------------------------------|
    | 0      | bit     | the bit that is shown is a 1                               |
    | 1      | cue     | a bit is shown, which tells a 0 from nothing               |
    | 2      | go      | it is time to answer                                       |

    ## Action Space
    ``Discrete(2)``

    | number | answer                 |
    |--------|------------------------|
    | 0      | the bits were equal    |
    | 1      | the bits differed      |

    Only the answer at the last step of the answer phase counts.

    ## Rewards
    1 / `trials` for a right answer, so that the return is the share of trials that were right.

    ## Starting State
    All four pairs of bits come equally often, in an order drawn at reset.

    ## Episode End
    The episode terminates after the last trial.

    ## Best memoryless policy
    0.5, in every episode: at the judged step the observation is always the same, go alone, and
    half of the trials want either answer. Memory of one bit, the first or the second, does not
    help: whichever it was, the other is 0 as often as 1, so that this gives 0.5 as well. A linear
    threshold on both bits (as or) gets at most three pairs of four right: 0.75. With memory of
    both bits and the exclusive or: 1.

    ## Arguments
    - `trials`: trials of an episode, a multiple of 4 (default 16).
    - `bit_ms`, `gap_ms`, `answer_ms`, `rest_ms`: durations of the phases [ms] (100, 100, 100,
      500), rounded to steps, at least one.
    - `step_ms`: simulated time of a step [ms] (20).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] J. L. Elman, "Finding structure in time", Cognitive Science 14(2), 1990, pp. 179-211.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    channels: tuple[str, ...] = ("bit", "cue", "go")
    action_names: tuple[str, ...] = ("equal", "different")

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        trials: int = 16,
        bit_ms: float = 100.0,
        gap_ms: float = 100.0,
        answer_ms: float = 100.0,
        rest_ms: float = 500.0,
        step_ms: float = 20.0,
    ) -> None:
        check_count("trials", trials, least=4, multiple_of=len(_KINDS))
        steps = in_steps(
            step_ms, bit_ms=bit_ms, gap_ms=gap_ms, answer_ms=answer_ms, rest_ms=rest_ms
        )
        phases = {
            "first bit": steps["bit"],
            "gap": steps["gap"],
            "second bit": steps["bit"],
            "answer": steps["answer"],
            "rest": steps["rest"],
        }
        super().__init__(render_mode, trials, phases)
        self.receptor_tau = 0.4 * (bit_ms + gap_ms + answer_ms)  # the first bit is as old as that
        self.population = 100  # of 50, the first that get most trials right take over
        self.observation_space = Box(0.0, 1.0, (len(self.channels),), np.float32)
        self.action_space = Discrete(2)

    def _trials(self) -> npt.NDArray[np.float64]:
        return shuffled(_KINDS, self.trials, self.np_random)
