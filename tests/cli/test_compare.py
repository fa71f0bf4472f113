"""Comparing runs and sweeping, as a user meets them."""

import base64
import gzip
import json
import re
import shutil
import signal
import sqlite3
import subprocess

import pytest

from glianeat.store.tables import SCHEMA_VERSION
from tests.cli.test_commands import GLIANEAT, SMALL, glianeat, refused

FAST = [*SMALL, "--generations=2", "--workers=0"]
GRID = ["--set", "evolution.population=6,8", "--seeds=0-2"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a sweep ``grid`` of two populations and three seeds."""
    folder = tmp_path_factory.mktemp("sweep")
    small = [word for word in FAST if word != "evolution.population=6"]
    small.remove("--set")
    done = glianeat(folder, "sweep", "CartPole-v1", *small, *GRID, "--name=grid")
    assert done.returncode == 0, done.stderr
    (folder / "output").write_text(done.stdout)
    (folder / "progress").write_text(done.stderr)
    return folder


def compared(folder, *arguments):
    done = glianeat(folder, "compare", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_sweep_ends_in_a_comparison(folder):
    output = (folder / "output").read_text()
    for word in ("6 runs in 2 groups", "population=6", "population=8", "final return", "A12"):
        assert word in output
    assert "glianeat compare runs/grid" in output


def test_progress_is_a_line_for_each_run_with_an_estimate_once_there_is_one(folder):
    first, *others, last = (folder / "progress").read_text().splitlines()
    assert first.startswith("run 1/6 1-population-6-seed-0: finished in")
    assert "from 1 finished run" in first
    assert len(others) == 4
    assert "all are done" in last


def test_listing_runs_nothing(tmp_path):
    done = glianeat(tmp_path, "sweep", "CartPole-v1", *GRID, "--list")
    lines = done.stdout.splitlines()
    assert lines[0] == "1-population-6-seed-0  seed=0  evolution.population=6"
    assert lines[-1] == "6 runs"
    assert list(tmp_path.iterdir()) == []


def test_listing_a_sweep_says_where_it_stands(folder):
    lines = glianeat(folder, "sweep", "grid", "--list").stdout.splitlines()
    assert lines[0] == "1-population-6-seed-0  finished"
    assert lines[-1] == "6 of 6 runs are finished"


def test_an_interrupted_sweep_says_how_to_go_on(tmp_path):
    many = ["--generations=100000", "--seeds=0", "--name=long", "--workers=0"]
    command = [*GLIANEAT, "sweep", "CartPole-v1", *SMALL, *many]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "runs" / "long" / "seed-0" / "run.db-wal").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told = process.communicate()[1]
    assert process.returncode == 130
    assert "go on with: glianeat sweep runs/long" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["CartPole-v1", "--seeds=3-1"], "seeds: must be ranges and numbers"),
        (["CartPole-v1", "--set", "evolution.popolation=6"], "did you mean 'population'"),
        (["CartPole-v7", "--seeds=0"], "did you mean 'CartPole-v1'"),
        (["grid", "--set", "evolution.population=9"], "it takes --seeds"),
        (["missing.toml"], "missing.toml: cannot be read"),
        (["runs"], "is no sweep, since it has no sweep.json"),
        (["CartPole-v1", "--name=a/b"], "run name: must be"),
    ],
)
def test_mistakes_in_a_sweep_cost_one_line(folder, arguments, message):
    assert message in refused(glianeat(folder, "sweep", *arguments))


# Comparing


def test_names_paths_and_folders_lead_to_runs(folder):
    runs = ["grid/1-population-6-seed-0", "runs/grid/1-population-6-seed-1"]
    [group] = compared(folder, *runs)["groups"]
    assert [run["seed"] for run in group["runs"]] == [0, 1]
    assert len(compared(folder, "grid")["groups"]) == 2
    assert len(compared(folder, "runs")["groups"]) == 2
    assert compared(folder) == compared(folder, "runs")
    assert compared(folder, "grid", runs[0]) == compared(folder, "grid")  # each counts once


def test_json_has_stable_names(folder):
    found = compared(folder, "grid")
    assert list(found) == [
        *("task", "goal", "equal_return", "statistic", "level", "objectives", "units"),
        *("directions", "reference", "groups", "tests", "left_out", "notes"),
    ]
    assert (found["task"], found["goal"]) == ("CartPole-v1", 475.0)
    group = found["groups"][0]
    assert group["settings"] == {"evolution.population": "6"}
    assert group["runs"][0]["fresh_episodes"] == 2
    assert group["curve"]["evaluations"][-1] == 16


def test_runs_are_grouped_by_a_key(folder):
    found = compared(folder, "grid", "--group-by", "task.id")
    assert [len(group["runs"]) for group in found["groups"]] == [6]
    assert any("differ in evolution.population" in note for note in found["notes"])
    done = glianeat(folder, "compare", "grid", "--group-by", "evolution.popolation")
    assert "did you mean 'evolution.population'" in refused(done)


def test_best_genomes_are_evaluated_anew_on_request(folder):
    runs = compared(folder, "grid", "--episodes=3")["groups"][0]["runs"]
    assert {run["fresh_episodes"] for run in runs} == {3}
    first = compared(folder, "grid")["groups"][0]["runs"]
    assert [run["final_return"] for run in runs] != [run["final_return"] for run in first]


def test_csv_is_written_once(folder):
    done = glianeat(folder, "compare", "grid", "--csv=runs.csv")
    assert done.returncode == 0
    assert len((folder / "runs.csv").read_text().splitlines()) == 7
    assert "exists already" in refused(glianeat(folder, "compare", "grid", "--csv=runs.csv"))


def test_a_page_is_written_and_equal_comparisons_make_equal_pages(folder):
    for name in ("one.html", "two.html", "one.html"):  # a page is replaced
        assert glianeat(folder, "compare", "grid", "-o", name).returncode == 0
    page = (folder / "one.html").read_text()
    assert page == (folder / "two.html").read_text()
    [data] = re.findall(r'data-resource="comparison">([^<]+)<', page)
    found = json.loads(gzip.decompress(base64.b64decode(data)))
    assert [group["name"] for group in found["groups"]] == ["population=6", "population=8"]


def test_a_page_replaces_nothing_else(folder):
    (folder / "notes.txt").write_text("mine")
    line = refused(glianeat(folder, "compare", "grid", "-o", "notes.txt"))
    assert "is no page of glianeat's" in line
    assert (folder / "notes.txt").read_text() == "mine"


# Bad input


@pytest.fixture
def bad(folder, tmp_path):
    """Return a folder with one good run and several that cannot be compared."""
    runs = tmp_path / "runs"
    good = folder / "runs" / "grid" / "1-population-6-seed-0"
    for name in ("good", "twin", "damaged", "newer", "unfinished", "empty"):
        shutil.copytree(good, runs / name)
    (runs / "foreign").mkdir()
    with sqlite3.connect(runs / "foreign" / "run.db") as other:
        other.execute("CREATE TABLE notes (text)")
    database = runs / "damaged" / "run.db"
    database.write_bytes(database.read_bytes()[:5000] + b"\0" * 5000)
    changes = {
        "newer": f"PRAGMA user_version = {SCHEMA_VERSION + 1}",
        "unfinished": "DELETE FROM meta WHERE key = 'finished'",
    }
    for name, change in changes.items():
        with sqlite3.connect(runs / name / "run.db") as connection:
            connection.execute(change)
    with sqlite3.connect(runs / "empty" / "run.db") as connection:
        for table in ("survivor", "validation", "statistics", "individual", "generation"):
            connection.execute(f"DELETE FROM {table}")
    return tmp_path


def test_runs_that_cannot_be_compared_are_named_and_left_out(bad):
    found = compared(bad, "runs")
    assert [run["name"] for run in found["groups"][0]["runs"]] == ["good"]
    reasons = {one["name"]: one["reason"] for one in found["left_out"]}
    assert reasons.keys() == {"twin", "damaged", "newer", "unfinished", "empty", "foreign"}
    assert reasons["unfinished"] == "is not finished"
    assert reasons["twin"] == "has the settings and the seed of good"
    assert reasons["empty"] == "has no generation yet"
    assert f"{SCHEMA_VERSION + 1}" in reasons["newer"]


def test_without_any_run_to_compare_it_says_why(bad):
    line = refused(glianeat(bad, "compare", "damaged", "unfinished"))
    assert "no run can be compared: damaged:" in line
    assert "unfinished: is not finished" in line
    assert "--unfinished takes such runs" in line
    assert "--unfinished" not in refused(glianeat(bad, "compare", "damaged"))


def test_unfinished_runs_are_taken_on_request(bad):
    found = compared(bad, "unfinished", "--unfinished")
    assert found["groups"][0]["runs"][0]["note"] == "not finished"


def test_names_that_lead_nowhere_are_refused(bad):
    assert "did you mean 'good'" in refused(glianeat(bad, "compare", "goood"))
    (bad / "nothing").mkdir()
    assert "has no run in it" in refused(glianeat(bad, "compare", "nothing"))


def test_runs_of_different_tasks_are_not_compared_but_one_can_be_chosen(folder, tmp_path):
    shutil.copytree(folder / "runs" / "grid", tmp_path / "runs" / "grid")
    glianeat(tmp_path, "run", "Acrobot-v1", *FAST, "--set", "task.max_steps=20", "--name=other")
    line = refused(glianeat(tmp_path, "compare", "runs"))
    assert (
        "must be of one task, got CartPole-v1 (6), Acrobot-v1 (1); choose one with --task" in line
    )
    found = compared(tmp_path, "runs", "--task", "Acrobot-v1")
    assert (found["task"], len(found["groups"])) == ("Acrobot-v1", 1)


def test_a_strangers_task_is_not_made_without_trust(tmp_path):
    imports = ["--set", 'task.imports=["glianeat_envs"]', "--name=one"]
    assert glianeat(tmp_path, "run", "CartPole-v1", *FAST, *imports).returncode == 0
    with sqlite3.connect(tmp_path / "runs" / "one" / "run.db") as connection:
        connection.execute("DELETE FROM meta WHERE key = 'owner'")
    assert compared(tmp_path, "one")["groups"]  # to look at it needs none
    line = refused(glianeat(tmp_path, "compare", "one", "--episodes=1"))
    assert "imports glianeat_envs (task.imports)" in line
    done = glianeat(tmp_path, "compare", "one", "--episodes=1", "--trust")
    assert done.returncode == 0
    assert done.stderr == "trusted: imports glianeat_envs (task.imports)\n"


def test_hostile_names_stay_text(bad):
    name = "[red]x\u202e\u001b[31m"
    (bad / "runs" / "good").rename(bad / "runs" / name)
    for arguments in ([f"runs/{name}"], ["runs"]):
        output = glianeat(bad, "compare", *arguments).stdout
        assert "\u202e" not in output
        assert "\u001b" not in output
