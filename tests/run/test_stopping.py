"""Runs that end by each rule, and going on with them."""

import time

import pytest

import glianeat
from glianeat.errors import ConfigError
from tests.run.runs import SMALL, stop_after

LONG = SMALL.replace(seed=3, evolution=SMALL.evolution.replace(generations=12))
RULES = {
    "generations": {"generations": 3},
    "evaluations": {"evaluations": 30},
    "steps": {"steps": 1000},
    "stagnation": {"stagnation": 1},
    "front_stagnation": {"front_stagnation": 1},
    "solved": {"stop_when_solved": True, "solved_return": 20.0},
}


def with_limits(config, **limits):
    return config.replace(evolution=config.evolution.replace(**limits))


def without_end(config):
    """Return the configuration with no other limit than the generations."""
    return with_limits(config, hours=None, stagnation=None, front_stagnation=None)


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Return a function that gives what a run that a rule ended has found."""
    runs, known = tmp_path_factory.mktemp("runs"), {}

    def get(rule):
        if rule not in known:
            config = with_limits(LONG, **RULES[rule])
            known[rule] = everything(glianeat.evolve(config, runs=runs, name=rule))
        return known[rule]

    return get


def everything(run):
    with run:
        tried = run._store.validations()
        return run.digest, run.summaries, run.statistics, run.best.key, tried, run.finished


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_ends_a_run_and_is_named(ended, rule):
    assert ended(rule)[-1] == rule
    assert len(ended(rule)[1]) < LONG.evolution.generations


@pytest.mark.parametrize("rule", RULES)
def test_an_interrupted_run_ends_by_the_same_rule_at_the_same_generation(ended, rule, tmp_path):
    config, half = with_limits(LONG, **RULES[rule]), (len(ended(rule)[1]) + 1) // 2
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(config, runs=tmp_path, name="cut", listen=stop_after(half))
    assert everything(glianeat.resume(tmp_path / "cut")) == ended(rule)


def test_a_run_stagnates_when_its_best_return_did_not_rise(ended):
    best = [summary.best_return for summary in ended("stagnation")[1]]
    assert best[-2] == best[-1] > best[0]


def test_a_front_stagnates_when_its_hypervolume_did_not_grow(ended):
    volumes = [one.hypervolume for one in ended("front_stagnation")[2]]
    assert volumes[-1] <= 1.001 * max(volumes[:-1])


def test_a_run_whose_time_is_up_ends_after_its_generation_and_says_so(tmp_path):
    with glianeat.evolve(with_limits(LONG, hours=1e-9), runs=tmp_path) as run:
        assert (len(run.summaries), run.finished) == (1, "hours")
        assert run.best.validation is not None


def within_two_seconds(config):
    return with_limits(config, hours=1.9 / 3600)


class Slow(glianeat.Reporter):
    """Takes its time over every generation."""

    def start_generation(self, generation):
        time.sleep(2.0)


def test_the_time_before_counts_when_a_run_goes_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(LONG, runs=tmp_path, name="slow", reporters=[Slow()], listen=stop_after(1))
    with glianeat.resume(tmp_path / "slow", changes=within_two_seconds) as run:
        assert (len(run.summaries), run.finished) == (1, "hours")


@pytest.mark.parametrize("solved_return", [None, 20.0])
def test_going_on_after_the_time_was_up_gives_the_run_that_had_the_time(tmp_path, solved_return):
    plan = with_limits(SMALL, solved_return=solved_return, stop_when_solved=True)
    whole = everything(glianeat.evolve(plan, runs=tmp_path, name="whole"))
    glianeat.evolve(with_limits(plan, hours=1e-9), runs=tmp_path, name="timed").close()
    went_on = glianeat.resume(tmp_path / "timed", changes=without_end)
    assert everything(went_on) == whole


def test_going_on_after_stagnation_gives_the_run_that_did_not_stop(ended, tmp_path):
    plan = with_limits(LONG, generations=6)
    whole = everything(glianeat.evolve(plan, runs=tmp_path, name="whole"))
    glianeat.evolve(with_limits(plan, front_stagnation=1), runs=tmp_path, name="cut").close()
    assert everything(glianeat.resume(tmp_path / "cut", changes=without_end)) == whole


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("hours", 0.0, "hours: must be a number > 0 h"),
        ("hours", -1.0, "hours: must be a number > 0 h"),
        ("stagnation", 0, "stagnation: must be a whole number >= 1"),
        ("front_stagnation", 0, "front_stagnation: must be a whole number >= 1"),
    ],
)
def test_limits_that_are_none_are_refused(limit, value, message):
    with pytest.raises(ConfigError, match=message):
        with_limits(SMALL, **{limit: value})
