"""The database of a run: its tables, how it is opened, and what says that nobody changed it."""

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from glianeat.errors import CheckpointError

PAGE = 16_384  # bytes: a row has some thousand, and would be spread over pages of SQLite's 4096
APPLICATION_ID = 0x474C4941  # "GLIA"
SCHEMA_VERSION = 2
DATABASE = "run.db"
TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL, seal INTEGER NOT NULL) STRICT;
CREATE TABLE generation(
    number INTEGER PRIMARY KEY, time REAL NOT NULL, seconds REAL NOT NULL,
    evaluations INTEGER NOT NULL, next_key INTEGER NOT NULL,
    reward_minimum REAL NOT NULL, best_key INTEGER NOT NULL,
    best_return REAL NOT NULL, best_power REAL NOT NULL, best_spikes REAL NOT NULL,
    mean_return REAL NOT NULL, front_size INTEGER NOT NULL, failures INTEGER NOT NULL,
    digest TEXT NOT NULL, state BLOB NOT NULL, seal INTEGER NOT NULL) STRICT;
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


def seal(*values: object) -> int:
    """Return a number that goes with a row and tells whether storage has changed it."""
    digest = hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)


def make_database(folder: Path) -> sqlite3.Connection:
    """Make the empty database of a run in its folder."""
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size={PAGE}")
        _configure(connection)
        with transaction(connection):
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            for statement in TABLES.split(";"):
                connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def open_database(folder: Path, *, writable: bool) -> sqlite3.Connection:
    """Open the database of a run; raise `CheckpointError` if it is none, or not one of ours."""
    uri = f"{(folder / DATABASE).resolve().as_uri()}?mode={'rw' if writable else 'ro'}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            _configure(connection)
            _check(connection, folder)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise CheckpointError(f"run {folder}: damaged: {error}") from None
    return connection


def close_database(connection: sqlite3.Connection, *, writable: bool) -> None:
    """Close a database; after writing it is a single file, unless somebody reads it."""
    if writable:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a block take effect as a whole or not at all; readers go on meanwhile."""
    with contextlib.suppress(sqlite3.OperationalError):  # somebody reads: then they wait instead
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # which may have rolled back by itself
            connection.execute("ROLLBACK")
        raise


def take_lock(folder: Path) -> int:
    """Take the run for this process; the system gives it back however the process ends."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise CheckpointError(f"run {folder}: cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise CheckpointError(f"run {folder}: another process is going on with it") from None
    return descriptor


def give_back_lock(descriptor: int | None) -> None:
    """Let other processes go on with the run."""
    if descriptor is not None:
        os.close(descriptor)


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
    expected = {" ".join(statement.split()) for statement in TABLES.split(";")} - {""}
    if {" ".join(str(row[0]).split()) for row in found} != expected:
        raise CheckpointError(f"run {folder}: {DATABASE} does not have the tables of a run")
