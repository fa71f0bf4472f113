"""Where offspring are drawn by default: where actions are numbers and weights are many."""

import pytest

from glianeat.run.config import decode_experiment, encode_experiment, experiment_from
from glianeat.tasks.task import describe_task


def resolved(task, *assignments):
    return experiment_from({}, [f"task.id={task}", *assignments]).resolve()


def chosen(experiment):
    config = experiment.config
    return config.reproduction.sampled, config.evolution.population, config.evaluation.resample


def test_many_weights_of_pairs_are_searched_by_few_offspring():
    assert chosen(resolved("glianeat/Reach-v0")) == (0.9, 20, "newborn")


@pytest.mark.parametrize("task", ["CartPole-v1", "Pendulum-v1", "glianeat/DoublePole-v0"])
def test_choices_and_few_weights_are_not(task):
    assert chosen(resolved(task)) == (0.0, 50, "auto")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("reproduction.sampled=0", (0.0, 50, "auto")),
        ("reproduction.sampled=0.5", (0.5, 20, "newborn")),
        ("evolution.population=40", (0.9, 40, "newborn")),
        ("evaluation.resample=never", (0.9, 20, "never")),
        ("evolution.algorithm=neat", (0.0, 50, "auto")),
        ("genome.connect_fully_below=32", (0.0, 50, "auto")),
    ],
)
def test_settings_have_the_last_word(setting, expected):
    assert chosen(resolved("glianeat/Reach-v0", setting)) == expected


def test_what_is_drawn_is_compared_on_one_new_episode():
    assert resolved("glianeat/Reach-v0").evaluation.episodes == 1
    assert resolved("glianeat/Reach-v0", "reproduction.sampled=0").evaluation.episodes == "auto"


def test_a_run_keeps_what_was_chosen():
    first = resolved("glianeat/Reach-v0")
    stored = decode_experiment(encode_experiment(first.config), "config")
    again = stored.resolve(describe_task(stored.task), stored=True)
    assert chosen(again) == chosen(first)
