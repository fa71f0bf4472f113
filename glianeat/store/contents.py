"""What can be read of a run: nothing is believed unseen, and nothing is written."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.standing import Standing
from glianeat.store.codec import Blobs, Codec
from glianeat.store.columns import Columns, all_columns, ancestor_columns, as_list, columns_of
from glianeat.store.database import schema_of
from glianeat.store.migrations import SCHEMA, UNNAMED
from glianeat.store.reader import Reader
from glianeat.store.records import Statistics, Summary
from glianeat.store.rows import (
    EMPTY_DIGEST,
    IndividualRow,
    LastRow,
    ValueRow,
    WorthRow,
    is_derived,
    summary_checksum,
)
from glianeat.store.run_schema import RunSchema, decode_schema
from glianeat.store.steps import LIVED, steps_of
from glianeat.store.tables import COLUMNS, NAMES_SINCE, STEPS_SINCE, ColumnNames

_AT_ONCE = 5000  # individuals that are fetched with their genomes
_LARGEST_KEY = 2**63 - 1  # that a database holds


class Evaluated(NamedTuple):
    """How an individual did."""

    key: int
    evaluation: Evaluation
    regions: list[int]
    """Indices of its genome's regions, rising."""


class Contents:
    """The contents of a run's database, whatever the schema that it is of.

    Parameters
    ----------
    folder : Path
        Folder of the run, for messages.
    connection : sqlite3.Connection
        To its database.
    writable : bool
        Whether the run is to go on: then every name in it must be known.

    Raises
    ------
    CheckpointError
        If the names of the run are damaged, or matter and are unknown.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, writable: bool) -> None:
        self.folder, self._connection = folder, connection
        self._reader, self._version = Reader(folder, connection), schema_of(connection)
        self._steps: dict[int, int] | None = None
        thing, unnamed = f"run {folder}", self._version < NAMES_SINCE
        self.schema: RunSchema = UNNAMED if unnamed else decode_schema(self.meta(SCHEMA), thing)
        """The names of traits, energy kinds, counts, measures and standings."""
        self.schema.check(thing, writable=writable)
        self.codec = Codec(self.schema, thing)
        """Encodes and decodes by these names."""

    def meta(self, key: str) -> bytes:
        """Return what was kept under a key; raise `CheckpointError` if nothing was."""
        self._reader.check_size(key)
        query = f"SELECT 0, value, {self._columns.checksum} FROM meta WHERE key = ?"
        rows = self._reader.rows(ValueRow, query, key)
        if not rows:
            raise CheckpointError(f"run {self.folder}: damaged: no {key!r}")
        self._reader.check_sum(rows[0].checksum, key, rows[0].value)
        return rows[0].value

    def has_meta(self, key: str) -> bool:
        """Return whether anything was kept under a key."""
        return bool(list(self._reader.select("SELECT 1 FROM meta WHERE key = ?", key)))

    def validations(self) -> dict[int, Evaluation]:
        """Return how candidates did on fresh episodes, by key."""
        rows = self._checked("validation", "key", "evaluation")
        return {row.key: self._evaluation(row.value) for row in rows}

    def progress(self) -> dict[int, Evaluation]:
        """Return how the best genome did on fresh episodes, by the generation after which."""
        if self._version < STEPS_SINCE:
            return {}
        rows = self._checked("progress", "generation", "evaluation")
        return {row.key: self._evaluation(row.value) for row in rows}

    def statistics(self) -> list[Statistics]:
        """Return the statistics of all generations that have some, in order."""
        rows = self._checked("statistics", "generation", "value")
        return [self._reader.decoded(Statistics, row.value) for row in rows]

    def summaries(self) -> list[Summary]:
        """Return all generations in numbers, in order."""
        names, column, found = Summary.__struct_fields__, self._columns.summary_checksum, []
        counts_steps = self._version >= STEPS_SINCE
        columns = [self._counted if name == "steps" else name for name in names]
        for row in self._reader.select(
            f"SELECT {column}, {', '.join(columns)} FROM generation ORDER BY number"
        ):
            values = dict(zip(names, row[1:], strict=True))
            if not counts_steps:
                values["steps"] = self._steps_until(values["number"])
            summary = self._reader.typed(Summary, values)
            expected = summary_checksum(summary, counts_steps=counts_steps)
            if column != "NULL" and row[0] != expected:
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
        fields = ", ".join((*LastRow._fields[:-2], self._counted, self._columns.checksum))
        rows = self._reader.rows(
            LastRow, f"SELECT {fields} FROM generation WHERE number = ?", number
        )
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no generation {number}")
        last, standings = rows[0], self._standings(number)
        found = [(one.key, *one.values.values()) for one in standings]
        self._reader.check_sum(last.checksum, *last[:-2], found)  # the summary has its own
        counts_steps = self._version >= STEPS_SINCE
        return Generation(
            number=last.number,
            offspring=(),
            survivors=tuple(standings),
            standing_schema=self.schema.standing,
            evaluations=last.evaluations,
            steps=last.steps if counts_steps else self._steps_until(number),
            next_key=last.next_key,
            reward_minimum=last.reward_minimum,
            state=last.state,
            seconds=last.seconds,
        )

    def individual(self, key: int) -> Individual:
        """Return the individual of a key; raise `CheckpointError` if there is none."""
        query = f"{self._select_individuals} WHERE key = ?"
        rows = self._reader.rows(IndividualRow, query, key) if key <= _LARGEST_KEY else []
        if not rows:
            raise CheckpointError(f"run {self.folder}: has no genome {key}")
        return self._individual(rows[0])

    def individuals(self, generation: int) -> list[Individual]:
        """Return all who were born in a generation, in order of their keys."""
        return [individual for individual, _ in self.offspring(generation)]

    def offspring(self, generation: int) -> list[tuple[Individual, Blobs]]:
        """Return the same, each with the bytes that the digest of its generation is made of."""
        query = f"{self._select_individuals} WHERE generation = ? ORDER BY key"
        rows = self._reader.rows(IndividualRow, query, generation)
        return [(self._individual(row), Blobs(row.evaluation, row.genome)) for row in rows]

    def failed(self, generation: int) -> list[Evaluation]:
        """Return the evaluations that failed of those born in a generation, in order of keys."""
        query = f"{self._select_individuals} WHERE generation = ? AND status != 'ok' ORDER BY key"
        rows = self._reader.rows(IndividualRow, query, generation)
        return [self._individual(row).evaluation for row in rows]

    def columns(self, after: int = -1) -> Columns:
        """Return all individuals whose key is larger than `after`, without their genomes.

        One query, of which no checksum tells whether it is as it was written: that takes the
        genomes.
        """
        return all_columns(self._reader, self._columns, after)

    def columns_of(self, keys: Iterable[int]) -> Columns:
        """Return some individuals, by rising key; those not there are left out."""
        return columns_of(self._reader, self._columns, keys)

    def ancestors(self, keys: Iterable[int]) -> Columns:
        """Return some individuals with all their ancestors by the first parent, by rising key."""
        return ancestor_columns(self._reader, self._columns, keys)

    def evaluations(self, keys: Iterable[int]) -> Iterator[tuple[int, Evaluation]]:
        """Yield key and evaluation of some individuals, see `evaluated`."""
        return ((one.key, one.evaluation) for one in self.evaluated(keys))

    def evaluated(self, keys: Iterable[int]) -> Iterator[Evaluated]:
        """Yield how some individuals did, by rising key; those not there are left out.

        Their checksums are computed, but their genomes are not decoded.
        """
        query = f"{self._select_individuals} WHERE key IN (SELECT value FROM json_each(?))"
        wanted = sorted(keys)
        for place in range(0, len(wanted), _AT_ONCE):
            some = as_list(wanted[place : place + _AT_ONCE])
            for row in self._reader.rows(IndividualRow, f"{query} ORDER BY key", some):
                evaluation = self._checked_evaluation(row)
                yield Evaluated(row.key, evaluation, self.codec.regions(row.genome, row.key))

    def fronts(self, every: int = 1) -> list[tuple[int, list[int]]]:
        """Return generations with the keys of their fronts, best first.

        Parameters
        ----------
        every : int
            Of so many generations one, the last one among them.
        """
        query = (
            f"SELECT number, key, {self._columns.standing} FROM generation "
            "CROSS JOIN survivor ON generation = number WHERE place < front_size "
            "AND ((SELECT max(number) FROM generation) - number) % ? = 0 ORDER BY number, place"
        )
        found: dict[int, list[Standing]] = {}
        for number, key, *values in self._reader.select(query, every):
            generation = self._reader.typed(int, number)
            found.setdefault(generation, []).append(self._standing(key, values))
        front_of = self.schema.standing.front_of
        return [(number, front_of(standings)) for number, standings in found.items()]

    def species_at_birth(self, keys: Iterable[int]) -> dict[int, int]:
        """Return the species of those who survived their own generation, by key.

        Empty if there are no species.
        """
        name = self.schema.standing.species
        query = (
            f"SELECT survivor.key, {self._columns.standing} FROM json_each(?) "
            "JOIN individual ON individual.key = value JOIN survivor "
            "ON survivor.generation = individual.generation AND survivor.key = individual.key"
        )
        rows = self._reader.select(query, as_list(keys)) if name else []
        standings = [self._standing(key, values) for key, *values in rows]
        return {one.key: one.integer(name) for one in standings}

    def seconds(self) -> list[float]:
        """Return the wall-clock time that the run took up to the end of each generation [s]."""
        rows = self._reader.select("SELECT seconds FROM generation ORDER BY number")
        return [self._reader.typed(float, value) for (value,) in rows]

    @property
    def digest(self) -> str:
        """Digest of the run: equal if and only if two runs hold the same generations."""
        rows = self._reader.select("SELECT digest FROM generation ORDER BY number DESC LIMIT 1")
        return str(rows[0][0]) if rows else EMPTY_DIGEST

    @property
    def number_of_generations(self) -> int:
        """How many generations there are."""
        return self._reader.typed(int, self._reader.select("SELECT count(*) FROM generation")[0][0])

    @property
    def number_of_genomes(self) -> int:
        """How many were born."""
        return self._reader.typed(int, self._reader.select("SELECT count(*) FROM individual")[0][0])

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
        evaluation = self._checked_evaluation(row)
        if max(row.parent, row.mate) >= row.key:
            raise self._reader.damaged(f"genome {row.key} must be younger than its parents")
        single = self._reader.decoded(tuple[Evaluation, ...], row.evaluations)
        return Individual(
            genome=self.codec.genome(row.genome, row.key),
            evaluation=evaluation,
            generation=row.generation,
            parents=(row.parent, row.mate),
            evaluations=tuple(map(self.codec.known, single)),
            operators=row.operators,
        )

    def _checked_evaluation(self, row: IndividualRow) -> Evaluation:
        names = (row.key, row.generation, row.parent, row.mate, row.operators)
        self._reader.check_sum(row.checksum, *names, row.evaluation, row.evaluations, row.genome)
        evaluation = self._evaluation(row.evaluation)
        found = (row.status, row.mean_return, row.power, row.spikes)
        if not is_derived(found, evaluation):
            raise self._reader.damaged(
                f"genome {row.key} has other returns, power or spikes than its evaluation"
            )
        return evaluation

    def _evaluation(self, blob: bytes) -> Evaluation:
        return self.codec.known(self._reader.decoded(Evaluation, blob))

    def _standings(self, number: int) -> list[Standing]:
        """Return how the survivors of a generation stand, best first."""
        columns = self._columns.standing
        rows = self._reader.select(
            f"SELECT key, {columns} FROM survivor WHERE generation = ? ORDER BY place", number
        )
        return [self._standing(key, values) for key, *values in rows]

    def _standing(self, key: object, values: list[object]) -> Standing:
        """Return how a survivor stands, from its columns of a standing."""
        told = values
        if self._version >= NAMES_SINCE:
            blob = self._reader.typed(bytes, values[0])
            told = list(self._reader.decoded(tuple[int | float, ...], blob))
        kept = self._reader.typed(tuple[int | float, ...], told)
        return self.codec.standing(self._reader.typed(int, key), kept)

    def _checked(self, table: str, key: str, column: str) -> list[ValueRow]:
        """Return the values of a table, in order of their keys."""
        self._reader.check_largest(table, column)
        names = f"{key}, {column}, {self._columns.checksum}"
        rows = self._reader.rows(ValueRow, f"SELECT {names} FROM {table} ORDER BY {key}")
        for row in rows:
            self._reader.check_sum(row.checksum, row.key, row.value)
        return rows

    def _steps_until(self, number: object) -> int:
        """Return how many steps a run of an older schema had taken after a generation."""
        if self._steps is None:
            self._steps = steps_of(self._reader.select(LIVED))
        return self._steps.get(self._reader.typed(int, number), 0)

    @property
    def _counted(self) -> str:
        """The column that says how many steps were taken."""
        return "steps" if self._version >= STEPS_SINCE else "0"

    @property
    def _columns(self) -> ColumnNames:
        return COLUMNS[self._version]

    @property
    def _select_individuals(self) -> str:
        names = {"mate": self._columns.mate, "evaluations": self._columns.evaluations}
        names["checksum"] = self._columns.checksum
        columns = ", ".join(names.get(name, name) for name in IndividualRow._fields)
        return f"SELECT {columns} FROM individual"
