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
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, GenomeError
from glianeat.evaluate.protocol import Evaluation
from glianeat.genome.serial import pack, unpack
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
from glianeat.store.records import Generation, Individual, Standing, Summary
from glianeat.store.rows import IndividualRow, LastRow, SealedRow, StandingRow, WorthRow

__all__ = ["DATABASE", "RunStore", "check_name"]

NAME_RULE = "must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_INDIVIDUAL = "SELECT key, generation, parent, other_parent, evaluation, genome, seal "
R = TypeVar("R")


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

    def commit(self, generation: Generation) -> Summary:
        """Add one generation, all of it or nothing, and return it in numbers."""
        summary = self._summarise(generation)
        survivors = [(s.key, s.rank, float(s.crowding)) for s in generation.survivors]
        with self._transaction():
            self._connection.execute(
                "INSERT INTO generation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _generation_row(generation, summary, survivors),
            )
            self._connection.executemany(
                "INSERT INTO individual VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_individual_row(individual) for individual in generation.offspring],
            )
            self._connection.executemany(
                "INSERT INTO survivor VALUES (?, ?, ?, ?, ?)",
                [
                    (generation.number, key, place, rank, crowding)
                    for place, (key, rank, crowding) in enumerate(survivors)
                ],
            )
        return summary

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
        return {row.key: self._evaluation(row.value) for row in rows}

    def summaries(self) -> list[Summary]:
        """Return all generations in numbers, in order."""
        names = Summary.__struct_fields__
        rows = self._select(f"SELECT {', '.join(names)} FROM generation ORDER BY number")
        return [self._typed(Summary, dict(zip(names, row, strict=True))) for row in rows]

    def last_generation(self) -> Generation | None:
        """Return what the next generation follows from, without its offspring; None if empty."""
        rows = self._rows(
            LastRow,
            "SELECT number, next_key, reward_minimum, digest, seal FROM generation "
            "ORDER BY number DESC LIMIT 1",
        )
        if not rows:
            return None
        last = rows[0]
        standings = self._rows(
            StandingRow,
            "SELECT key, rank, crowding FROM survivor WHERE generation = ? ORDER BY place",
            last.number,
        )
        self._check_seal(last.seal, *last[:-1], standings)
        return Generation(
            number=last.number,
            offspring=(),
            survivors=tuple(Standing(*standing) for standing in standings),
            next_key=last.next_key,
            reward_minimum=last.reward_minimum,
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

    def _summarise(self, generation: Generation) -> Summary:
        before = self._select("SELECT coalesce(max(evaluations), 0) FROM generation")
        born = {i.key: i.evaluation for i in generation.offspring}
        alive = [
            _worth(born[s.key]) if s.key in born else self._worth(s.key)
            for s in generation.survivors
        ]
        best = min(alive, key=lambda worth: (-worth.mean_return, worth.power, worth.key))
        returns = [worth.mean_return for worth in alive if worth.mean_return > -math.inf]
        return Summary(
            number=generation.number,
            evaluations=self._typed(int, before[0][0]) + len(born),
            best_key=best.key,
            best_return=best.mean_return,
            best_power=best.power,
            best_spikes=best.spikes,
            mean_return=sum(returns) / len(returns) if returns else -math.inf,
            front_size=sum(s.rank == 0 for s in generation.survivors),
            failures=sum(not evaluation.is_ok for evaluation in born.values()),
            digest=_chain(self.digest, generation),
        )

    def _worth(self, key: int) -> WorthRow:
        query = "SELECT key, mean_return, power, spikes FROM individual WHERE key = ?"
        rows = self._rows(WorthRow, query, key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return rows[0]

    def _individual(self, row: IndividualRow) -> Individual:
        self._check_seal(row.seal, *row[:-1])
        try:
            genome = unpack(row.genome)
        except GenomeError as error:
            name = f"run {self.folder}: genome {row.key}"
            raise CheckpointError(f"{name} is damaged: {error}") from None
        return Individual(
            genome=genome,
            evaluation=self._evaluation(row.evaluation),
            generation=row.generation,
            parents=(row.parent, row.other_parent),
        )

    def _evaluation(self, blob: bytes) -> Evaluation:
        try:
            return msgspec.msgpack.decode(blob, type=Evaluation)
        except msgspec.DecodeError as error:
            raise CheckpointError(f"run {self.folder}: damaged evaluation: {error}") from None

    def _check_seal(self, found: int, *values: object) -> None:
        if found != seal(*values):
            raise CheckpointError(
                f"run {self.folder}: damaged: {_shown_key(values[0])} is not as it was written"
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


def check_name(name: str) -> None:
    """Raise `CheckpointError` unless a name is fit for the folder of a run."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(f"run name: {NAME_RULE}, got {name!r}")


def _shown_key(key: object) -> str:
    """Return what a message calls the row of a key: a genome, a generation, or a setting."""
    return f"number {key}" if isinstance(key, int) else repr(key)


def _generation_row(
    generation: Generation, summary: Summary, survivors: list[tuple[int, int, float]]
) -> tuple[object, ...]:
    minimum = float(generation.reward_minimum)
    follows = (summary.number, generation.next_key, minimum, summary.digest)
    return (
        summary.number,
        time.time(),
        summary.evaluations,
        generation.next_key,
        minimum,
        summary.best_key,
        summary.best_return,
        summary.best_power,
        summary.best_spikes,
        summary.mean_return,
        summary.front_size,
        summary.failures,
        summary.digest,
        seal(*follows, survivors),
    )


def _worth(evaluation: Evaluation) -> WorthRow:
    spikes = evaluation.spikes_per_second
    return WorthRow(evaluation.key, evaluation.mean_return, evaluation.power, spikes)


def _individual_row(individual: Individual) -> tuple[object, ...]:
    evaluation = individual.evaluation
    blob, genome = msgspec.msgpack.encode(evaluation), pack(individual.genome)
    names = (individual.key, individual.generation, *individual.parents)
    return (
        *names,
        evaluation.status,
        evaluation.mean_return,
        evaluation.power,
        evaluation.spikes_per_second,
        blob,
        genome,
        seal(*names, blob, genome),
    )


def _chain(previous: str, generation: Generation) -> str:
    """Return the digest of a generation and all before it; words do not count, numbers do."""
    digest = hashlib.sha256(previous.encode())
    for individual in generation.offspring:
        digest.update(pack(individual.genome))
        outcome = msgspec.structs.replace(individual.evaluation, reason="")
        digest.update(msgspec.msgpack.encode((individual.parents, outcome)))
    digest.update(msgspec.msgpack.encode(generation.survivors))
    return digest.hexdigest()
