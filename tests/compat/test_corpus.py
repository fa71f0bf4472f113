"""Configurations as projects have them: each imports and runs, or is refused for a reason."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "configs"
SPEC = importlib.util.spec_from_file_location(
    "neat_configs", ROOT / "scripts" / "chaos" / "neat_configs.py"
)
neat_configs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(neat_configs)
REFUSED = {
    "duplicate_key": "duplicate key or section",
    "wrong_section": "key in the wrong section",
    "lowest_fitness": "asks for the lowest fitness",
    "no_number": "value out of range",
    "no_network": "key or section missing",
    "glia": "settings of ours",
}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.ini")), ids=lambda path: path.stem)
def test_it_imports_and_runs(path):
    assert not neat_configs.outcome(path, "CartPole-v1", 4, run=True)


@pytest.mark.parametrize(("name", "kind"), REFUSED.items())
def test_it_is_refused_for_a_reason(name, kind):
    problem = neat_configs.outcome(CORPUS / "refused" / f"{name}.ini", "CartPole-v1", 4, run=False)
    assert neat_configs.kind_of(problem) == kind
    assert f"{name}.ini" in problem
    assert "\n" not in problem


def test_a_duplicate_key_is_named_with_its_line():
    path = CORPUS / "refused" / "duplicate_key.ini"
    assert "[line 3]" in neat_configs.outcome(path, "CartPole-v1", 4, run=False)


def test_every_refused_file_has_a_reason():
    assert {path.stem for path in (CORPUS / "refused").iterdir()} == set(REFUSED)
