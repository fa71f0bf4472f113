"""A bounded cache: each value is made once, however many ask for it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """Something made, and of which version of its run."""

    version: str
    value: bytes


class Cache:
    """Keeps the latest version of each value, up to so many bytes in all.

    Parameters
    ----------
    most_bytes : int
        Bytes of all values; what was not asked for longest goes first. A value that is larger than
        that is not kept.
    at_once : int
        How many values are made at the same time; others wait.
    """

    def __init__(self, most_bytes: int, at_once: int = 2) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._making: dict[tuple[Hashable, str], Future[bytes]] = {}
        self._lock, self._slots = threading.Lock(), threading.Semaphore(at_once)

    @property
    def n_bytes(self) -> int:
        """Bytes of all values that are kept."""
        return self._bytes

    def get(self, key: Hashable, version: str, make: Callable[[], bytes]) -> bytes:
        """Return the value of a key in some version, which `make` makes if there is none.

        Whatever `make` raises is raised to all who wait for it, and not kept.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.version == version:
                self._entries.move_to_end(key)
                return entry.value
            promised = self._making.get((key, version))
            mine: Future[bytes] | None = None
            if promised is None:
                promised = mine = self._making[key, version] = Future()
        return promised.result() if mine is None else self._make(key, version, make, mine)

    def _make(
        self, key: Hashable, version: str, make: Callable[[], bytes], promised: Future[bytes]
    ) -> bytes:
        try:
            with self._slots:
                value = make()
        except BaseException as error:
            with self._lock:
                del self._making[key, version]
            promised.set_exception(error)
            raise
        with self._lock:
            del self._making[key, version]
            self._keep(key, Entry(version, value))
        promised.set_result(value)
        return value

    def _keep(self, key: Hashable, entry: Entry) -> None:
        before = self._entries.pop(key, None)
        self._bytes -= len(before.value) if before else 0
        if len(entry.value) > self._most_bytes:
            return
        self._entries[key] = entry
        self._bytes += len(entry.value)
        while self._bytes > self._most_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= len(oldest.value)
