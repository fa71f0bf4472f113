"""Messages between two processes: bytes, each after its length."""

import socket
import struct
import time
from collections.abc import Callable
from typing import TypeVar

from glianeat.interrupts import check

A = TypeVar("A")
R = TypeVar("R")
_LENGTH = struct.Struct("<Q")
_LONGEST = 2**30  # bytes of a message
_PART = 2**16  # bytes that are read at once
_LOOK = 0.2  # [s] between looks at whether to stop


class HungUpError(Exception):
    """The other process has closed the connection, or talks nonsense."""


class Wire:
    """A connection to another process.

    Parameters
    ----------
    connection : socket
        One of a pair.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._heard = bytearray()
        connection.settimeout(_LOOK)

    def send(self, message: bytes, due: float = float("inf")) -> None:
        """Send a message, by the time `due` of the monotonic clock.

        Raises
        ------
        TimeoutError
            If it is late.
        HungUpError
            If nobody is there.
        """
        data = memoryview(_LENGTH.pack(len(message)) + message)
        while data:
            data = data[_until(due, self._connection.send, data) :]

    def receive(self, due: float = float("inf")) -> bytes:
        """Return the next message; raise as `send` does."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, due))
        if length > _LONGEST:
            raise HungUpError
        return self._read(length, due)

    def _read(self, length: int, due: float) -> bytes:
        while len(self._heard) < length:
            part = _until(due, self._connection.recv, _PART)
            if not part:
                raise HungUpError
            self._heard += part
        data = bytes(self._heard[:length])
        del self._heard[:length]
        return data

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _until(due: float, call: Callable[[A], R], argument: A) -> R:
    """Call again and again until something comes of it, it is late, or a signal asks for an end."""
    while True:
        check()
        try:
            return call(argument)
        except TimeoutError:
            if time.monotonic() > due:
                raise
        except OSError:
            raise HungUpError from None
