"""The mark of a run that was made here: made with a key that never leaves its owner's account.

The key is a file of 32 random bytes outside all runs, in ``$XDG_STATE_HOME/glianeat`` or
``~/.local/state/glianeat``, which nobody else may read. The mark is kept in the run, so that it
goes where the run goes, and says that this configuration was made, or trusted, by the owner of the
key: whoever has not the key can neither make one nor change a configuration under it. Nothing else
in a run can cause anything to be imported or called, so nothing else needs it.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

_SIZE = 32  # bytes of the key
_PURPOSE = b"glianeat: a configuration of mine\0"
MARK_BYTES = 32


def make_mark(config: bytes) -> bytes:
    """Return the mark of a configuration; empty if no key can be kept on this machine."""
    key = _read_key() or _make_key()
    return _mark(key, config) if key else b""


def is_made_here(config: bytes, mark: bytes) -> bool:
    """Return whether a mark was made here, and for exactly this configuration."""
    key = _read_key() if len(mark) == MARK_BYTES else b""
    return bool(key) and hmac.compare_digest(mark, _mark(key, config))


def key_file() -> Path | None:
    """Return where the key is kept; None if there is no home to keep it in."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return Path(state) / "glianeat" / "owner.key"
    with contextlib.suppress(RuntimeError):  # whoever has no home
        return Path.home() / ".local" / "state" / "glianeat" / "owner.key"
    return None


def _mark(key: bytes, config: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + config, hashlib.sha256)


def _read_key() -> bytes:
    """Return the key, or nothing if there is none that is ours alone."""
    path = key_file()
    if path is None:
        return b""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        found = os.fstat(descriptor)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if not is_ours or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return b""  # somebody else may know it, or have put it there
        key = os.read(descriptor, _SIZE + 1)
        return key if len(key) == _SIZE else b""
    finally:
        os.close(descriptor)


def _make_key() -> bytes:
    """Make the key, whole or not at all; another process may be quicker, then it is its key."""
    path = key_file()
    if path is None:
        return b""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(_SIZE))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    except OSError:
        return b""
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return _read_key()
