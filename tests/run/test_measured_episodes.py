"""Runs that measure how many episodes genomes need: one seed, one result."""

import pytest

import glianeat
from glianeat.evaluate.plan import EvaluationConfig
from glianeat.evaluate.schedule import decode_state
from glianeat.evolution.settings import EvolutionConfig
from glianeat.run.verification import verify
from glianeat.store.run_store import RunStore
from glianeat.tasks.config import TaskConfig
from glianeat.text import counted
from tests.cli.in_process import run_here
from tests.run.runs import SMALL, outcome, stop_after

MEASURED = SMALL.replace(
    task=TaskConfig(id="FrozenLake-v1", max_steps=30),
    evolution=EvolutionConfig(population=16, generations=10),
    evaluation=EvaluationConfig(episodes="auto", validation_episodes=4, validation_top=2),
)
NEAT = MEASURED.replace(
    evolution=EvolutionConfig(algorithm="neat", population=16, generations=6),
    evaluation=MEASURED.evaluation.replace(resample="generation"),
)


def schedules(folder):
    """Return the schedules that follow from each generation of a run."""
    with RunStore.open(folder) as store:
        numbers = [summary.number for summary in store.summaries()]
        return [decode_state(store.generation(number).state)[0] for number in numbers]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return glianeat.evolve(MEASURED, runs=tmp_path_factory.mktemp("runs"), name="whole").folder


@pytest.fixture(scope="module")
def expected(whole):
    return outcome(glianeat.Run(whole))


def test_a_run_measures_unless_a_number_is_given_or_known(whole):
    with glianeat.Run(whole) as run:
        evaluation = run.config.evaluation
        assert (evaluation.episodes, evaluation.racing_episodes, evaluation.window) == (
            "auto",
            1,
            16,
        )
    open_left = MEASURED.replace(evaluation=EvaluationConfig()).resolve()
    assert open_left.evaluation.episodes == "auto"


def test_show_says_how_many_episodes_there_are_and_what_is_luck(whole, monkeypatch, capsys):
    _, shown, _ = run_here(monkeypatch, capsys, "show", "whole", "--runs", str(whole.parent))
    number = schedules(whole)[-1].number
    assert f"  {counted(number, 'episode')} for a newborn genome, measured, " in shown
    assert "% of their differences luck" in shown


def test_survivors_have_returns_of_all_latest_episodes(whole):
    last = schedules(whole)[-2]  # that of the last generation
    with glianeat.Run(whole) as run:
        lived = [solution.evaluation for solution in run.population]
    assert all(one.abandoned or len(one.returns) >= last.number for one in lived)


def test_episodes_move_on_and_survivors_with_them(whole):
    found = schedules(whole)
    assert found[-1].end > 2
    with glianeat.Run(whole) as run:
        again = [one for one in run.population if len(one.evaluation.returns) > found[-2].number]
        assert again or len({one.end for one in found[-3:]}) == 1


@pytest.mark.parametrize("generations", [1, 4, 7])
def test_going_on_measures_the_same(expected, tmp_path, generations):
    with pytest.raises(KeyboardInterrupt):
        glianeat.evolve(MEASURED, runs=tmp_path, name="cut", listen=stop_after(generations))
    assert outcome(glianeat.resume(tmp_path / "cut")) == expected


@pytest.mark.ray
def test_workers_measure_the_same(expected, tmp_path, cluster):
    assert outcome(glianeat.evolve(MEASURED, runs=tmp_path, workers=2)) == expected


def test_genomes_do_the_same_again_on_the_episodes_of_their_generation(whole):
    found = verify(whole, replay=12)
    assert found.agrees
    assert len(found.replayed) > 6


def test_neat_with_new_episodes_in_every_generation_is_measured_too(tmp_path):
    with glianeat.evolve(NEAT, runs=tmp_path) as run:
        folder, keys = run.folder, [solution.key for solution in run.population]
    found = schedules(folder)
    assert all(one.new == one.number for one in found)
    assert len(keys) == 16
