"""``glianeat import-neat``, as a user meets it."""

import json
import tomllib

import pytest

from glianeat.compat.neat_python import read_config
from glianeat.genome.serial import genome_from_json
from glianeat.run.config import load_experiment
from tests.cli.test_commands import glianeat, refused
from tests.compat.ini import write
from tests.compat.test_networks import document


def test_a_configuration_is_reported_and_written(tmp_path):
    source = write(tmp_path)
    done = glianeat(
        tmp_path, "import-neat", "neat.ini", "--task", "Acrobot-v1", "-o", "acrobot.toml"
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    row = next(line for line in lines if "conn_delete_prob" in line)
    assert row.split()[:3] == ["conn_delete_prob", "0.2", "mapped"]
    assert "genome.delete_synapse = 0.2" in row
    assert lines[-2] == "Acrobot-v1: 6 inputs and 3 outputs"
    assert lines[-1] == "wrote acrobot.toml"
    assert load_experiment(tmp_path / "acrobot.toml") == read_config(source, "Acrobot-v1")[0]
    checked = glianeat(tmp_path, "config", "check", "acrobot.toml")
    assert "fine" in checked.stdout


def test_only_what_differs_from_the_defaults_is_written(tmp_path):
    write(tmp_path)
    glianeat(tmp_path, "import-neat", "neat.ini", "-o", "neat.toml")
    written = tomllib.loads((tmp_path / "neat.toml").read_text())
    assert written["task"] == {"id": "CartPole-v1"}
    assert written["evolution"]["population"] == 20
    assert "energy" not in written


def test_without_an_output_nothing_is_written(tmp_path):
    write(tmp_path)
    done = glianeat(tmp_path, "import-neat", "neat.ini")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].endswith("not mapped")
    assert [path.name for path in tmp_path.iterdir()] == ["neat.ini"]


def test_a_network_becomes_a_genome(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(document(metadata={"genome_id": 5})))
    done = glianeat(tmp_path, "import-neat", "net.json", "-o", "ours.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "genome 5: 1 input, 1 output, 0 hidden neurons, 1 synapse; graded, tanh, feed-forward",
        "wrote ours.json",
    ]
    assert genome_from_json((tmp_path / "ours.json").read_bytes()).key == 5


def test_weights_are_clipped_if_asked(tmp_path):
    large = [{"from": -1, "to": 0, "weight": 9.0}]
    (tmp_path / "net.json").write_text(json.dumps(document(connections=large)))
    line = refused(glianeat(tmp_path, "import-neat", "net.json"))
    assert "net.json: connection (-1, 0): weight times response must be within ±4.8" in line
    assert glianeat(tmp_path, "import-neat", "net.json", "--clip").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.ini"], "none.ini: cannot be read"),
        (["none.json"], "none.json: cannot be read"),
        (["neat.ini", "-o", "neat.json"], "neat.json: must end in .toml, got .json"),
        (["net.json", "-o", "net"], "net: must end in .json, got no ending"),
        (["neat.ini", "-o", "taken.toml"], "taken.toml: exists already"),
        (["neat.ini", "-o", "none/x.toml"], "cannot be written"),
        (["neat.ini", "--task", "NoSuchTask-v0"], "NoSuchTask"),
        (["bad.ini"], "bad.ini: [NEAT] pop_size: must be a whole number"),
    ],
)
def test_mistakes_cost_one_line(tmp_path, arguments, message):
    write(tmp_path)
    write(tmp_path, "bad.ini", pop_size="x")
    (tmp_path / "net.json").write_text(json.dumps(document()))
    (tmp_path / "taken.toml").write_text("")
    assert message in refused(glianeat(tmp_path, "import-neat", *arguments))
