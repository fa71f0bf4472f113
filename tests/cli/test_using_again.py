"""What evolved, used again: run --from, replay --set, resume --set and --fork."""

import json

import pytest

from tests.cli.test_commands import SMALL, folder, glianeat, refused, show

__all__ = ["folder"]


def test_a_run_starts_from_genomes_of_runs_and_files(folder):
    exported = glianeat(folder, "export", "one", "-o", "start.json")
    assert exported.returncode == 0, exported.stderr
    options = ["CartPole-v1", *SMALL, "--generations=1", "--workers=0"]
    sources = ["--from", "one", "--from", "one:front", "--from", "start.json"]
    done = glianeat(folder, "run", *options, *sources, "--name=heirs")
    assert done.returncode == 0, done.stderr
    start = show(folder, "heirs")["provenance"]["start"]
    assert (start[0]["run"], start[0]["genome"]) == ("one", show(folder)["best"]["key"])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("one:worst", "--from: must be RUN, RUN:KEY, RUN:front, RUN:best or GENOME.json, got"),
        ("onne:front", "run 'onne': does not exist in runs; did you mean 'one'?"),
        ("none.json", "none.json: cannot be read"),
        ("one:9999", "has no genome 9999"),
    ],
)
def test_a_start_that_is_not_there_is_refused(folder, source, message):
    assert message in refused(glianeat(folder, "run", "CartPole-v1", "--from", source))


def test_show_says_what_a_population_started_from(folder):
    options = [*SMALL, "--generations=1", "--workers=0"]
    glianeat(folder, "export", "one", "-o", "shown.json")
    sources = ["--from=one:0", "--from=shown.json"]
    glianeat(folder, "run", "CartPole-v1", *options, *sources, "--name=mixed")
    said = glianeat(folder, "show", "mixed").stdout
    assert "started from genome 0 of one, shown.json" in said
    assert "started from" not in glianeat(folder, "show", "one").stdout


def test_a_fork_says_what_was_changed_and_show_where_it_came_from(folder):
    changes = ["--set", "selection.tournament=4", "--generations=1"]
    done = glianeat(folder, "resume", "one", "--fork", "branch", *changes, "--workers=0")
    assert done.returncode == 0, done.stderr
    expected = (
        "fork branch of one: changed evolution.generations: 2 -> 1, selection.tournament: 2 -> 4"
    )
    assert done.stdout.startswith(expected)
    assert "run branch: 1 generation, 6 evaluations" in done.stdout
    assert (
        "forked from one after generation 2, digest " in glianeat(folder, "show", "branch").stdout
    )
    assert show(folder, "branch")["start"]["digest"] == show(folder)["digest"]


def test_a_refused_resume_shows_old_and_new_values_and_the_way_out(folder):
    line = refused(glianeat(folder, "resume", "one", "--set", "selection.tournament=4"))
    assert "selection.tournament: 2 -> 4" in line
    assert "--fork NAME" in line


def test_a_replay_in_a_changed_task_says_what_was_changed(folder):
    changes = ["--set", "task.max_steps=7", "--set", "energy.spike=2.5", "--episodes=3"]
    told = json.loads(glianeat(folder, "replay", "one", *changes, "--json").stdout)
    assert told["lengths"] == [7, 7, 7]
    assert told["changed"] == {
        "energy.spike": {"from": 1.0, "to": 2.5},
        "task.max_steps": {"from": None, "to": 7},
    }
    said = glianeat(folder, "replay", "one", *changes).stdout
    assert said.startswith("changed energy.spike: 1.0 -> 2.5, task.max_steps: not set -> 7\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("evolution.population=3", "evolution.population: cannot be changed in a replay"),
        ("seed=3", "choose other episodes with --seed"),
        ("task.id=Pendulum-v1", "must keep 8 inputs and 2 outputs, as genome "),
        ("task.id=Blackjack-v1", "must keep observations of the whole space, got 0, 1, 2"),
        ("neuron.model=graded", "codec.readout: must be 'membrane' for graded neurons"),
        ("task.kwargs.gravity=1", "task CartPole-v1: cannot be made"),
    ],
)
def test_a_change_that_has_no_place_in_a_replay_is_refused(folder, change, message):
    assert message in refused(glianeat(folder, "replay", "one", "--set", change))
