"""Files that are written for somebody: whole or not at all, whatever happens meanwhile."""

import contextlib
import errno
import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from glianeat.errors import CheckpointError, GliaNeatError, StorageError

# What is no mistake of the user's: no room, a quota or a limit of size reached, a disk that fails.
_FAILURES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_SQLITE_FAILURES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def cannot_write(thing: object, error: OSError) -> CheckpointError:
    """Return what to raise where something cannot be written, such as a file or a run."""
    kind = StorageError if error.errno in _FAILURES else CheckpointError
    return kind(f"{thing}: cannot be written: {error.strerror or error}")


def cannot_store(thing: object, error: sqlite3.Error) -> CheckpointError:
    """Return what to raise where SQLite cannot write."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than we need
    kind = StorageError if code in _SQLITE_FAILURES else CheckpointError
    return kind(f"{thing}: cannot be written: {error}")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears at `path` once the block ends without an error.

    Meanwhile it is beside it under a hidden name, which does not stay. A file that is there is
    replaced; a symbolic link is replaced, not followed.

    Raises
    ------
    CheckpointError
        If the file cannot be written; a `StorageError` if that is no mistake of the user's.
    """
    with _written_beside(path) as (part, file):
        yield file
        _finish(file)
        part.replace(path)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that replaces one that is there; raise as `replacing` does."""
    with replacing(path) as file:
        file.write(data)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet; raise as `replacing` does, or if it is."""
    with _written_beside(path) as (part, file):
        file.write(data)
        _finish(file)
        try:
            _move_to_new(part, path)
        except FileExistsError:
            raise CheckpointError(f"{path}: exists already; choose another name") from None


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk before going on."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _written_beside(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            try:
                yield part, file
            finally:
                with contextlib.suppress(OSError):  # what a full disk takes no more is lost anyway
                    file.close()
    except OSError as error:
        if isinstance(error, GliaNeatError):
            raise
        raise cannot_write(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _finish(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _move_to_new(part: Path, path: Path) -> None:
    """Give a file its name unless that is taken, even by another process at the same moment."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.replace(path)
