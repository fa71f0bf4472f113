"""Whatever the README and docs/guide.md show is run: commands and programs, in order."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
GUIDE = (ROOT / "docs" / "guide.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(text):
    return re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


def run(command, folder):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def follow(text, folder):
    program = ""
    for language, code in text:
        if language == "sh":
            for line in code.splitlines():
                run(["sh", "-c", line], folder)
        elif language == "toml":
            name = re.match(r"# (\S+\.toml):", code).group(1)
            (folder / name).write_text(code)
        elif language == "python":
            program += code
            fresh = program.replace("from-python", f"from-{len(program)}")
            run([sys.executable, "-c", fresh], folder)


def test_the_two_commands_exist():
    assert blocks(README)[0] == ("sh", "scripts/quickstart\nscripts/test\n")
    assert all(os.access(ROOT / line, os.X_OK) for line in blocks(README)[0][1].split())


def test_the_readme_has_at_most_150_lines():
    assert len(README.splitlines()) <= 150


@pytest.mark.minutes
def test_what_readme_and_guide_show_runs_as_it_stands(folder):
    follow(blocks(README)[1:], folder)
    follow(blocks(GUIDE), folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_linked_file_exists(page):
    links = re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
