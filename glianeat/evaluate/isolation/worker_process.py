"""The main function of a worker's process, which evaluates: see `guard`."""

import json
import os
import socket
import sys
import time

from glianeat.evaluate.isolation.connection import ClosedError, Connection
from glianeat.evaluate.isolation.process import UNREACHABLE, end_with

_RING_AFTER, _RING_WITHIN = 32, 0.1  # answers, and time [s]
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from glianeat.evaluate.isolation.worker_process import main; "
    "main(*map(int, sys.argv[2:]))"
)


def command(stream: int, bell: int) -> list[str]:
    """Return the command that starts such a process, with modules from where they are here.

    Parameters
    ----------
    stream, bell : int
        Open files: its end of a connection, and a pipe into which it writes when it has answered.
    """
    numbers = map(str, (stream, bell, os.getpid()))
    return [sys.executable, "-P", "-c", _START, json.dumps(sys.path), *numbers]


class _Bell:
    """Wakes the guard: not for every answer, which would cost more than many an evaluation."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._answers, self._last = 0, time.monotonic()

    def count(self, left: int) -> None:
        """Ring if answers have waited for long, or many do, or none are left to come."""
        self._answers += 1
        waited = time.monotonic() - self._last
        if left == 0 or self._answers >= _RING_AFTER or waited > _RING_WITHIN:
            self.ring()

    def ring(self) -> None:
        """Ring now."""
        os.write(self._descriptor, b".")
        self._answers, self._last = 0, time.monotonic()


def main(stream: int, bell: int, parent: int) -> None:
    """Evaluate for the process at the other end of a socket until that closes it."""
    del sys.argv[1:]  # which are nothing to environments
    end_with(parent)
    for inherited in (stream, bell):
        os.set_inheritable(inherited, False)  # noqa: FBT003 - so it is called
    try:
        _serve(Connection(socket.socket(fileno=stream)), _Bell(bell))
    except (ClosedError, OSError):  # the environment has closed the stream
        os._exit(UNREACHABLE)
    os._exit(0)  # whatever threads the environment has left


def _serve(connection: Connection, bell: _Bell) -> None:
    """Say first whether this process is ready: nothing, or why it cannot be."""
    import msgspec

    from glianeat.errors import ConfigError
    from glianeat.evaluate.isolation.serving import serve
    from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker

    config = msgspec.msgpack.decode(connection.receive(), type=RolloutConfig)
    refusal, rollout_worker = "", None
    try:
        rollout_worker = RolloutWorker(config)
    except ConfigError as error:
        refusal = str(error)
    connection.send(refusal.encode(errors="replace"))
    bell.ring()
    if rollout_worker is not None:
        serve(connection, rollout_worker, bell.count)
