"""The number of episodes is measured, and episodes are renewed where luck decides."""

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodeSet, SettledEvaluation, measured_plan
from glianeat.evaluate.schedule import (
    Schedule,
    ScheduleConfig,
    bounds_of,
    checks,
    decode_state,
    encode_state,
    halves,
    latest,
)

BOUNDS = ScheduleConfig(max_episodes=64, max_steps=1_000_000)


def world(skill, luck, seed=0, genomes=50):
    """Return a function from numbers of episodes to how newborn genomes do in them."""
    rng = np.random.default_rng(seed)

    def evaluations(number, length=10):
        skills = rng.normal(scale=skill, size=genomes)
        returns = skills[:, None] + rng.normal(scale=luck, size=(genomes, number))
        return [
            Evaluation(key=key, returns=tuple(map(float, row)), lengths=(length,) * number)
            for key, row in enumerate(returns)
        ]

    return evaluations


def after(generations, evaluations, bounds=BOUNDS, schedule=None):
    """Return the schedule generation by generation."""
    found = [Schedule() if schedule is None else schedule]
    for _ in range(generations):
        found.append(found[-1].after(evaluations(found[-1].number), [], bounds))
    return found


def test_it_begins_with_two_episodes_that_nobody_has_lived_through():
    assert Schedule().episodes == EpisodeSet(end=2, number=2, new=0)
    assert Schedule().episodes.first == 0


def test_where_episodes_do_not_differ_one_is_enough():
    assert [one.number for one in after(3, world(skill=1.0, luck=0.0))] == [2, 1, 1, 1]


def test_where_skill_decides_there_are_one_or_two():
    assert {one.number for one in after(30, world(skill=1.0, luck=0.1))} <= {1, 2}


def test_where_luck_decides_there_are_as_many_as_allowed():
    bounds = msgspec.structs.replace(BOUNDS, max_episodes=16)
    found = [one.number for one in after(12, world(skill=0.01, luck=1.0), bounds)]
    assert found[-1] == max(found) == 16


def test_the_number_doubles_or_halves_at_most():
    found = [one.number for one in after(40, world(skill=0.3, luck=1.0))]
    assert {later / before for before, later in pairwise(found)} <= {0.5, 1, 2}


def test_it_falls_again_once_genomes_can_be_told_apart():
    many = after(12, world(skill=0.01, luck=1.0))[-1]
    assert after(20, world(skill=3.0, luck=1.0), schedule=many)[-1].number <= 4


@pytest.mark.parametrize(("length", "most"), [(10, 64), (1000, 8), (3000, 2), (9000, 2)])
def test_long_episodes_are_few(length, most):
    world_of_luck = world(skill=0.0, luck=1.0)
    bounds = msgspec.structs.replace(BOUNDS, max_steps=8_000)
    found = after(20, lambda number: world_of_luck(number, length), bounds)
    assert max(one.number for one in found) == most


@pytest.mark.parametrize(("length", "most"), [(1, 128), (10, 16), (20, 8), (500, 8)])
def test_by_default_only_short_episodes_are_many(length, most):
    world_of_luck = world(skill=0.0, luck=1.0)
    bounds = msgspec.structs.replace(BOUNDS, max_episodes=None)
    found = after(20, lambda number: world_of_luck(number, length), bounds)
    assert max(one.number for one in found) == most


def test_without_returns_that_differ_nothing_is_learnt():
    found = after(5, world(skill=0.0, luck=0.0))
    assert {one.number for one in found} == {2}
    assert math.isnan(found[-1].reliability)


def test_the_slope_is_the_reliability_of_half_the_episodes():
    evaluations, half = world(skill=1.0, luck=2.0, genomes=20_000), 4
    schedule = Schedule(number=2 * half, end=2 * half).after(evaluations(2 * half), [], BOUNDS)
    expected = 1.0 / (1.0 + 4.0 / (2 * half))  # of what is luck in the means
    known = schedule.reliability if schedule.number == 2 * half else math.nan
    assert known == pytest.approx(expected, abs=0.03)


def test_the_better_half_is_chosen_by_the_first_half_of_episodes_alone():
    returns = [(1.0, 9.0), (4.0, 0.0), (3.0, 5.0), (2.0, 8.0), *[(0.0, 99.0)] * 4]
    newborn = [Evaluation(key=key, returns=pair) for key, pair in enumerate(returns)]
    assert halves(newborn, 2) == [(4.0, 0.0), (3.0, 5.0), (2.0, 8.0), (1.0, 9.0)]


