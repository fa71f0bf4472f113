"""Survivors that are evaluated again on resampled episodes."""

import numpy as np
import pytest

from glianeat.evaluate.evaluation import Evaluation
from tests.builders.algorithms import SIZE, advance, evaluation, keys, new_algorithm


def tell(algorithm, returns):
    """Tell made-up returns, a function of key and generation."""
    generation = algorithm.generation
    told = [evaluation(g, returns=returns(g.key, generation)) for g in algorithm.ask()]
    return algorithm.tell(told)


def best(algorithm):
    return algorithm.survivors[0][0]


def test_survivors_are_evaluated_again_with_their_offspring():
    algorithm = new_algorithm(window=4)
    advance(algorithm)
    survivors = keys(algorithm)
    assert [genome.key for genome in algorithm.ask()] == [*survivors, *range(SIZE, 2 * SIZE)]


def test_evaluations_of_several_generations_count_together():
    algorithm = new_algorithm(window=4, method="reward")
    for _ in range(3):
        last = tell(algorithm, lambda key, now: (10.0 * now, 100.0) if key == 4 else (0.0, 0.0))
    assert best(algorithm).key == 4
    assert best(algorithm).evaluation.returns == (0.0, 100.0, 10.0, 100.0, 20.0, 100.0)
    assert len(best(algorithm).evaluations) == 3
    assert best(algorithm) in last.reevaluated


def test_evaluations_older_than_the_window_are_dropped():
    algorithm = new_algorithm(window=2, method="reward")
    for _ in range(5):
        tell(algorithm, lambda key, now: (100.0 + now,) if key == 4 else (0.0,))
    assert best(algorithm).evaluation.returns == (103.0, 104.0)


def test_a_window_of_one_keeps_the_latest_evaluation_only():
    algorithm = new_algorithm(window=1, method="reward")
    for _ in range(3):
        tell(algorithm, lambda key, now: (100.0 + now,) if key == 4 else (0.0,))
    assert best(algorithm).evaluation.returns == (102.0,)


def test_resampling_prefers_steady_returns_to_a_single_lucky_one():
    """Genome 3 is a little better in each generation; others have one high return by luck."""

    def returns(key, generation):
        lucky = key < SIZE and key == generation
        return (float(key == 3) + 3.0 * lucky - float(key >= SIZE),)

    resampled, once = new_algorithm(window=100, method="reward"), new_algorithm(method="reward")
    for _ in range(9):
        tell(resampled, returns)
        tell(once, returns)
    assert (best(resampled).key, best(once).key) == (3, 0)


def test_a_survivor_that_fails_when_evaluated_again_has_failed():
    algorithm = new_algorithm(window=4)
    advance(algorithm)
    asked = algorithm.ask()
    failed = asked[0].key
    told = [evaluation(genome) for genome in asked]
    algorithm.tell([Evaluation(key=failed, status="failed", reason="it broke"), *told[1:]])
    assert failed not in keys(algorithm)


def test_those_that_do_not_survive_are_recorded_with_their_last_evaluation():
    algorithm = new_algorithm(window=4, method="reward")
    tell(algorithm, lambda key, _: (float(key),))
    last = tell(algorithm, lambda key, _: (float(key),))
    assert {individual.key for individual in last.reevaluated} == set(range(SIZE))
    assert not {individual.key for individual in last.reevaluated} & set(keys(algorithm))


def test_without_resampling_no_survivor_is_evaluated_again():
    algorithm = new_algorithm()
    assert advance(algorithm, 3).reevaluated == ()
    assert all(individual.evaluations == () for individual, _ in algorithm.survivors)


def test_the_pruning_threshold_is_taken_over_all_evaluations_in_the_window():
    algorithm = new_algorithm(window=4, method="reward")
    tell(algorithm, lambda key, _: (100.0 + key,))
    tell(algorithm, lambda key, _: (10.0 * key,) if key < SIZE else (-1.0,))
    assert algorithm.ask().prune_below == pytest.approx(np.mean([100.0, 0.0]))
