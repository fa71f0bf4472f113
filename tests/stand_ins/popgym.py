"""Stands in for POPGym: to say what was shown four steps ago."""

import gymnasium


class RepeatPrevious(gymnasium.Env):
    observation_space = gymnasium.spaces.Discrete(4)
    action_space = gymnasium.spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._shown = [int(self.np_random.integers(4))]
        return self._shown[-1], {}

    def step(self, action):
        right = len(self._shown) >= 4 and action == self._shown[-4]
        self._shown.append(int(self.np_random.integers(4)))
        return self._shown[-1], 0.1 if right else -0.1, len(self._shown) == 12, False, {}


gymnasium.register("popgym-RepeatPreviousEasy-v0", RepeatPrevious)
