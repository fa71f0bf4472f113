"""A bounded cache: each value is made once, however many ask for it at the same time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import msgspec

SHARE = 0.02  # of a core's time that making newer versions of values may take, of all together


class Entry(msgspec.Struct, frozen=True):
    """Something made, of which version of its run, when, and with how much processor time [s]."""

    version: str
    value: bytes
    made: float
    seconds: float


class Cache:
    """Keeps the latest version of each value, up to so many bytes in all.

    Parameters
    ----------
    most_bytes : int
        Bytes of all values; what was not asked for longest goes first. A value that is larger than
        that is not kept.
    share : float
        Share of a core's time that making newer and newer versions may take, of all values
        together; meanwhile the last ones are good enough.
    at_once : int
        How many values are made at the same time; others wait.
    """

    def __init__(self, most_bytes: int, share: float = SHARE, at_once: int = 2) -> None:
        self._most_bytes, self._share = most_bytes, share
        self.n_bytes = 0
        """Bytes of all values that are kept."""
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._making: dict[tuple[Hashable, str], Future[Entry]] = {}
        self._lock, self._slots = threading.Lock(), threading.Semaphore(at_once)

    def get(
        self, key: Hashable, version: str, make: Callable[[], bytes], *, must_be_new: bool = True
    ) -> Entry:
        """Return the value of a key in some version, which `make` makes if there is none.

        Whatever `make` raises is raised to all who wait for it, and not kept.

        Parameters
        ----------
        key : hashable
            Of the value.
        version : str
            Version that is wanted.
        make : callable
            Makes it.
        must_be_new : bool
            Whether no earlier version is good enough, however long it takes to make.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and (
                entry.version == version or not (must_be_new or self._is_old(entry))
            ):
                self._entries.move_to_end(key)
                return entry
            promised = self._making.get((key, version))
            mine: Future[Entry] | None = None
            if promised is None:
                promised = mine = self._making[key, version] = Future()
        return promised.result() if mine is None else self._make(key, version, make, mine)

    def _is_old(self, entry: Entry) -> bool:
        share = self._share / len(self._entries)
        return (time.monotonic() - entry.made) * share >= entry.seconds

    def _make(
        self, key: Hashable, version: str, make: Callable[[], bytes], promised: Future[Entry]
    ) -> Entry:
        try:
            with self._slots:
                began = time.thread_time()
                value = make()
                seconds = time.thread_time() - began
        except BaseException as error:
            with self._lock:
                del self._making[key, version]
            promised.set_exception(error)
            raise
        entry = Entry(version, value, time.monotonic(), seconds)
        with self._lock:
            del self._making[key, version]
            self._keep(key, entry)
        promised.set_result(entry)
        return entry

    def _keep(self, key: Hashable, entry: Entry) -> None:
        before = self._entries.pop(key, None)
        self.n_bytes -= len(before.value) if before else 0
        if len(entry.value) > self._most_bytes:
            return
        self._entries[key] = entry
        self.n_bytes += len(entry.value)
        while self.n_bytes > self._most_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.n_bytes -= len(oldest.value)
