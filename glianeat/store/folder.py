"""The folder of a run: it appears whole or not at all, is held by one process, and may vanish."""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
import time
import weakref
from collections.abc import Callable
from pathlib import Path

from glianeat.errors import CheckpointError, FolderHeldError, StorageError
from glianeat.store.files import cannot_write, sync_folder

LOCK = "lock"
_LOCK_RULE = f"its file {LOCK!r} must be an ordinary file"
NAME_RULE = "must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_UNFINISHED = re.compile(r"\.[A-Za-z0-9._-]+\.[0-9a-f]{16}\.making")
_OLD = 60.0  # [s] after which an unfinished folder that nobody holds is a dead process's
_MADE_HERE = (LOCK, "run.db", "run.db-journal", "run.db-wal", "run.db-shm")


class FolderLock:
    """A run held by this process; the system gives it back however the process ends.

    Forked children let go of it, or one of them could keep a run that its parent is done with.

    Raises
    ------
    CheckpointError
        If another process, or another part of this one, holds the run, or the lock file is none of
        ours: it is neither followed where it is a link, nor waited for where it is a pipe.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = _open_lock(folder)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise FolderHeldError(f"run {folder}: another process is going on with it") from None
        held = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _let_go(held()))

    def close(self) -> None:
        """Let others go on with the run."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class Place:
    """Which folder and which file were opened under a path, to notice if they are gone.

    Parameters
    ----------
    folder : Path
        Folder of a run.
    file : str
        Name of its database.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self._paths = folder, folder / file
        self._found = self._look()

    def check(self) -> None:
        """Raise `StorageError` unless folder and file are those that were opened."""
        if self._look() != self._found:
            raise StorageError(
                f"run {self._paths[0]}: its folder was deleted, renamed or replaced while the run "
                "went on, which has stopped; if it was renamed, all finished generations are in "
                "it: go on with glianeat resume and its new name; else start the run anew"
            )

    def _look(self) -> tuple[tuple[int, int] | None, ...]:
        found: list[tuple[int, int] | None] = []
        for path in self._paths:
            try:
                status = path.stat()
                found.append((status.st_dev, status.st_ino))
            except OSError:
                found.append(None)
        return tuple(found)


def check_name(name: str) -> None:
    """Raise `CheckpointError` unless a name is fit for the folder of a run."""
    if not _NAME.fullmatch(name):
        raise CheckpointError(f"run name: {NAME_RULE}, got {name!r}")


def make_folder(folder: Path, fill: Callable[[Path], None]) -> FolderLock:
    """Make the folder of a run, which appears under its name once all is in it.

    Parameters
    ----------
    folder : Path
        The folder; those above it are made, too.
    fill : callable
        Is given a folder beside it, and puts into it what belongs there.

    Raises
    ------
    FileExistsError
        If there is something of that name.
    CheckpointError
        If the folder cannot be made; nothing of it is left then.
    """
    if os.path.lexists(folder):
        raise FileExistsError(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        _clear(folder.parent)
        making = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}.making")
        making.mkdir(mode=0o755)
    except OSError as error:
        raise CheckpointError(f"run {folder}: cannot be made: {error.strerror}") from None
    lock = None
    try:
        lock = FolderLock(making)
        fill(making)
        sync_folder(making)
        making.rename(folder)  # fails if there is a folder by now that is not empty
        sync_folder(folder.parent)
    except BaseException as error:
        if lock is not None:
            lock.close()
        _remove(making)
        if os.path.lexists(folder) and isinstance(error, OSError):
            raise FileExistsError(folder) from None
        if isinstance(error, OSError) and not isinstance(error, CheckpointError):
            raise cannot_write(f"run {folder}", error) from None
        raise
    return lock


def _open_lock(folder: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(folder / LOCK, flags, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CheckpointError(f"run {folder}: {_LOCK_RULE}, got a symbolic link") from None
        raise cannot_write(f"run {folder}", error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CheckpointError(f"run {folder}: {_LOCK_RULE}, got something else")
    return descriptor


def _let_go(lock: FolderLock | None) -> None:
    if lock is not None:
        lock.close()


def _clear(runs: Path) -> None:
    """Remove the unfinished folders of processes that are no more."""
    for path in runs.iterdir():
        if _UNFINISHED.fullmatch(path.name):
            with contextlib.suppress(OSError):
                status = path.lstat()
                if not stat.S_ISDIR(status.st_mode) or time.time() - status.st_mtime < _OLD:
                    continue
                lock = FolderLock(path)  # refused while its process lives
                lock.close()
                _remove(path)


def _remove(folder: Path) -> None:
    """Remove an unfinished folder; of what is in it only what is made here."""
    for name in _MADE_HERE:
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
