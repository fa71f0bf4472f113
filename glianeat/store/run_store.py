"""The run store: one SQLite database a run, one transaction a generation.

A run that is stopped at any moment holds exactly its committed generations, and what follows is a
function of those alone, so there is no other checkpoint. Nothing in it is ever pickled; reading a
run from a stranger executes nothing.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, GenomeError
from glianeat.evaluate.protocol import Evaluation
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack, unpack
from glianeat.store.records import Generation, Individual, Standing, Summary

APPLICATION_ID = 0x474C4941  # "GLIA"
SCHEMA_VERSION = 1
DATABASE = "run.db"
NAME_RULE = "must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE generation(
    number INTEGER PRIMARY KEY, time REAL NOT NULL, evaluations INTEGER NOT NULL,
    next_key INTEGER NOT NULL, reward_minimum REAL NOT NULL, best_key INTEGER NOT NULL,
    best_return REAL NOT NULL, best_power REAL NOT NULL, mean_return REAL NOT NULL,
    front_size INTEGER NOT NULL, failures INTEGER NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE individual(
    key INTEGER PRIMARY KEY, generation INTEGER NOT NULL REFERENCES generation,
    parent INTEGER NOT NULL, other_parent INTEGER NOT NULL, status TEXT NOT NULL,
    mean_return REAL NOT NULL, power REAL NOT NULL, evaluation BLOB NOT NULL,
    genome BLOB NOT NULL) STRICT;
CREATE INDEX individual_generation ON individual(generation);
CREATE TABLE survivor(
    generation INTEGER NOT NULL REFERENCES generation, key INTEGER NOT NULL REFERENCES individual,
    place INTEGER NOT NULL, rank INTEGER NOT NULL, crowding REAL NOT NULL,
    PRIMARY KEY(generation, key)) STRICT;
CREATE TABLE validation(
    key INTEGER PRIMARY KEY REFERENCES individual, evaluation BLOB NOT NULL) STRICT;
"""


