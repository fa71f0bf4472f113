"""Reading a database that may be damaged, or a stranger's: nothing is believed unseen.

How much there is, is asked before any of it is fetched; types are checked against those of the
rows, checksums against what they were made of.
"""

import sqlite3
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from glianeat.errors import CheckpointError
from glianeat.store.checksums import checksum
from glianeat.store.database import DAMAGE, unreadable
from glianeat.typing import AnyArray

MAX_META_BYTES = 2**21  # a configuration, of which a file has at most half as much; provenance
MAX_ROW_BYTES = 2**24  # an evaluation of 100,000 episodes has some 2 MB
R = TypeVar("R")


class Reader:
    """Asks the database of a run, and refuses what is not as it was written.

    Parameters
    ----------
    folder : Path
        Folder of the run, for messages.
    connection : sqlite3.Connection
        To its database.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder, self._connection = folder, connection

    def select(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query; raise `CheckpointError` if the database is damaged."""
        try:
            return self._connection.execute(query, values).fetchall()
        except DAMAGE as error:
            raise self.damaged(error) from None

    def rows(self, kind: type[R], query: str, *values: object) -> list[R]:
        """Return the rows of a query as tuples of a kind, their types checked."""
        return [self.typed(kind, row) for row in self.select(query, *values)]

    def array(self, kind: np.dtype[Any], query: str, *values: object) -> AnyArray:
        """Return the rows of a query as an array of records; much quicker than `rows`.

        Raises
        ------
        CheckpointError
            If the database is damaged, or holds something else than such numbers.
        """
        try:
            return np.fromiter(self._connection.execute(query, values), dtype=kind)
        except (*DAMAGE, TypeError, ValueError) as error:
            raise self.damaged(error) from None

    def typed(self, kind: type[R], value: object) -> R:
        """Return a value that was read, once it has proved to be what belongs there."""
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise self.damaged(error) from None

    def decoded(self, kind: type[R], blob: bytes) -> R:
        """Return a value from its bytes."""
        try:
            return msgspec.msgpack.decode(blob, type=kind)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            name = getattr(kind, "__name__", "value").lower()
            raise CheckpointError(f"run {self._folder}: damaged {name}: {error}") from None

    def check_size(self, key: str) -> None:
        """Raise `CheckpointError` if what is kept under a key is larger than it can be."""
        for (size,) in self.select("SELECT length(value) FROM meta WHERE key = ?", key):
            if not isinstance(size, int) or size > MAX_META_BYTES:
                raise self.damaged(f"{key} must hold <= {MAX_META_BYTES} bytes, got {size}")

    def check_largest(self, table: str, column: str) -> None:
        """Raise `CheckpointError` if a value of a column is larger than it can be."""
        for (size,) in self.select(f"SELECT max(length({column})) FROM {table}"):
            if isinstance(size, int) and size > MAX_ROW_BYTES:
                raise self.damaged(f"{column} must hold <= {MAX_ROW_BYTES} bytes, got {size}")

    def check_sum(self, found: int, *values: object) -> None:
        """Raise `CheckpointError` if a row is not what its checksum was made of."""
        if found != checksum(*values):
            raise self.damaged(f"{_shown_key(values[0])} is not as it was written")

    def damaged(self, finding: object) -> CheckpointError:
        """Return what to raise where the database is not as it was written."""
        return unreadable(self._folder, finding)


def _shown_key(key: object) -> str:
    """Return what a message calls the row of a key: a genome, a generation, or a setting."""
    return f"number {key}" if isinstance(key, int) else repr(key)
