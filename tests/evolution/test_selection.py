import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.evolution import selection
from glianeat.evolution.selection import RunStage, SelectionConfig
from tests.reference.sorting import crowding, dominates, fronts

NO_FLOOR = SelectionConfig(reward_floor=0.0)
HALF_FLOOR = SelectionConfig(reward_floor=0.5)
REWARD = SelectionConfig(method="reward")
values = st.integers(-5, 5).map(float) | st.floats(-1e6, 1e6)
powers = st.integers(0, 9).map(float) | st.floats(0, 1e6)
configs = st.builds(
    SelectionConfig,
    method=st.sampled_from(["nsga2", "reward"]),
    reward_floor=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
)


def candidate(key, mean_return, power, *others, feasible=True):
    """Return a candidate with return and power as objectives, and others to be maximised."""
    values = (mean_return, -power, *others)
    return selection.Candidate(key, mean_return, values, feasible)


def rank(candidates, config, minimum=0.0, solved=None, *, single=True, passed=None):
    stage = RunStage(
        reward_minimum=minimum, solved_return=solved, solved=passed, single_reward=single
    )
    return selection.rank(candidates, config, stage)


@st.composite
def populations(draw, feasible=None, others=0):
    fine = st.booleans() if feasible is None else feasible
    rows = draw(st.lists(st.tuples(values, powers, *[values] * others, fine), max_size=25))
    return [candidate(key, *row, feasible=fit) for key, (*row, fit) in enumerate(rows)]


def point(candidate):
    return candidate.values


def spent(candidate):
    return -candidate.values[1]


def kept(candidates, config=NO_FLOOR, reward_minimum=0.0):
    """Return the candidates, best first."""
    by_key = {c.key: c for c in candidates}
    return [by_key[s.key] for s in rank(candidates, config, reward_minimum)]


def originals(candidates):
    """Return the oldest of each behaviour."""
    first = {}
    for c in candidates:
        first.setdefault(point(c), c)
    return list(first.values())


@given(populations(), configs, values)
def test_every_candidate_is_ranked_once(candidates, config, minimum):
    found = sorted(s.key for s in rank(candidates, config, minimum))
    assert found == [c.key for c in candidates]


