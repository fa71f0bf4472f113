"""What is served: runs, and the values that a page asks for by name, compressed and kept."""

import contextlib
import gzip
import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import glianeat
from glianeat.errors import CheckpointError, GliaNeatError
from glianeat.inspector.serving.cache import SHARE, Cache
from glianeat.inspector.serving.following import PAUSE, Follower
from glianeat.store.run_store import DATABASE

CACHE_BYTES = 128 * 2**20
RESOURCE = re.compile(r"runs?/(\d{1,4})/([a-z]{1,20}(?:/\d{1,18}){0,2})")
_MOST_RUNS = 1000
_PREPARED = 3  # runs
_FIRST = ("history", "fronts", "health", "phylogeny", "individuals")
_LASTING = ("episode/", "difference/")  # follow from genomes, which do not change
_COMPARISON = "comparison"
_QUICK = 1  # level of compression: it stays on this machine
Make = Callable[[Path, str], bytes]
"""Makes a value of the run in a folder, as JSON, by its name, such as ``genome/12``; raises
`KeyError` if there is none of that name, and a `GliaNeatError` if it cannot be made."""


class Answer(NamedTuple):
    """A value as compressed JSON, and what tells it from its other versions."""

    tag: str
    body: bytes


class Served:
    """The runs that are served, and their values by name.

    Parameters
    ----------
    folders : sequence of Path
        Folders of runs; and folders that hold runs, of which all are served that are in them now or
        later.
    make : callable
        Makes the values of a run.
    token : str
        What all addresses begin with.
    compare : callable, optional
        Makes the comparison of runs, given their folders.
    pause : float
        Time between two looks into the database of a run [s].
    share : float
        Share of the time that making one value of a run that goes on may take.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        make: Make,
        token: str,
        compare: Callable[[Sequence[Path]], bytes] | None = None,
        *,
        pause: float = PAUSE,
        share: float = SHARE,
    ) -> None:
        self._make, self._compare = make, compare
        self._token, self._pause = token, pause
        self._cache, self._lock = Cache(CACHE_BYTES, share), threading.Lock()
        self._runs: list[Follower] = []
        self._parents: list[Path] = []
        for folder in folders:
            if (folder / DATABASE).exists():
                self._add(folder)
            else:
                self._parents.append(folder)

    def runs(self) -> list[Follower]:
        """Return all runs, in an order to which later ones are added."""
        with self._lock:
            for parent in self._parents:
                for database in sorted(parent.glob(f"*/{DATABASE}")):
                    self._add(database.parent)
            return list(self._runs)

    def _add(self, folder: Path) -> None:
        is_hidden = folder.name.startswith(".")  # one that is being made
        known = any(run.folder == folder for run in self._runs)
        if not is_hidden and not known and len(self._runs) < _MOST_RUNS:
            self._runs.append(Follower(folder, self._pause))

    def run(self, index: int) -> Follower:
        """Return a run by its number; raise `KeyError` if there is none."""
        runs = self.runs() if index >= len(self._runs) else self._runs
        if index >= len(runs):
            raise KeyError(f"run {index}")
        return runs[index]

    def answer(self, name: str) -> Answer:
        """Return the value of a name, such as ``site`` or ``run/0/overview``.

        Raises
        ------
        KeyError
            If there is none of that name.
        GliaNeatError
            If it cannot be made, or the run cannot be read.
        """
        if name == "site":
            return _packed(self._site())
        if name == _COMPARISON and self._are_alike():
            return self._comparison()
        found = RESOURCE.fullmatch(name)
        if found is None:
            raise KeyError(name)
        index, resource = int(found[1]), found[2]
        run = self.run(index)
        state = run.state()
        if resource == "live":
            return _packed(msgspec.json.encode(state))
        if state.error:
            raise CheckpointError(state.error)

        def make() -> bytes:
            return gzip.compress(self._make(run.folder, resource), _QUICK, mtime=0)

        # what takes long is not made anew for every generation: that would slow the run down
        is_over, lasts = bool(state.finished), resource.startswith(_LASTING)
        version = state.run if lasts else state.version
        entry = self._cache.get((index, resource), version, make, must_be_new=is_over)
        return Answer(f"{entry.version}-{name}", entry.value)

    def _are_alike(self) -> bool:
        """Return whether there are several runs, all of one task."""
        tasks = [run.task() for run in self.runs()]
        return self._compare is not None and len(tasks) > 1 and len(set(tasks)) == 1

    def _comparison(self) -> Answer:
        runs = [run for run in self.runs() if not run.state().error]

        def make() -> bytes:
            value = self._compare([run.folder for run in runs]) if self._compare else b""
            return gzip.compress(value, _QUICK, mtime=0)

        states = [run.state() for run in runs]
        told = ",".join(state.version for state in states)
        version = hashlib.sha256(told.encode()).hexdigest()[:20]
        are_over = all(state.finished for state in states)
        entry = self._cache.get(_COMPARISON, version, make, must_be_new=are_over)
        return Answer(f"{entry.version}-{_COMPARISON}", entry.value)

    def prepare(self) -> None:
        """Make what a page asks for first, so that it is there once somebody opens one."""
        for index in range(min(len(self.runs()), _PREPARED)):
            with contextlib.suppress(GliaNeatError, KeyError):
                overview = msgspec.json.decode(
                    gzip.decompress(self.answer(f"run/{index}/overview").body), type=dict[str, Any]
                )
                best = overview["best"]
                self.answer(f"run/{index}/genome/{best}")
                if not overview["finished"]:
                    continue  # it has better things to do
                # which lives in a process of its own
                threading.Thread(
                    target=self._try, args=(f"run/{index}/episode/{best}",), daemon=True
                ).start()
                for name in (*_FIRST, f"lineage/{best}"):
                    self._try(f"run/{index}/{name}")

    def _try(self, name: str) -> None:
        with contextlib.suppress(GliaNeatError, KeyError):
            self.answer(name)

    def _site(self) -> bytes:
        runs = [{"name": run.folder.name, "task": run.task()} for run in self.runs()]
        return msgspec.json.encode(
            {
                "version": glianeat.__version__,
                "live": True,
                "token": self._token,
                "runs": runs,
                _COMPARISON: self._are_alike(),
            }
        )


def _packed(value: bytes) -> Answer:
    """Return a value that is made anew for everyone who asks."""
    tag = hashlib.sha256(value).hexdigest()[:20]
    return Answer(tag, gzip.compress(value, _QUICK, mtime=0))
