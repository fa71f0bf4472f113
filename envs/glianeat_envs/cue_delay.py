"""To answer, after seconds of noise, on which side a cue was."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete

from glianeat import CompiledDynamics
from glianeat.streams import standard_normal
from glianeat_envs.base import State, own_state
from glianeat_envs.scripted import (
    Script,
    ScriptedTask,
    check_noise,
    go_on,
    hold_of,
    is_over,
    observe,
    right_of,
    steps_in,
    worth_of,
)
from glianeat_envs.trials import check_count, in_steps

LEFT, RIGHT, GO = range(3)  # channels; LEFT and RIGHT are also the answers


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the answer at the last step of a go signal."""
    if is_over(state):
        return 0.0, True
    reward = worth_of(state) if action[0] == right_of(state) else 0.0
    return reward, go_on(state, action[0], reward)


class CueDelay(ScriptedTask):
    """Remember through seconds of noise on which side a cue was.

    ## Description
    In each trial a cue is shown on the left or on the right for half a second. A delay follows, of
    half a second to eight, in which the channels of the cue show noise only, and then a go signal:
    time to answer with the side of the cue. It is a small relative of the oculomotor delayed
    response of monkeys [1]_. The next trial begins at once.

    ## Observation Space
    ``Box(0, 1, (3,), float32)``

    | number | channel | value                                                     |
    |--------|---------|-----------------------------------------------------------|
    | 0      | left    | 1 during a cue on the left, else noise                    |
    | 1      | right   | 1 during a cue on the right, else noise                   |
    | 2      | go      | 1 while it is time to answer, else 0                      |

    The noise is that of |0.1 ξ|, drawn for each step, at most 1.

    ## Action Space
    ``Discrete(2)``: 0 for left, 1 for right. Only the answer at the last step of the go signal
    counts.

    ## Rewards
    1 / `trials` for a right answer, so that the return is the share of trials that were right.

    ## Starting State
    The side of each cue is drawn with equal chances. All delays come equally often, in an order
    that is drawn.

    ## Episode End
    The episode terminates after the last trial.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    At the judged step nothing tells the sides apart, so that 0.5 is the best without memory.

    | policy                   | return |
    |--------------------------|--------|
    | random choices           |   0.51 |
    | the side with more noise |   0.50 |
    | the last cue             |   1.00 |
    | random networks at 20 Hz |   0.50 |

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `delays_s` | (0.5, 2, 4, 8) | the delays [s] |
    | `trials` | 4 | trials of an episode, a multiple of the number of delays |
    | `cue_ms` | 500 | duration of a cue [ms] |
    | `go_ms` | 200 | duration of a go signal [ms] |
    | `noise` | 0.1 | standard deviation of the noise before its sign is dropped |
    | `step_ms` | 20 | simulated time of a step [ms] |
    | `render_mode` | `None` | `"human"` or `"rgb_array"` |

    To measure one delay, also a longer one than was trained: ``delays_s=16``.

    ## References
    .. [1] S. Funahashi, C. J. Bruce and P. S. Goldman-Rakic, "Mnemonic coding of visual space in
       the monkey's dorsolateral prefrontal cortex", Journal of Neurophysiology 61(2), 1989,
       pp. 331-349.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    observation_names: tuple[str, ...] = ("left", "right", "go")
    action_names: tuple[str, ...] = ("left", "right")
    training_episodes: ClassVar[int] = 12  # of 4 trials each

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        delays_s: float | Sequence[float] = (0.5, 2.0, 4.0, 8.0),
        trials: int = 4,
        cue_ms: float = 500.0,
        go_ms: float = 200.0,
        noise: float = 0.1,
        step_ms: float = 20.0,
    ) -> None:
        super().__init__(render_mode)
        delays = (delays_s,) if isinstance(delays_s, int | float) else tuple(delays_s)
        if not delays:
            raise ValueError(f"delays_s: must be one or more durations, got {delays_s!r}")
        check_count("trials", trials, least=len(delays), multiple_of=len(delays))
        steps = in_steps(step_ms, cue_ms=cue_ms, go_ms=go_ms)
        self.delays = tuple(steps_in("delays_s", delay, step_ms) for delay in delays)
        self.cue, self.go, self.trials = steps["cue"], steps["go"], trials
        self.noise = check_noise(noise)
        self.hold = hold_of(step_ms)
        self.receptor_tau = 500.0
        self.observation_space = Box(0.0, 1.0, (len(self.observation_names),), np.float32)
        self.action_space = Discrete(2)

    def _script(self) -> Script:
        rng = self.np_random
        delays = rng.permutation(np.tile(self.delays, self.trials // len(self.delays)))
        sides = rng.integers(2, size=self.trials)
        lengths = self.cue + delays + self.go
        ends = np.cumsum(lengths)
        shown = np.zeros((ends[-1], 3))
        for begin, end, side in zip(ends - lengths, ends, sides, strict=True):
            shown[begin : begin + self.cue, side] = 1.0
            shown[end - self.go : end, GO] = 1.0
        noise = np.abs(self.noise * standard_normal(rng, (len(shown), 2)))
        shown[:, :GO] = np.minimum(shown[:, :GO] + noise, 1.0)
        worth = np.zeros(len(shown))
        worth[ends - 1] = 1.0 / self.trials
        return Script(shown, np.repeat(sides, lengths).astype(np.float64), worth)

    def _actions(self) -> tuple[float, float]:
        return float(LEFT), float(RIGHT)
