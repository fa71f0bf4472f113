"""Statistics and stopping rules as a user meets them."""

import json

import pytest

from tests.cli.test_commands import SMALL, folder, glianeat, refused, show

__all__ = ["folder"]
RUN = ["run", "CartPole-v1", *SMALL, "--workers=0"]


def statistics(folder, name="one"):
    done = glianeat(folder, "show", name, "--statistics", "--json")
    return json.loads(done.stdout)["statistics"]


def test_every_generation_has_its_statistics(folder):
    rows = statistics(folder)
    assert [row["number"] for row in rows] == [0, 1]
    assert rows[0]["objectives"].keys() == {"reward", "energy"}
    assert rows[0]["ratios"].keys() == {"sensory", "motor", "association"}
    assert rows[0]["ratio_genes"].keys() == rows[0]["ratios"].keys()
    assert rows[0]["reference"] == rows[1]["reference"]


def test_the_most_of_the_reward_is_the_best_return(folder):
    assert statistics(folder)[-1]["objectives"]["reward"][-1] == show(folder)["best_return"]


def test_operators_are_credited_once_there_are_children(folder):
    founders, children = (row["operators"] for row in statistics(folder))
    assert founders == {}
    assert children["traits"]["applied"] > 0
    assert all(c["survived"] <= c["applied"] >= c["improved"] for c in children.values())


def test_json_without_statistics_has_none(folder):
    assert "statistics" not in show(folder)


def test_statistics_are_shown_as_tables(folder):
    text = glianeat(folder, "show", "one", "--statistics").stdout
    for word in ("hypervolume", "median", "three quarters", "synapses", "operator", "improved"):
        assert word in text
    assert "ratio, motor" in text
    assert "species" not in text


def test_long_runs_show_some_of_their_generations_and_always_the_last(tmp_path):
    glianeat(tmp_path, *RUN, "--generations=27", "--name=long")
    text = glianeat(tmp_path, "show", "long", "--statistics").stdout
    assert "every 2 generations" in text
    assert "Survivors of generation 27" in text


def test_a_run_of_species_shows_how_many(tmp_path):
    neat = ["--set", "evolution.algorithm=neat", "--generations=2", "--name=neat"]
    done = glianeat(tmp_path, *RUN, *neat)
    assert all("species " in line for line in done.stderr.splitlines())
    assert "species" in glianeat(tmp_path, "show", "neat", "--statistics").stdout


def test_progress_has_the_hypervolume_and_no_species_if_there_are_none(tmp_path):
    lines = glianeat(tmp_path, *RUN, "--generations=2").stderr.splitlines()
    assert all("hypervolume" in line and "species" not in line for line in lines)


def test_a_run_whose_time_is_up_says_so_and_how_to_go_on(tmp_path):
    done = glianeat(tmp_path, *RUN, "--hours=1e-9", "--name=timed")
    assert "(ended by: hours, and can be resumed)" in done.stdout
    assert "glianeat resume timed --hours 2e-09" in done.stdout
    assert "ended by: hours, and can be resumed" in glianeat(tmp_path, "show", "timed").stdout
    going = ["--hours=9", "--generations=3", "--workers=0"]
    assert glianeat(tmp_path, "resume", "timed", *going).returncode == 0
    assert (show(tmp_path, "timed")["generations"], show(tmp_path, "timed")["finished"]) == (
        3,
        "generations",
    )


def test_stagnation_ends_a_run_by_name(tmp_path):
    limits = ["--set", "evolution.stagnation=1", "--generations=200", "--name=stuck"]
    assert "(ended by: stagnation)" in glianeat(tmp_path, *RUN, *limits).stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--hours=0"], "evolution.hours: must be a number > 0 h, got 0.0"),
        (["--set", "evolution.stagnation=0"], "evolution.stagnation: must be a whole number >= 1"),
        (["--set", "evolution.stagnaton=3"], "did you mean 'stagnation'"),
    ],
)
def test_a_mistake_costs_one_line(tmp_path, arguments, word):
    assert word in refused(glianeat(tmp_path, *RUN, *arguments))
