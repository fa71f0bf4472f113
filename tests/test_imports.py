import subprocess
import sys

HEAVY = ("ray", "numba", "deap", "gymnasium", "matplotlib", "neat", "numpy")


def test_importing_glianeat_imports_nothing_heavy():
    program = "import sys, glianeat; print(*(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(HEAVY) & set(done.stdout.split()) == set()
