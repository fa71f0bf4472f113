"""Environments with compiled tasks, food and several rewards; Ray workers import them, too."""

import math
import sys
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete

from glianeat import CompiledDynamics

WORLD = "tests.evaluate.worlds:worlds/{}-v0".format


def start(environment):
    return environment.unwrapped.state.copy()


def walk(state, action):
    """Move left or right; what a step pays is where it ends."""
    state[0] += 0.1 * (action[0] - 1.0)
    state[1] += 1.0
    return state[0], state[0] > 1.0


def show(state, observation):
    observation[0] = state[0]
    observation[1] = np.sin(state[1])


def show_nan(state, observation):
    observation[0] = state[0]
    observation[1] = math.nan if state[1] > 3.0 else 0.0


def pay_nan(state, action):
    state[1] += 1.0
    return (math.nan if state[1] > 3.0 else 0.0), False


def numbers_of(state, action):
    return float(len(sorted({str(state[0]): action[0]}.items(), key=repr))), False


def crumb(state):
    """Return what lies on every tenth step."""
    return state[2] if state[1] % 10.0 == 0.0 else 0.0


class Walk(gymnasium.Env):
    """A walk of 40 steps, of which the compiled task's functions are the dynamics."""

    compiled = CompiledDynamics(start, walk, show)

    def __init__(self, crumbs=0.0, reserve=None, compiled=True):
        self.observation_space = Box(-2.0, 2.0, (2,), np.float64)
        self.action_space = Discrete(3)
        self.state = np.zeros(3)
        self._crumbs = crumbs
        self._functions = type(self).compiled
        if not compiled:
            self.compiled = None
        if reserve is not None:
            self.metabolic_reserve = reserve
            self._functions = self.compiled = CompiledDynamics(start, walk, show, crumb)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = np.array([self.np_random.uniform(-0.2, 0.2), 0.0, self._crumbs])
        return self._observation(), {}

    def step(self, action):
        reward, ended = self._functions.step(self.state, np.array([float(action)]))
        info = {}
        if self._functions.energy_intake is not None:
            info["energy"] = self._functions.energy_intake(self.state)
        return self._observation(), float(reward), bool(ended), False, info

    def _observation(self):
        shown = np.zeros(2)
        self._functions.observe(self.state, shown)
        return shown


class NanShown(Walk):
    compiled = CompiledDynamics(start, walk, show_nan)


class NanPaid(Walk):
    compiled = CompiledDynamics(start, pay_nan, show)


class Uncompilable(Walk):
    compiled = CompiledDynamics(start, numbers_of, show)


class Several(gymnasium.Env):
    """Ten steps that give two rewards at once: one for action 0, one for action 1."""

    observation_space = Box(-1.0, 1.0, (1,), np.float64)
    action_space = Discrete(2)

    def __init__(self, declares=True, number=2, malformed_at=99):
        if declares:
            self.reward_space = Box(0.0, 1.0, (number,))
        self._number, self._malformed_at, self._step = number, malformed_at, 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._step = 0
        return np.zeros(1), {}

    def step(self, action):
        self._step += 1
        reward = np.zeros(self._number)
        reward[action] = 1.0 + action
        if self._step == self._malformed_at:
            reward = reward[:1]
        return np.zeros(1), reward, False, False, {}


class Sum(gymnasium.RewardWrapper):
    """Makes one number of several rewards, as mo-gymnasium's LinearReward does."""

    def reward(self, reward):
        return float(np.sum(reward))


class Faulty(gymnasium.Env):
    """Does one thing wrong, which the arguments name, in its third step or in its reset."""

    def __init__(self, fault="none", nested=False):
        box = Box(-1.0, 1.0, (2,), np.float64)
        self.observation_space = Dict({"a": box, "b": Discrete(2)}) if nested else box
        self.action_space = Discrete(2)
        self._fault, self._nested, self._step = fault, nested, 0

    def _observation(self):
        return {"a": np.zeros(2), "b": 0} if self._nested else np.zeros(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._step = 0
        if self._fault == "raises in reset":
            raise RuntimeError("no beginning")
        return self._observation(), {}

    def step(self, action):
        self._step += 1
        observation, reward = self._observation(), 1.0
        if self._step >= 3 or self._fault in {"never ends", "prints"}:
            observation, reward = self._spoil(observation, reward)
        return observation, reward, self._step == 6 and self._fault != "never ends", False, {}

    def _spoil(self, observation, reward):
        if self._fault in OBSERVATIONS:
            return OBSERVATIONS[self._fault], reward
        if self._fault in REWARDS:
            return observation, REWARDS[self._fault]
        if self._fault == "raises in step":
            raise RuntimeError("out of order")
        if self._fault == "exits":
            sys.exit(3)
        if self._fault == "sleeps":
            time.sleep(60.0)
        if self._fault == "prints":
            print("look at me")  # noqa: T201 - which is the fault
        return observation, reward


OBSERVATIONS = {
    "NaN observation": np.array([0.0, np.nan]),
    "infinite observation": np.array([0.0, np.inf]),
    "wrong shape": np.zeros((2, 2)),
    "strings": np.array(["left", "right"]),
    "objects": np.array([{}, None]),
    "None observed": None,
    "missing key": {"b": 0},
    "outside": np.array([0.0, 1.5]),
}
REWARDS = {
    "NaN reward": np.nan,
    "infinite reward": -np.inf,
    "None reward": None,
    "text reward": "much",
    "array reward": np.zeros(3),
}

for world in (Walk, NanShown, NanPaid, Uncompilable, Several, Faulty):
    steps = {"Walk": 40, "NanShown": 40, "NanPaid": 40, "Uncompilable": 40, "Several": 10}
    gymnasium.register(
        f"worlds/{world.__name__}-v0",
        entry_point=world,
        max_episode_steps=steps.get(world.__name__),
    )
