"""Runs of every released schema: shown, replayed, and resumed to the digest they once reached."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

import glianeat
from glianeat.run.run import Run

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location(
    "golden_runs", HERE.parent / "scripts" / "golden_runs.py"
)
golden_runs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(golden_runs)
FACTS = {
    folder.name: json.loads((folder / "facts.json").read_text())
    for folder in sorted((HERE / "golden_runs").iterdir())
}
cases = pytest.mark.parametrize(
    ("schema", "case"), [(schema, case) for schema in FACTS for case in FACTS[schema]]
)


@cases
def test_a_golden_run_shows_and_replays_what_it_did(schema, case):
    with Run(HERE / "golden_runs" / schema / case) as run:
        assert golden_runs.facts(run) == FACTS[schema][case]["half"]


@cases
def test_a_golden_run_resumes_to_the_digest_that_its_own_version_reaches(schema, case, tmp_path):
    folder = shutil.copytree(HERE / "golden_runs" / schema / case, tmp_path / case)
    with glianeat.resume(folder, changes=golden_runs.longer) as run:
        assert golden_runs.facts(run) == FACTS[schema][case]["full"]
