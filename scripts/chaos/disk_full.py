"""Run, resume, draw, export and record with room for so many bytes and no more.

    python scripts/chaos/disk_full.py

Each size gets a file system of its own (`mount -t tmpfs`, which takes root), or else a limit on the
size of every file. Whatever does not fit ends with one line and the exit status 1 and leaves
nothing behind: a run's folder is there whole, and can be resumed, or it is not there. The exit
status is 0 if all of them did so.
"""

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
SIZES = (
    0,
    4,
    8,
    12,
    16,
    20,
    24,
    32,
    40,
    48,
    56,
    64,
    80,
    96,
    112,
    128,
    160,
    192,
    224,
    256,
    320,
    384,
    512,
    768,
)
SMALL = {
    "evolution.population": 10,
    "evaluation.episodes": 2,
    "evaluation.validation_episodes": 2,
}
RUN: tuple[str, ...] = (
    *("run", "CartPole-v1", "--name", "full", "--generations", "3"),
    *("--workers", "0", "--runs", "HERE"),
    *(word for key, value in SMALL.items() for word in ("--set", f"{key}={value}")),
)
RESUME = ("resume", "full", "--workers", "0", "--runs", "HERE")
FILES = (
    ("draw", "example", "-o", "HERE/drawn.png", "--runs", "RUNS"),
    ("export", "example", "-o", "HERE/exported.json", "--runs", "RUNS"),
    ("replay", "example", "--episodes", "1", "--record", "HERE/film.gif", "--runs", "RUNS"),
)


@contextlib.contextmanager
def room(kilobytes: int, *, mounted: bool) -> Iterator[Path]:
    """Yield a folder with so much room, if file systems can be mounted; else any folder."""
    with tempfile.TemporaryDirectory() as name:
        if mounted:
            size = f"size={max(kilobytes, 4)}k"  # none smaller than a page
            subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            if mounted:
                subprocess.run(["umount", "-l", name], check=True)


def drive(here: Path, arguments: tuple[str, ...], limit: int | None) -> tuple[int, list[str]]:
    """Run one command line; return its exit status and the lines of its errors."""

    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = [w.replace("HERE", str(here)).replace("RUNS", str(ROOT / "runs")) for w in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "glianeat", *words],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=bound,
        cwd=here,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "GLIANEAT_NUMBA_CACHE": "1"},
    )
    lines = [x for x in done.stderr.splitlines() if x and not x.startswith("generation ")]
    return done.returncode, lines


def judge(here: Path, arguments: tuple[str, ...], ended: tuple[int, list[str]]) -> list[str]:
    """Return what is wrong with how a command line ended."""
    code, lines = ended
    wrong = []
    if code not in {0, 1} or (code == 1 and len(lines) != 1):
        wrong.append(f"status {code} with {len(lines)} lines: {lines[-1:]}")
    left = [path.name for path in here.iterdir() if path.name.startswith(".")]
    if left:
        wrong.append(f"left {left}")
    files = [here / word.removeprefix("HERE/") for word in arguments if word.startswith("HERE/")]
    if code and any(path.exists() for path in files):
        wrong.append("left a part of its file")
    if code and (here / "full").exists() and not (here / "full" / "run.db").is_file():
        wrong.append("left a folder that is no run")
    return wrong


@click.command()
@click.option("--size", "sizes", type=int, multiple=True, help="Room [kB]; by default 24 sizes.")
@click.option("--files-only", is_flag=True, help="Leave out runs.")
def disk_full(sizes: tuple[int, ...], *, files_only: bool) -> None:
    """Try all that writes with too little room."""
    mounted, bad = can_mount(), 0
    click.echo("file systems of so many kB" if mounted else "files of at most so many kB")
    for size in sizes or SIZES:
        limit = None if mounted else size * 1024
        ends = []
        for command in FILES if files_only else (RUN, *FILES):
            with room(size, mounted=mounted) as here:
                ended = drive(here, command, limit)
                wrong = judge(here, command, ended)
                if command == RUN and (here / "full").exists():
                    wrong += grown(here, mounted=mounted)
                bad += len(wrong)
                ends.append(f"{command[0]} {'whole' if not ended[0] else 'refused'}")
                ends += [f"WRONG: {text}" for text in wrong]
        click.echo(f"{size:>5} kB: {', '.join(ends)}")
    click.echo(f"{len(sizes or SIZES)} sizes: {bad} wrong")
    sys.exit(1 if bad else 0)


def grown(here: Path, *, mounted: bool) -> list[str]:
    """Make room, and return what is wrong with a run that had too little."""
    if mounted:
        subprocess.run(["mount", "-o", "remount,size=64m", str(here)], check=True)
    code, lines = drive(here, RESUME, None)
    return [] if code == 0 else [f"cannot be resumed: {lines[-1:]}"]


def can_mount() -> bool:
    """Return whether this process may mount file systems."""
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", name],
            check=False,
            capture_output=True,
        )
        if done.returncode == 0:
            subprocess.run(["umount", name], check=True)
        return done.returncode == 0


if __name__ == "__main__":
    disk_full()
