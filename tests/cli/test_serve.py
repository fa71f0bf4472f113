"""``glianeat serve``, as a person starts and ends it."""

import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from glianeat.run.api import evolve
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    config = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=1))
    evolve(config, name="one", runs=runs).close()
    return runs


def command(*arguments):
    return [sys.executable, "-m", "glianeat", "serve", *map(str, arguments)]


def refused(*arguments):
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_answers_until_it_is_interrupted_and_ends_in_one_line(runs, number):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command("one", "--runs", runs, "--port", 0), **pipes) as process:
        address = re.search(r"http\S+", process.stdout.readline())[0]
        with urllib.request.urlopen(f"{address}run/0/live") as answer:
            assert answer.status == 200
        os.kill(process.pid, number)
        rest, errors = process.communicate(timeout=60)
    assert rest.splitlines()[-1] == "stopped"
    assert errors == ""
    assert process.returncode == 128 + number


def test_an_address_of_other_machines_takes_a_word_more(runs):
    line = refused("one", "--runs", runs, "--host", "0.0.0.0")
    assert "--yes-expose" in line


def test_a_run_that_is_not_there_is_refused_with_the_nearest_name(runs):
    assert "did you mean 'one'" in refused("onne", "--runs", runs)


def test_a_folder_of_runs_that_is_not_there_is_refused(tmp_path):
    assert "there is no such folder" in refused("--runs", tmp_path / "none")


def test_trust_is_given_to_runs_by_name_not_to_whatever_begins_later(runs):
    assert "--trust: must be given with the names of runs" in refused("--runs", runs, "--trust")
