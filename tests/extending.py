"""Recipes of docs/extending.md: read from the page, followed in a throw-away copy, measured."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "extending.md").read_text()
COPIED = ("glianeat", "envs", "tests/reference")


class Block(NamedTuple):
    """A fenced block that says what it is for: a file, a change of one, or a check."""

    purpose: str
    path: str
    text: str


class Touched(NamedTuple):
    """What following a recipe took, tests and settings aside."""

    files: int
    lines: int
    """Lines that were changed in files that there are already."""


def recipes():
    """Return the blocks of each recipe, by its heading."""
    sections = re.split(r"^## (.+)$", DOCUMENT, flags=re.MULTILINE)[1:]
    found = {}
    for title, text in zip(sections[::2], sections[1::2]):
        fences = re.findall(r"^```(\w+)[ ]([^\n]+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        blocks = [_block(language, words, code) for language, words, code in fences]
        if blocks:
            found[title] = blocks
    return found


def _block(language, words, text):
    if words == "check":
        return Block("check", "", text)
    return Block("change" if language == "diff" else "file", words.removeprefix("file="), text)


def copy_of_the_project(folder):
    """Copy what a recipe may change."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / "tests" / "__init__.py").touch()


def follow(blocks, folder):
    """Follow a recipe in a copy; return what it touched."""
    touched, lines = set(), 0
    for block in blocks:
        path = folder / block.path
        if block.purpose == "file":
            assert not path.exists(), f"{block.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.purpose == "change":
            lines += _change(path, block)
        if block.path.startswith("glianeat/"):
            touched.add(block.path)
    return Touched(len(touched), lines)


def _change(path, block):
    """Replace the lines that begin with a space or a minus by those with a space or a plus."""
    rows = [(row[:1] or " ", row[1:]) for row in block.text.splitlines()]
    before = "".join(f"{text}\n" for mark, text in rows if mark in " -")
    after = "".join(f"{text}\n" for mark, text in rows if mark in " +")
    source = path.read_text()
    assert source.count(before) == 1, f"{block.path} must hold this once:\n{before}"
    path.write_text(source.replace(before, after))
    return sum(mark == "+" for mark, _ in rows)


def check(blocks, folder):
    """Run the checks of a recipe on its copy, interpreted: to compile anew would take longer."""
    program = "".join(block.text for block in blocks if block.purpose == "check")
    (folder / "check.py").write_text(program)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (folder, folder / "envs"))),
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "check.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def table():
    """Return what the page says that each recipe takes, by its heading."""
    rows = re.findall(r"^\| \[(.+?)\]\(#[\w-]+\) \|.*\| (\d+) \| (\d+) \|$", DOCUMENT, re.MULTILINE)
    return {title: Touched(int(files), int(lines)) for title, files, lines in rows}
