"""Whether a served page hurts the run that it shows: reads while two workers write.

    python scripts/inspector_reads.py --repeats 5

Pairs of equal runs on two Ray workers, one served and read throughout, one left alone, in turn. A
read is one request of a page, as its views make them, on a connection that stays open; every new
generation makes the server read the run again.
"""

import gzip
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from glianeat.run.run import Run

ROOT = Path(__file__).parents[1]
READS = 1000
_USER, _SYSTEM = 11, 12  # fields of /proc/PID/stat behind the command
_NAMES = ("live", "overview", "history", "fronts", "individuals", "phylogeny", "health")
_RUN = """
import sys
from pathlib import Path
import glianeat
from glianeat.run.config import experiment_from
settings = ["task.id=CartPole-v1", "evolution.population=120", "evolution.generations=60",
    "evolution.stop_when_solved=false", "evaluation.episodes=20", "evaluation.racing_episodes=0"]
config = experiment_from({}, settings)
glianeat.evolve(config, name=sys.argv[2], runs=Path(sys.argv[1]), workers=2).close()
"""


class Outcome(NamedTuple):
    """What came of one run."""

    seconds: float
    """That its generations took, by its own clock."""
    digest: str
    files: tuple[str, ...]
    """What is in its folder afterwards."""
    run_errors: int
    """1 if it did not end well."""
    reads: int = 0
    read_errors: int = 0
    """Answers that were neither 200 nor 304."""
    server_seconds: float = 0.0
    """Processor time of the server meanwhile."""


@contextmanager
def served(runs: Path, spent: list[float] | None = None) -> Iterator[str]:
    """Serve a run or a folder of runs; yields the address.

    Parameters
    ----------
    runs : Path
        The folder.
    spent : list of float, optional
        Gets the processor time of the server before and after [s].
    """
    command = [sys.executable, "-m", "glianeat", "serve", str(runs), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            found = re.search(r"http\S+", server.stdout.readline() if server.stdout else "")
            if found is None:
                raise SystemExit("the server did not start")
            with _counting(server.pid, [] if spent is None else spent):
                yield found[0]
        finally:
            server.terminate()


@contextmanager
def _counting(number: int, spent: list[float]) -> Iterator[None]:
    """Note the processor time of a process before and after a block [s]."""
    place = Path(f"/proc/{number}/stat")
    spent.append(_processor_time(place))
    yield
    spent.append(_processor_time(place))


def _processor_time(place: Path) -> float:
    fields = place.read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")


class Reader:
    """Reads the run of an address, one request after the other."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        self._tags: dict[str, str] = {}
        self.reads = self.errors = 0

    def read(self, name: str, *, anew: bool = False) -> bytes:
        """Read a value, as browsers do: compressed, and only if it has changed."""
        tag = "" if anew else self._tags.get(name, "")
        headers = {"Accept-Encoding": "gzip", "If-None-Match": tag}
        self._connection.request("GET", f"{self._path}{name}", headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        self._tags[name] = response.headers["ETag"] or ""
        self.reads += 1
        self.errors += response.status not in {200, 304}
        return body


def one_run(runs: Path, name: str, *, is_read: bool, pace: float) -> Outcome:
    """Evolve once, read or left alone.

    Parameters
    ----------
    runs : Path
        Folder of runs.
    name : str
        Of the run.
    is_read : bool
        Whether it is served and read while it goes on.
    pace : float
        Reads in a second.
    """
    if not is_read:
        return _outcome(runs / name, _started(runs, name).wait())
    spent: list[float] = []
    with served(runs, spent) as address:
        process = _started(runs, name)
        reader = Reader(address)
        _read_while(process, name, reader, pace)
        status = process.wait()
    found = _outcome(runs / name, status)
    return found._replace(
        reads=reader.reads, read_errors=reader.errors, server_seconds=spent[1] - spent[0]
    )


def _started(runs: Path, name: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _RUN, str(runs), name]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def _outcome(folder: Path, status: int) -> Outcome:
    with Run(folder) as run:
        seconds, digest = run.history.seconds()[-1], run.digest
    files = tuple(sorted(path.name for path in folder.iterdir()))
    return Outcome(seconds, digest, files, run_errors=int(status != 0))


def _read_while(
    process: "subprocess.Popen[bytes]", name: str, reader: "Reader", pace: float
) -> None:
    index: int | None = None
    while process.poll() is None:
        began = time.monotonic()
        if index is None:
            index = _index_of(name, reader)
        elif reader.reads < READS:
            reader.read(f"run/{index}/{_NAMES[reader.reads % len(_NAMES)]}")
        time.sleep(max(0.0, began + 1.0 / pace - time.monotonic()))


def _index_of(name: str, reader: "Reader") -> int | None:
    """Return the number of a run once it has a generation."""
    site = json.loads(gzip.decompress(reader.read("site", anew=True)))
    names = [run["name"] for run in site["runs"]]
    if name not in names:
        return None
    live = json.loads(gzip.decompress(reader.read(f"run/{names.index(name)}/live", anew=True)))
    return names.index(name) if live["generations"] else None


def measure(repeats: int, pace: float) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes of runs that were left alone, and of runs that were read."""
    alone: list[Outcome] = []
    read: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="glianeat-reads-") as folder:
        for number in range(repeats):
            for is_read in (False, True) if number % 2 == 0 else (True, False):
                name = f"{'read' if is_read else 'alone'}-{number}"
                outcome = one_run(Path(folder), name, is_read=is_read, pace=pace)
                (read if is_read else alone).append(outcome)
    return alone, read


def table(alone: list[Outcome], read: list[Outcome]) -> list[tuple[str, str, str]]:
    """Return rows of what was measured, its value, and what it should be."""
    before, after = (statistics.median(one.seconds for one in some) for some in (alone, read))
    reads = sum(one.reads for one in read)
    files = {one.files for one in (*alone, *read)}
    return [
        ("reads while runs wrote", f"{reads} in {len(read)} runs", f">= {READS}"),
        ("reads that failed", str(sum(one.read_errors for one in read)), "0"),
        ("runs that failed", str(sum(one.run_errors for one in (*alone, *read))), "0"),
        ("digests", str(len({one.digest for one in (*alone, *read)})), "1"),
        ("kinds of folders left", str(len(files)), "1"),
        ("processor time of the server", f"{max(one.server_seconds for one in read):.1f} s", ""),
        ("run left alone, median", f"{before:.2f} s", ""),
        ("run read, median", f"{after:.2f} s ({after / before - 1.0:+.1%})", "<= +2 %"),
    ]


@click.command()
@click.option("--repeats", default=5, show_default=True, help="Pairs of runs.")
@click.option("--pace", default=50.0, show_default=True, help="Reads in a second.")
def main(repeats: int, pace: float) -> None:
    """Print what reading did to runs."""
    for row in table(*measure(repeats, pace)):
        click.echo("{:32} {:32} {}".format(*row))


if __name__ == "__main__":
    main()
