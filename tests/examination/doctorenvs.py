"""Environments with one fault each, for the doctor."""

import contextlib
import os
import random
import sys
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete

from glianeat import CompiledDynamics

PLACE = "tests.examination.doctorenvs"


class Sound(gymnasium.Env):
    """Nothing is wrong with it: a random walk of ten steps."""

    observation_space = Box(-10.0, 10.0, (2,), np.float64)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._steps = 0
        self._place = self.np_random.uniform(-1.0, 1.0, 2)
        return self._place.copy(), {}

    def step(self, action):
        self._steps += 1
        self._place = np.clip(self._place + self.np_random.normal(0.0, 0.1, 2), -10.0, 10.0)
        return self._place.copy(), self._reward(), self._steps >= 10, False, {}

    def _reward(self):
        return float(self._place[0])


class Unseeded(Sound):
    def _reward(self):
        return random.Random(os.urandom(8)).random()


class DriftsFromEpisodeToEpisode(Sound):
    """The same seed gives the same episode, but only in a new environment."""

    _before = 0

    def reset(self, *, seed=None, options=None):
        shown, info = super().reset(seed=seed, options=options)
        self._before += 1
        return shown + 0.001 * self._before, info


class AlwaysTheSame(Sound):
    def reset(self, *, seed=None, options=None):
        return super().reset(seed=3, options=options)


class OutsideItsSpace(Sound):
    observation_space = Box(-0.5, 0.5, (2,), np.float64)


class NotFinite(Sound):
    def step(self, action):
        shown, reward, *rest = super().step(action)
        shown[1] = np.nan
        return shown, reward, *rest


class WrongSize(Sound):
    def step(self, action):
        return np.zeros(3), *super().step(action)[1:]


class RewardOfWords(Sound):
    def _reward(self):
        return "good"


class RewardNotFinite(Sound):
    def _reward(self):
        return np.float32(np.inf)


class Endless(Sound):
    def step(self, action):
        shown, reward, _, _, info = super().step(action)
        return shown, reward, False, False, info


class Prints(Sound):
    def step(self, action):
        print("one more step")  # noqa: T201 - that is the fault
        return super().step(action)


class DrawsFromAll(Sound):
    def _reward(self):
        return float(np.random.random())  # noqa: NPY002 - that is the fault


class SeedsAll(Sound):
    def reset(self, *, seed=None, options=None):
        random.seed(seed)
        return super().reset(seed=seed, options=options)


class Raises(Sound):
    def step(self, action):
        raise ValueError("no more\nof this")


class Exits(Sound):
    def step(self, action):
        sys.exit("enough")


class Dies(Sound):
    def step(self, action):
        os._exit(0)


class DiesLoudly(Sound):
    def step(self, action):
        os.write(2, b"engine: out of oil\n")
        os.abort()


class Hangs(Sound):
    def step(self, action):
        while True:
            with contextlib.suppress(BaseException):
                time.sleep(600.0)


class Several(Sound):
    """Gives two rewards at once."""

    reward_space = Box(-np.inf, np.inf, (2,))

    def _reward(self):
        return np.array([1.0, float(self._place[0])])


class OfParts(Sound):
    """Shows two numbers and a choice."""

    observation_space = Dict({"mood": Discrete(3), "place": Box(-10.0, 10.0, (2,), np.float64)})

    def reset(self, *, seed=None, options=None):
        shown, info = super().reset(seed=seed, options=options)
        return {"mood": 0, "place": shown}, info

    def step(self, action):
        shown, *rest = super().step(action)
        return {"mood": int(action), "place": shown}, *rest


def _start(environment):
    return np.zeros(3)


def _step(state, action):
    state[2] += 1.0
    return 1.0, state[2] >= 3.0


def _cannot_be_compiled(state, action):
    return str(state), [action][0] is state


def _observe(state, observation):
    observation[0] = state[0]
    observation[1] = state[1]


class PlayedOtherwise(Sound):
    """Has a compiled task that is the compiled task of something else."""

    compiled = CompiledDynamics(start=_start, step=_step, observe=_observe)


class NotCompiled(Sound):
    compiled = CompiledDynamics(start=_start, step=_cannot_be_compiled, observe=_observe)


KINDS = (
    *(Sound, Unseeded, DriftsFromEpisodeToEpisode, AlwaysTheSame, OutsideItsSpace, NotFinite),
    *(WrongSize, RewardOfWords, RewardNotFinite, Endless, Prints, DrawsFromAll, SeedsAll, Raises),
    *(Exits, Dies, DiesLoudly, Hangs, Several, OfParts, PlayedOtherwise, NotCompiled),
)


def named(kind):
    """Return the id of an environment here, with the module that registers it."""
    return f"{PLACE}:{kind.__name__}-v0"


for kind in KINDS:
    gymnasium.register(f"{kind.__name__}-v0", entry_point=kind)
