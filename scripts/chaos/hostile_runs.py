"""Drive every command over runs and genomes that a stranger might send, with an audit hook on.

    python scripts/chaos/hostile_runs.py

Nothing that is read may be imported, called, started or connected to, nothing may be created beside
what is asked for, and no character may reach the terminal that commands it. The exit status is 0 if
nothing did.
"""

import contextlib
import io
import itertools
import json
import os
import platform
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import click

from glianeat.cli.config import to_toml
from glianeat.store.checksums import checksum

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "runs" / "example" / "run.db"
NASTY = (
    "\x1b]0;title\x07\x1b[2J\x9b31m[red]x[/red][/y]:smile:\u202egnp\u200b\u2066\nrun: fine<script>"
)
OUR_COMMIT = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
ITS_OWN = ("imports", "module-id", "own-wrapper")
FOREIGN = ("evil", "evil_wrapper")
FEW = (
    *("--workers", "0", "--quiet", "--generations", "1", "--set", "evolution.population=4"),
    *("--set", "evaluation.episodes=1", "--set", "evaluation.validation_top=0"),
)
COMMANDS = (
    ("show", "RUN"),
    ("show", "RUN", "--json"),
    ("show", "RUN", "--statistics"),
    ("show", "RUN", "--statistics", "--json"),
    ("compare", "RUN", "--unfinished", "-o", "OUT/compared.html", "--csv", "OUT/runs.csv"),
    ("compare", "RUN", "--unfinished", "--json", "--episodes", "1"),
    ("verify", "RUN"),
    ("verify", "RUN", "--replay", "1"),
    ("draw", "RUN", "-o", "OUT/drawn.svg"),
    ("draw", "RUN", "-o", "OUT/drawn.png"),
    ("draw", "RUN", "front", "-o", "OUT/drawn.svg"),
    ("draw", "RUN", "lineage", "-o", "OUT/drawn.svg"),
    ("draw", "RUN", "raster", "-o", "OUT/drawn.svg"),
    ("export", "RUN", "-o", "OUT/exported.json"),
    ("inspect", "RUN", "-o", "OUT/page.html"),
    ("replay", "RUN", "--episodes", "1"),
    ("replay", "RUN", "--episodes", "1", "--json"),
    ("replay", "RUN", "--episodes", "1", "--set", "task.max_steps=3"),
    ("run", "CartPole-v1", "--from", "RUN", *FEW, "--name", "heirs-of-RUN"),
    ("resume", "RUN", "--fork", "fork-of-RUN", *FEW),
    ("resume", "RUN", "--workers", "0", "--generations", "6"),
)
FILE_COMMANDS = (
    ("draw", "example", "--genome", "FILE", "-o", "OUT/drawn.svg"),
    ("replay", "example", "--genome", "FILE", "--episodes", "1"),
    ("export", "example", "--genome", "FILE", "-o", "OUT/exported.json"),
    ("run", "CartPole-v1", "--from", "FILE", *FEW),
)
VALUES = (
    *("overview", "history", "individuals", "fronts", "phylogeny", "health", "genome/3"),
    *("lineage/3", "difference/3/4"),
)
Change = Callable[[sqlite3.Connection, dict[str, Any]], None]


def changed(path: str, value: object) -> Change:
    """Return what puts a value at a dotted path of the configuration."""

    def change(_: sqlite3.Connection, config: dict[str, Any]) -> None:
        *tables, last = path.split(".")
        for table in tables:
            config = config[table]
        config[last] = value

    return change


def kept(key: str, value: bytes) -> Change:
    """Return what keeps something under a key of the run."""

    def change(connection: sqlite3.Connection, _: dict[str, Any]) -> None:
        row = (key, value, checksum(key, value))
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", row)

    return change


def told(statement: str, *values: object) -> Change:
    """Return what changes the tables."""

    def change(connection: sqlite3.Connection, _: dict[str, Any]) -> None:
        connection.execute(statement, values)

    return change


