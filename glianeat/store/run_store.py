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
from typing import Self

import msgspec

from glianeat.config import suggestion
from glianeat.errors import CheckpointError, FolderTakenError, GenomeError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation, Individual
from glianeat.genome.serial import unpack
from glianeat.interrupts import whole
from glianeat.store.database import (
    DATABASE,
    SUMMARY_SEALED,
    close_database,
    make_database,
    open_database,
    schema_of,
    seal,
    transaction,
)
from glianeat.store.files import cannot_store
from glianeat.store.folder import FolderLock, Place, check_name, make_folder
from glianeat.store.reader import Reader
from glianeat.store.records import Statistics, Summary
from glianeat.store.rows import (
    EMPTY_DIGEST,
    STANDING_SCHEMA,
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
    is_derived,
    renewal_row,
    summarise,
    summary_seal,
    worth,
)

__all__ = ["DATABASE", "RunStore", "check_name"]

_INDIVIDUAL = f"SELECT {', '.join(IndividualRow._fields)} FROM individual"


class RunStore:
    """All that a run leaves behind.

    Make one with `create` or `open`; use it as a context manager, or `close` it.
    """

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, lock: FolderLock | None
    ) -> None:
        self.folder = folder
        self._connection, self._lock = connection, lock
        self._reader, self._place = Reader(folder, connection), Place(folder, DATABASE)
        self._summaries_are_sealed = schema_of(connection) >= SUMMARY_SEALED
        # `evolve` returns an open run, which few close; Python 3.13 warns of what stays open
        weakref.finalize(self, _let_go, connection)

    @classmethod
    @whole
    def create(cls, folder: Path, meta: Mapping[str, bytes]) -> Self:
        """Start a run in a new folder, which appears whole or not at all.

        Raises
        ------
        CheckpointError
            If the folder exists or cannot be made, or its name is not fit for one; nothing is
            written then.
        """
        check_name(folder.name)

        def fill(making: Path) -> None:
            try:
                make_database(making, meta)
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
        try:
            return cls(folder, open_database(folder, writable=lock is not None), lock)
        except BaseException:
            if lock is not None:
                lock.close()
            raise

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

    def meta(self, key: str) -> bytes:
        """Return what was kept under a key; raise `CheckpointError` if nothing was."""
        self._reader.check_size(key)
        rows = self._reader.rows(SealedRow, "SELECT 0, value, seal FROM meta WHERE key = ?", key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: damaged: no {key!r}")
        self._reader.check_seal(rows[0].seal, key, rows[0].value)
        return rows[0].value

    def has_meta(self, key: str) -> bool:
        """Return whether anything was kept under a key."""
        return bool(list(self._reader.select("SELECT 1 FROM meta WHERE key = ?", key)))

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep something under a key."""
        self.update_meta({key: value})

    def update_meta(self, values: Mapping[str, bytes]) -> None:
        """Keep something under some keys, all of it or nothing."""
        rows = [(key, value, seal(key, value)) for key, value in values.items()]
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", rows)

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
        survivors = list(map(StandingRow.of, generation.survivors))
        row = generation_row(generation, summary, survivors)
        row = row if self._summaries_are_sealed else row[:-1]
        with self._transaction():
            self._connection.execute(
                f"INSERT INTO generation VALUES ({', '.join('?' * len(row))})", row
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
        rows = self._sealed("validation", "key", "evaluation")
        return {row.key: self._reader.decoded(Evaluation, row.value) for row in rows}

    def keep_validations(self, keys: Collection[int]) -> None:
        """Forget how candidates did on fresh episodes, but for these."""
        forgotten = [(key,) for key in self.validations() if key not in keys]
        with self._transaction():
            self._connection.executemany("DELETE FROM validation WHERE key = ?", forgotten)

    def statistics(self) -> list[Statistics]:
        """Return the statistics of all generations that have some, in order."""
        rows = self._sealed("statistics", "generation", "value")
        return [self._reader.decoded(Statistics, row.value) for row in rows]

    def summaries(self) -> list[Summary]:
        """Return all generations in numbers, in order."""
        names = Summary.__struct_fields__
        sealed = "summary_seal" if self._summaries_are_sealed else "NULL"
        found = []
        for row in self._reader.select(
            f"SELECT {sealed}, {', '.join(names)} FROM generation ORDER BY number"
        ):
            summary = self._reader.typed(Summary, dict(zip(names, row[1:], strict=True)))
            if self._summaries_are_sealed and row[0] != summary_seal(summary):
                raise self._reader.damaged(
                    f"the numbers of generation {summary.number} are not as they were written"
                )
            found.append(summary)
        return found

    def last_generation(self) -> Generation | None:
        """Return what the next generation follows from, without its offspring; None if empty."""
        last = self._reader.select("SELECT max(number) FROM generation")[0][0]
        return None if last is None else self.generation(self._reader.typed(int, last))

    def generation(self, number: int) -> Generation:
        """Return what followed from a generation, without its offspring."""
        fields = ", ".join(LastRow._fields)
        rows = self._reader.rows(
            LastRow, f"SELECT {fields} FROM generation WHERE number = ?", number
        )
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no generation {number}")
        last = rows[0]
        standings = self._reader.rows(
            StandingRow,
            "SELECT key, rank, crowding, species FROM survivor WHERE generation = ? ORDER BY place",
            last.number,
        )
        self._reader.check_seal(last.seal, *last[:-1], standings)
        return Generation(
            number=last.number,
            offspring=(),
            survivors=tuple(row.standing for row in standings),
            standing_schema=STANDING_SCHEMA,
            evaluations=last.evaluations,
            next_key=last.next_key,
            reward_minimum=last.reward_minimum,
            state=last.state,
            seconds=last.seconds,
        )

    def individual(self, key: int) -> Individual:
        """Return the individual of a key; raise `CheckpointError` if there is none."""
        rows = self._reader.rows(IndividualRow, f"{_INDIVIDUAL} WHERE key = ?", key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return self._individual(rows[0])

    def individuals(self, generation: int) -> list[Individual]:
        """Return all who were born in a generation, in order of their keys."""
        return [individual for individual, _ in self.offspring(generation)]

    def offspring(self, generation: int) -> list[tuple[Individual, Blobs]]:
        """Return the same, each with the bytes that the digest of its generation is made of."""
        query = f"{_INDIVIDUAL} WHERE generation = ? ORDER BY key"
        rows = self._reader.rows(IndividualRow, query, generation)
        return [(self._individual(row), Blobs(row.evaluation, row.genome)) for row in rows]

    def failed(self, generation: int) -> list[Evaluation]:
        """Return the evaluations that failed of those born in a generation, in order of keys."""
        query = f"{_INDIVIDUAL} WHERE generation = ? AND status != 'ok' ORDER BY key"
        rows = self._reader.rows(IndividualRow, query, generation)
        return [self._individual(row).evaluation for row in rows]

    @property
    def digest(self) -> str:
        """Digest of the run: equal if and only if two runs hold the same generations."""
        rows = self._reader.select("SELECT digest FROM generation ORDER BY number DESC LIMIT 1")
        return str(rows[0][0]) if rows else EMPTY_DIGEST

    @property
    def number_of_genomes(self) -> int:
        """How many were born."""
        return self._reader.typed(int, self._reader.select("SELECT count(*) FROM individual")[0][0])

    def _summarise(self, generation: Generation, encoded: Sequence[Blobs]) -> Summary:
        told = {i.key: i.evaluation for i in (*generation.offspring, *generation.renewed)}
        earlier = self._worths(generation.number - 1)
        alive = [
            worth(told[s.key]) if s.key in told else self._known(earlier, s.key)
            for s in generation.survivors
        ]
        return summarise(generation, alive, chain(self.digest, generation, encoded))

    def _worths(self, number: int) -> dict[int, WorthRow]:
        """Return what the survivors of a generation are compared by."""
        rows = self._reader.rows(
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
        names = (row.key, row.generation, row.parent, row.other_parent, row.operators)
        self._reader.check_seal(row.seal, *names, row.evaluation, row.assessments, row.genome)
        evaluation = self._reader.decoded(Evaluation, row.evaluation)
        found = (row.status, row.mean_return, row.power, row.spikes)
        if not is_derived(found, evaluation):
            raise self._reader.damaged(
                f"genome {row.key} has other returns, power or spikes than its evaluation"
            )
        try:
            genome = unpack(row.genome)
        except GenomeError as error:
            name = f"run {self.folder}: genome {row.key}"
            raise CheckpointError(f"{name} is damaged: {error}") from None
        return Individual(
            genome=genome,
            evaluation=evaluation,
            generation=row.generation,
            parents=(row.parent, row.other_parent),
            evaluations=self._reader.decoded(tuple[Evaluation, ...], row.assessments),
            operators=row.operators,
        )

    def _sealed(self, table: str, key: str, column: str) -> list[SealedRow]:
        """Return the values of a table, in order of their keys."""
        self._reader.check_largest(table, column)
        query = f"SELECT {key}, {column}, seal FROM {table} ORDER BY {key}"
        rows = self._reader.rows(SealedRow, query)
        for row in rows:
            self._reader.check_seal(row.seal, row.key, row.value)
        return rows

    def _add_statistics(self, statistics: Statistics) -> None:
        number, blob = statistics.number, msgspec.msgpack.encode(statistics)
        self._connection.execute(
            "INSERT INTO statistics VALUES (?, ?, ?)", (number, blob, seal(number, blob))
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._place.check()
        try:
            with transaction(self._connection):
                yield
        except sqlite3.Error as error:
            self._place.check()
            raise cannot_store(f"run {self.folder}", error) from None


def _let_go(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):  # it belongs to another thread
        connection.close()
