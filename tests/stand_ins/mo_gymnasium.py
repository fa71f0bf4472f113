"""Stands in for MO-Gymnasium: two rewards at once."""

import gymnasium
import numpy as np


class Sea(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(0, 11, (2,), np.int32)
    action_space = gymnasium.spaces.Discrete(4)
    reward_space = gymnasium.spaces.Box(-1.0, 24.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._place = np.zeros(2, np.int32)
        return self._place.copy(), {}

    def step(self, action):
        self._place[action % 2] += 1
        over = bool(self._place.sum() == 5)
        return self._place.copy(), np.array([float(self._place[0]) * over, -1.0]), over, False, {}


gymnasium.register("deep-sea-treasure-v0", Sea, max_episode_steps=200)
