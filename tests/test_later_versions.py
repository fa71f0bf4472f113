"""A later version with a trait and an energy kind more: runs made before stay what they are."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import glianeat
from glianeat.errors import CheckpointError
from tests import later_version

GOLDEN = Path(__file__).parent / "golden_runs"
FACTS = {
    folder.name: json.loads((folder / "facts.json").read_text())
    for folder in sorted(GOLDEN.iterdir())
}
cases = pytest.mark.parametrize(
    ("schema", "case"), [(schema, case) for schema in FACTS for case in FACTS[schema]]
)


def later(what, folder):
    """Return what another process finds that has a trait and a kind more."""
    command = [sys.executable, "-m", later_version.__name__, what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=GOLDEN.parent.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cases
def test_a_golden_run_is_the_same_to_a_version_with_a_trait_and_a_kind_more(schema, case, tmp_path):
    folder = shutil.copytree(GOLDEN / schema / case, tmp_path / case)
    found = later("old", folder)
    assert found["half"] == FACTS[schema][case]["half"]
    assert found["full"] == FACTS[schema][case]["full"]
    assert (found["cost"], found["courage"]) == (0.0, [0.25])
    assert found["mismatches"] == []
    assert found["replayed"]


def test_a_run_of_a_later_version_has_its_trait_and_kind_and_is_refused_here_by_name(tmp_path):
    found = later("new", tmp_path)
    assert found["courage"] > 1
    assert found["bravery"] > 0.0
    before = (tmp_path / "new" / "run.db").read_bytes()
    with pytest.raises(CheckpointError, match=r"run .*new: trait 'courage' of regions is unknown"):
        glianeat.Run(tmp_path / "new")
    with pytest.raises(CheckpointError, match=r"unknown to this version \(.*\); go on with the"):
        glianeat.resume(tmp_path / "new")
    assert (tmp_path / "new" / "run.db").read_bytes() == before
