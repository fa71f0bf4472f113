import math

import pytest

from glianeat.evaluate.evaluation import Evaluation
from tests.builders.algorithms import (
    SIZE,
    advance,
    evaluation,
    keys,
    new_algorithm,
)


def test_parents_and_offspring_compete():
    last = advance(new_algorithm(), 6)
    births = {standing.key // SIZE for standing in last.survivors}
    assert len(births) > 1


def test_the_best_return_never_falls():
    algorithm, best = new_algorithm(), []
    for _ in range(8):
        advance(algorithm)
        best.append(max(i.evaluation.mean_return for i, _ in algorithm.survivors))
    assert best == sorted(best)


def merit(individual):
    return -individual.evaluation.mean_return, individual.evaluation.power, individual.key


def test_with_the_reward_method_the_best_returns_survive():
    algorithm = new_algorithm(method="reward")
    seen = []
    for _ in range(3):
        seen += advance(algorithm).offspring
    best = sorted(seen, key=merit)[:SIZE]
    assert keys(algorithm) == [individual.key for individual in best]


@pytest.mark.parametrize(("solved", "cheapest_is_kept"), [(None, True), (9.0, True), (9.5, False)])
def test_energy_counts_once_the_task_is_solved(solved, cheapest_is_kept):
    algorithm = new_algorithm(solved=solved, reward_floor=0.0)
    algorithm.tell([evaluation(g, returns=(g.key % 10.0,), power=99.0) for g in algorithm.ask()])
    asked = algorithm.ask()
    told = [evaluation(g, returns=(g.key % 10.0 - 0.5,), power=100.0) for g in asked]
    algorithm.tell([evaluation(asked[0], returns=(-9.0,), power=1.0), *told[1:]])
    assert (10 in keys(algorithm)) == cheapest_is_kept


def test_the_reward_minimum_is_the_median_of_the_founders():
    algorithm = new_algorithm()
    returns = [-50.0, 7.0, 1.0, -50.0, 3.0, 2.0, -50.0, 900.0, 4.0, 5.0]
    told = [evaluation(g, returns=(returns[g.key],)) for g in algorithm.ask()]
    assert algorithm.tell(told).reward_minimum == 2.5


def test_the_reward_minimum_stays_when_lower_returns_come():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, returns=(float(g.key),)) for g in algorithm.ask()])
    last = algorithm.tell([evaluation(g, returns=(-99.0 - g.key,)) for g in algorithm.ask()])
    assert last.reward_minimum == 4.5


def test_a_configured_reward_minimum_is_kept():
    assert advance(new_algorithm(reward_minimum=-7.0)).reward_minimum == -7.0


def test_a_reward_minimum_of_zero_is_kept():
    assert advance(new_algorithm(reward_minimum=0.0)).reward_minimum == 0.0


def test_failed_evaluations_do_not_count_for_the_reward_minimum():
    algorithm = new_algorithm()
    told = [evaluation(g, returns=(5.0 + g.key,)) for g in algorithm.ask()]
    told[0] = Evaluation(key=0, status="failed")
    assert algorithm.tell(told).reward_minimum == 10.0


def test_the_reward_minimum_is_set_by_the_first_generation_with_a_successful_evaluation():
    algorithm = new_algorithm()
    first = algorithm.tell([Evaluation(key=g.key, status="failed") for g in algorithm.ask()])
    told = [evaluation(g, returns=(-300.0 + g.key,)) for g in algorithm.ask()]
    assert (first.reward_minimum, algorithm.tell(told).reward_minimum) == (math.inf, -285.5)


def test_with_spiking_only_silent_agents_rank_below_those_that_spike():
    algorithm = new_algorithm(spiking_only=True)
    told = [
        evaluation(g, returns=(100.0 - g.key,), output_spikes_per_second=float(g.key % 2))
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert [key % 2 for key in keys(algorithm)] == [1] * 5 + [0] * 5


def test_silent_agents_are_ranked_like_others_by_default():
    algorithm = new_algorithm(method="reward")
    told = [
        evaluation(g, returns=(100.0 - g.key,), output_spikes_per_second=0.0)
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert keys(algorithm) == list(range(SIZE))


def test_founders_are_not_pruned():
    assert new_algorithm().ask().prune_below == -math.inf


def test_newborns_are_pruned_below_the_lowest_return_of_the_survivors():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, returns=(float(g.key), 3.0)) for g in algorithm.ask()])
    assert algorithm.ask().prune_below == 1.5


def test_newborns_are_not_pruned_while_a_survivor_has_failed():
    algorithm = new_algorithm()
    told = [evaluation(g) for g in algorithm.ask()]
    algorithm.tell([*told[:-1], Evaluation(key=SIZE - 1, status="failed")])
    assert algorithm.ask().prune_below == -math.inf


def test_newborns_are_not_pruned_on_tasks_with_several_rewards():
    algorithm = new_algorithm()
    algorithm.tell([evaluation(g, rewards=(1.0, float(g.key))) for g in algorithm.ask()])
    assert algorithm.ask().prune_below == -math.inf


@pytest.mark.parametrize("method", ["nsga2", "reward"])
def test_abandoned_genomes_rank_below_all_others(method):
    algorithm = new_algorithm(method=method)
    told = [
        evaluation(g, returns=(100.0 - g.key,), power=1.0, abandoned=g.key % 2 == 0)
        for g in algorithm.ask()
    ]
    algorithm.tell(told)
    assert [key % 2 for key in keys(algorithm)] == [1] * 5 + [0] * 5
