"""Sensors whose common gain is another one in each block of time."""

import math
from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.utils import RecordConstructorArgs

from glianeat.elementary import log
from glianeat.tasks.known import KnownTask
from glianeat_envs.base import State
from glianeat_envs.changes import Change, ChangedTask, widened
from glianeat_envs.distortions import act_plainly, advance_plainly, gain_of, sense_shifted


class GainShift(ChangedTask):
    """Show the observation of a task times a gain that is drawn anew for each block of steps.

    ## Description
    The whole observation is multiplied by g, whose logarithm is uniform between -ln `limit` and
    ln `limit`. Nothing tells g. A policy that only compares what it sees, such as a linear one with
    choices for actions, need not know it; one whose actions are numbers does.

    Bounds and typical ranges of the observation are those of the task times `limit`, so that
    receptors do not saturate.

    ## Arguments
    | Parameter | Default | Description |
    |-----------|---------|-------------|
    | `limit` | 8 | largest gain, and 1 over the smallest |
    | `block` | 500 | steps of a block: 10 s, where a step lasts 20 ms |

    The gains follow from the seed of the episode, which begins as it does without the wrapper. It
    is compiled around tasks that are.
    """

    change = Change(act_plainly, advance_plainly, sense_shifted)
    tag = 0x6761696E

    def __init__(
        self, env: "gymnasium.Env[Any, Any]", *, limit: float = 8.0, block: int = 500
    ) -> None:
        RecordConstructorArgs.__init__(self, limit=limit, block=block)
        super().__init__(env)
        if not (math.isfinite(limit) and limit >= 1.0):
            raise ValueError(f"GainShift: limit must be finite and >= 1, got {limit}")
        if isinstance(block, bool) or not isinstance(block, int) or block < 1:
            raise ValueError(f"GainShift: block must be a whole number >= 1, got {block!r}")
        self.limit, self.block = limit, block
        low, high = widened(self.inside.low, self.inside.high, limit)
        self.observation_space = Box(low, high, dtype=self.inside.dtype.type)

    @property
    def gain_now(self) -> float:
        """The gain in the present step."""
        return gain_of(self.head)

    def known_around(self, known: KnownTask) -> KnownTask:
        """Return what is known of the task with this wrapper around it."""
        if known.ranges is None:
            return known
        low, high = np.array(known.ranges).T
        low, high = widened(low, high, self.limit)
        return replace(known, ranges=tuple(zip(low.tolist(), high.tolist(), strict=True)))

    def _begin(self, rng: np.random.Generator) -> State:
        return self._head(np.array([float(self.block), log(self.limit)]), rng)
