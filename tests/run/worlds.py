"""Environments in which some agents fail, or all of them."""

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

FRAGILE = "tests.run.worlds:Fragile-v0"
BROKEN = "tests.run.worlds:Broken-v0"
RANGES = ((-1.0, 1.0), (-1.0, 1.0))  # declared, since random actions fail, too


class Fragile(gymnasium.Env):
    """Three steps, in which no agent may choose what is forbidden."""

    observation_space = Box(-1.0, 1.0, (2,), np.float64)
    action_space = Discrete(2)

    def __init__(self, forbidden=(1,)):
        self._forbidden = forbidden

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._steps = 0
        return self.np_random.uniform(-1.0, 1.0, 2), {}

    def step(self, action):
        if action in self._forbidden:
            raise RuntimeError("that was not allowed")
        self._steps += 1
        return self.np_random.uniform(-1.0, 1.0, 2), 1.0, self._steps >= 3, False, {}


gymnasium.register("Fragile-v0", Fragile, disable_env_checker=True)
gymnasium.register("Broken-v0", Fragile, disable_env_checker=True, kwargs={"forbidden": (0, 1)})
