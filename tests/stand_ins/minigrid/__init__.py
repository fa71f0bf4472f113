"""Stands in for MiniGrid: a small picture and a sentence, three actions, five steps."""

import gymnasium
import numpy as np


class Grid(gymnasium.Env):
    observation_space = gymnasium.spaces.Dict(
        {
            "image": gymnasium.spaces.Box(0, 255, (7, 7, 3), np.uint8),
            "mission": gymnasium.spaces.Text(20),
        }
    )
    action_space = gymnasium.spaces.Discrete(7)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._steps = 0
        return self._shown(), {}

    def step(self, action):
        self._steps += 1
        return self._shown(), float(action == 2), self._steps == 5, False, {}

    def _shown(self):
        return {"image": self.observation_space["image"].sample() % 4, "mission": "go"}


for name in ("MiniGrid-MemoryS7-v0", "MiniGrid-DoorKey-5x5-v0"):
    gymnasium.register(name, Grid, max_episode_steps=10)
