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


class Rememberer:
    """Keeps the last stimulus that came without the go signal."""

    def __init__(self):
        self.sample = 0

    def __call__(self, observation):
        a, b, go = observation
        if not go and (a or b):
            self.sample = int(b)
        return int(go and self.sample == int(b))


class TestDelayedMatch(TrialTaskContract):
    name = "DelayedMatch"
    variants = ({}, {"trials": 4, "delay_ms": 20.0})
    judged_phase = 2
    steps = 16 * 75

    def new_policy(self):
        return Rememberer()


def test_memory_of_the_sample_is_always_right():
    environment = make("DelayedMatch")
    assert [play(environment, Rememberer(), seed) for seed in range(20)] == [1.0] * 20


@pytest.mark.parametrize("seed", range(20))
def test_the_best_memoryless_policy_scores_half_in_every_episode(seed):
    assert sum(best_memoryless(make("DelayedMatch", **COARSE), [seed]).values()) == 0.5


def test_drawing_lots_scores_half_on_average():
    rng = np.random.default_rng(0)
    score = mean_return(make("DelayedMatch", **COARSE), lambda: lambda _: rng.integers(2), 400)
    assert score == pytest.approx(0.5, abs=0.02)


def test_a_trial_is_sample_delay_probe_rest():
    environment = make("DelayedMatch")
    shown = watch(environment, 75)
    _, sample, probe = environment.table[0].astype(int)
    stimuli = np.eye(3)
    expected = [stimuli[sample]] * 10 + [np.zeros(3)] * 25
    expected += [stimuli[probe] + stimuli[2]] * 10 + [np.zeros(3)] * 30
    assert np.array_equal(shown, expected)


def test_all_pairs_come_equally_often():
    environment = make("DelayedMatch", trials=32)
    environment.reset(seed=0)
    pairs, counts = np.unique(environment.table[:, 1:], axis=0, return_counts=True)
    assert pairs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert counts.tolist() == [8] * 4


def test_durations_are_rounded_to_steps_but_never_to_none():
    environment = make("DelayedMatch", sample_ms=1, delay_ms=490, probe_ms=505, rest_ms=20)
    assert environment.phases == {"sample": 1, "delay": 25, "probe": 25, "rest": 1}


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"trials": 6}, "trials: must be a whole number >= 4 and a multiple of 4, got 6"),
        ({"trials": 0}, "trials: .* got 0"),
        ({"trials": 16.0}, r"trials: .* got 16\.0"),
        ({"delay_ms": 0.0}, r"delay_ms: must be finite and > 0 ms, got 0\.0"),
        ({"sample_ms": -1.0}, r"sample_ms: .* got -1\.0"),
        ({"probe_ms": float("nan")}, "probe_ms: .* got nan"),
        ({"rest_ms": float("inf")}, "rest_ms: .* got inf"),
        ({"step_ms": 0.0}, r"step_ms: .* got 0\.0"),
        ({"render_mode": "ascii"}, "render_mode"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*render:UserWarning")  # Gymnasium's own, of the mode
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        make("DelayedMatch", **keywords)
