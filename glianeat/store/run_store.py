"""The run store: one SQLite database a run, one transaction a generation.

A run that is stopped at any moment holds exactly its committed generations, and what follows is a
function of those alone, so there is no other checkpoint. Nothing in it is ever pickled; reading a
run from a stranger executes nothing.
"""

import contextlib
import hashlib
import math
import re
import sqlite3
import weakref
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, GenomeError
from glianeat.evaluate.protocol import Evaluation
from glianeat.genome.serial import unpack
from glianeat.interrupts import whole
from glianeat.store.database import (
    DATABASE,
    close_database,
    give_back_lock,
    make_database,
    open_database,
    seal,
    take_lock,
    transaction,
)
from glianeat.store.records import Generation, Individual, Standing, Statistics, Summary
from glianeat.store.rows import (
    Blobs,
    IndividualRow,
    LastRow,
    SealedRow,
    StandingRow,
    WorthRow,
    blobs,
    chain,
    generation_row,
    individual_row,
    renewal_row,
    worth,
)

__all__ = ["DATABASE", "RunStore", "check_name"]

NAME_RULE = "must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_INDIVIDUAL = (
    "SELECT key, generation, parent, other_parent, operators, evaluation, assessments, genome, seal"
)
R = TypeVar("R")


class RunStore:
    """All that a run leaves behind.

    Make one with `create` or `open`; use it as a context manager, or `close` it.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.folder = folder
        self._connection, self._lock = connection, lock
        # `evolve` returns an open run, which few close; Python 3.13 warns of what stays open
        weakref.finalize(self, _let_go, connection)

    @classmethod
    @whole
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
        lock = take_lock(folder)
        try:
            store = cls(folder, make_database(folder), lock)
        except sqlite3.Error as error:
            give_back_lock(lock)
            raise CheckpointError(f"run {folder}: cannot be made: {error}") from None
        with store._transaction():
            for key, value in meta.items():
                store._set_meta(key, value)
        return store

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
            near = [p.parent.name for p in folder.parent.glob(f"*/{DATABASE}")]
            raise CheckpointError(f"run {folder}: does not exist{suggestion(folder.name, near)}")
        lock = take_lock(folder) if writable else None
        try:
            return cls(folder, open_database(folder, writable=writable), lock)
        except BaseException:
            give_back_lock(lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @whole
    def close(self) -> None:
        """Give the run back; it is then a single file, unless somebody reads it."""
        close_database(self._connection, writable=self._lock is not None)
        give_back_lock(self._lock)
        self._lock = None

    def meta(self, key: str) -> bytes:
        """Return what was kept under a key; raise `CheckpointError` if nothing was."""
        rows = self._rows(SealedRow, "SELECT 0, value, seal FROM meta WHERE key = ?", key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: damaged: no {key!r}")
        self._check_seal(rows[0].seal, key, rows[0].value)
        return rows[0].value

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep something under a key."""
        with self._transaction():
            self._set_meta(key, value)

    def drop_meta(self, key: str) -> None:
        """Forget what was kept under a key, if anything was."""
        with self._transaction():
            self._connection.execute("DELETE FROM meta WHERE key = ?", (key,))

    @whole
    def commit(self, generation: Generation, statistics: Statistics | None = None) -> Summary:
        """Add one generation, all of it or nothing, and return it in numbers.

        Parameters
        ----------
        generation : Generation
            What the next generation follows from.
        statistics : Statistics, optional
            What is derived from it; no part of the digest.
        """
        encoded = list(map(blobs, generation.offspring))
        summary = self._summarise(generation, encoded)
        survivors = [(s.key, s.rank, float(s.crowding), s.species) for s in generation.survivors]
        with self._transaction():
            self._connection.execute(
                "INSERT INTO generation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                generation_row(generation, summary, survivors),
            )
            self._connection.executemany(
                "INSERT INTO individual VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(individual_row, generation.offspring, encoded),
            )
            self._connection.executemany(
                "UPDATE individual SET status = ?, mean_return = ?, power = ?, spikes = ?, "
                "evaluation = ?, assessments = ?, seal = ? WHERE key = ?",
                [renewal_row(individual) for individual in generation.renewed],
            )
            self._connection.executemany(
                "INSERT INTO survivor VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (generation.number, key, place, rank, crowding, species)
                    for place, (key, rank, crowding, species) in enumerate(survivors)
                ],
            )
            if statistics is not None:
                self._add_statistics(statistics)
        return summary

    @whole
    def add_validations(self, evaluations: Sequence[Evaluation]) -> None:
        """Keep how candidates did on fresh episodes."""
        blobs = [(e.key, msgspec.msgpack.encode(e)) for e in evaluations]
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO validation VALUES (?, ?, ?)",
                [(key, blob, seal(key, blob)) for key, blob in blobs],
            )

    def validations(self) -> dict[int, Evaluation]:
        """Return how candidates did on fresh episodes, by key."""
        rows = self._rows(SealedRow, "SELECT key, evaluation, seal FROM validation ORDER BY key")
        for row in rows:
            self._check_seal(row.seal, row.key, row.value)
        return {row.key: self._decoded(Evaluation, row.value) for row in rows}

    def keep_validations(self, keys: Collection[int]) -> None:
        """Forget how candidates did on fresh episodes, but for these."""
        forgotten = [(key,) for key in self.validations() if key not in keys]
        with self._transaction():
            self._connection.executemany("DELETE FROM validation WHERE key = ?", forgotten)

    def statistics(self) -> list[Statistics]:
        """Return the statistics of all generations that have some, in order."""
        rows = self._rows(
            SealedRow, "SELECT generation, value, seal FROM statistics ORDER BY generation"
        )
        for row in rows:
            self._check_seal(row.seal, row.key, row.value)
        return [self._decoded(Statistics, row.value) for row in rows]

    def summaries(self) -> list[Summary]:
        """Return all generations in numbers, in order."""
        names = Summary.__struct_fields__
        rows = self._select(f"SELECT {', '.join(names)} FROM generation ORDER BY number")
        return [self._typed(Summary, dict(zip(names, row, strict=True))) for row in rows]

    def last_generation(self) -> Generation | None:
        """Return what the next generation follows from, without its offspring; None if empty."""
        rows = self._rows(
            LastRow,
            "SELECT number, evaluations, next_key, reward_minimum, digest, state, seconds, seal "
            "FROM generation ORDER BY number DESC LIMIT 1",
        )
        if not rows:
            return None
        last = rows[0]
        standings = self._rows(
            StandingRow,
            "SELECT key, rank, crowding, species FROM survivor WHERE generation = ? ORDER BY place",
            last.number,
        )
        self._check_seal(last.seal, *last[:-1], standings)
        return Generation(
            number=last.number,
            offspring=(),
            survivors=tuple(Standing(*standing) for standing in standings),
            evaluations=last.evaluations,
            next_key=last.next_key,
            reward_minimum=last.reward_minimum,
            state=last.state,
            seconds=last.seconds,
        )

    def individual(self, key: int) -> Individual:
        """Return the individual of a key; raise `CheckpointError` if there is none."""
        rows = self._rows(IndividualRow, f"{_INDIVIDUAL} FROM individual WHERE key = ?", key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return self._individual(rows[0])

    def individuals(self, generation: int) -> list[Individual]:
        """Return all who were born in a generation, in order of their keys."""
        query = f"{_INDIVIDUAL} FROM individual WHERE generation = ? ORDER BY key"
        return [self._individual(row) for row in self._rows(IndividualRow, query, generation)]

    @property
    def digest(self) -> str:
        """Digest of the run: equal if and only if two runs hold the same generations."""
        rows = self._select("SELECT digest FROM generation ORDER BY number DESC LIMIT 1")
        return str(rows[0][0]) if rows else hashlib.sha256().hexdigest()

    def _summarise(self, generation: Generation, encoded: Sequence[Blobs]) -> Summary:
        told = {i.key: i.evaluation for i in (*generation.offspring, *generation.renewed)}
        earlier = self._worths(generation.number - 1)
        alive = [
            worth(told[s.key]) if s.key in told else self._known(earlier, s.key)
            for s in generation.survivors
        ]
        best = min(alive, key=lambda one: (-one.mean_return, one.power, one.key))
        returns = [one.mean_return for one in alive if one.mean_return > -math.inf]
        return Summary(
            number=generation.number,
            evaluations=generation.evaluations,
            best_key=best.key,
            best_return=best.mean_return,
            best_power=best.power,
            best_spikes=best.spikes,
            mean_return=sum(returns) / len(returns) if returns else -math.inf,
            front_size=sum(s.rank == 0 for s in generation.survivors),
            failures=sum(not individual.evaluation.is_ok for individual in generation.offspring),
            digest=chain(self.digest, generation, encoded),
        )

    def _worths(self, number: int) -> dict[int, WorthRow]:
        """Return what the survivors of a generation are compared by."""
        rows = self._rows(
            WorthRow,
            "SELECT individual.key, mean_return, power, spikes FROM survivor "
            "JOIN individual ON individual.key = survivor.key WHERE survivor.generation = ?",
            number,
        )
        return {row.key: row for row in rows}

    def _known(self, worths: dict[int, WorthRow], key: int) -> WorthRow:
        if key not in worths:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return worths[key]

    def _individual(self, row: IndividualRow) -> Individual:
        self._check_seal(row.seal, *row[:-1])
        try:
            genome = unpack(row.genome)
        except GenomeError as error:
            name = f"run {self.folder}: genome {row.key}"
            raise CheckpointError(f"{name} is damaged: {error}") from None
        return Individual(
            genome=genome,
            evaluation=self._decoded(Evaluation, row.evaluation),
            generation=row.generation,
            parents=(row.parent, row.other_parent),
            assessments=self._decoded(tuple[Evaluation, ...], row.assessments),
            operators=row.operators,
        )

    def _decoded(self, kind: type[R], blob: bytes) -> R:
        try:
            return msgspec.msgpack.decode(blob, type=kind)
        except msgspec.DecodeError as error:
            name = kind.__name__.lower()
            raise CheckpointError(f"run {self.folder}: damaged {name}: {error}") from None

    def _check_seal(self, found: int, *values: object) -> None:
        if found != seal(*values):
            raise CheckpointError(
                f"run {self.folder}: damaged: {_shown_key(values[0])} is not as it was written"
            )

    def _add_statistics(self, statistics: Statistics) -> None:
        number, blob = statistics.number, msgspec.msgpack.encode(statistics)
        self._connection.execute(
            "INSERT INTO statistics VALUES (?, ?, ?)", (number, blob, seal(number, blob))
        )

    def _set_meta(self, key: str, value: bytes) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, value, seal(key, value))
        )

    def _select(self, query: str, *values: object) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise CheckpointError(f"run {self.folder}: damaged: {error}") from None

    def _rows(self, kind: type[R], query: str, *values: object) -> list[R]:
        return [self._typed(kind, row) for row in self._select(query, *values)]

    def _typed(self, kind: type[R], value: object) -> R:
        """Return a value that was read, once it has proved to be what belongs there."""
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise CheckpointError(f"run {self.folder}: damaged: {error}") from None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with transaction(self._connection):
                yield
        except sqlite3.Error as error:
            raise CheckpointError(f"run {self.folder}: cannot be written: {error}") from None


def _let_go(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):  # it belongs to another thread
        connection.close()


def check_name(name: str) -> None:
    """Raise `CheckpointError` unless a name is fit for the folder of a run."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(f"run name: {NAME_RULE}, got {name!r}")


def _shown_key(key: object) -> str:
    """Return what a message calls the row of a key: a genome, a generation, or a setting."""
    return f"number {key}" if isinstance(key, int) else repr(key)
