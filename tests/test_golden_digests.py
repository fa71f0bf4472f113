"""The same bits as on the machine on which the digests were written down.

A change that alters results on purpose writes them anew, in a commit that says why:
``python scripts/portable_digest.py --json > tests/golden_digests.json``.
"""

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location(
    "portable_digest", HERE.parent / "scripts" / "portable_digest.py"
)
portable_digest = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(portable_digest)
GOLDEN = json.loads((HERE / "golden_digests.json").read_text())


def test_every_case_is_written_down():
    assert GOLDEN.keys() == portable_digest.CASES.keys()
    assert len(set(GOLDEN.values())) == len(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_case_has_the_digest_that_every_machine_gives(name):
    assert portable_digest.digest_of(name) == GOLDEN[name]