class RunStore:
    """All that a run leaves behind.

    Make one with `create` or `open`; use it as a context manager, or `close` it.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.folder = folder
        self._connection, self._lock = connection, lock

    @classmethod
    def create(cls, folder: Path, meta: dict[str, bytes]) -> Self:
        """Start a run in a new folder.

        Raises
        ------
        CheckpointError
            If the folder exists or cannot be made, or its name is not fit for one; nothing is
            written then.
        """
        check_name(folder.name)
        try:
            folder.mkdir(parents=True, mode=0o755)
        except FileExistsError:
            raise CheckpointError(
                f"run {folder}: exists already; resume it, or choose another name"
            ) from None
        except OSError as error:
            raise CheckpointError(f"run {folder}: cannot be made: {error.strerror}") from None
        lock = _lock(folder)
        connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        _configure(connection)
        with _transaction(connection):
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        return cls(folder, connection, lock)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = False) -> Self:
        """Open a run, to read it or to go on with it.

        Raises
        ------
        CheckpointError
            If there is no run, it is damaged or of another version, or another process goes on
            with it.
        """
        path = folder / DATABASE
        if not path.is_file():
            near = [p.parent.name for p in folder.parent.glob(f"*/{DATABASE}")]
            raise CheckpointError(f"run {folder}: does not exist{suggestion(folder.name, near)}")
        lock = _lock(folder) if writable else None
        try:
            mode = "rw" if writable else "ro"
            uri = f"{path.resolve().as_uri()}?mode={mode}"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            _configure(connection)
            _check(connection, folder)
        except sqlite3.DatabaseError as error:
            _unlock(lock)
            raise CheckpointError(f"run {folder}: damaged: {error}") from None
        except CheckpointError:
            _unlock(lock)
            raise
        return cls(folder, connection, lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the run back; a finished one is then a single file."""
        if self._lock is not None:
            with contextlib.suppress(sqlite3.OperationalError):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        _unlock(self._lock)
        self._lock = None

    def meta(self, key: str) -> bytes:
        """Return what was kept under a key; raise `CheckpointError` if nothing was."""
        row = self._row("SELECT value FROM meta WHERE key = ?", key)
        if row is None:
            raise CheckpointError(f"run {self.folder}: damaged: no {key!r}")
        return bytes(row[0])

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep something under a key."""
        with _transaction(self._connection):
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def commit(self, generation: Generation) -> Summary:
        """Add one generation, all of it or nothing, and return it in numbers."""
        summary = self._summarise(generation)
        with _transaction(self._connection):
            self._connection.execute(
                "INSERT INTO generation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    summary.number,
                    time.time(),
                    summary.evaluations,
                    generation.next_key,
                    generation.reward_minimum,
                    summary.best_key,
                    summary.best_return,
                    summary.best_power,
                    summary.mean_return,
                    summary.front_size,
                    summary.failures,
                    summary.digest,
                ),
            )
            self._connection.executemany(
                "INSERT INTO individual VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_individual_row(individual) for individual in generation.offspring],
            )
            self._connection.executemany(
                "INSERT INTO survivor VALUES (?, ?, ?, ?, ?)",
                [
                    (generation.number, s.key, place, s.rank, s.crowding)
                    for place, s in enumerate(generation.survivors)
                ],
            )
        return summary

    def add_validations(self, evaluations: Sequence[Evaluation]) -> None:
        """Keep how candidates did on fresh episodes."""
        with _transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO validation VALUES (?, ?)",
                [(e.key, msgspec.msgpack.encode(e)) for e in evaluations],
            )

    def validations(self) -> dict[int, Evaluation]:
        """Return how candidates did on fresh episodes, by key."""
        rows = self._rows("SELECT key, evaluation FROM validation ORDER BY key")
        return {key: self._evaluation(blob) for key, blob in rows}

    def summaries(self) -> list[Summary]:
        """Return all generations in numbers, in order."""
        rows = self._rows(
            "SELECT number, evaluations, best_key, best_return, best_power, mean_return, "
            "front_size, failures, digest FROM generation ORDER BY number"
        )
        names = Summary.__struct_fields__
        return [Summary(**dict(zip(names, row, strict=True))) for row in rows]

    def last_generation(self) -> Generation | None:
        """Return what the next generation follows from, without its offspring; None if empty."""
        row = self._row(
            "SELECT number, next_key, reward_minimum FROM generation ORDER BY number DESC LIMIT 1"
        )
        if row is None:
            return None
        standings = self._rows(
            "SELECT key, rank, crowding FROM survivor WHERE generation = ? ORDER BY place",
            row[0],
        )
        return Generation(
            number=row[0],
            offspring=(),
            survivors=tuple(Standing(*standing) for standing in standings),
            next_key=row[1],
            reward_minimum=row[2],
        )

    def individual(self, key: int) -> Individual:
        """Return the individual of a key; raise `CheckpointError` if there is none."""
        row = self._row(
            "SELECT key, generation, parent, other_parent, evaluation, genome "
            "FROM individual WHERE key = ?",
            key,
        )
        if row is None:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return self._individual(row)

    def individuals(self, generation: int) -> list[Individual]:
        """Return all who were born in a generation, in order of their keys."""
        rows = self._rows(
            "SELECT key, generation, parent, other_parent, evaluation, genome "
            "FROM individual WHERE generation = ? ORDER BY key",
            generation,
        )
        return [self._individual(row) for row in rows]

    @property
    def digest(self) -> str:
        """Digest of the run: equal if and only if two runs hold the same generations."""
        row = self._row("SELECT digest FROM generation ORDER BY number DESC LIMIT 1")
        return str(row[0]) if row else hashlib.sha256().hexdigest()

    def _summarise(self, generation: Generation) -> Summary:
        before = self._row("SELECT coalesce(max(evaluations), 0) FROM generation")
        born = {individual.key: individual for individual in generation.offspring}
        alive = [
            (born[s.key].evaluation if s.key in born else self.individual(s.key).evaluation)
            for s in generation.survivors
        ]
        best = min(alive, key=lambda e: (-e.mean_return, e.power, e.key))
        returns = [e.mean_return for e in alive if e.is_ok]
        return Summary(
            number=generation.number,
            evaluations=(before[0] if before else 0) + len(born),
            best_key=best.key,
            best_return=best.mean_return,
            best_power=best.power,
            mean_return=sum(returns) / len(returns) if returns else -float("inf"),
            front_size=sum(s.rank == 0 for s in generation.survivors),
            failures=sum(not individual.evaluation.is_ok for individual in generation.offspring),
            digest=_chain(self.digest, generation),
        )

    def _individual(self, row: Sequence[object]) -> Individual:
        key, generation, parent, other, evaluation, blob = row
        try:
            genome: Genome = unpack(bytes(blob))  # type: ignore[call-overload]
        except GenomeError as error:
            raise CheckpointError(f"run {self.folder}: genome {key} is damaged: {error}") from None
        return Individual(
            genome=genome,
            evaluation=self._evaluation(evaluation),
            generation=int(generation),  # type: ignore[call-overload]
            parents=(int(parent), int(other)),  # type: ignore[call-overload]
        )

    def _evaluation(self, blob: object) -> Evaluation:
        try:
            return msgspec.msgpack.decode(blob, type=Evaluation)  # type: ignore[arg-type]
        except msgspec.DecodeError as error:
            raise CheckpointError(f"run {self.folder}: damaged evaluation: {error}") from None

    def _rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CheckpointError(f"run {self.folder}: damaged: {error}") from None

    def _row(self, query: str, *values: object) -> tuple[object, ...] | None:
        rows = self._rows(query, *values)
        return rows[0] if rows else None


def check_name(name: str) -> None:
    """Raise `CheckpointError` unless a name is fit for the folder of a run."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(f"run name: {NAME_RULE}, got {name!r}")


def _individual_row(individual: Individual) -> tuple[object, ...]:
    evaluation = individual.evaluation
    return (
        individual.key,
        individual.generation,
        *individual.parents,
        evaluation.status,
        evaluation.mean_return,
        evaluation.power,
        msgspec.msgpack.encode(evaluation),
        pack(individual.genome),
    )


def _chain(previous: str, generation: Generation) -> str:
    digest = hashlib.sha256(previous.encode())
    for individual in generation.offspring:
        digest.update(pack(individual.genome))
        digest.update(msgspec.msgpack.encode((individual.parents, individual.evaluation)))
    digest.update(msgspec.msgpack.encode(generation.survivors))
    return digest.hexdigest()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _configure(connection: sqlite3.Connection) -> None:
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _check(connection: sqlite3.Connection, folder: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise CheckpointError(f"run {folder}: {DATABASE} is not a run of glianeat")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise CheckpointError(f"run {folder}: must be of schema {SCHEMA_VERSION}, got {version}")
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    expected = {" ".join(statement.split()) for statement in _TABLES.split(";")} - {""}
    if {" ".join(row[0].split()) for row in found} != expected:
        raise CheckpointError(f"run {folder}: {DATABASE} does not have the tables of a run")


def _lock(folder: Path) -> int:
    """Take the run for this process; the system gives it back however the process ends."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise CheckpointError(f"run {folder}: another process is going on with it") from None
    return descriptor


def _unlock(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