@given(populations(), configs, values, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(candidates, config, minimum, random):
    shuffled = random.sample(candidates, len(candidates))
    assert rank(shuffled, config, minimum) == rank(candidates, config, minimum)


@given(populations(), configs, values)
def test_ranks_never_fall(candidates, config, minimum):
    ranks = [s.rank for s in rank(candidates, config, minimum)]
    assert ranks == sorted(ranks)


@given(populations(feasible=st.just(True)))
def test_no_candidate_stands_before_one_that_dominates_it(candidates):
    found = [point(c) for c in kept(candidates)]
    originals_only = list(dict.fromkeys(found))
    for i, one in enumerate(originals_only):
        assert not any(dominates(other, one) for other in originals_only[i + 1 :])


@pytest.mark.parametrize("others", [0, 1, 2, 3])
@given(data=st.data())
def test_fronts_of_any_number_of_objectives_equal_the_slow_reference(others, data):
    candidates = originals(data.draw(populations(feasible=st.just(True), others=others)))
    points = [point(c) for c in candidates]
    expected = dict(zip([c.key for c in candidates], fronts(points), strict=True))
    assert {s.key: s.rank for s in rank(candidates, NO_FLOOR, 0.0)} == expected


@given(st.lists(values, max_size=25))
def test_a_single_objective_sorts_by_its_value(returns):
    candidates = [selection.Candidate(k, 7.0, (value,)) for k, value in enumerate(returns)]
    first = originals(candidates)
    expected = [c.key for c in sorted(first, key=lambda c: -c.values[0])]
    assert [s.key for s in rank(candidates, NO_FLOOR)][: len(first)] == expected


@given(populations(feasible=st.just(True)))
def test_crowding_equals_the_slow_reference(candidates):
    candidates = originals(candidates)
    standings = [s for s in rank(candidates, NO_FLOOR, 0.0) if s.rank == 0]
    by_key = {c.key: c for c in candidates}
    expected = crowding([point(by_key[s.key]) for s in standings])
    assert [s.crowding for s in standings] == pytest.approx(expected)


@given(populations(feasible=st.just(True)))
def test_within_a_front_the_less_crowded_come_first(candidates):
    standings = rank(originals(candidates), NO_FLOOR, 0.0)
    for number in {s.rank for s in standings}:
        distances = [s.crowding for s in standings if s.rank == number]
        assert distances == sorted(distances, reverse=True)


@given(populations(), configs, values)
def test_infeasible_candidates_come_last(candidates, config, minimum):
    feasible = [c.feasible for c in kept(candidates, config, minimum)]
    assert feasible == sorted(feasible, reverse=True)


@given(populations(feasible=st.just(True)), configs, values)
def test_behavioural_duplicates_come_after_all_originals(candidates, config, minimum):
    keys = {c.key for c in originals(candidates)}
    original = [c.key in keys for c in kept(candidates, config, minimum)]
    assert original == sorted(original, reverse=True)


def test_of_duplicates_the_oldest_keeps_its_place():
    references = [candidate(5, 1.0, 1.0), candidate(2, 1.0, 1.0), candidate(9, 0.0, 2.0)]
    assert [c.key for c in kept(references)] == [2, 9, 5]


def test_equal_return_at_another_power_is_no_duplicate():
    first, second = rank([candidate(0, 1.0, 1.0), candidate(1, 1.0, 2.0)], NO_FLOOR, 0.0)
    assert (first.key, second.key, second.rank) == (0, 1, 1)


@given(populations(feasible=st.just(True)), values)
def test_candidates_below_the_floor_rank_after_originals_above_it(candidates, minimum):
    candidates = originals(candidates)
    best = max((c.mean_return for c in candidates), default=0.0)
    floor = min(best, minimum + 0.5 * (best - minimum))
    above = [c.mean_return >= floor for c in kept(candidates, HALF_FLOOR, minimum)]
    assert above == sorted(above, reverse=True)


@given(populations(feasible=st.just(True)), st.sampled_from([0.3, 0.9, 1.0]), values)
def test_the_highest_return_is_always_on_the_first_front(candidates, share, minimum):
    if candidates:
        standings = rank(candidates, SelectionConfig(reward_floor=share), minimum)
        best = max(c.mean_return for c in candidates)
        cheapest = min((c for c in candidates if c.mean_return == best), key=spent)
        assert next(s.rank for s in standings if s.key == cheapest.key) == 0


def test_the_floor_is_a_share_of_the_way_from_the_minimum_to_the_best():
    at_floor, below = candidate(0, 60.0, 5.0), candidate(1, 59.9, 1.0)
    best = candidate(2, 100.0, 9.0)
    found = rank([at_floor, below, best], HALF_FLOOR, 20.0)
    assert {s.key: s.rank for s in found} == {0: 0, 2: 0, 1: 1}


def test_below_the_floor_return_counts_and_not_power():
    dear, cheap = candidate(0, 40.0, 500.0), candidate(1, 30.0, 1.0)
    assert [c.key for c in kept([cheap, dear, candidate(2, 100.0, 50.0)], HALF_FLOOR)] == [2, 0, 1]


def test_the_floor_works_with_negative_returns():
    found = rank([candidate(0, -100.0, 90.0), candidate(1, -400.0, 1.0)], HALF_FLOOR, -500.0)
    assert [s.rank for s in found] == [0, 1]


def test_without_a_floor_low_power_alone_reaches_the_first_front():
    found = rank([candidate(0, 100.0, 90.0), candidate(1, 0.0, 1.0)], NO_FLOOR, 0.0)
    assert [s.rank for s in found] == [0, 0]


def test_a_minimum_above_all_returns_leaves_the_best_above_the_floor():
    found = rank([candidate(0, -10.0, 1.0), candidate(1, -20.0, 1.0)], HALF_FLOOR, 50.0)
    assert [(s.key, s.crowding) for s in found] == [(0, math.inf), (1, 0.0)]


def test_a_floor_of_one_keeps_the_best_despite_rounding():
    low, high = -1.4, 1.3
    assert low + 1.0 * (high - low) > high
    found = rank([candidate(0, high, 1.0)], SelectionConfig(reward_floor=1.0), low)
    assert math.isinf(found[0].crowding)


def test_with_the_reward_method_power_breaks_ties():
    candidates = [candidate(0, 1.0, 9.0), candidate(1, 2.0, 9.0), candidate(2, 1.0, 3.0)]
    assert [c.key for c in kept(candidates, REWARD)] == [1, 2, 0]


@given(populations(feasible=st.just(True)), values)
def test_with_the_reward_method_originals_are_sorted_by_return(candidates, minimum):
    returns = [c.mean_return for c in kept(originals(candidates), REWARD, minimum)]
    assert returns == sorted(returns, reverse=True)


@given(populations(feasible=st.just(True)), configs, values, st.floats(1e-3, 1e3))
def test_before_the_task_is_solved_return_ranks_and_of_equals_the_newer(
    candidates, config, minimum, missing
):
    config = config.replace(method="nsga2", energy_onset="solved")
    solved = max((c.mean_return for c in candidates), default=0.0) + missing
    first = originals(candidates)
    found = [s.key for s in rank(candidates, config, minimum, solved)][: len(first)]
    assert found == [c.key for c in sorted(first, key=lambda c: (-c.mean_return, -c.key))]


@given(populations(), configs, values, st.floats(0.0, 1e3))
def test_once_the_task_is_solved_energy_counts(candidates, config, minimum, more):
    best = max((c.mean_return for c in candidates if c.feasible), default=math.inf)
    assert rank(candidates, config, minimum, best - more) == rank(candidates, config, minimum)


@given(populations(), configs, values, values)
def test_a_known_validation_decides_whether_the_task_is_solved(candidates, config, minimum, solved):
    best = max((c.mean_return for c in candidates if c.feasible), default=0.0)
    never, always = best + 1.0, best - 1.0
    not_yet = rank(candidates, config, minimum, always, passed=False)
    assert not_yet == rank(candidates, config, minimum, never)
    passed = rank(candidates, config, minimum, never, passed=True)
    assert passed == rank(candidates, config, minimum)
    free = rank(candidates, config, minimum, passed=False)  # there is nothing to pass
    assert free == rank(candidates, config, minimum)


@given(populations(), configs, values, values)
def test_with_onset_at_the_start_energy_counts_before_the_task_is_solved(
    candidates, config, minimum, solved
):
    config = config.replace(energy_onset="start")
    assert rank(candidates, config, minimum, solved) == rank(candidates, config, minimum)


def test_with_several_rewards_energy_counts_from_the_start():
    rewards = [(float(k), 2.0 - k) for k in range(3)]
    candidates = [selection.Candidate(k, 2.0, (*r, -1.0)) for k, r in enumerate(rewards)]
    found = rank(candidates, NO_FLOOR, 0.0, 99.0, single=False)
    assert [s.rank for s in found] == [0, 0, 0]


def test_infeasible_candidates_do_not_solve_the_task():
    cheap, dear = candidate(0, 1.0, 1.0), candidate(1, 2.0, 9.0)
    failed = candidate(2, 500.0, 1.0, feasible=False)
    assert [s.key for s in rank([cheap, dear, failed], NO_FLOOR, 0.0, 100.0)] == [1, 0, 2]
    assert [s.rank for s in rank([cheap, dear, failed], NO_FLOOR, 0.0, 100.0)] == [0, 1, 2]


def test_no_candidates_give_no_ranks():
    assert rank([], NO_FLOOR, 0.0) == []