def changes(touch: str) -> dict[str, Change]:
    """Return what a stranger does to each run; `touch` is Python that makes the file EXECUTED."""
    call = {"entry": "timeit:timeit", "kwargs": {"setup": touch, "number": 1}}
    mock = {"entry": "unittest.mock:MagicMock", "kwargs": {}}
    channels = ["$\\frac$", "<script>alert(1)</script>", "\x1b[31m", "a\x00b", "\u202e", "]]>"]
    return {
        "imports": changed("task.imports", ["evil"]),
        "module-id": changed("task.id", "evil:X-v0"),
        "own-wrapper": changed("task.wrappers", [{"entry": "evil_wrapper:Wrapper"}]),
        "wrappers": changed("task.wrappers", [mock, call]),
        "words": changed("task.kwargs", {"xml_file": "/etc/passwd"}),
        "options": changed("task.reset_options", {"path": "/etc/passwd"}),
        "no-module": changed("task.imports", [""]),
        "relative": changed("task.imports", [".evil"]),
        "nasty-id": changed("task.id", "CartPole-v1" + NASTY),
        "markup-id": changed("task.id", "CartPole-v1[/red]"),
        "rewards": changed("task.rewards", ["[/x]", NASTY]),
        "channels": changed("codec.channels", [*channels, "&lt;", "x" * 200_000]),
        "objectives": changed("selection.objectives", [NASTY]),
        "no-table": changed("task", NASTY),
        "finished": kept("finished", NASTY.encode()),
        "provenance": kept("provenance", json.dumps({"glianeat": NASTY, NASTY: 1}).encode()),
        "forged-mark": kept("owner", b"\0" * 32),
        "digest": told("UPDATE generation SET digest = ?", NASTY),
        "status": told("UPDATE individual SET status = ?", NASTY),
        "returns": told("UPDATE individual SET mean_return = 500, power = 1"),
    }


def make_runs(out: Path) -> list[str]:
    """Make the runs; return their names."""
    touch = f"import pathlib; pathlib.Path({str(out / 'EXECUTED')!r}).touch()"
    for name in FOREIGN:
        (out / "stranger" / f"{name}.py").write_text(touch + "\n")
    names = []
    for name, change in changes(touch).items():
        copy_of_example(out / name)
        with contextlib.closing(sqlite3.connect(out / name / "run.db")) as connection:
            (data,) = connection.execute("SELECT value FROM meta WHERE key='config'").fetchone()
            config = json.loads(data)
            change(connection, config)
            kept("config", json.dumps(config).encode())(connection, config)
            connection.commit()
        if isinstance(config["task"], dict):
            values = {table: config[table] for table in ("task", "selection")}
            (out / f"{name}.toml").write_text("\n".join(to_toml(values)))
        names.append(name)
    return [*names, *make_folders(out)]


def make_folders(out: Path) -> list[str]:
    """Make runs whose files, not whose contents, are meant to do harm; return their names."""
    names = ("lock-link", "lock-pipe", "wal-link", "journal", "run-link", "\x1b[31mred\u202e")
    for name in names:
        copy_of_example(out / name)
    (out / "lock-link" / "lock").symlink_to(out / "CREATED")
    os.mkfifo(out / "lock-pipe" / "lock")
    (out / "wal-link" / "run.db-wal").symlink_to(out / "CREATED")
    (out / "precious").write_text("precious")
    (out / "journal" / "run.db-journal").write_bytes(journal_naming(out / "precious"))
    (out / "run-link" / "run.db").unlink()
    (out / "run-link" / "run.db").symlink_to(out / "lock-link" / "run.db")
    return list(names)


