import subprocess
import sys

import pytest

HEAVY = ("ray", "numba", "deap", "gymnasium", "matplotlib", "neat", "numpy")


def test_importing_glianeat_imports_nothing_heavy():
    program = "import sys, glianeat; print(*(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(HEAVY) & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Twin", "CompiledDynamics"),
        ("algorithm", "make_algorithm"),
        ("from_json", "genome_from_json"),
        ("to_json", "genome_to_json"),
    ],
)
def test_an_old_public_name_is_refused_with_the_new_one(old, new):
    with pytest.raises(ImportError, match=rf"glianeat.{old}: is called glianeat.{new} now"):
        exec(f"from glianeat import {old}")
