"""Genomes that do worse than every survivor after a few episodes are given up."""

import math

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.evaluate.plan import (
    EpisodePlan,
    EvaluationConfig,
    SettledEvaluation,
    training_plan,
)
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.defaults import episodes_of
from glianeat.streams import Purpose
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.known import KnownTask
from glianeat.tasks.task import describe_task
from tests.builders.agents import founders, rollout
from tests.evaluate.worlds import WORLD, Walk

returns = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6)
gymnasium.register("worlds/Many-v0", entry_point=type("Many", (Walk,), {"training_episodes": 9}))


def plan(racing_episodes=2, prune_below=-math.inf, episodes=4):
    return EpisodePlan(
        purpose=Purpose.TRAIN,
        episodes=episodes,
        racing_episodes=racing_episodes,
        prune_below=prune_below,
    )


@given(returns, st.integers(0, 6), st.floats(-1e6, 1e6))
def test_only_those_below_the_worst_are_hopeless_and_only_after_the_trial(found, trial, worst):
    hopeless = plan(trial, worst).prunes(found)
    assert hopeless == (len(found) == trial and math.fsum(found) < worst * trial)


@given(returns)
def test_nobody_is_hopeless_while_there_is_room(found):
    assert not plan(len(found)).prunes(found)


def test_as_good_as_the_worst_is_not_hopeless():
    assert not plan(2, 3.0).prunes([2.0, 4.0])
    assert plan(2, 3.0).prunes([2.0, 3.99])


@pytest.fixture(scope="module", params=["auto", "off"])
def evaluator(request):
    return SerialEvaluator(rollout("CartPole-v1", compiled=request.param))


@pytest.fixture(scope="module")
def genomes():
    return founders(rollout("CartPole-v1"), 9)


@pytest.fixture(scope="module")
def whole(evaluator, genomes):
    return evaluator.evaluate(genomes, plan(racing_episodes=0))


def trials(evaluations):
    return [sum(one.returns[:2]) / 2 for one in evaluations]


def test_those_below_the_worst_live_through_the_trial_alone(evaluator, genomes, whole):
    worst = sorted(trials(whole))[5]
    found = evaluator.evaluate(genomes, plan(prune_below=worst))
    for one, full, trial in zip(found, whole, trials(whole), strict=True):
        assert one.abandoned == (trial < worst)
        assert one.returns == full.returns[: 2 if one.abandoned else 4]
        assert len(one.lengths) == len(one.returns)
    assert {one.abandoned for one in found} == {True, False}


def test_whoever_is_not_given_up_does_as_without_a_trial(evaluator, genomes, whole):
    assert evaluator.evaluate(genomes, plan(prune_below=min(trials(whole)))) == whole


def test_what_was_given_up_spent_less(evaluator, genomes, whole):
    found = evaluator.evaluate(genomes, plan(prune_below=1e9))
    assert all(one.abandoned and one.is_ok for one in found)
    assert all(one.seconds < full.seconds for one, full in zip(found, whole, strict=True))
    assert all(one.power > 0.0 for one in found)


def test_a_trial_that_follows_seeds_of_ones_own_is_the_same_rule(evaluator, genomes):
    seeded = EpisodePlan(
        purpose=Purpose.TRAIN, episodes=3, seeds=(4, 5, 6), racing_episodes=1, prune_below=1e9
    )
    (one,) = evaluator.evaluate(genomes[:1], seeded)
    assert (one.abandoned, len(one.returns)) == (True, 1)


@pytest.mark.parametrize(
    ("episodes", "trial"), [(1, 2), (2, 2), (5, 2), (6, 2), (9, 3), (30, 10), (100, 33)]
)
def test_a_trial_takes_a_third_of_the_episodes_and_two_at_least(episodes, trial):
    resolved = episodes_of(EvaluationConfig(episodes=episodes), KnownTask())
    assert (resolved.episodes, resolved.racing_episodes) == (episodes, trial)


def test_what_is_configured_is_kept():
    config = EvaluationConfig(episodes=7, racing_episodes=0, window=3)
    assert episodes_of(config, KnownTask(training_episodes=20)).recast(EvaluationConfig) == config
    other = KnownTask(training_episodes=30, training_steps=50)
    resolved = episodes_of(EvaluationConfig(), KnownTask(training_episodes=20))
    assert episodes_of(resolved.replace(steps=9), other) == resolved.replace(steps=9)


@pytest.mark.parametrize(
    ("episodes", "trial", "planned"), [(5, 2, 2), (5, 0, 0), (5, 5, 0), (5, 9, 0), (2, 2, 0)]
)
def test_a_trial_of_all_episodes_is_none(episodes, trial, planned):
    training = training_plan(SettledEvaluation(episodes=episodes, racing_episodes=trial))
    assert (training.episodes, training.racing_episodes, training.prune_below) == (
        episodes,
        planned,
        -math.inf,
    )


@pytest.mark.parametrize(("asked", "episodes"), [(None, "auto"), (9, 9)])
def test_without_settings_a_task_says_how_many_episodes_it_takes(asked, episodes):
    known = KnownTask(training_episodes=asked)
    assert episodes_of(EvaluationConfig(), known).episodes == episodes
    assert episodes_of(EvaluationConfig(episodes=3), known).episodes == 3


@pytest.mark.parametrize(
    ("task", "asked"),
    [("tests.evaluate.test_abandoning:worlds/Many-v0", 9), (WORLD("Walk"), None)],
)
def test_a_task_asks_by_its_attribute(task, asked):
    assert describe_task(TaskConfig(id=task)).known.training_episodes == asked
