"""An environment that returns what a test puts here, from its third step on."""

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

ANSWERS = "tests.evaluate.answers:Answers-v0"
GIVEN = {}


class Answers(gymnasium.Env):
    """Ten steps; `GIVEN` may hold a reset, step, observation, reward, terminated or truncated."""

    observation_space = Box(-1.0, 1.0, (2,), np.float64)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._steps = 0
        return GIVEN.get("reset", (np.zeros(2), {}))

    def step(self, action):
        self._steps += 1
        late = self._steps >= 3
        given = GIVEN if late else {}
        if "step" in given:
            return given["step"]
        return (
            given.get("observation", np.zeros(2)),
            given.get("reward", 1.0),
            given.get("terminated", self._steps >= 10),
            given.get("truncated", False),
            given.get("info", {}),
        )


gymnasium.register("Answers-v0", entry_point=Answers, max_episode_steps=20)
