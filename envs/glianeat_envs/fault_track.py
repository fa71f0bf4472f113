"""To say with a number what redundant sensors show, of which some fail for good."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box

from glianeat import CompiledDynamics
from glianeat.streams import standard_normal
from glianeat_envs.base import State, own_state
from glianeat_envs.scripted import (
    Script,
    ScriptedTask,
    check_noise,
    check_shares,
    go_on,
    hold_of,
    is_over,
    observe,
    right_of,
    steps_in,
    worth_of,
)
from glianeat_envs.trials import check_count

LOWEST, HIGHEST = 0.2, 1.0  # of the level
MIDDLE = 0.5 * (LOWEST + HIGHEST)
STEEPNESS = 2.0  # of the target over the level


def step(state: State, action: State) -> tuple[float, bool]:
    """Judge the number by its distance from the target."""
    if is_over(state):
        return 0.0, True
    reward = worth_of(state) * (1.0 - abs(action[0] - right_of(state)))
    return reward, go_on(state, action[0], reward)


class FaultTrack(ScriptedTask):
    """Track a level that many sensors show alike, while some of them fail for good.

    ## Description
    A level s between 0.2 and 1 is drawn anew every half second. Ten sensors show it, each with its
    own noise: clip(s + 0.1 ξ, 0, 1). The agent says which level it is. After 4 s a share of the
    sensors dies: they show 0 until the episode ends. Whoever adds up what sensors show then says
    too little, by a factor that is the same for all levels; a slow gain that brings the sum back
    to what it was repairs that. Self-repair of this kind is what models of astrocytes beside
    faulty synapses show [1]_.

    ## Observation Space
    ``Box(-1, 1, (channels,), float32)``: what each sensor shows, from 0 to 1.

    ## Action Space
    ``Box(-1, 1, (1,), float32)``: the level, as 2 (s - 0.6), which lies between -0.8 and 0.8.

    ## Rewards
    In each step 1 - |action - target|, divided by the number of steps that count, so that the
    return is the mean. Steps count that begin within `score_s`; by default all do.

    ## Starting State
    Levels and noise are drawn; so are the share that dies, from `faults` with equal chances, and
    which sensors die.

    ## Episode End
    The episode terminates after `seconds`.

    ## Floors and ceiling
    Mean returns of 1,000 episodes, and of 32 random networks (``scripts/task_floors.py``).
    Columns are the defaults, and the return from 12 to 20 s if no sensor or a share of them dies.
    The best weighted sum knows the share; the mean of what is above 0 does not, and needs no
    memory. What is left of 1 is noise: the last policy but one is the best found.

    | policy                                     | default |     0 |   0.2 |   0.4 |   0.6 |   0.8 |
    |--------------------------------------------|---------|-------|-------|-------|-------|-------|
    | nothing: 0                                 |    0.60 |  0.60 |  0.60 |  0.60 |  0.60 |  0.60 |
    | random numbers                             |    0.39 |  0.39 |  0.39 |  0.39 |  0.39 |  0.39 |
    | mean of the sensors, right if healthy      |    0.56 |  0.95 |  0.75 |  0.52 |  0.28 |  0.04 |
    | best weighted sum of the sensors           |    0.69 |  0.95 |  0.94 |  0.92 |  0.92 |  0.82 |
    | mean of the sensors above 0                |    0.93 |  0.95 |  0.94 |  0.94 |  0.92 |  0.89 |
    | sum over its slow mean                     |    0.80 |  0.92 |  0.90 |  0.88 |  0.86 |  0.83 |
    | the mean above 0, averaged since it jumped |    0.95 |  0.97 |  0.97 |  0.96 |  0.96 |  0.94 |
    | random networks at 20 Hz                   |    0.49 |  0.45 |  0.48 |  0.52 |  0.56 |  0.59 |

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `channels` | 10 | sensors |
    | `faults` | (0, 0.3, 0.6, 0.8) | shares of sensors that die, of which each episode draws one |
    | `fault_s` | 4 | when they die [s] |
    | `seconds` | 20 | duration of an episode [s] |
    | `level_s` | 0.5 | how long a level lasts [s] |
    | `noise` | 0.1 | standard deviation of a sensor's noise in a step |
    | `score_s` | `None` | (from, to) of the time that counts [s]; `None` for all |
    | `step_ms` | 20 | simulated time of a step [ms] |
    | `render_mode` | `None` | `"human"` or `"rgb_array"` |

    To measure what is left after repair: ``faults=0.6, score_s=(12, 20)``.

    ## References
    .. [1] J. Wade, L. McDaid, J. Harkin, V. Crunelli and S. Kelso, "Self-repair in a
       bidirectionally coupled astrocyte-neuron (AN) system based on retrograde signaling",
       Frontiers in Computational Neuroscience 6:76, 2012.
    """

    compiled: ClassVar[CompiledDynamics] = CompiledDynamics(
        start=own_state, step=step, observe=observe
    )
    training_episodes: ClassVar[int] = 8

    def __init__(  # noqa: PLR0913 - gymnasium.make takes keywords
        self,
        render_mode: str | None = None,
        *,
        channels: int = 10,
        faults: float | Sequence[float] = (0.0, 0.3, 0.6, 0.8),
        fault_s: float = 4.0,
        seconds: float = 20.0,
        level_s: float = 0.5,
        noise: float = 0.1,
        score_s: Sequence[float] | None = None,
        step_ms: float = 20.0,
    ) -> None:
        super().__init__(render_mode)
        check_count("channels", channels)
        self.channels, self.noise = channels, check_noise(noise)
        self.faults = check_shares("faults", faults)
        self.steps = steps_in("seconds", seconds, step_ms)
        self.level_steps = steps_in("level_s", level_s, step_ms)
        self.fault_step = 0 if fault_s == 0 else steps_in("fault_s", fault_s, step_ms)
        self.scored = _scored(score_s, self.steps, step_ms)
        self.hold = hold_of(step_ms)
        self.receptor_tau = 500.0  # about as long as a level lasts
        self.observation_names = tuple(f"sensor {number}" for number in range(1, channels + 1))
        self.action_names = ("level",)
        self.observation_space = Box(-1.0, 1.0, (channels,), np.float32)
        self.action_space = Box(-1.0, 1.0, (1,), np.float32)

    def _script(self) -> Script:
        rng, steps = self.np_random, self.steps
        levels = rng.uniform(LOWEST, HIGHEST, steps // self.level_steps + 1)
        level = np.repeat(levels, self.level_steps)[:steps]
        noise = self.noise * standard_normal(rng, (steps, self.channels))
        shown = np.clip(level[:, None] + noise, 0.0, 1.0)
        share = self.faults[rng.integers(len(self.faults))]
        order = rng.permutation(self.channels)
        dead = order[: math.floor(share * self.channels + 0.5)]
        shown[self.fault_step :, dead] = 0.0
        return Script(shown, STEEPNESS * (level - MIDDLE), self.scored)


def _scored(span: Sequence[float] | None, steps: int, step_ms: float) -> npt.NDArray[np.float64]:
    """Return what each step is worth, shape (steps,)."""
    begins = np.arange(steps) * step_ms / 1000.0
    first, last = (0.0, math.inf) if span is None else map(float, span)
    counts = (begins >= first) & (begins < last)
    if not counts.any():
        raise ValueError(
            f"score_s: must hold a step of the {0.001 * steps * step_ms:g} s, got {span!r}"
        )
    worth: npt.NDArray[np.float64] = counts / counts.sum()
    return worth
