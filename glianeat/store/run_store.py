"""The run store: one SQLite database a run, one transaction a generation.

A run that is stopped at any moment holds exactly its committed generations, and what follows is a
function of those alone, so there is no other checkpoint. Nothing in it is ever pickled; reading a
run from a stranger executes nothing.
"""

import contextlib
import sqlite3
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, FolderTakenError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation
from glianeat.interrupts import whole
from glianeat.store.checksums import checksum
from glianeat.store.codec import Blobs
from glianeat.store.contents import Contents
from glianeat.store.database import (
    DATABASE,
    close_database,
    make_database,
    open_database,
    transaction,
)
from glianeat.store.files import cannot_store
from glianeat.store.folder import FolderLock, Place, check_name, make_folder
from glianeat.store.migrations import PARETO_STANDING, SCHEMA, migrate
from glianeat.store.records import Statistics, Summary
from glianeat.store.rows import generation_row, summarise, worth
from glianeat.store.run_schema import RunSchema, encode_schema, own_schema
from glianeat.store.tables import SCHEMA_VERSION

__all__ = ["DATABASE", "RunStore", "check_name"]


class RunStore(Contents):
    """All that a run leaves behind.

    Make one with `create` or `open`; use it as a context manager, or `close` it.
    """

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, lock: FolderLock | None
    ) -> None:
        super().__init__(folder, connection, writable=lock is not None)
        self._lock, self._place = lock, Place(folder, DATABASE)
        # `evolve` returns an open run, which few close; Python 3.13 warns of what stays open
        weakref.finalize(self, _let_go, connection)

    @classmethod
    @whole
    def create(
        cls, folder: Path, meta: Mapping[str, bytes], schema: RunSchema | None = None
    ) -> Self:
        """Start a run in a new folder, which appears whole or not at all.

        Parameters
        ----------
        folder : Path
            The folder.
        meta : mapping of str to bytes
            What is kept under some keys.
        schema : RunSchema, optional
            Its names; by default all of this version, and standings by Pareto rank.

        Raises
        ------
        CheckpointError
            If the folder exists or cannot be made, or its name is not fit for one; nothing is
            written then.
        """
        check_name(folder.name)
        named = {**meta, SCHEMA: encode_schema(schema or own_schema(PARETO_STANDING))}

        def fill(making: Path) -> None:
            try:
                make_database(making, named)
            except sqlite3.Error as error:
                raise cannot_store(f"run {folder}", error) from None

        try:
            lock = make_folder(folder, fill)
        except FileExistsError:
            raise FolderTakenError(
                f"run {folder}: exists already; resume it, or choose another name"
            ) from None
        return cls._opened(folder, lock)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = False) -> Self:
        """Open a run, to read it or to go on with it.

        Raises
        ------
        CheckpointError
            If there is no run, it is damaged or of another version, or another process goes on
            with it.
        """
        if not (folder / DATABASE).is_file():
            found = (path.parent.name for path in folder.parent.glob(f"*/{DATABASE}"))
            near = [name for name in found if not name.startswith(".")]
            raise CheckpointError(f"run {folder}: does not exist{suggestion(folder.name, near)}")
        return cls._opened(folder, FolderLock(folder) if writable else None)

    @classmethod
    def _opened(cls, folder: Path, lock: FolderLock | None) -> Self:
        with contextlib.ExitStack() as undo:
            if lock is not None:
                undo.callback(lock.close)
            connection = open_database(folder, writable=lock is not None)
            undo.callback(connection.close)
            store = cls(folder, connection, lock)
            undo.pop_all()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @whole
    def close(self) -> None:
        """Give the run back; it is then a single file, unless somebody reads it."""
        close_database(self._connection, writable=self._lock is not None)
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep something under a key."""
        self.update_meta({key: value})

    def update_meta(self, values: Mapping[str, bytes]) -> None:
        """Keep something under some keys, all of it or nothing."""
        with self._transaction():
            self._put_meta(values)

    def drop_meta(self, key: str) -> None:
        """Forget what was kept under a key, if anything was."""
        with self._transaction():
            self._connection.execute("DELETE FROM meta WHERE key = ?", (key,))

    @whole
    def commit(
        self,
        generation: Generation,
        statistics: Statistics | None = None,
        meta: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Summary:
        """Add one generation, all of it or nothing, and return it in numbers.

        Parameters
        ----------
        generation : Generation
            What the next generation follows from.
        statistics : Statistics, optional
            What is derived from it; no part of the digest.
        meta : mapping of str to bytes
            What is kept under some keys from then on; no part of the digest either.
        """
        if generation.standing_schema != self.schema.standing:  # that of an older version
            generation = msgspec.structs.replace(generation, standing_schema=self.schema.standing)
        encoded = list(map(self.codec.blobs, generation.offspring))
        summary = self._summarise(generation, encoded)
        standings = [(s.key, *self.codec.values(s)) for s in generation.survivors]
        row = generation_row(generation, summary, standings)
        with self._transaction():
            self._connection.execute(
                f"INSERT INTO generation VALUES ({', '.join('?' * len(row))})", row
            )
            self._connection.executemany(
                "INSERT INTO individual VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(self.codec.individual_row, generation.offspring, encoded),
            )
            self._connection.executemany(
                "UPDATE individual SET status = ?, mean_return = ?, power = ?, spikes = ?, "
                "evaluation = ?, evaluations = ?, checksum = ? WHERE key = ?",
                map(self.codec.reevaluation_row, generation.reevaluated),
            )
            self._connection.executemany(
                "INSERT INTO survivor VALUES (?, ?, ?, ?)",
                [
                    (generation.number, key, place, msgspec.msgpack.encode(values))
                    for place, (key, *values) in enumerate(standings)
                ],
            )
            if statistics is not None:
                self._add_statistics(statistics)
            self._put_meta(meta)
        return summary

    @whole
    def add_validations(self, evaluations: Sequence[Evaluation]) -> None:
        """Keep how candidates did on fresh episodes."""
        blobs = [(e.key, self.codec.evaluation(e)) for e in evaluations]
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO validation VALUES (?, ?, ?)",
                [(key, blob, checksum(key, blob)) for key, blob in blobs],
            )

    @whole
    def add_progress(self, generation: int, evaluation: Evaluation) -> None:
        """Keep how the best genome after a generation did on fresh episodes."""
        blob = self.codec.evaluation(evaluation)
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO progress VALUES (?, ?, ?)",
                (generation, blob, checksum(generation, blob)),
            )

    def keep_validations(self, keys: Collection[int]) -> None:
        """Forget how candidates did on fresh episodes, but for these."""
        forgotten = [(key,) for key in self.validations() if key not in keys]
        with self._transaction():
            self._connection.executemany("DELETE FROM validation WHERE key = ?", forgotten)

    def _put_meta(self, values: Mapping[str, bytes]) -> None:
        rows = [(key, value, checksum(key, value)) for key, value in values.items()]
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", rows)

    def _summarise(self, generation: Generation, encoded: Sequence[Blobs]) -> Summary:
        told = {i.key: i.evaluation for i in (*generation.offspring, *generation.reevaluated)}
        earlier = self._worths(generation.number - 1)
        alive = [
            worth(told[s.key]) if s.key in told else self._known(earlier, s.key)
            for s in generation.survivors
        ]
        return summarise(
            generation, alive, self.codec.chain_digest(self.digest, generation, encoded)
        )

    def _add_statistics(self, statistics: Statistics) -> None:
        number, blob = statistics.number, msgspec.msgpack.encode(statistics)
        self._connection.execute(
            "INSERT INTO statistics VALUES (?, ?, ?)", (number, blob, checksum(number, blob))
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._place.check()
        try:
            if self._lock is not None and self._version < SCHEMA_VERSION:
                migrate(self._connection, self._version)
                self._version = SCHEMA_VERSION
            with transaction(self._connection):
                yield
        except sqlite3.Error as error:
            self._place.check()
            raise cannot_store(f"run {self.folder}", error) from None


def _let_go(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):  # it belongs to another thread
        connection.close()
