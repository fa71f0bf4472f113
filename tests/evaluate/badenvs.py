"""An environment that misbehaves on demand: its actions are moods; Ray workers import it, too."""

import os
import signal
import sys
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

MOODS = (
    "calm",
    "kind",
    "raises",
    "nan_reward",
    "nan_observation",
    "wrong_size",
    "endless",
    "stubborn",
    "exits",
    "dies",
    "hangs",
)
MOODY = "tests.evaluate.badenvs:Moody-v0"
TYPED = "tests.evaluate.badenvs:Typed-v0"
UNSPOILT = 1.0


class Moody(gymnasium.Env):
    """Five steps of the mood that the agent chooses; whatever went wrong once spoils it."""

    observation_space = Box(-1.0, 1.0, (2,), np.float64)
    action_space = Discrete(len(MOODS))

    def __init__(self):
        self._spoilt = False

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self._observation(), {}

    def step(self, action):
        mood = MOODS[action]
        reward = -1000.0 if self._spoilt else UNSPOILT
        self._spoilt = self._spoilt or mood not in {"calm", "kind"}
        observation, extra = getattr(self, f"_be_{mood}", lambda: (self._observation(), 0.0))()
        return observation, reward + extra, False, False, {}

    def _observation(self):
        return self.np_random.uniform(-1.0, 1.0, 2)

    def _be_kind(self):
        return self._observation(), 1.0 + self.np_random.random()

    def _be_raises(self):
        raise ValueError("in a bad mood")

    def _be_nan_reward(self):
        return self._observation(), np.nan

    def _be_nan_observation(self):
        return np.array([0.0, np.nan]), 0.0

    def _be_wrong_size(self):
        return np.zeros(3), 0.0

    def _be_endless(self):
        while True:
            pass

    def _be_stubborn(self):
        while True:
            try:
                time.sleep(0.01)
            except Exception:  # noqa: BLE001, PERF203, S110 - swallows all it can
                pass

    def _be_exits(self):
        sys.exit("enough")

    def _be_dies(self):
        os._exit(1)

    def _be_hangs(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600.0)


class Typed(gymnasium.Env):
    """Shows the same two whole numbers in any type; takes actions that begin anywhere."""

    def __init__(self, dtype="float64", start=0, shape=(2,)):
        kind = np.dtype(dtype)
        low, high = (-5, 5) if kind.kind != "u" else (0, 5)
        self.observation_space = Box(low, high, tuple(shape), kind)
        self.action_space = Discrete(3, start=start)
        self.taken = []

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.taken = []
        return self._observation(), {}

    def step(self, action):
        self.taken.append(action)
        inside = self.action_space.contains(action)
        return self._observation(), float(inside) + 10.0 * float(action), False, False, {}

    def _observation(self):
        return np.array([1, 3]).reshape(self.observation_space.shape).astype(
            self.observation_space.dtype
        )


gymnasium.register("Moody-v0", entry_point=Moody, max_episode_steps=5)
gymnasium.register("Typed-v0", entry_point=Typed, max_episode_steps=5)
