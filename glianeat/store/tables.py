"""The tables of a run, in every schema that can be read, and what their columns are called."""

from typing import NamedTuple

SCHEMA_VERSION = 5
READABLE = (2, 3, 4, 5)
NAMES_SINCE = 4
"""Schema from which on a run names what it stores."""
STEPS_SINCE = 5
"""Schema from which on it says how many steps it took, and keeps its progress."""
TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE generation(
    number INTEGER PRIMARY KEY, time REAL NOT NULL, seconds REAL NOT NULL,
    evaluations INTEGER NOT NULL, steps INTEGER NOT NULL, next_key INTEGER NOT NULL,
    reward_minimum REAL NOT NULL, best_key INTEGER NOT NULL,
    best_return REAL NOT NULL, best_power REAL NOT NULL, best_spikes REAL NOT NULL,
    mean_return REAL NOT NULL, front_size INTEGER NOT NULL, failures INTEGER NOT NULL,
    digest TEXT NOT NULL, state BLOB NOT NULL, checksum INTEGER NOT NULL,
    summary_checksum INTEGER NOT NULL) STRICT;
CREATE TABLE individual(
    key INTEGER PRIMARY KEY, generation INTEGER NOT NULL REFERENCES generation,
    parent INTEGER NOT NULL, mate INTEGER NOT NULL, operators INTEGER NOT NULL,
    status TEXT NOT NULL, mean_return REAL NOT NULL, power REAL NOT NULL, spikes REAL NOT NULL,
    evaluation BLOB NOT NULL, evaluations BLOB NOT NULL, genome BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
CREATE INDEX individual_generation ON individual(generation);
CREATE TABLE survivor(
    generation INTEGER NOT NULL REFERENCES generation, key INTEGER NOT NULL REFERENCES individual,
    place INTEGER NOT NULL, standing BLOB NOT NULL,
    PRIMARY KEY(generation, key)) STRICT;
CREATE TABLE statistics(
    generation INTEGER PRIMARY KEY REFERENCES generation, value BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
CREATE TABLE validation(
    key INTEGER PRIMARY KEY REFERENCES individual, evaluation BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
CREATE TABLE progress(
    generation INTEGER PRIMARY KEY REFERENCES generation, evaluation BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
"""
_TABLES_3 = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL, seal INTEGER NOT NULL) STRICT;
CREATE TABLE generation(
    number INTEGER PRIMARY KEY, time REAL NOT NULL, seconds REAL NOT NULL,
    evaluations INTEGER NOT NULL, next_key INTEGER NOT NULL,
    reward_minimum REAL NOT NULL, best_key INTEGER NOT NULL,
    best_return REAL NOT NULL, best_power REAL NOT NULL, best_spikes REAL NOT NULL,
    mean_return REAL NOT NULL, front_size INTEGER NOT NULL, failures INTEGER NOT NULL,
    digest TEXT NOT NULL, state BLOB NOT NULL, seal INTEGER NOT NULL,
    summary_seal INTEGER NOT NULL) STRICT;
CREATE TABLE individual(
    key INTEGER PRIMARY KEY, generation INTEGER NOT NULL REFERENCES generation,
    parent INTEGER NOT NULL, other_parent INTEGER NOT NULL, operators INTEGER NOT NULL,
    status TEXT NOT NULL, mean_return REAL NOT NULL, power REAL NOT NULL, spikes REAL NOT NULL,
    evaluation BLOB NOT NULL, assessments BLOB NOT NULL, genome BLOB NOT NULL,
    seal INTEGER NOT NULL) STRICT;
CREATE INDEX individual_generation ON individual(generation);
CREATE TABLE survivor(
    generation INTEGER NOT NULL REFERENCES generation, key INTEGER NOT NULL REFERENCES individual,
    place INTEGER NOT NULL, rank INTEGER NOT NULL, crowding REAL NOT NULL,
    species INTEGER NOT NULL,
    PRIMARY KEY(generation, key)) STRICT;
CREATE TABLE statistics(
    generation INTEGER PRIMARY KEY REFERENCES generation, value BLOB NOT NULL,
    seal INTEGER NOT NULL) STRICT;
CREATE TABLE validation(
    key INTEGER PRIMARY KEY REFERENCES individual, evaluation BLOB NOT NULL,
    seal INTEGER NOT NULL) STRICT;
"""


class ColumnNames(NamedTuple):
    """What columns are called in a schema, where schemas differ."""

    checksum: str
    summary_checksum: str
    mate: str
    evaluations: str
    standing: str
    """Columns that hold a standing."""


_OLD = ColumnNames("seal", "summary_seal", "other_parent", "assessments", "rank, crowding, species")
_NEW = ColumnNames("checksum", "summary_checksum", "mate", "evaluations", "standing")
COLUMNS = {
    2: _OLD._replace(summary_checksum="NULL"),  # which has none
    3: _OLD,
    4: _NEW,
    5: _NEW,
}


def statements(version: int) -> list[str]:
    """Return what makes the tables of a schema."""
    tables = TABLES
    if version < STEPS_SINCE:
        tables = tables.replace(" steps INTEGER NOT NULL,", "")
        tables = tables[: tables.index("CREATE TABLE progress")]
    if version < NAMES_SINCE:
        tables = _TABLES_3
    if version == READABLE[0]:
        tables = tables.replace(",\n    summary_seal INTEGER NOT NULL", "")
    return [one.strip() for one in tables.split(";") if one.strip()]


def statement_of(table: str, version: int) -> str:
    """Return what makes one table of a schema."""
    return next(one for one in statements(version) if one.startswith(f"CREATE TABLE {table}("))
