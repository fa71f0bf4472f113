"""Runs that give up hopeless genomes: still one seed, one result."""

import pytest

import glianeat
from glianeat.tasks.config import TaskConfig
from tests.evaluate.worlds import WORLD
from tests.run.runs import TRYING, outcome, stop_after


def evaluations(run):
    """Return how every genome of a run did in training, generation by generation."""
    size, number = run.config.evolution.population, len(run.summaries)
    return [
        [run.solution(key).evaluation for key in range(n * size, (n + 1) * size)]
        for n in range(number)
    ]


@pytest.fixture(scope="module")
def trying(tmp_path_factory):
    with glianeat.evolve(TRYING, runs=tmp_path_factory.mktemp("runs"), name="whole") as run:
        yield run


@pytest.fixture(scope="module")
def expected(trying):
    return outcome(glianeat.Run(trying.folder))


def test_founders_are_never_given_up(trying):
    assert not any(one.abandoned for one in evaluations(trying)[0])


def test_some_are_given_up_after_the_trial_and_the_others_are_not(trying):
    later = [one for generation in evaluations(trying)[1:] for one in generation]
    assert {one.abandoned for one in later} == {True, False}
    assert all(len(one.returns) == (2 if one.abandoned else 6) for one in later)


def test_nobody_that_was_given_up_survives(trying):
    assert not any(solution.evaluation.abandoned for solution in trying.population)


def test_validation_gives_nobody_up(trying):
    tried = [solution.validation for solution in trying.population if solution.validation]
    assert len(tried) == 3
    assert all(not one.abandoned and len(one.returns) == 4 for one in tried)


def test_a_run_keeps_how_long_a_trial_was(trying):
    assert (trying.config.evaluation.episodes, trying.config.evaluation.racing_episodes) == (6, 2)


def test_without_trials_nobody_is_given_up(tmp_path):
    config = TRYING.replace(evaluation=TRYING.evaluation.replace(racing_episodes=0))
    with glianeat.evolve(config, runs=tmp_path) as run:
        found = [one for generation in evaluations(run) for one in generation]
        assert {(one.abandoned, len(one.returns)) for one in found} == {(False, 6)}


@pytest.mark.parametrize("generations", [1, 3])
def test_going_on_gives_the_same_genomes_up(expected, tmp_path, generations):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(TRYING, runs=tmp_path, name="cut", listen=stop_after(generations))
    assert outcome(glianeat.resume(tmp_path / "cut")) == expected


@pytest.mark.ray
def test_workers_give_the_same_genomes_up(expected, tmp_path, cluster):
    assert outcome(glianeat.evolve(TRYING, runs=tmp_path, workers=2)) == expected


def test_of_tasks_with_several_rewards_nobody_is_given_up(tmp_path):
    config = TRYING.replace(task=TaskConfig(id=WORLD("Several")))
    with glianeat.evolve(config, runs=tmp_path) as run:
        assert not any(one.abandoned for generation in evaluations(run) for one in generation)
