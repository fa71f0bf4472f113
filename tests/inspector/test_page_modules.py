"""The parts of the page that need no browser pass their own tests."""

import os
import subprocess
from pathlib import Path

import playwright
import pytest

WEB = Path(__file__).parents[2] / "web"
NODE = Path(playwright.__file__).parent / "driver" / "node"  # comes with the package


def _command(tests: list[str]) -> list[str]:
    return [str(NODE), "--test", "--test-reporter=spec", "--no-warnings", *tests]


def test_modules_of_the_page_pass_their_tests():
    tests = sorted(str(path.relative_to(WEB)) for path in (WEB / "tests").glob("*.test.ts"))
    assert tests
    ran = subprocess.run(
        _command(tests), cwd=WEB, capture_output=True, text=True, timeout=120, check=False
    )
    if ran.returncode:
        pytest.fail(ran.stdout + ran.stderr)
    assert f"fail 0{os.linesep}" in ran.stdout
