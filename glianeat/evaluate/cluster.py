"""What can be known of a cluster without asking it: whether it listens, and who may use it."""

import os
import secrets
import socket
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec

from glianeat.errors import EvaluationError

_ANSWER = 10.0  # [s] within which a cluster must take up a connection
_CONNECT = 1.0  # [s] in which a server that is there takes up one
_REFUSALS = 2  # in a row, after which a server is gone
_EVERY = 1.0  # [s]
_PRIVATE = 0o600


class Server(msgspec.Struct):
    """A process of the cluster that the driver needs."""

    name: str
    host: str
    port: int
    refusals: int = 0


class ClusterProbe:
    """Asks whether the servers of a cluster that a driver needs are still there.

    Ray itself reconnects for a minute, or for ever, and then ends the process.

    Parameters
    ----------
    servers : iterable of Server
        Whom to ask.
    """

    def __init__(self, servers: Iterable[Server]) -> None:
        self._servers, self._next = list(servers), 0.0

    def lost(self, now: float) -> str:
        """Return the name and address of one that is gone, else nothing; asks once a second."""
        if now < self._next:
            return ""
        self._next = now + _EVERY
        for server in self._servers:
            server.refusals = server.refusals + 1 if _is_refused(server) else 0
            if server.refusals >= _REFUSALS:
                return f"{server.name} at {server.host}:{server.port}"
        return ""


def _is_refused(server: Server) -> bool:
    try:
        socket.create_connection((server.host, server.port), timeout=_CONNECT).close()
    except ConnectionError:
        return True
    except OSError:  # too busy to answer, or the network is: not gone
        return False
    return False


def check_address(address: str) -> None:
    """Raise `EvaluationError` if nobody listens at ``host:port``; Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        return
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER).close()
    except (OSError, OverflowError) as error:
        raise EvaluationError(f"ray: no cluster answers at {address!r}: {error}") from None


def keep_token_private() -> None:
    """Let nobody else read the token with which one may use Ray's clusters of this user.

    Ray writes it for everybody to read (mode 0644). It is made here in its place if it is missing,
    and closed if it is open and belongs to this user.
    """
    if {"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & os.environ.keys():
        return  # whoever chose it looks after it
    path = Path.home() / ".ray" / "auth_token"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, _PRIVATE), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        _close(path)
    except OSError:
        return  # Ray says what it cannot do without


def _close(path: Path) -> None:
    """Set the mode of a file to 0600 if it is this user's own; follows no link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        found = os.fstat(descriptor)
        is_own = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if is_own and stat.S_IMODE(found.st_mode) != _PRIVATE:
            os.fchmod(descriptor, _PRIVATE)
    finally:
        os.close(descriptor)
