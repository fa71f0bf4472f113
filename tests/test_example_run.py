"""The runs that come with the clone."""

import shutil
from pathlib import Path

import pytest

import glianeat
from glianeat.run.config import load_experiment
from glianeat.run.run import Run
from glianeat.run.verification import verify

ROOT = Path(__file__).parent.parent
EXAMPLE, TMAZE = ROOT / "runs" / "example", ROOT / "runs" / "tmaze"


def test_the_run_that_comes_with_the_clone_can_be_read_and_acts():
    with Run(EXAMPLE) as run:
        assert run.finished == "solved"
        assert run.best.mean_return >= 475
        agent = run.best.agent()
    agent.reset()
    assert agent.act([0.0, 0.0, 0.0, 0.0]) in (0, 1)


@pytest.fixture(scope="module")
def tmaze():
    with Run(TMAZE) as run:
        yield run


def test_the_winner_of_the_maze_remembers_where_the_reward_was(tmaze):
    assert tmaze.best.mean_return > 0.9  # 0.6 without memory, 0.948 at best
    assert tmaze.best.evaluate(20).mean_return > 0.9


def test_the_winner_of_the_maze_has_hidden_neurons_and_glia_in_every_region(tmaze):
    evaluation = tmaze.best.evaluation
    assert evaluation.hidden > 0
    assert len(evaluation.astrocytes) == 3
    assert min(evaluation.astrocytes) > 0


def test_the_maze_has_a_front_of_several_and_a_lineage_of_ten(tmaze):
    key, births = tmaze.best.key, 0
    while key >= 0:
        key, births = tmaze.solution(key).parents[0], births + 1
    assert births >= 10
    assert len(tmaze.front) > 3


def test_the_maze_needs_no_trust(tmaze):
    assert tmaze.demands == ()


def test_genomes_of_the_maze_do_what_they_did():
    found = verify(TMAZE, replay=6)
    assert len(found.replayed) == 6
    assert found.agrees, found


def test_the_maze_can_go_on(tmp_path):
    (tmp_path / "tmaze").mkdir()
    shutil.copy(TMAZE / "run.db", tmp_path / "tmaze")

    def longer(config):
        return config.replace(evolution=config.evolution.replace(generations=29))

    with glianeat.resume(tmp_path / "tmaze", changes=longer) as run:
        assert len(run.summaries) == 29
        assert run.best.mean_return > 0.9


def test_the_maze_was_made_by_the_settings_beside_it(tmp_path):
    config = load_experiment(ROOT / "scripts" / "configs" / "tmaze.toml")
    config = config.replace(evolution=config.evolution.replace(generations=6))
    with Run(TMAZE) as kept, glianeat.evolve(config, runs=tmp_path) as run:
        assert run.digest == kept.summaries[5].digest