def journal_naming(victim: Path) -> bytes:
    """Return a journal whose play-back by SQLite ends with the removal of another file."""
    start = bytes.fromhex("d9d505f920a163d7") + struct.pack(">IIIII", 0, 7, 1, 512, 4096)
    name = bytes(victim)
    tail = struct.pack(">I", 262145) + name + struct.pack(">II", len(name), sum(name))
    return start.ljust(512, b"\0") + tail + bytes.fromhex("d9d505f920a163d7")


def copy_of_example(folder: Path) -> None:
    """Make a run that is a copy of the example."""
    folder.mkdir()
    shutil.copy(EXAMPLE, folder / "run.db")


def make_genomes(out: Path) -> list[str]:
    """Make genome files; return their names."""
    from glianeat.genome.serial import genome_to_json
    from glianeat.run.run import Run

    with Run(EXAMPLE.parent) as run:
        fine = json.loads(genome_to_json(run.best.genome))
    synapse = fine["synapses"][0]
    wrong: dict[str, Any] = {
        "field": {**fine, NASTY: 1},
        "format": {**fine, "format": NASTY},
        "key": {**fine, "key": 10**300},
        "innovation": {**fine, "synapses": [{**synapse, "innovation": NASTY}]},
        "weight": {**fine, "synapses": [{**synapse, "weight": NASTY}]},
        "none": NASTY,
    }
    for name, document in wrong.items():
        (out / f"{name}.json").write_text(json.dumps(document))
    (out / "deep.json").write_text("[" * 100_000)
    (out / "infinite.json").write_text(json.dumps(fine).replace('"key": ', '"key": 1e999, "x": '))
    return [*wrong, "deep", "infinite"]


