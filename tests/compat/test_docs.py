"""Whatever docs/neat_python.md shows is run, in order, in an empty folder."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "neat_python.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS.read_text(), re.DOTALL)


def test_the_page_runs_as_it_stands(tmp_path):
    for language, text in BLOCKS:
        if language == "ini":
            (tmp_path / re.match(r"# (\S+\.ini)", text).group(1)).write_text(text)
    program = "".join(text for language, text in BLOCKS if language == "python")
    commands = [line.split() for lang, text in BLOCKS if lang == "sh" for line in text.splitlines()]
    first, last = commands[:-1], commands[-1:]
    for command in [*first, [sys.executable, "-W", "error", "-c", program], *last]:
        words = [sys.executable, "-m", *command] if command[0] == "glianeat" else command
        with contextlib.chdir(tmp_path):
            done = subprocess.run(words, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert {"cartpole.toml", "winner.json", "genome.json"} <= {p.name for p in tmp_path.iterdir()}
