"""Whatever the README shows is run: its commands and programs, in order, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


def run(command, folder):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_two_commands_exist():
    assert BLOCKS[0] == ("sh", "scripts/quickstart\nscripts/test\n")
    assert all(os.access(ROOT / line, os.X_OK) for line in BLOCKS[0][1].split())


@pytest.mark.ray
def test_everything_else_runs_as_it_stands(folder):
    program = ""
    for language, text in BLOCKS[1:]:
        if language == "sh":
            for line in text.splitlines():
                run(["sh", "-c", line], folder)
        elif language == "toml":
            name = re.match(r"# (\S+\.toml):", text).group(1)
            (folder / name).write_text(text)
        elif language == "python":
            program += text
            fresh = program.replace("from-python", f"from-{len(program)}")
            run([sys.executable, "-c", fresh], folder)


def test_every_linked_file_exists():
    links = re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