class Watch:
    """Hears of all that Python is about to do, and keeps what nothing that is read may cause."""

    forbidden = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn")
    calls = ("timeit.py", "mock.py", "pdb.py", "code.py", "runpy.py")

    def __init__(self, out: Path) -> None:
        self.out, self.found, self.is_on = str(out), list[str](), False
        roots = (sys.prefix, sys.base_prefix, str(ROOT / "glianeat"), str(ROOT / "envs"), __file__)
        self.roots = (*(str(Path(root).resolve()) for root in roots), str(ROOT / ".venv"))

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take in one event."""
        if not self.is_on:
            return
        if event == "subprocess.Popen" and arguments[1] == OUR_COMMIT:
            return  # which the provenance of every new run says
        if event in self.forbidden or event.startswith(("socket.", "subprocess.")):
            self.found.append(f"{event} {arguments!r:.80}")
        elif event == "exec" and isinstance(arguments[0], CodeType):
            self._hear_of(arguments[0])
        elif event == "compile" and arguments[0] is not None and "EXECUTED" in str(arguments[0]):
            self.found.append("compile")

    def find_spec(self, name: str, *_: object) -> None:
        """Hear that a module is about to be imported; find none."""
        if self.is_on and name.partition(".")[0] in FOREIGN:
            self.found.append(f"import {name}")

    def _hear_of(self, code: CodeType) -> None:
        name = code.co_filename
        by = sys._getframe(2).f_code.co_filename  # noqa: SLF001 - who executes it
        made = name.startswith("<") and not by.endswith(self.calls)  # such as by dataclasses
        if not made and not (os.path.isabs(name) and self._is_installed(name)):  # noqa: PTH117
            self.found.append(f"exec {name} by {by}")

    def _is_installed(self, name: str) -> bool:
        return os.path.realpath(name).startswith(self.roots) or name.startswith(self.roots)


def drive(out: Path, arguments: list[str], watch: Watch) -> list[str]:
    """Run one command line; return what it did that it must not."""
    from glianeat.cli.main import main

    told, wrong = io.StringIO(), list[str]()
    sys.argv = ["glianeat", *arguments]
    watch.found, watch.is_on = [], True
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            main()
    except SystemExit:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a traceback
        wrong.append(f"traceback: {type(error).__name__}: {error}"[:200])
    finally:
        watch.is_on = False
    wrong += watch.found
    wrong += raw(told.getvalue(), "printed")
    for name in ("drawn.svg", "exported.json"):
        path = out / name
        if path.exists():
            wrong += raw(path.read_text(), name)
            path.unlink()
    wrong += [f"{name} exists" for name in ("EXECUTED", "CREATED") if (out / name).exists()]
    if not (out / "precious").exists():
        wrong.append("a file elsewhere was removed")
    return wrong


def serve(out: Path, name: str, value: str, watch: Watch) -> list[str]:
    """Ask for a value of a run as a served page does; return what that did that it must not."""
    from glianeat.errors import GliaNeatError
    from glianeat.inspector.serving.values import Values

    wrong = list[str]()
    watch.found, watch.is_on = [], True
    try:
        Values().make(out / name, value)
    except GliaNeatError:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a traceback
        wrong.append(f"traceback: {type(error).__name__}: {error}"[:200])
    finally:
        watch.is_on = False
    wrong += watch.found
    return [*wrong, *(f"{one} exists" for one in ("EXECUTED", "CREATED") if (out / one).exists())]


def raw(text: str, where: str) -> list[str]:
    """Return what a terminal or a browser would obey in a text."""
    found = sorted({c for c in text if c != "\n" and not c.isprintable()})
    wrong = [f"raw {c!r} {where}" for c in found]
    return [*wrong, f"markup {where}"] if "<script" in text and where == "drawn.svg" else wrong


def lines(out: Path, names: list[str]) -> Iterator[list[str]]:
    """Yield every command line to be driven."""
    for name in names:
        for command in COMMANDS:
            given = [word.replace("RUN", name).replace("OUT", str(out)) for word in command]
            yield [*given, "--runs", str(out)]
    for name in sorted(path.stem for path in out.glob("*.toml")):
        yield ["config", "show", str(out / f"{name}.toml")]
        if name not in ITS_OWN:  # a file that its user runs imports what it names
            yield ["config", "check", str(out / f"{name}.toml")]
    for name in make_genomes(out):
        for command in FILE_COMMANDS:
            given = [word.replace("OUT", str(out)) for word in command]
            file = str(out / f"{name}.json")
            runs = out if command[0] == "run" else ROOT / "runs"
            yield [file if word == "FILE" else word for word in given] + ["--runs", str(runs)]


@click.command()
@click.option("--child", type=click.Path(path_type=Path), hidden=True)
@click.option("--only", default="", help="Runs whose names contain this.")
def hostile_runs(child: Path | None, only: str) -> None:
    """Drive every command over hostile runs and genomes."""
    if child is not None:
        _watch(child, only)
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder).resolve()
        (out / "stranger").mkdir()  # before Python looks where modules are
        python = os.pathsep.join([str(out / "stranger"), *sys.path[1:]])
        environment = {**os.environ, "PYTHONPATH": python, "XDG_STATE_HOME": str(out / "state")}
        command = [sys.executable, __file__, "--child", str(out), "--only", only]
        sys.exit(subprocess.run(command, check=False, env=environment, cwd=out).returncode)


def _watch(out: Path, only: str) -> None:
    import matplotlib.font_manager  # noqa: F401 - asks the system for its fonts when first used

    platform.processor()  # asks the system when first used, as provenance does
    names = [name for name in make_runs(out) if only in name]
    watch, driven, wrong = Watch(out), 0, 0
    sys.addaudithook(watch.hear)
    sys.meta_path.insert(0, watch)
    for arguments in lines(out, names):
        driven += 1
        for text in drive(out, arguments, watch):
            wrong += 1
            click.echo(f"{arguments[0]} {arguments[1]!r}: {text}")
    for name, value in itertools.product(names, VALUES):
        driven += 1
        for text in serve(out, name, value, watch):
            wrong += 1
            click.echo(f"serve {name!r} {value}: {text}")
    click.echo(
        f"{driven} command lines over {len(names)} runs and genomes beside: {wrong} violations"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    hostile_runs()
