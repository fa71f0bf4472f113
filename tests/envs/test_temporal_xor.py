from itertools import product

import numpy as np
import pytest

from tests.envs.trial_contract import TrialTaskContract, best_memoryless, make, play, watch

COARSE = {"step_ms": 100.0}
PAIRS = list(product((0, 1), repeat=2))
XOR = {pair: pair[0] ^ pair[1] for pair in PAIRS}
FUNCTIONS = [dict(zip(PAIRS, answers)) for answers in product((0, 1), repeat=4)]


class Rememberer:
    """Keeps the last two bits, and answers with a function of them."""

    def __init__(self, answers=XOR):
        self.answers, self.bits, self.before = answers, (0, 0), 0

    def __call__(self, observation):
        bit, cue, go = (int(number) for number in observation)
        if cue and not self.before:
            self.bits = (self.bits[1], bit)
        self.before = cue
        return self.answers[self.bits] if go else 0


class TestTemporalXor(TrialTaskContract):
    name = "TemporalXor"
    variants = ({}, {"trials": 8, "gap_ms": 300.0})
    judged_phase = 3
    steps = 16 * 45

    def new_policy(self):
        return Rememberer()


def test_memory_of_both_bits_is_always_right():
    environment = make("TemporalXor")
    assert [play(environment, Rememberer(), seed) for seed in range(20)] == [1.0] * 20


@pytest.mark.parametrize("seed", range(20))
def test_the_best_memoryless_policy_scores_half_in_every_episode(seed):
    worth = best_memoryless(make("TemporalXor", **COARSE), [seed])
    assert worth == {(0.0, 0.0, 1.0): 0.5}  # the go signal alone


@pytest.mark.parametrize("remembered", [0, 1])
def test_memory_of_one_bit_does_not_help(remembered):
    environment = make("TemporalXor", **COARSE)
    for yes, no in PAIRS:
        answers = {pair: (no, yes)[pair[remembered]] for pair in PAIRS}
        assert [play(environment, Rememberer(answers), seed) for seed in range(20)] == [0.5] * 20


def test_no_linear_threshold_on_both_bits_is_right_in_more_than_three_of_four():
    environment = make("TemporalXor", **COARSE)
    separable = [f for f in FUNCTIONS if f != XOR and f != {p: 1 - XOR[p] for p in PAIRS}]
    assert max(play(environment, Rememberer(f), seed=0) for f in separable) == 0.75


def test_a_trial_is_bit_gap_bit_answer_rest():
    environment = make("TemporalXor")
    shown = watch(environment, 30)
    _, first, second = environment.table[0]
    expected = [[first, 1, 0]] * 5 + [[0, 0, 0]] * 5 + [[second, 1, 0]] * 5
    expected += [[0, 0, 1]] * 5 + [[0, 0, 0]] * 10
    assert np.array_equal(shown, expected)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"trials": 10}, "trials: must be a whole number >= 4 and a multiple of 4, got 10"),
        ({"trials": True}, "trials: .* got True"),
        ({"bit_ms": 0.0}, r"bit_ms: must be finite and > 0 ms, got 0\.0"),
        ({"gap_ms": -20.0}, r"gap_ms: .* got -20\.0"),
        ({"answer_ms": float("inf")}, "answer_ms: .* got inf"),
        ({"rest_ms": float("nan")}, "rest_ms: .* got nan"),
    ],
)
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        make("TemporalXor", **keywords)
