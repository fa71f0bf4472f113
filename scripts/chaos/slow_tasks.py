"""CartPole whose steps take a chosen time asleep, so that others can be killed meanwhile."""

import os
import time
from typing import Any

import gymnasium
from gymnasium.envs.classic_control import CartPoleEnv

VARIABLE = "GLIANEAT_CHAOS_STEP"  # seconds that each step takes, or each episode


class SlowCartPole(CartPoleEnv):
    """CartPole that sleeps in every step."""

    def step(self, action: Any) -> Any:
        """Take a step, later."""
        time.sleep(float(os.environ.get(VARIABLE, "0")))
        return super().step(action)  # type: ignore[no-untyped-call]


class SlowEpisodes(CartPoleEnv):
    """CartPole that sleeps at the beginning of every episode."""

    def reset(self, **options: Any) -> Any:
        """Begin an episode, later."""
        time.sleep(float(os.environ.get(VARIABLE, "0")))
        return super().reset(**options)


gymnasium.register("SlowCartPole-v0", entry_point="slow_tasks:SlowCartPole", max_episode_steps=500)
gymnasium.register("SlowEpisodes-v0", entry_point="slow_tasks:SlowEpisodes", max_episode_steps=5)
