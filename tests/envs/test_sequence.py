from itertools import product

import numpy as np
import pytest
from glianeat_envs.sequence import cycle_of

from tests.envs.trial_contract import (
    TrialTaskContract,
    best_memoryless,
    make,
    mean_return,
    play,
    watch,
)

COARSE = {"step_ms": 100.0}
UNPREDICTABLE = {"stream": "unpredictable"}
A, B, C, D = range(4)
AFTER = {(D, A): B, (A, B): A, (B, A): C, (A, C): B, (C, B): D, (B, D): A}


class Rememberer:
    """Keeps the symbol before the present one."""

    def __init__(self):
        self.before = self.present = None

    def __call__(self, observation):
        symbol = int(np.argmax(observation))
        if symbol != self.present:  # in the predictable stream none comes twice in a row
            self.before, self.present = self.present, symbol
        guess = {B: A, D: A}.get(symbol, B)  # the first symbol comes alone
        return AFTER.get((self.before, symbol), guess)


class TestSequence(TrialTaskContract):
    name = "Sequence"
    variants = ({}, UNPREDICTABLE, {"symbols": 7, "length": 40})
    judged_phase = 0
    steps = 60 * 5

    def new_policy(self):
        return Rememberer()


@pytest.mark.parametrize("seed", range(20))
def test_the_best_memoryless_policy_predicts_two_thirds_in_every_episode(seed):
    worth = best_memoryless(make("Sequence", **COARSE), [seed])
    assert sum(worth.values()) == pytest.approx(2 / 3)


def test_no_table_from_symbol_to_symbol_predicts_more_than_two_thirds():
    environment = make("Sequence", **COARSE, length=12)
    scores = [
        play(environment, lambda observation, t=table: t[int(np.argmax(observation))], seed=0)
        for table in product(range(4), repeat=4)
    ]
    assert max(scores) == pytest.approx(2 / 3)


@pytest.mark.parametrize("symbols", [4, 5, 9])
def test_with_n_symbols_it_is_n_of_n_plus_two(symbols):
    environment = make("Sequence", **COARSE, symbols=symbols, length=5 * (symbols + 2))
    worth = best_memoryless(environment, [0])
    assert sum(worth.values()) == pytest.approx(symbols / (symbols + 2))


def test_memory_of_the_symbol_before_misses_only_the_first_and_that_once_in_three():
    environment = make("Sequence", **COARSE)
    returns = [play(environment, Rememberer(), seed) for seed in range(1000)]
    assert np.unique(np.round(returns, 9)).tolist() == [round(59 / 60, 9), 1.0]
    assert np.mean(returns) == pytest.approx(1 - 1 / 180, abs=0.001)


def test_nothing_predicts_more_than_a_quarter_of_the_unpredictable_stream():
    environment = make("Sequence", **COARSE, **UNPREDICTABLE)
    worth = best_memoryless(environment, range(300))
    assert sum(worth.values()) == pytest.approx(0.25, abs=0.015)
    assert mean_return(environment, Rememberer, 300) == pytest.approx(0.25, abs=0.015)


def test_the_stream_is_the_documented_cycle():
    environment = make("Sequence")
    starts = set()
    for seed in range(50):
        environment.reset(seed=seed)
        present, following = environment.table[:, 1:].astype(int).T
        assert (present[1:] == following[:-1]).all()
        for before, now, later in zip(present, following, following[1:]):
            assert AFTER[before, now] == later
        starts.add(tuple(present[:6].tolist()))
    assert len(starts) == 6


@pytest.mark.parametrize("symbols", [4, 5, 12])
def test_in_the_cycle_two_symbols_determine_the_next_one(symbols):
    cycle = cycle_of(symbols).tolist()
    pairs = list(zip(cycle, cycle[1:] + cycle[:1]))
    assert len(set(pairs)) == len(pairs) == symbols + 2
    assert set(cycle) == set(range(symbols))


def test_a_symbol_is_shown_alone_for_its_time():
    environment = make("Sequence", symbol_ms=60.0)
    shown = watch(environment, 6)
    first, second = np.eye(4)[environment.table[:2, 1].astype(int)]
    assert np.array_equal(shown, [first] * 3 + [second] * 3)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"symbols": 3}, "symbols: must be a whole number >= 4, got 3"),
        ({"length": 0}, "length: must be a whole number >= 1, got 0"),
        ({"stream": "noise"}, "stream: must be predictable or unpredictable, got 'noise'"),
        ({"symbol_ms": 0.0}, r"symbol_ms: must be finite and > 0 ms, got 0\.0"),
    ],
)
def test_bad_keywords_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        make("Sequence", **keywords)
