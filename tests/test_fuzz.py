"""Damaged and absurd files are read or refused in one line; the long form is scripts/chaos/fuzz."""

import random
import sys
from pathlib import Path

import pytest

from glianeat.errors import ConfigError
from glianeat.run.config import experiment_from, load_experiment

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts" / "chaos"))
import fuzz

DOCUMENTS = {
    "brackets": ("a=" + "[" * 50_000, "must not be nested deeper than 50"),
    "keys": ("a" + ".a" * 5000 + " = 1", "must not be nested deeper than 50"),
    "tables": (f"[task.kwargs{'.a' * 55}]\nb = 1", "must not be nested deeper than 50"),
    "digits": ("seed = " + "9" * 5000, "numbers that Python can read"),
    "large": ("seed = " + "9" * 25, "seed: must be"),
    "nan": ("synapse.tau_excitatory = nan", "must be a number"),
    "infinite": ("synapse.tau_excitatory = inf", "must be finite"),
    "NUL": ("seed = 1\0", "Expected newline"),
    "date": ("task.kwargs.day = 1979-05-27", "task.kwargs.day: must be a number, a string"),
    "long": ("task.kwargs.number = 99999999999999999999999", "64 bits"),
    "size": ("#" * (2**20 + 1), "must be <= 1048576 bytes"),
    "no module": ("task.imports = ['']", "task.imports"),
    "no UTF-8": (b"seed = \xff", "must be UTF-8"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_absurd_configuration_is_refused_in_one_line(name, tmp_path):
    document, word = DOCUMENTS[name]
    path = tmp_path / "odd.toml"
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    with pytest.raises(ConfigError) as found:
        load_experiment(path)
    assert str(found.value).startswith(f"{path}: ")
    assert word in str(found.value)
    assert "\n" not in str(found.value)
    assert len(str(found.value)) < 500


def test_a_byte_order_mark_is_passed_over(tmp_path):
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbfseed = 7\n")
    assert load_experiment(tmp_path / "marked.toml").seed == 7


@pytest.mark.parametrize("text", ["[" * 5000, "9" * 5000, "{a" + ".a" * 5000 + " = 1}"])
def test_an_absurd_assignment_is_refused(text):
    with pytest.raises(ConfigError) as found:
        experiment_from({}, [f"task.kwargs.a={text}"])
    assert len(str(found.value)) < 500


def test_infinite_arguments_cannot_be_kept():
    config = experiment_from({"task": {"kwargs": {"low": float("inf")}}})
    from glianeat.tasks.task import describe_task

    spec = describe_task(config.task.replace(kwargs={}))
    with pytest.raises(ConfigError, match=r"task.kwargs.low: must be finite"):
        config.resolve(spec)


GENOME, NETWORK = fuzz._genome(), fuzz._network()
KINDS = {
    "toml": (fuzz.make_toml, fuzz.read_toml),
    "ini": (fuzz.make_ini, fuzz.read_config),
    "genome": (
        lambda rng: fuzz.damaged_json(GENOME, rng),
        lambda path: fuzz.genome_from_json(path.read_bytes(), path.name),
    ),
    "network": (
        lambda rng: fuzz.damaged_json(NETWORK, rng),
        fuzz.read_genome_json,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_escapes(kind, tmp_path):
    make, read = KINDS[kind]
    tally = fuzz.run(make, read, 150, random.Random(kind).randrange(1000), f".{kind}", tmp_path)
    assert not tally.escapes
    assert tally.read + tally.refused == 150
