import numpy as np
import pytest
from glianeat_envs.two_demands import TwoDemands
from gymnasium.error import InvalidAction

from tests.envs import contract


def returned(task, policy, seed=3):
    """Return the return of ``policy(observation)``, a rate for each group [Hz], all cells alike."""
    observation, _ = task.reset(seed=seed)
    total, over, due = 0.0, False, np.zeros(2)
    while not over:
        due += 0.001 * task.step_ms * np.array(policy(observation))
        spikes = due >= 1.0
        due -= spikes
        action = np.repeat(spikes, task.cells).astype(np.int8)
        observation, reward, over, _, _ = task.step(action)
        total += reward
    return total


def as_shown(seen):
    return 60.0 * seen


def demands_of(seed, **arguments):
    task = TwoDemands(**arguments)
    task.reset(seed=seed)
    return task.demands


def test_contract():
    task = contract.make("TwoDemands", cells=2, seconds=5)
    contract.check_gymnasium_contract(task)
    contract.check_seeding(task)
    contract.check_compiled_equals_interpreted(task, episodes=2)


def test_picture():
    contract.check_picture(lambda **kwargs: contract.make("TwoDemands", **kwargs))


def test_the_rates_that_are_shown_return_nearly_one():
    assert returned(TwoDemands(), as_shown) > 0.97


def test_silence_returns_nothing():
    assert returned(TwoDemands(), lambda _: (0.0, 0.0)) == 0.0


def test_demands_change_places_every_two_to_six_seconds():
    demands = demands_of(0, seconds=1000.0, alternate_s=(2, 6))
    assert np.array_equal(np.sort(demands, axis=1), np.tile([6.0, 60.0], (2000, 1)))
    changes = np.flatnonzero(np.diff(demands[:, 0])) + 1
    lasting = 0.5 * np.diff(changes)
    assert (lasting.min(), lasting.max()) == (2.0, 6.0)
    assert lasting.mean() == pytest.approx(4.0, abs=0.3)


def test_which_group_begins_is_drawn():
    assert {demands_of(seed)[0, 0] for seed in range(20)} == {6.0, 60.0}


def test_without_alternation_demands_differ_for_good():
    assert (demands_of(5, rates=(10.0, 40.0), alternate_s=None) == (10.0, 40.0)).all()


def test_the_observation_is_the_demand_as_a_share_of_the_higher_one():
    task = TwoDemands(rates=(10.0, 40.0), alternate_s=None)
    assert task.reset(seed=0)[0].tolist() == [0.25, 1.0]


@pytest.mark.parametrize(("judge", "value"), [("worst", 0.5), ("mean", 0.75)])
def test_the_worse_group_decides_or_both(judge, value):
    task = TwoDemands(rates=(40.0, 40.0), judge=judge)
    assert returned(task, lambda _: (40.0, 20.0)) == pytest.approx(value, abs=0.01)


@pytest.mark.parametrize(("excess", "value"), [(True, 0.5), (False, 1.0)])
def test_too_many_spikes_are_wrong_unless_only_those_that_lack_count(excess, value):
    task = TwoDemands(rates=(40.0, 40.0), excess=excess)
    assert returned(task, lambda _: (80.0, 40.0)) == pytest.approx(value, abs=0.01)


def test_with_a_budget_the_best_split_is_that_of_the_demands():
    """A budget of 45 spikes a second for demands of 60 and 30, a spike costing the same."""
    task = TwoDemands(rates=(60.0, 30.0), alternate_s=None, seconds=4)
    splits = {first: returned(task, lambda _, f=first: (f, 45.0 - f)) for first in (20, 25, 30, 40)}
    assert max(splits, key=splits.get) == 30
    assert splits[30] == pytest.approx(0.5, abs=0.03)


def test_a_step_takes_the_simulated_time_that_it_is_said_to():
    assert TwoDemands().hold == 5


def test_nothing_happens_after_the_end():
    task = TwoDemands(seconds=0.5)
    assert returned(task, as_shown) > 0.0
    before = task.state.copy()
    observation, reward, terminated, _, _ = task.step(np.ones(16, dtype=np.int8))
    assert (reward, terminated) == (0.0, True)
    assert not observation.any()
    assert np.array_equal(before, task.state)


def test_actions_of_another_kind_are_refused():
    task = TwoDemands()
    task.reset(seed=1)
    with pytest.raises(InvalidAction, match=r"TwoDemands: action must be in MultiBinary\(16\)"):
        task.step(np.full(16, 0.5))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rates": (60.0, 300.0)}, "rates: must be > 0 and <= 200 Hz, one spike a step, got 300.0"),
        ({"rates": (0.0, 10.0)}, "rates: must be > 0"),
        ({"rates": (10.0,)}, r"rates: must be two rates, got \(10.0,\)"),
        ({"alternate_s": (6, 2)}, r"alternate_s: must be a duration or \(shortest, longest\) > 0"),
        ({"alternate_s": 0.0}, "alternate_s: must be a duration"),
        ({"judge": "best"}, "judge: must be 'worst' or 'mean', got 'best'"),
        ({"cells": 0}, r"cells: must be a whole number in 1\.\.500, got 0"),
        ({"seconds": 1e9}, "seconds: must be at most 100000 windows"),
        ({"window_ms": -1.0}, "window_ms: must be finite and > 0 ms"),
        ({"step_ms": 0.0}, "step_ms: must be finite and > 0 ms"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        TwoDemands(**arguments)
