"""What a sample of founders tells before a run: luck, and how long it will take."""

import dataclasses
import math

import numpy as np
import pytest

from glianeat.cli.doctor import _foreseen
from glianeat.run.foresight import (
    Sample,
    find_duration,
    find_luck,
    foresee,
    luck_of,
    luck_on,
    sample_founders,
)
from tests.run.runs import PENDULUM, SMALL

FIXED = SMALL.replace(evaluation=SMALL.evaluation.replace(episodes=8, racing_episodes=0))


@pytest.fixture(scope="module")
def experiment():
    return FIXED.resolve()


def sample(returns, length=10, seconds=1.0):
    rows = np.array(returns, dtype=float)
    lengths = [length] * rows.size
    return Sample(returns=rows.tolist(), lengths=lengths, seconds=seconds, failures=0)


def made_up(skill, luck, easy=0.0, genomes=4000, episodes=20):
    """Return returns whose parts have these standard deviations."""
    rng = np.random.default_rng(1)
    parts = (skill, (genomes, 1)), (luck, (genomes, episodes)), (easy, (1, episodes))
    return sum(deviation * rng.standard_normal(shape) for deviation, shape in parts)


@pytest.mark.parametrize(("skill", "luck", "share"), [(1, 1, 0.5), (3, 1, 0.1), (0, 1, 1.0)])
@pytest.mark.parametrize("easy", [0.0, 9.0])
def test_luck_is_what_neither_genome_nor_episode_explains(skill, luck, share, easy):
    assert luck_of(made_up(skill, luck, easy)) == pytest.approx(share, abs=0.03)


def test_where_all_returns_are_equal_nobody_knows_how_much_is_luck():
    assert math.isnan(luck_of(np.full((5, 4), 3.0)))
    assert math.isnan(luck_of(np.tile(np.random.default_rng(0).random(4), (5, 1))))


@pytest.mark.parametrize(
    ("single", "episodes", "share"), [(0.5, 1, 0.5), (0.5, 4, 0.2), (0.9, 9, 0.5), (1.0, 99, 1.0)]
)
def test_luck_averages_out_over_episodes(single, episodes, share):
    assert luck_on(single, episodes) == pytest.approx(share)


def test_too_few_episodes_are_a_warning_that_says_how_many_to_try(experiment):
    finding = find_luck(experiment, sample(made_up(1, 6, genomes=16, episodes=200)))
    told, number = finding.text.rsplit(" = ", 1)
    assert (finding.level, finding.values["episodes"]) == ("warning", 8)
    assert told.endswith(": too few episodes; try evaluation.episodes")
    assert luck_on(finding.values["single"], int(number)) <= 0.5 < finding.values["luck"]
    assert find_luck(experiment, sample(made_up(6, 1, genomes=16))).level == "ok"


def test_founders_that_all_return_the_same_are_a_warning(experiment):
    finding = find_luck(experiment, sample(np.full((16, 8), -200.0)))
    assert finding.level == "warning"
    assert "all 16 founders have the same returns, -200 on average" in finding.text


def test_of_three_founders_nothing_is_said(experiment):
    assert "not known: only 3 founders" in find_luck(experiment, sample(np.eye(3))).text


def test_a_run_takes_what_its_steps_take(experiment):
    told = sample(np.eye(8), length=10, seconds=64 * 10 * 1e-3)  # a millisecond a step
    left = foresee(experiment, told, 10.0)
    training = 5 * 8 * 8 * 10 * 1.05  # generations, genomes, episodes, steps, fresh trials
    assert left.validation_steps == 3 * 4 * 10
    assert left.seconds == pytest.approx(1e-3 * (training + 120))
    racing = experiment.evaluation.replace(racing_episodes=2)
    raced = foresee(dataclasses.replace(experiment, evaluation=racing), told, 10.0)
    assert raced.pace.steps == pytest.approx(0.7 * left.pace.steps)


def test_longer_episodes_are_allowed_for(experiment):
    finding = find_duration(experiment, sample(np.eye(8), length=10, seconds=0.64))
    ratio = finding.values["seconds_at_most"] / finding.values["seconds"]
    assert ratio == pytest.approx(500 / 10)
    assert "if episodes last 500 steps and not 10 as founders'" in finding.text
    assert "5 generations of 8 genomes on 8 episodes, 1000 µs a step" in finding.text


def test_founders_are_those_of_the_run_and_the_same_each_time():
    experiment = PENDULUM.resolve()
    one, other = (sample_founders(experiment) for _ in range(2))
    assert one.returns == other.returns
    assert (np.array(one.returns).shape, set(one.lengths)) == ((16, 8), {40})
    assert {finding.check for finding in _foreseen(PENDULUM)} == {"luck", "duration"}


def test_no_more_founders_are_tried_when_time_is_up():
    assert len(sample_founders(PENDULUM.resolve(), seconds=0.0).returns) == 1
