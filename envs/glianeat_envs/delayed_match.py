"""Delayed match to sample: to tell whether a probe is the same as the sample was."""

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

A, B, GO = range(3)  # channels; A and B are also the stimuli's numbers
SAMPLE_PHASE, DELAY_PHASE, PROBE_PHASE, REST_PHASE = range(4)
SAMPLE, PROBE = 1, 2  # columns
_KINDS = ((A, A), (A, B), (B, A), (B, B))


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the answer at the last step of the probe."""
    reward = 0.0
    if is_last_step_of(state, PROBE_PHASE):
        matches = state[place_of(state, SAMPLE)] == state[place_of(state, PROBE)]
        reward = judge(state, (action[0] == 1.0) == matches)
    return reward, advance(state)


def observe(state: State, observation: State) -> None:
    """Show the sample or the probe, and when to answer."""
    observation[:] = 0.0
    phase = phase_of(state)
    if phase == SAMPLE_PHASE:
        observation[int(state[place_of(state, SAMPLE)])] = 1.0
    elif phase == PROBE_PHASE:
        observation[int(state[place_of(state, PROBE)])] = 1.0
        observation[GO] = 1.0


class DelayedMatch(TrialTask):
    """Keep a sample in mind through a delay, then say whether a probe matches it.

    ## Description
    In each trial one of two stimuli is shown as the sample, then nothing, then one of the two as
    the probe, then nothing. This is the classic test of working memory [1]_: only what the
    network itself carries through the delay can tell a match from a non-match.

    ## Observation Space
    ``Box(0, 1, (3,), float32)``

    | number | channel | 1 while                               |
    |--------|---------|---------------------------------------|
    | 0      | A       | stimulus A is shown                   |
    | 1      | B       | stimulus B is shown                   |
    | 2      | go      | the probe is shown: time to answer    |

    ## Action Space
    ``Discrete(2)``

    | number | answer    |
    |--------|-----------|
    | 0      | non-match |
    | 1      | match     |

    Only the answer at the last step of the probe counts.

    ## Rewards
    1 / `trials` for a right answer, so that the return is the share of trials that were right.

    ## Starting State
    All four pairs of sample and probe come equally often, in an order drawn at reset.

    ## Episode End
    The episode terminates after the last trial.

    ## Best memoryless policy
    0.5, in every episode. At the judged step the observation shows the probe alone. Of the trials
    with probe A half had the sample A, and the same holds for B, so that either answer to either
    probe is right in exactly half of them; drawing lots is right in half of them on average.
    With memory of the sample: 1.

    ## Arguments
    - `trials`: trials of an episode, a multiple of 4 (default 16).
    - `sample_ms`, `delay_ms`, `probe_ms`, `rest_ms`: durations of the phases [ms] (200, 500, 200,
      600), rounded to steps, at least one.
    - `step_ms`: simulated time of a step [ms] (20).
    - `render_mode`: ``"human"`` or ``"rgb_array"``.

    ## References
    .. [1] E. K. Miller, C. A. Erickson and R. Desimone, "Neural mechanisms of visual working
       memory in prefrontal cortex of the macaque", Journal of Neuroscience 16(16), 1996,
       pp. 5154-5167.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    channels: tuple[str, ...] = ("A", "B", "go")
    action_names: tuple[str, ...] = ("non-match", "match")

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        trials: int = 16,
        sample_ms: float = 200.0,
        delay_ms: float = 500.0,
        probe_ms: float = 200.0,
        rest_ms: float = 600.0,
        step_ms: float = 20.0,
    ) -> None:
        check_count("trials", trials, least=4, multiple_of=len(_KINDS))
        phases = in_steps(
            step_ms, sample_ms=sample_ms, delay_ms=delay_ms, probe_ms=probe_ms, rest_ms=rest_ms
        )
        super().__init__(render_mode, trials, phases)
        self.receptor_tau = 0.6 * delay_ms  # about what is to be bridged
        self.observation_space = Box(0.0, 1.0, (len(self.channels),), np.float32)
        self.action_space = Discrete(2)

    def _trials(self) -> npt.NDArray[np.float64]:
        return shuffled(_KINDS, self.trials, self.np_random)
