"""Every command over runs and genomes that a stranger might send, in a process that listens."""

import subprocess
import sys
from pathlib import Path

COMMAND = Path(__file__).parents[2] / "scripts" / "chaos" / "hostile_runs.py"


def test_nothing_that_is_read_executes():
    done = subprocess.run(
        [sys.executable, str(COMMAND)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.splitlines()[-1].endswith(": 0 violations"), done.stdout + done.stderr
    assert done.returncode == 0