def renewals(luck, generations=200, **changes):
    bounds = msgspec.structs.replace(BOUNDS, **changes)
    return [one.new for one in after(generations, world(skill=1.0, luck=luck), bounds)[1:]]


def test_the_more_luck_decides_the_more_often_episodes_are_renewed():
    often = [sum(new > 0 for new in renewals(luck)) for luck in (0.0, 0.6, 3.0)]
    assert often == sorted(often)
    assert often[0] == pytest.approx(200 / 8, abs=1)
    assert often[2] > 2 * often[0]


def test_episodes_are_renewed_never_or_in_every_generation_if_settings_say_so():
    assert all(renewals(3.0, resample="generation"))
    found = after(20, world(1.0, 3.0), msgspec.structs.replace(BOUNDS, resample="never"))
    grown = pairwise(found)
    assert all(later.new == max(later.number - before.number, 0) for before, later in grown)


def test_new_episodes_of_the_newborn_alone_are_no_business_of_survivors():
    found = after(20, world(1.0, 1.0), msgspec.structs.replace(BOUNDS, resample="newborn"))
    assert all(later.episodes.first == before.end for before, later in pairwise(found))
    assert not any(schedule.new for schedule in found)


def test_survivors_have_lived_through_all_episodes_that_are_not_new():
    found = after(60, world(skill=0.5, luck=1.0))
    for before, later in pairwise(found):
        assert later.end - later.new == before.end
        assert before.episodes.first <= later.end - later.new
        assert 0 <= later.new <= later.number <= later.end


def test_a_single_episode_is_told_by_survivors_on_new_ones():
    single = Schedule(number=1, end=5, new=1, covariance=0.5, variance=0.5)
    known = [(float(n), float(n)) for n in range(10)]
    lucky = [(float(n), float(n * 7 % 10)) for n in range(10)]
    assert single.after([], known, BOUNDS).number == 1
    schedule = single
    for _ in range(6):
        schedule = schedule.after([], lucky, BOUNDS)
    assert schedule.number == 2


def test_newborn_are_given_up_below_every_survivor_on_the_same_episodes():
    survivors = [(4.0, 0.0, 5.0, 5.0, 0.0), (1.0, 9.0, 1.0, 1.0, 0.0)]
    assert checks(survivors, 1) == ((1, 1.0), (2, 2.0), (4, 3.0))
    assert checks(survivors, 3) == ((3, 3.0),)
    assert checks(survivors, 0) == checks([], 1) == ()


def test_as_few_of_the_latest_evaluations_count_as_have_enough_episodes():
    some = [Evaluation(key=0, returns=(float(n),) * n) for n in (8, 4, 2, 1)]
    assert [latest(some, n) for n in (1, 2, 3, 4, 8)] == [
        (some[3],),
        tuple(some[2:]),
        tuple(some[2:]),
        tuple(some[1:]),
        tuple(some),
    ]
    assert latest(some, 100) == tuple(some)


def test_a_schedule_is_stored_and_read_again_to_the_bit():
    for schedule in (Schedule(), after(9, world(0.5, 1.0))[-1]):
        assert decode_state(encode_state(schedule, b"strategy")) == (schedule, b"strategy")


@pytest.mark.parametrize("number", [0, -1, 3, 10**6])
def test_a_damaged_schedule_is_refused(number):
    damaged = encode_state(Schedule(end=2, number=number), b"")
    for state in (damaged, b"", b"\xc1"):
        with pytest.raises(CheckpointError, match="schedule of episodes is damaged"):
            decode_state(state)


def test_survivors_live_through_new_episodes_and_the_newborn_through_all():
    settled = SettledEvaluation(episodes="auto", racing_episodes=1)
    episodes = EpisodeSet(end=20, number=8, new=4)
    plan = measured_plan(settled, episodes, checks=((2, 5.0),), protected_below=10, incomplete=(3,))
    numbers = {key: plan.for_genome(key) for key in (3, 9, 10)}
    assert {key: (one.first, one.episodes) for key, one in numbers.items()} == {
        3: (12, 8),
        9: (16, 4),
        10: (12, 8),
    }
    assert [key for key, one in numbers.items() if one.prunes([0.0, 0.0])] == [10]


def test_a_number_that_is_given_is_not_measured():
    assert bounds_of(SettledEvaluation(episodes=2, racing_episodes=1)) is None
