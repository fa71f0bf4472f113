"""Processes that this one has started, directly or not."""

import os
from pathlib import Path


def descendants(of: int | None = None) -> dict[int, str]:
    """Return command lines by process number; those of ended ones are empty."""
    parents, lines = {}, {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parents[int(folder.name)] = _parent(folder)
            lines[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ").strip()
        except (OSError, IndexError):
            continue
    found, front = {}, {of or os.getpid()}
    while front:
        front = {number for number, parent in parents.items() if parent in front}
        found.update({number: lines.get(number, "") for number in front})
    return found


def workers(of: int | None = None) -> list[int]:
    """Return the processes of Ray's workers that evaluate, and their children."""
    marks = ("ray::Guard", "glianeat.evaluate.isolation.worker_process")
    return [n for n, line in descendants(of).items() if any(mark in line for mark in marks)]


def guards(of: int | None = None) -> list[int]:
    """Return the processes of Ray's workers, without those that they guard."""
    return [n for n, line in descendants(of).items() if line.startswith("ray::Guard")]


def _parent(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
