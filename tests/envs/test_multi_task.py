import numpy as np
import pytest
from glianeat_envs.multi_task import RULES

from tests.envs.trial_contract import TrialTaskContract, best_memoryless, make, play, watch

COARSE = {"step_ms": 100.0}
MEMORYLESS = {"go": 1.0, "anti": 1.0, "delayed go": 0.5, "delayed match": 0.5}


class RuleFollower:
    """Keeps the side that was shown before the delay."""

    def __init__(self):
        self.first = 0

    def __call__(self, observation):
        rule, side = int(np.argmax(observation[:4])), int(observation[5])
        if not observation[6]:
            self.first = side if observation[4:6].any() else self.first
            return 0
        return (side, 1 - side, self.first, int(side == self.first))[rule]


class TestMultiTask(TrialTaskContract):
    name = "MultiTask"
    variants = ({}, {"trials": 32, "delay_ms": 20.0})
    judged_phase = 2
    steps = 16 * 45

    def new_policy(self):
        return RuleFollower()


def test_memory_of_the_first_side_is_always_right():
    environment = make("MultiTask")
    assert [play(environment, RuleFollower(), seed) for seed in range(20)] == [1.0] * 20


@pytest.mark.parametrize("seed", range(20))
def test_the_best_memoryless_policy_scores_three_quarters_in_every_episode(seed):
    worth = best_memoryless(make("MultiTask", **COARSE), [seed])
    assert sum(worth.values()) == 0.75
    shares = dict.fromkeys(RULES, 0.0)
    for observation, gain in worth.items():
        shares[RULES[observation.index(1.0)]] += 4 * gain  # a quarter of the trials each
    assert shares == MEMORYLESS


def test_the_last_step_tells_the_share_of_each_rule():
    environment = make("MultiTask", **COARSE)

    def follow_what_is_shown(observation):  # right for go, wrong for anti, a half of the others
        return int(observation[5])

    observation, _ = environment.reset(seed=0)
    infos, terminated = [], False
    while not terminated:
        action = follow_what_is_shown(observation)
        observation, _, terminated, _, info = environment.step(action)
        infos.append(info)
    assert infos[-1]["shares"] == {"go": 1.0, "anti": 0.0, "delayed go": 0.5, "delayed match": 0.5}
    assert not any(infos[:-1])


def test_rules_and_sides_come_equally_often():
    environment = make("MultiTask", trials=32)
    environment.reset(seed=0)
    kinds, counts = np.unique(environment.table[:, 1:], axis=0, return_counts=True)
    assert len(kinds) == 16
    assert counts.tolist() == [2] * 16


@pytest.mark.parametrize(
    ("rule", "shows_first", "shows_second"), [(0, 0, 1), (1, 0, 1), (2, 1, 0), (3, 1, 1)]
)
def test_a_trial_shows_what_its_rule_says(rule, shows_first, shows_second):
    environment = make("MultiTask", **COARSE)
    shown = watch(environment, 16 * 9)
    ((trial,),) = np.nonzero((environment.table[:, 1:] == [rule, 1, 0]).all(axis=1))
    rule_on, left, right, signal = np.eye(7)[[rule, 4, 5, 6]]
    expected = [rule_on + shows_first * right] * 2 + [rule_on] * 3
    expected += [rule_on + shows_second * left + signal] * 2 + [np.zeros(7)] * 2
    assert np.array_equal(shown[9 * trial : 9 * trial + 9], expected)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"trials": 8}, "trials: must be a whole number >= 16 and a multiple of 16, got 8"),
        ({"trials": 20}, "trials: .* got 20"),
        ({"stimulus_ms": 0.0}, r"stimulus_ms: must be finite and > 0 ms, got 0\.0"),
        ({"delay_ms": float("nan")}, "delay_ms: .* got nan"),
        ({"answer_ms": -1.0}, r"answer_ms: .* got -1\.0"),
        ({"rest_ms": float("inf")}, "rest_ms: .* got inf"),
    ],
)
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        make("MultiTask", **keywords)
