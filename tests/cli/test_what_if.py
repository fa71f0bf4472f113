"""``glianeat what-if``."""

import json

import pytest

from glianeat.run.api import evolve
from tests.cli.in_process import run_here
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    config = SMALL.replace(evolution=SMALL.evolution.replace(population=4, generations=1))
    evolve(config, name="asked", runs=runs).close()
    return runs


@pytest.fixture
def glianeat(runs, monkeypatch, capsys):
    """Return what runs the command, and its exit status, output and errors."""

    def command(*arguments):
        told = ["what-if", "asked", "--runs", str(runs), "--episodes", "2", *arguments]
        return run_here(monkeypatch, capsys, *told)

    return command


def test_the_table_shows_before_and_after(glianeat):
    status, out, _ = glianeat("--without", "astrocyte")
    assert status == 0
    (row,) = [line.split() for line in out.splitlines() if line.startswith("astrocytes")]
    assert float(row[1]) > 0.0
    assert row[2] == "0"


def test_one_episode_has_no_standard_error(glianeat):
    _, out, _ = glianeat("--without", "astrocyte", "--episodes", "1")
    (row,) = [line.split() for line in out.splitlines() if line.startswith("return")]
    assert row[-1] == "–"


def test_json_has_every_row(glianeat):
    status, out, _ = glianeat("--set", "regions.log2_ratio:motor=-5", "--json")
    assert status == 0
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert rows["astrocytes"]["difference"] < 0.0
    assert {"return", "power", "spikes"} <= rows.keys()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--without", "soul"), "--without: must be neuron"),
        (("--without", "neuron:12"), "neuron '12' is not in the network"),
        (("--set", "motor=1"), "--set: must be FAMILY.TRAIT"),
        (("--set", "neurons.bias=high"), "--set: must be FAMILY.TRAIT"),
        (("--set", "neurons.bias=99"), "trait bias: must be in [-8, 8]"),
        (("--genome", "best.json"), "--genome: must be 'best' or the key"),
        (("--genome", "999"), "has no genome 999"),
    ],
)
def test_what_cannot_be_asked_is_one_line(glianeat, arguments, words):
    status, _, err = glianeat(*arguments)
    assert status == 2
    (line,) = err.splitlines()
    assert words in line
