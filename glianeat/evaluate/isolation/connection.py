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


class ClosedError(Exception):
    """The other process has closed the connection, or talks nonsense."""


class Connection:
    """A connection to another process.

    Parameters
    ----------
    stream : socket
        One of a pair.
    """

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._read = bytearray()
        stream.settimeout(_LOOK)

    def send(self, message: bytes, due: float = float("inf")) -> None:
        """Send a message, by the time `due` of the monotonic clock.

        Raises
        ------
        TimeoutError
            If it is late.
        ClosedError
            If nobody is there.
        """
        data = memoryview(_LENGTH.pack(len(message)) + message)
        while data:
            data = data[_until(due, self._stream.send, data) :]

    def receive(self, due: float = float("inf")) -> bytes:
        """Return the next message; raise as `send` does."""
        while (message := self._next()) is None:
            part = _until(due, self._stream.recv, _PART)
            if not part:
                raise ClosedError
            self._read += part
        return message

    def received(self) -> list[bytes]:
        """Return the messages that are there, without waiting."""
        self._stream.settimeout(0.0)
        try:
            while part := self._stream.recv(_PART):
                self._read += part
        except OSError:  # there is no more for now, or for ever
            pass
        finally:
            self._stream.settimeout(_LOOK)
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> bytes | None:
        """Return the next message if it is complete."""
        if len(self._read) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._read)
        if length > _LONGEST:
            raise ClosedError
        end = _LENGTH.size + length
        if len(self._read) < end:
            return None
        message = bytes(self._read[_LENGTH.size : end])
        del self._read[:end]
        return message

    def close(self) -> None:
        """Close this end."""
        self._stream.close()


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
            raise ClosedError from None
