"""Individuals as columns: what is asked of many at once, without their genomes."""

from collections.abc import Iterable
from typing import NamedTuple, get_args

import msgspec
import numpy as np

from glianeat.evaluate.evaluation import Status
from glianeat.store.reader import Reader
from glianeat.store.tables import ColumnNames
from glianeat.typing import BoolArray, FloatArray, IntArray

STATUSES: tuple[Status, ...] = get_args(Status)
"""What may become of an evaluation, by the number that stands in columns."""
_AT_ONCE = 20_000  # individuals of one query, which takes some 0.2 s
_UNKNOWN = len(STATUSES)
_ROW = np.dtype(
    [
        ("key", np.int64),
        ("generation", np.int64),
        ("parent", np.int64),
        ("mate", np.int64),
        ("operators", np.int64),
        ("status", np.int64),
        ("mean_return", np.float64),
        ("power", np.float64),
        ("spikes", np.float64),
    ]
)


class Columns(NamedTuple):
    """Individuals by rising key; arrays of shape (N,)."""

    key: IntArray
    generation: IntArray
    """In which each was born."""
    parent: IntArray
    """Key of the parent; -1 if there is none."""
    mate: IntArray
    """Key of the mate; -1 if there is none."""
    operators: IntArray
    """Bits of the operators of mutation that made it, see `glianeat.genome.mutation`."""
    status: IntArray
    """What became of its evaluation: a place in `STATUSES`, 0 for one that went well."""
    mean_return: FloatArray
    """Mean return; minus infinity if the evaluation failed."""
    power: FloatArray
    """Mean power [EU/s]."""
    spikes: FloatArray
    """Spikes of all neurons [Hz]."""

    @property
    def failed(self) -> BoolArray:
        """Whose evaluation failed, shape (N,)."""
        failed: BoolArray = self.status != 0
        return failed

    def rows_of(self, keys: IntArray) -> IntArray:
        """Return the row of each key, shape of `keys`; -1 of those that are not there."""
        if not len(self.key):
            return np.full(np.shape(keys), -1)
        rows = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[rows] == keys, rows, -1)

    def take(self, rows: IntArray | BoolArray) -> "Columns":
        """Return some of the individuals."""
        return Columns._make(column[rows] for column in self)


def all_columns(reader: Reader, names: ColumnNames, after: int) -> Columns:
    """Return all individuals whose key is larger than `after`.

    Part by part, so that whoever goes on with the run never waits long for a reader.
    """
    query = f"{_select(names)} WHERE key > ? ORDER BY key LIMIT {_AT_ONCE}"
    parts = [_read(reader, query, after)]
    while len(parts[-1].key) == _AT_ONCE:
        parts.append(_read(reader, query, int(parts[-1].key[-1])))
    return Columns(*map(np.concatenate, zip(*parts, strict=True)))


def columns_of(reader: Reader, names: ColumnNames, keys: Iterable[int]) -> Columns:
    """Return some individuals; those not there are left out."""
    query = f"{_select(names)} WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"
    return _read(reader, query, as_list(keys))


def ancestor_columns(reader: Reader, names: ColumnNames, keys: Iterable[int]) -> Columns:
    """Return some individuals and all their ancestors by the first parent."""
    query = (
        "WITH RECURSIVE line(of) AS (SELECT value FROM json_each(?) UNION "
        "SELECT parent FROM line JOIN individual ON key = of WHERE parent >= 0 AND parent < key) "
        f"{_select(names)} WHERE key IN line ORDER BY key"
    )
    return _read(reader, query, as_list(keys))


def as_list(keys: Iterable[int]) -> str:
    """Return keys as the text that `json_each` takes apart."""
    return msgspec.json.encode([int(key) for key in keys]).decode()


def _select(names: ColumnNames) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(STATUSES))
    return (
        f"SELECT key, generation, parent, {names.mate}, operators, "
        f"CASE status {cases} ELSE {_UNKNOWN} END, mean_return, power, spikes FROM individual"
    )


def _read(reader: Reader, query: str, *values: object) -> Columns:
    found = reader.array(_ROW, query, *values)
    columns = Columns._make(np.ascontiguousarray(found[name]) for name in Columns._fields)
    if (columns.status == _UNKNOWN).any():
        raise reader.damaged(f"the status of an individual must be one of {', '.join(STATUSES)}")
    if (columns.parent >= columns.key).any() or (columns.mate >= columns.key).any():
        raise reader.damaged("the parents of an individual must be born before it")
    return columns
