import numpy as np
import pytest

from tests.envs.trial_contract import (
    TrialTaskContract,
    best_memoryless,
    make,
    mean_return,
    play,
    watch,
)

COARSE = {"step_ms": 100.0}
CUED = {"cue": True}
FIXED = {"reversal": False}


class WinStayLoseShift:
    """Takes the other arm after a low reward.

    With `foresight` of the latest trial (counted from 0) to which a reversal can come, it also
    changes over to be there in time, if the reversal has not come before.
    """

    def __init__(self, foresight=None):
        self.arm, self.trial, self.misses = 0, 0, 0
        self.foresight, self.within = foresight, False

    def __call__(self, observation):
        found = observation[6]
        if found and not self.within:
            self._learn(found == 1.0)
        self.within = bool(found)
        return self.arm

    def _learn(self, won):
        self.arm ^= not won
        self.misses += (not won) and self.trial > 0
        self.trial += 1
        if self.trial == self.foresight and not self.misses:
            self.arm ^= 1


class LightFollower:
    def __init__(self):
        self.arm = 0

    def __call__(self, observation):
        if observation[2] or observation[3]:
            self.arm = int(observation[3])
        return self.arm


class TestTMaze(TrialTaskContract):
    name = "TMaze"
    variants = ({}, CUED, FIXED, {"cue": True, "cue_ms": 200.0})
    judged_phase = 2
    steps = 20 * 20

    def new_policy(self):
        return WinStayLoseShift()


@pytest.mark.parametrize("keywords", [{}, CUED, FIXED])
def test_the_best_memoryless_policy_finds_0_6_on_average(keywords):
    worth = best_memoryless(make("TMaze", **COARSE, **keywords), range(1000))
    assert list(worth) == [(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)]  # the junction, always the same
    assert sum(worth.values()) == pytest.approx(0.6, abs=0.02)


def test_win_stay_lose_shift_finds_0_94_on_average():
    environment = make("TMaze", **COARSE)
    returns = [play(environment, WinStayLoseShift(), seed) for seed in range(1000)]
    assert np.unique(np.round(returns, 9)).tolist() == [0.92, 0.96]
    assert np.mean(returns) == pytest.approx(0.94, abs=0.002)


def test_foreseeing_the_latest_reversal_finds_0_948_on_average():
    score = mean_return(make("TMaze", **COARSE), lambda: WinStayLoseShift(foresight=12), 1000)
    assert score == pytest.approx(0.948, abs=0.003)


def test_without_reversal_win_stay_lose_shift_finds_0_98_on_average():
    score = mean_return(make("TMaze", **COARSE, **FIXED), WinStayLoseShift, 1000)
    assert score == pytest.approx(0.98, abs=0.002)


def test_memory_of_the_light_always_finds_the_high_reward():
    environment = make("TMaze", **CUED)
    returns = [play(environment, LightFollower(), seed) for seed in range(20)]
    assert returns == pytest.approx([1.0] * 20)


def test_without_a_cue_no_light_shines():
    environment = make("TMaze")
    observation, _ = environment.reset(seed=0)
    terminated = False
    while not terminated:
        assert not observation[2:4].any()
        observation, _, terminated, _, _ = environment.step(0)


def test_the_rich_arm_reverses_once_at_trial_8_to_12():
    environment = make("TMaze")
    reversals, first = set(), set()
    for seed in range(200):
        environment.reset(seed=seed)
        (changes,) = np.nonzero(np.diff(environment.table[:, 1]))
        assert len(changes) == 1
        reversals.add(int(changes[0]) + 1)
        first.add(environment.table[0, 1])
    assert reversals == {8, 9, 10, 11, 12}
    assert first == {0.0, 1.0}


def test_a_trial_is_corridor_junction_arm():
    environment = make("TMaze", **CUED)
    shown = watch(environment, 20, choose=lambda table: int(1 - table[0, 1]))
    rich = int(environment.table[0, 1])
    corridor, junction, *_ = np.eye(7)
    light, arm = np.eye(7)[2 + rich], np.eye(7)[4 + 1 - rich]
    expected = [corridor + light] * 5 + [corridor] * 5 + [junction] * 5
    arm[6] = np.float32(0.2)
    expected += [arm] * 5
    assert np.array_equal(shown, expected)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"trials": 2}, "trials: must be a whole number >= 3, got 2"),
        ({"trials": 20.0}, r"trials: .* got 20\.0"),
        ({"corridor_ms": 0.0}, r"corridor_ms: must be finite and > 0 ms, got 0\.0"),
        ({"cue_ms": 300.0}, r"cue_ms: must be <= corridor_ms = 200\.0 ms, got 300\.0"),
        ({"junction_ms": float("nan")}, "junction_ms: .* got nan"),
        ({"reward_ms": -1.0}, r"reward_ms: .* got -1\.0"),
    ],
)
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        make("TMaze", **keywords)
