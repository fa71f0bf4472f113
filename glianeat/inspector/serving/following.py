"""Following a run that may go on, end, vanish or come back, without ever holding it.

Whether anything has changed is told from the sizes and times of its files, which asks nothing of
the database. Only then is it opened, to read, for a moment.
"""

import hashlib
import threading
import time
from pathlib import Path

import msgspec

from glianeat.errors import CheckpointError
from glianeat.run.runner import FINISHED
from glianeat.run.stored import CONFIG, PROVENANCE, stored_config
from glianeat.store.run_store import DATABASE, RunStore

_FILES = (DATABASE, f"{DATABASE}-wal")
PAUSE = 0.2  # [s]
Signature = tuple[tuple[int, int, int] | None, ...]


class State(msgspec.Struct, frozen=True):
    """How far a run is."""

    version: str = ""
    """Another one whenever the run holds something else; empty if it cannot be read."""
    run: str = ""
    """The same as long as it is the same run, whatever it holds."""
    generations: int = 0
    finished: str = ""
    """Why it ended; empty while it may go on."""
    error: str = ""
    """Why it cannot be read, if so."""


class Follower:
    """Follows one run; may be asked by several threads.

    Parameters
    ----------
    folder : Path
        Folder of the run, which need not exist yet.
    pause : float
        Time between two looks into its database, however often its files change [s].
    """

    def __init__(self, folder: Path, pause: float = PAUSE) -> None:
        self.folder, self._pause = folder, pause
        self._lock = threading.Lock()
        self._signature: Signature | None = None
        self._state, self._task, self._looked = State(), "", 0.0

    def state(self) -> State:
        """Return how far the run is; a run that cannot be read says why."""
        with self._lock:
            signature, now = _signature(self.folder), time.monotonic()
            is_due = now - self._looked >= self._pause or signature[0] is None
            if self._signature is None or (signature != self._signature and is_due):
                self._state, self._signature = self._read(signature), signature
                self._looked = time.monotonic()
            return self._state

    def task(self) -> str:
        """Return the id of its task; empty while it could not be read."""
        self.state()
        return self._task

    def _read(self, signature: Signature) -> State:
        place = signature[0]
        if place is None:
            return State(error=f"run {self.folder.name}: is not there, or not any more")
        try:
            with RunStore.open(self.folder) as store:
                self._task = self._task or stored_config(store).task.id
                finished = store.meta(FINISHED) if store.has_meta(FINISHED) else b""
                number, digest = store.number_of_generations, store.digest
                tried = sorted(store.validations()), sorted(store.progress())
                held = (number, digest, tried, finished.decode("latin-1"))
                made = store.meta(PROVENANCE) if store.has_meta(PROVENANCE) else b""
                run = _hash((place[0], store.meta(CONFIG), made))  # numbers of files are used again
        except CheckpointError as error:
            return State(error=str(error))
        return State(_hash((run, *held)), run, number, finished.decode(errors="replace"))


def _hash(told: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:20]


def _signature(folder: Path) -> Signature:
    """Return number, size and time of the files of a run."""
    found: list[tuple[int, int, int] | None] = []
    for name in _FILES:
        try:
            status = (folder / name).stat()
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        except OSError:
            found.append(None)
    return tuple(found)
