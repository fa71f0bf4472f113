"""An environment that misbehaves on demand: its actions are moods; Ray workers import it, too."""

import contextlib
import os
import signal
import sys
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Text, Tuple

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
    "kills",
)
MOODY = "tests.evaluate.badenvs:Moody-v0"
ODD = "tests.evaluate.badenvs:Odd-v0"
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

    def close(self):
        if self._spoilt:
            raise RuntimeError("cannot even be closed")

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
            with contextlib.suppress(Exception):  # all it can
                time.sleep(0.01)

    def _be_exits(self):
        sys.exit("enough")

    def _be_dies(self):
        os._exit(1)

    def _be_kills(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _be_hangs(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600.0)


class Slow(Moody):
    """Two steps of a quarter of a second each, whatever the agent does."""

    action_space = Discrete(2)

    def step(self, action):
        time.sleep(0.25)
        return self._observation(), 1.0 + self.np_random.random(), False, False, {}


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
        return (
            np.array([1, 3])
            .reshape(self.observation_space.shape)
            .astype(self.observation_space.dtype)
        )


SPACES = {
    "box": Box(-1.0, 1.0, (2,)),
    "endless": Box(-np.inf, np.inf, (2,), np.float64),
    "float max": Box(-np.finfo(np.float32).max, np.finfo(np.float32).max, (2,)),
    "constant": Box(np.array([0.0, -1.0]), np.array([0.0, 1.0]), dtype=np.float64),
    "none": Box(-1.0, 1.0, (0,)),
    "image": Box(0, 255, (64, 65), np.uint8),
    "whole": Box(-1, 1, (2,), np.int64),
    "discrete": Discrete(2),
    "dict": Dict({"a": Discrete(2)}),
    "tuple": Tuple((Discrete(2),)),
    "several": MultiDiscrete([2, 2]),
    "bits": MultiBinary(3),
    "text": Text(5),
}


class Odd(gymnasium.Env):
    """Has any spaces; shows (0, 1) and (4, 1) in turn, or (…, the last action), or fails."""

    def __init__(self, observation="box", action="discrete", *, fails=False, echoes=False):
        self.observation_space, self.action_space = SPACES[observation], SPACES[action]
        self._fails, self._echoes = fails, echoes
        self._step = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._step = 0
        return np.array([0.0, 1.0]), {}

    def step(self, action):
        if self._fails:
            raise RuntimeError("out of order")
        self._step += 1
        second = float(action) if self._echoes else 1.0
        return np.array([4.0 * (self._step % 2), second]), 1.0, False, False, {}


gymnasium.register("Odd-v0", entry_point=Odd, max_episode_steps=10)
gymnasium.register("Moody-v0", entry_point=Moody, max_episode_steps=5)
gymnasium.register("Slow-v0", entry_point=Slow, max_episode_steps=2)
gymnasium.register("Typed-v0", entry_point=Typed, max_episode_steps=5)
