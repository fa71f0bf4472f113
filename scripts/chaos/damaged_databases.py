"""Read damaged databases: flipped bytes, cut ends, swapped rows, wrong types, huge values.

    python scripts/chaos/damaged_databases.py --number 1100

Each is shown, verified, exported from and resumed. None may end with a traceback, or take longer
than a second of a processor. The exit status is 0 if none does.
"""

import contextlib
import io
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

EXAMPLE = Path(__file__).resolve().parents[2] / "runs" / "example" / "run.db"
COLUMNS = {
    "meta": ("key", "value", "checksum"),
    "generation": (
        "number",
        "evaluations",
        "next_key",
        "best_return",
        "digest",
        "state",
        "checksum",
    ),
    "individual": ("key", "generation", "parent", "status", "mean_return", "evaluation", "genome"),
    "survivor": ("generation", "key", "place", "standing"),
    "statistics": ("generation", "value", "checksum"),
    "validation": ("key", "evaluation", "checksum"),
}
VALUES: tuple[Any, ...] = (
    0,
    -1,
    2**63 - 1,
    1e308,
    float("inf"),
    "",
    "\x1b[31m[/x]",
    b"",
    b"\xff" * 99,
)
COMMANDS = (("show", "--json"), ("verify",), ("export", "-o", "OUT"), ("resume", "--workers", "0"))
SLOW = 1.0  # [s] of a processor
Damage = Callable[[Path, random.Random], None]


def flip(path: Path, rng: random.Random) -> None:
    """Change some bytes."""
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice((1, 1, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def cut(path: Path, rng: random.Random) -> None:
    """Cut off the end."""
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data))])


def overwrite(path: Path, rng: random.Random) -> None:
    """Fill a page, or part of one, with what does not belong there."""
    data = bytearray(path.read_bytes())
    place, size = rng.randrange(len(data)), rng.choice((16, 512, 16_384))
    data[place : place + size] = rng.randbytes(size)
    path.write_bytes(data)


def swap(path: Path, rng: random.Random) -> None:
    """Exchange values of two rows."""
    table = rng.choice(list(COLUMNS))
    column = rng.choice(COLUMNS[table])
    change(path, f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} ORDER BY random())")


def retype(path: Path, rng: random.Random) -> None:
    """Put in a value of another type or size, past what the tables allow."""
    table = rng.choice(list(COLUMNS))
    column = rng.choice(COLUMNS[table])
    change(path, f"UPDATE {table} SET {column} = ?", rng.choice(VALUES))


def inflate(path: Path, rng: random.Random) -> None:
    """Put in a value far too large."""
    table, column = rng.choice(
        (("meta", "value"), ("individual", "genome"), ("generation", "state"))
    )
    change(
        path,
        f"UPDATE {table} SET {column} = zeroblob(?) WHERE rowid % 50 = 1",
        rng.choice((2**16, 2**22)),
    )


def drop(path: Path, rng: random.Random) -> None:
    """Remove some rows."""
    change(path, f"DELETE FROM {rng.choice(list(COLUMNS))} WHERE abs(random()) % 3 = 0")


def change(path: Path, statement: str, *values: object) -> None:
    """Change a database, as far as it lets itself be changed."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        with contextlib.suppress(sqlite3.Error, OverflowError):
            connection.execute(statement, values)
            connection.commit()


KINDS: tuple[Damage, ...] = (flip, cut, overwrite, swap, retype, inflate, drop)


def drive(folder: Path, command: tuple[str, ...]) -> tuple[str, str, float]:
    """Run one command line; return how it ended, what it printed, and how long it took [s]."""
    from glianeat.cli.main import main

    out = folder.parent / "exported.json"
    out.unlink(missing_ok=True)
    words = [str(out) if word == "OUT" else word for word in command[1:]]
    sys.argv = ["glianeat", command[0], folder.name, *words, "--runs", str(folder.parent)]
    told, start = io.StringIO(), time.process_time()
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            main()
    except SystemExit as stopped:
        ended = "read" if stopped.code == 0 else "refused"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a traceback
        ended = "traceback"
        told.write(f"{type(error).__name__}: {error}")
    return ended, told.getvalue(), time.process_time() - start


@click.command()
@click.option("--number", default=1100, show_default=True, help="Damaged databases.")
@click.option("--seed", default=1, show_default=True, help="Which damage.")
def damaged_databases(number: int, seed: int) -> None:
    """Read damaged databases in every way."""
    rng, ends, bad, slowest = random.Random(seed), Counter[tuple[str, str]](), 0, 0.0
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        for one in range(-1, number):  # the first is whole, and compiles what is to be compiled
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copy(EXAMPLE, folder / "run.db")
            damage = KINDS[one % len(KINDS)]
            if one >= 0:
                damage(folder / "run.db", rng)
            for command in COMMANDS:
                ended, told, seconds = drive(folder, command)
                ends[damage.__name__, ended] += one >= 0
                slowest = max(slowest, seconds * (one >= 0))
                is_slow = seconds > SLOW and one >= 0
                if ended == "traceback" or is_slow or "\x1b" in told:
                    bad += 1
                    click.echo(
                        f"{damage.__name__} {one} {command[0]}: {seconds:.2f} s {told[:200]!r}"
                    )
    for kind in KINDS:
        counts = {end: ends[kind.__name__, end] for end in ("read", "refused", "traceback")}
        click.echo(f"{kind.__name__:<10} " + ", ".join(f"{n} {end}" for end, n in counts.items()))
    click.echo(f"{number} databases (seed {seed}): {bad} bad, slowest {slowest:.2f} s")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    damaged_databases()
