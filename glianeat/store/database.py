"""The database of a run: its tables, how it is opened, and what says that nobody changed it."""

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from glianeat.errors import CheckpointError
from glianeat.store.checksums import checksum
from glianeat.store.tables import READABLE, SCHEMA_VERSION, statements
from glianeat.store.unknown import program

PAGE_BYTES = 16_384  # a row has some thousand, and would be spread over pages of SQLite's 4096
APPLICATION_ID = 0x474C4941  # "GLIA"
LARGEST = 2**27  # bytes of one value: SQLite fetches none that is larger
DATABASE = "run.db"
DAMAGE = (sqlite3.Error, UnicodeDecodeError, MemoryError, OverflowError)
"""What SQLite raises for a database that is damaged; its messages may quote what is no text."""
_PATIENCE = 60_000  # [ms] that a writer waits for those who read: no page may end a run
_PAUSES = tuple(0.01 * (1 << i) for i in range(7))  # [s], after each of which it is tried again
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")  # that of SQLite, at the end of a name in it


def make_database(folder: Path, meta: Mapping[str, bytes]) -> None:
    """Make the database of a run in its folder, with nothing but what is kept under some keys.

    It is one file then, and on the disk.
    """
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        _configure(connection)
        with transaction(connection):
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            for statement in statements(SCHEMA_VERSION):
                connection.execute(statement)
            for key, value in meta.items():
                row = (key, value, checksum(key, value))
                connection.execute("INSERT INTO meta VALUES (?, ?, ?)", row)
    finally:
        close_database(connection, writable=True)


def open_database(folder: Path, *, writable: bool) -> sqlite3.Connection:
    """Open the database of a run; raise `CheckpointError` if it is none, or not one of ours."""
    if writable:
        _check_files(folder)
    try:
        return _opened(folder, "rw" if writable else "ro")
    except DAMAGE as error:
        if writable or is_busy(error) or os.access(folder, os.W_OK):
            raise unreadable(folder, error) from None
    return _opened_for_good(folder)


def _opened(folder: Path, mode: str) -> sqlite3.Connection:
    """Open a database that exists; `mode` is ``rw`` or ``ro``, and more of SQLite's parameters."""
    uri = f"{(folder / DATABASE).resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        _configure(connection)
        is_reader = mode.startswith("ro")
        connection.execute(
            "PRAGMA query_only=ON" if is_reader else f"PRAGMA busy_timeout={_PATIENCE}"
        )
        _check(connection, folder)
    except BaseException:
        connection.close()
        raise
    return connection


def _opened_for_good(folder: Path) -> sqlite3.Connection:
    """Open the database of a run in a folder that cannot be written, and that nobody goes on with.

    SQLite wants to make files beside it if the run was interrupted, or copied meanwhile. Without a
    write-ahead log everything is in the database, and nobody writes to it.
    """
    if (folder / f"{DATABASE}-wal").exists():
        raise CheckpointError(
            f"run {folder}: was interrupted, and cannot be read in a folder that cannot be "
            "written; copy the whole folder to one that can"
        )
    try:
        return _opened(folder, "ro&immutable=1")
    except DAMAGE as error:
        raise unreadable(folder, error) from None


def is_busy(error: object) -> bool:
    """Return whether SQLite only says that somebody else writes, and may be asked again."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than we need
    return isinstance(error, sqlite3.OperationalError) and code == sqlite3.SQLITE_BUSY


def unreadable(folder: Path, finding: object) -> CheckpointError:
    """Return what to raise where a database is not as it was written, or cannot be asked."""
    if is_busy(finding):
        return CheckpointError(
            f"run {folder}: cannot be read while another process writes to it; try again"
        )
    return CheckpointError(f"run {folder}: damaged: {finding}")


def schema_of(connection: sqlite3.Connection) -> int:
    """Return the version of the schema of a database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def close_database(connection: sqlite3.Connection, *, writable: bool) -> None:
    """Close a database; after writing it is a single file, unless somebody reads it."""
    if writable:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout=0")
            _leave_one_file(connection)
    connection.close()


def _leave_one_file(connection: sqlite3.Connection) -> None:
    """Put all that was written into the database itself, and remove what was beside it.

    A page may read just now, which takes a moment. Where somebody has the run open for longer, such
    as a notebook, the files beside it stay, but hold nothing.
    """
    for pause in _PAUSES:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            time.sleep(pause)
        else:
            return
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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


def _configure(connection: sqlite3.Connection) -> None:
    safe = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0")
    for pragma in ("synchronous=FULL", "foreign_keys=ON", *safe):
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)


def _check_files(folder: Path) -> None:
    """Raise `CheckpointError` if writing to a database would change or remove files elsewhere.

    SQLite follows a link to a database. A journal that a crash has left behind is played back, and
    may name a further file to be removed afterwards; ours never do.
    """
    for name in (DATABASE, f"{DATABASE}-journal", f"{DATABASE}-wal", f"{DATABASE}-shm"):
        path = folder / name
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise CheckpointError(f"run {folder}: {name} must be an ordinary file, no link")
            if name.endswith("-journal") and _names_another(path):
                raise CheckpointError(f"run {folder}: damaged: {name} names another file")


def _names_another(journal: Path) -> bool:
    with journal.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(file.tell() - len(_JOURNAL_MAGIC), 0))
        return file.read() == _JOURNAL_MAGIC


def _check(connection: sqlite3.Connection, folder: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise CheckpointError(f"run {folder}: {DATABASE} is not a run of glianeat")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in READABLE:
        known = f"{', '.join(map(str, READABLE[:-1]))} or {READABLE[-1]}"
        newer = "; open it with the version that made it" if version > SCHEMA_VERSION else ""
        raise CheckpointError(
            f"run {folder}: must be of schema {known} for {program()}, got {version}{newer}"
        )
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    expected = {" ".join(statement.split()) for statement in statements(version)}
    if {" ".join(str(row[0]).split()) for row in found} != expected:
        raise CheckpointError(f"run {folder}: {DATABASE} does not have the tables of a run")
