"""``glianeat replay --damage``."""

import json

import pytest

from glianeat.run.api import evolve
from tests.cli.in_process import run_here
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    config = SMALL.replace(
        evolution=SMALL.evolution.replace(population=6, generations=2),
        evaluation=SMALL.evaluation.replace(damage=("sensors=1@100ms",)),
    )
    evolve(config, name="hurt", runs=runs).close()
    return runs


@pytest.fixture
def replay(runs, monkeypatch, capsys):
    """Return what runs the command, and its exit status, output and errors."""

    def command(*arguments):
        told = ["replay", "hurt", "--runs", str(runs), "--episodes", "3", *arguments]
        return run_here(monkeypatch, capsys, *told)

    return command


def returns(replay, *arguments):
    return json.loads(replay("--json", *arguments)[1])["returns"]


def test_a_row_a_share_with_mean_and_standard_error(replay):
    status, out, _ = replay("--damage", "synapses=0.5,1@100ms")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert [line[0] for line in lines[2:]] == ["none", "synapses=0.5@0.1s", "synapses=1@0.1s"]
    assert lines[2][3] == "100%"


def test_without_shares_the_usual_ones_are_tried(replay):
    rows = json.loads(replay("--damage", "neurons@100ms", "--json")[1])["rows"]
    assert [row["share"] for row in rows] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert all(len(row["returns"]) == 3 for row in rows)


def test_a_replay_is_damaged_as_training_was_unless_it_is_said_otherwise(replay):
    rows = json.loads(replay("--damage", "sensors=1@100ms", "--json")[1])["rows"]
    assert returns(replay) == rows[1]["returns"]
    assert returns(replay, "--damage", "none") == rows[0]["returns"]
    assert "damage as in training: sensors=1@100ms" in replay()[1]


def test_damage_goes_with_changed_settings(replay):
    _, out, _ = replay("--damage", "sensors=1@1s", "--set", "task.max_steps=5")
    assert "changed task.max_steps: not set -> 5" in out
    assert out.count(" 5.000 ") == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--damage", "sensors=2@4s"), "a share must be >= 0 and <= 1, got 'sensors=2@4s'"),
        (("--damage", "region=association 2@4s"), "region must be one of sensory, motor"),
        (("--damage", "sensor@4s"), "did you mean 'sensors'?"),
        (("--damage", "none", "--damage", "sensors=1"), "cannot be had at once"),
        (("--damage", "sensors@4s", "--record", "x.gif"), "take damage of one share"),
        (("--damage", "sensors@4s", "--damage", "neurons@4s"), "only one may have several"),
    ],
)
def test_what_cannot_be_is_one_line(replay, arguments, words):
    status, out, err = replay(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
