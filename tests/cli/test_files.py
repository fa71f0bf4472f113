"""What the command line leaves on disks: files and runs whole or not at all, and one line."""

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import glianeat
from glianeat.errors import StorageError
from tests.cli.test_commands import SMALL
from tests.cli.test_commands import glianeat as command
from tests.run.runs import SMALL as EXPERIMENT

RUNS = Path(__file__).parents[2] / "runs"


def with_room(folder, *arguments, bytes_a_file):
    """Run a command line that may write files of so many bytes."""

    def bound():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))

    return subprocess.run(
        [sys.executable, "-m", "glianeat", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        preexec_fn=bound,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "room"),
    [
        (["draw", "example", "-o", "x.png", "--runs", str(RUNS)], 2_000),
        (["export", "example", "-o", "x.json", "--runs", str(RUNS)], 2_000),
        (["run", "CartPole-v1", *SMALL, "--name", "x", "--workers", "0", "--runs", "."], 10_000),
    ],
)
def test_a_full_disk_costs_one_line_and_leaves_nothing(tmp_path, arguments, room):
    done = with_room(tmp_path, *arguments, bytes_a_file=room)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["glianeat"]
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_does_not_fit_leaves_nothing(tmp_path):
    pytest.importorskip("pygame")
    arguments = ["replay", "example", "--episodes", "1", "--record", "x.gif", "--runs", str(RUNS)]
    done = with_room(tmp_path, *arguments, bytes_a_file=5_000)
    last = done.stderr.splitlines()[-1]  # SDL may have told of its own affairs before
    assert (done.returncode, last) == (1, "glianeat: x.gif: cannot be written: File too large")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_is_refused(tmp_path):
    done = command(tmp_path, "run", "CartPole-v1", "--name", "")
    assert done.returncode == 2
    assert "run name: must be 1 to 64 letters" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_folder_is_deleted_stops_with_what_to_do(tmp_path):
    def delete(summary):
        if summary.number == 1:
            shutil.rmtree(tmp_path / "runs" / "gone")

    with pytest.raises(StorageError, match=r"gone: its folder was deleted.* start the run anew"):
        glianeat.evolve(EXPERIMENT, runs=tmp_path / "runs", name="gone", listen=delete)
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.fixture
def example(tmp_path):
    (tmp_path / "runs" / "example").mkdir(parents=True)
    shutil.copy(RUNS / "example" / "run.db", tmp_path / "runs" / "example" / "run.db")
    return tmp_path


def test_verify_says_that_all_agrees(example):
    done = command(example, "verify", "example", "--replay", "2")
    assert done.returncode == 0
    assert "7 generations, 350 genomes: digests, checksums and derived numbers agree" in done.stdout
    assert "evaluated again: 2 of 2 genomes equal bit for bit" in done.stdout


def test_verify_fails_if_anything_differs(example):
    with closing(sqlite3.connect(example / "runs" / "example" / "run.db")) as connection:
        connection.execute("UPDATE individual SET mean_return = 500, power = 1")
        connection.commit()
    done = command(example, "verify", "example", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["agrees"] is False
    assert command(example, "verify", "example").stdout.startswith("differs  run ")


def test_what_is_trusted_is_printed_before_it_is_done(example):
    from tests.run.test_trust import edited

    edited(example / "runs" / "example", imports=["tests.evaluate.badenvs"])
    done = command(example, "replay", "example", "--episodes", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "imports tests.evaluate.badenvs (task.imports)" in done.stderr
    for arguments in (["replay", "example", "--episodes", "1"], ["resume", "example"]):
        done = command(example, *arguments, "--trust")
        assert done.returncode == 0
        assert done.stderr.startswith("trusted: imports tests.evaluate.badenvs (task.imports)\n")
