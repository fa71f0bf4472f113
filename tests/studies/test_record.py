"""What is read of real runs."""

from pathlib import Path

import pytest

import glianeat
from glianeat.run.run import Run
from glianeat.studies.goal import goal_of
from glianeat.studies.record import read_record
from glianeat.tasks.config import TaskConfig
from tests.run.runs import SMALL

GOLDEN = Path(__file__).parents[1] / "golden_runs"
RUNS = sorted(path.parent for path in GOLDEN.glob("*/*/run.db"))


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    plan = SMALL.evolution.replace(stop_when_solved=True, solved_return=30.0, generations=30)
    runs = tmp_path_factory.mktemp("record")
    with glianeat.evolve(SMALL.replace(evolution=plan), runs=runs) as run:
        return run.folder


@pytest.mark.parametrize("folder", RUNS, ids=lambda one: "-".join(one.parts[-2:]))
def test_a_record_has_the_best_genome_and_the_survivors_of_its_run(folder):
    record = read_record(folder)
    with Run(folder) as run:
        best = run.best
        returns = sorted(one.mean_return for one in run.population if one.evaluation.is_ok)
        assert (record.best.mean_return, record.best.power) == (best.mean_return, best.power)
        assert record.digest == run.digest
        assert set(returns) <= {one.mean_return for one in record.survivors}
        assert record.evaluations[-1] == run.summaries[-1].evaluations
        assert record.finished == run.finished


def test_a_run_that_stopped_when_it_was_solved_was_solved_at_its_end(solved):
    record = read_record(solved)
    assert record.finished == "solved"
    assert record.solved_at == record.evaluations[-1]
    assert record.goal == 30.0


def test_best_genomes_are_tried_on_other_episodes_without_changing_when_it_was_solved(solved):
    record, again = read_record(solved), read_record(solved, episodes=7)
    assert again.best.episodes == 7
    assert again.best.mean_return != record.best.mean_return
    assert again.solved_at == record.solved_at


def test_records_of_different_seeds_have_equal_settings(solved, tmp_path):
    first = read_record(solved)
    with Run(solved) as run:
        config = run.config.replace(seed=99, task=TaskConfig())
    plan = config.evolution.replace(generations=30)
    with glianeat.evolve(config.replace(evolution=plan), runs=tmp_path) as run:
        assert read_record(run.folder).settings == first.settings


def test_an_open_run_can_be_compared(solved):
    with Run(solved) as run:
        [group] = glianeat.compare(run).groups
        assert glianeat.compare([run, solved]) == glianeat.compare(solved)
    assert group.runs[0].name == solved.name


@pytest.mark.parametrize(
    ("task", "goal"),
    [
        ("CartPole-v1", 475.0),
        ("Pendulum-v1", None),
        ("glianeat/TMaze-v0", 0.9),
        ("no/Such-v0", None),
    ],
)
def test_tasks_say_their_goal_without_being_made(task, goal):
    assert goal_of(SMALL.replace(task=TaskConfig(id=task))) == goal
