"""Environment steps of a run: counted, kept, and shown apart from those of validation."""

from collections import Counter

import pytest

import glianeat
from glianeat.evaluate import serial
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.evolution.settings import EvolutionConfig
from tests.cli.in_process import run_here
from tests.run.runs import SMALL

RESAMPLED = SMALL.replace(evaluation=SMALL.evaluation.replace(resample="generation"))


@pytest.fixture
def lived(monkeypatch):
    """Return the steps that evaluators live through, counted by their purpose."""
    counts = Counter()

    class Counting(SerialEvaluator):
        def evaluate(self, genomes, plan):
            evaluations = super().evaluate(genomes, plan)
            counts[plan.purpose.name] += sum(sum(one.lengths) for one in evaluations)
            return evaluations

    monkeypatch.setattr(serial, "SerialEvaluator", Counting)
    return counts


@pytest.mark.parametrize("config", [SMALL, RESAMPLED])
def test_all_steps_of_training_are_counted_and_those_of_validation_apart(config, tmp_path, lived):
    with glianeat.evolve(config, runs=tmp_path, workers=0) as run:
        steps = [summary.steps for summary in run.summaries]
        assert run.steps == steps[-1] == lived.pop("TRAIN")
        assert run.validation_steps == sum(lived.values()) > 0
    assert steps == sorted(steps)


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({}, 50),
        ({"generations": 7}, 7),
        ({"evaluations": 900, "hours": 1.0}, 50),
        ({"steps": 900}, None),
        ({"steps": 900, "generations": 7}, 7),
    ],
)
def test_a_run_has_fifty_generations_unless_its_steps_say_when_to_stop(limits, most):
    config = SMALL.replace(evolution=EvolutionConfig(**limits))
    assert config.evolution.most_generations == most
    assert config.resolve().config.evolution.most_generations == most


def test_a_run_may_be_told_how_many_steps_to_take(tmp_path, monkeypatch, capsys):
    where = f"--runs={tmp_path}"
    settings = ("evolution.population=2", "evaluation.episodes=1", "task.max_steps=8")
    settings = [f"--set={one}" for one in (*settings, "evaluation.validation_episodes=2")]
    limits = ["--steps=900", "--workers=0", "--name=one", "--quiet", "--seed=3"]
    told = run_here(monkeypatch, capsys, "run", "CartPole-v1", *settings, *limits, where)
    with glianeat.Run(tmp_path / "one") as run:
        steps, generations = run.steps, len(run.summaries)
        assert run.summaries[-2].steps < 900 <= steps
        assert generations > 50  # after which it ends without such a budget
        assert f"{steps:,} environment steps (ended by: steps)" in told[1]
        shown = f"{steps:,} environment steps of training, {run.validation_steps:,} of validation"
    told = run_here(monkeypatch, capsys, "show", "one", where)
    assert shown in told[1]
