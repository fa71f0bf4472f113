"""A configuration resolves to an experiment of which nothing is left open."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import gymnasium
import pytest

import glianeat
from glianeat.codec.codec import CodecConfig, SettledCodec
from glianeat.errors import ConfigError
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.config import decode_experiment, experiment_from
from glianeat.tasks.config import TaskConfig
from tests.builders.agents import PLAN, founders, rollout
from tests.evaluate.worlds import WORLD

GOLDEN = sorted((Path(__file__).parents[1] / "golden_runs").rglob("run.db"))


@pytest.fixture
def made(monkeypatch):
    """Return a list that grows by the id of every environment that is made."""
    ids, make = [], gymnasium.make

    def counted(name, **options):
        ids.append(name)
        return make(name, **options)

    monkeypatch.setattr(gymnasium, "make", counted)
    return ids


def test_a_worker_makes_its_environment_once(made):
    config = rollout(WORLD("Walk"))
    genomes = founders(config, 2)
    made.clear()
    worker = RolloutWorker(config)
    assert all(worker.evaluate(genome, PLAN).is_ok for genome in genomes)
    worker.close()
    assert len(made) == 1


def test_a_worker_that_is_given_the_description_makes_an_environment_to_play_on_alone(made):
    experiment = experiment_from({"task": {"id": "CartPole-v1"}}).resolve()
    made.clear()
    evaluator = SerialEvaluator(experiment.rollout, experiment.description)
    assert made == []
    evaluator.evaluate(founders(experiment.rollout, 1), PLAN)
    evaluator.close()
    assert made == ["CartPole-v1"] * 2  # one of them is of `founders`


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.parent.name)
def test_the_configuration_that_a_run_stores_resolves_to_itself(path):
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        [data] = connection.execute("SELECT value FROM meta WHERE key = 'config'").fetchone()
    stored = decode_experiment(data, "config")
    assert stored.resolve().config == stored


def test_settled_settings_cannot_be_left_open():
    with pytest.raises(ConfigError, match="readout"):
        CodecConfig().recast(SettledCodec)
    settled = glianeat.ExperimentConfig(task=TaskConfig(id="CartPole-v1")).resolve()
    with pytest.raises(ConfigError, match="episodes"):
        settled.evaluation.replace(episodes=None)
    with pytest.raises(ConfigError, match="population"):
        settled.evolution.replace(population=None)


def test_defaults_do_not_change_the_settings_of_a_run():
    asked = experiment_from({}, ["task.id=Pendulum-v1", "evaluation.steps=60"])
    resolved = asked.resolve()
    evaluation = resolved.config.evaluation.replace(steps=None)
    # as an earlier version may have stored it, whose founders did not adapt
    stored = resolved.config.replace(genome=asked.genome, evaluation=evaluation)
    assert stored.resolve(resolved.description).config.genome != asked.genome
    again = stored.resolve(resolved.description, stored=True)
    assert again.config == stored
    assert again.evaluation.steps is None


def test_an_uncut_run_stays_uncut_though_its_task_is_known_to_need_a_cut():
    known = experiment_from({}, ["task.id=CartPole-v1"]).resolve()
    described = replace(known.description, known=replace(known.description.known, training_steps=9))
    assert known.config.resolve(described).evaluation.steps == 9
    assert known.config.resolve(described, stored=True).evaluation.steps is None
