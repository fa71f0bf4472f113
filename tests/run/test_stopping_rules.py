import msgspec
import pytest

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.settings import EvolutionConfig
from glianeat.run.stopping import REASONS, Effort, History, reason_to_stop
from glianeat.store.records import Statistics, Summary

PLAN = EvolutionConfig(population=10, generations=100)
NOTHING = Statistics(
    number=0,
    survivors=0,
    objectives={},
    sizes={},
    ratios={},
    ratio_genes={},
    species={},
    operators={},
    reference=(),
    hypervolume=0.0,
)


def summary(number, best_return=0.0, best_key=0):
    return Summary(
        number=number,
        evaluations=10 * (number + 1),
        steps=1000 * (number + 1),
        best_key=best_key,
        best_return=best_return,
        best_power=1.0,
        best_spikes=0.0,
        mean_return=0.0,
        front_size=1,
        failures=0,
        digest="",
    )


def history(returns, volumes=(), solved_return=None, keys=None):
    """Return the history of generations with these best returns and hypervolumes."""
    past, volumes = History(solved_return), volumes or [0.0] * len(returns)
    keys = keys or [0] * len(returns)
    for number, (best, volume, key) in enumerate(zip(returns, volumes, keys)):
        now = msgspec.structs.replace(NOTHING, number=number, hypervolume=volume)
        past.add(summary(number, best, key), now)
    return past


def reason(past, *, seconds=0.0, next_evaluations=0, taken=0, solved=False, **limits):
    effort = Effort(next_evaluations=next_evaluations, steps=taken, seconds=seconds)
    return reason_to_stop(PLAN.replace(**limits), past, effort, solved=solved)


def evaluation(key, *returns):
    return Evaluation(key=key, returns=returns)


def test_a_run_without_a_generation_goes_on_whatever_the_limits():
    assert reason(History(), seconds=1e9, hours=1.0, evaluations=10, next_evaluations=99) == ""


@pytest.mark.parametrize(
    ("done", "expected"), [(1, ""), (2, ""), (3, "generations"), (4, "generations")]
)
def test_generations_are_counted_with_the_founders(done, expected):
    assert reason(history([1.0] * done), generations=3) == expected


@pytest.mark.parametrize(("following", "expected"), [(30, ""), (31, "evaluations")])
def test_the_next_generation_must_fit_into_the_evaluations(following, expected):
    assert reason(history([1.0]), evaluations=30, next_evaluations=following) == expected


@pytest.mark.parametrize(("taken", "expected"), [(999, ""), (1000, "steps"), (1800, "steps")])
def test_a_run_ends_once_its_environment_steps_are_taken(taken, expected):
    assert reason(history([1.0]), steps=1000, taken=taken) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(1799.0, ""), (1800.0, "hours")])
def test_hours_are_hours(seconds, expected):
    assert reason(history([1.0]), hours=0.5, seconds=seconds) == expected


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ([5, 5, 5], ""),
        ([5, 5, 5, 5], "stagnation"),
        ([5, 5, 6, 6, 6], ""),
        ([5, 5, 6, 6, 6, 6], "stagnation"),
        ([5, 4, 4, 5], "stagnation"),  # to reach the best again is no progress
        ([-float("inf")] * 3, "stagnation"),
    ],
)
def test_a_run_stagnates_if_its_best_return_does_not_rise(returns, expected):
    assert reason(history(returns), stagnation=3) == expected


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ([10, 10], ""),
        ([10, 10, 10], "front_stagnation"),
        ([10, 10.005, 10.009], "front_stagnation"),
        ([10, 10.005, 10.011], ""),
        ([10, 11, 12], ""),
        ([0, 0, 1], ""),
    ],
)
def test_a_front_stagnates_if_it_does_not_grow_by_a_thousandth(volumes, expected):
    past = history([1.0] * len(volumes), volumes)
    assert reason(past, front_stagnation=2) == expected


def test_no_rule_holds_that_was_not_asked_for():
    past = history([1.0] * 50)
    assert reason(past, seconds=1e9, next_evaluations=10**9) == ""


def test_what_a_run_follows_from_ends_it_before_the_clock_does():
    past = history([1.0] * 3)
    assert reason(past, generations=3, hours=1.0, seconds=9e9, stagnation=1) == "generations"
    assert reason(past, hours=1.0, seconds=9e9, stagnation=1) == "stagnation"


def test_a_solved_run_stops_only_if_it_is_to():
    past = history([1.0] * 3)
    assert reason(past, generations=3, solved=True, stop_when_solved=True) == "solved"
    assert reason(past, solved=True) == ""


def test_every_reason_is_explained():
    assert all(hasattr(PLAN, name) or name == "solved" for name in REASONS)
    assert all(REASONS.values())


@pytest.mark.parametrize(
    ("returns", "solved"),
    [((10.0, 10.0), True), ((9.9, 9.9), False), ((9.0, 12.0), False), ((), False)],
)
def test_a_validation_must_pass_by_two_standard_errors(returns, solved):
    past = history([10.0], solved_return=10.0, keys=[3])
    validations = {3: evaluation(3, *returns)} if returns else {}
    assert past.is_solved(validations) is solved


def test_only_champions_that_reached_the_return_in_training_count():
    past = history([5.0, 12.0], solved_return=10.0, keys=[1, 2])
    assert past.champions == [2]
    assert not past.is_solved({1: evaluation(1, 99.0), 3: evaluation(3, 99.0)})


def test_champions_are_tried_until_one_passes():
    past = history([10.0, 11.0, 12.0], solved_return=10.0, keys=[1, 2, 3])
    validations = {1: evaluation(1, 5.0), 2: evaluation(2, 10.0), 3: evaluation(3, 10.0)}
    assert past.tried(validations) == [1, 2]


def test_without_a_solved_return_nothing_is_solved():
    assert not history([1e9]).is_solved({0: evaluation(0, 1e9)})
