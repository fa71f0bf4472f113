"""A process that evaluates for another one, which survives whatever becomes of it: see `keeper`.

It is run as a file, so that the other one can say where modules are before any is imported.
"""

import ctypes
import json
import os
import signal
import socket
import struct
import sys
import time

READY, REFUSED, ANSWER = b"r", b"e", b"a"
HEAD = struct.Struct("<I")  # bytes of a message
SECONDS = struct.Struct("<d")  # duration of an evaluation
LOST = 70  # exit status of a process that cannot reach its keeper any more
_RING_AFTER, _RING_WITHIN = 32, 0.1  # answers, and time [s]
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def send(stream: socket.socket, message: bytes) -> None:
    """Send a message with its length before it."""
    stream.sendall(HEAD.pack(len(message)) + message)


def receive(stream: socket.socket) -> bytes:
    """Return the next message; raise `EOFError` if there is none any more."""
    return _receive(stream, HEAD.unpack(_receive(stream, HEAD.size))[0])


def _receive(stream: socket.socket, number: int) -> bytes:
    parts = []
    while number:
        part = stream.recv(min(number, 2**20))
        if not part:
            raise EOFError
        parts.append(part)
        number -= len(part)
    return b"".join(parts)


def _end_with(parent: int) -> None:
    """Let this process end when its parent does, where the system can do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        sys.exit(0)


class _Bell:
    """Wakes the keeper: not for every answer, which would cost more than many an evaluation."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._answers, self._last = 0, time.monotonic()

    def count(self) -> None:
        """Ring if answers have waited for long, or many do."""
        self._answers += 1
        if self._answers >= _RING_AFTER or time.monotonic() - self._last > _RING_WITHIN:
            self.ring()

    def ring(self) -> None:
        """Ring now."""
        os.write(self._descriptor, b".")
        self._answers, self._last = 0, time.monotonic()


def _serve(stream: socket.socket, bell: _Bell, config: bytes) -> None:
    """Evaluate what comes, one genome after the other, and answer after each."""
    import msgspec

    from glianeat.errors import ConfigError
    from glianeat.evaluate.plan import EpisodePlan
    from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
    from glianeat.genome.serial import unpack

    try:
        rollout_worker = RolloutWorker(msgspec.msgpack.decode(config, type=RolloutConfig))
    except ConfigError as error:
        send(stream, REFUSED + str(error).encode(errors="replace"))
        bell.ring()
        return
    send(stream, READY)
    bell.ring()
    while True:
        packed, plan = msgspec.msgpack.decode(receive(stream), type=tuple[list[bytes], bytes])
        episodes = msgspec.msgpack.decode(plan, type=EpisodePlan)
        for genome in packed:
            began = time.perf_counter()
            result = msgspec.msgpack.encode(rollout_worker.evaluate(unpack(genome), episodes))
            seconds = SECONDS.pack(time.perf_counter() - began)
            send(stream, ANSWER + seconds + result)
            bell.count()
        bell.ring()


def main(descriptor: int, bell: int, parent: int) -> None:
    """Evaluate for the process at the other end of a socket until that closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    _end_with(parent)
    for inherited in (descriptor, bell):
        os.set_inheritable(inherited, False)  # noqa: FBT003 - so it is called
    with socket.socket(fileno=descriptor) as stream:
        sys.path[:] = json.loads(receive(stream))
        config = receive(stream)
        try:
            _serve(stream, _Bell(bell), config)
        except (EOFError, OSError):  # nobody wants more, or the environment has closed the stream
            os._exit(LOST)
        os._exit(0)  # whatever threads the environment has left


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
