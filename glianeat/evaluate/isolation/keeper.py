"""Keeps a process that evaluates, gives it genomes, and says what becomes of it.

Environments can end or block the process that they are in. Here, that is a child of the keeper, who
sees how it ends: a fault or an exit is its own doing, SIGKILL is that of somebody else; and who
answers at any time, also while the child is in a loop of compiled code.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from glianeat.evaluate.isolation import ward
from glianeat.evaluate.orders import Loss

SLICE = 0.5  # [s] after which a keeper answers at the latest
_START = 300.0  # [s] within which a process must be ready
_REAP = 1.0  # [s] in which a process that closed its connection must end
_STOPPED_FOR = 1.0  # [s]
_FAULTS = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)


class Task(msgspec.Struct, frozen=True):
    """Genomes to be evaluated in this order."""

    genomes: list[bytes]
    plan: bytes
    fresh: bool = False
    """Whether a process is needed that has evaluated nothing yet."""


class Report(msgspec.Struct, frozen=True):
    """What has happened since the report before."""

    answers: list[tuple[bytes, float]] = []
    """Evaluations, and how long each took [s]."""
    age: float = 0.0
    """How long the one in progress has lasted [s]."""
    loss: Loss | None = None
    """How the process ended, if it did."""
    hung: bool = False
    """Whether the process was ended, since an evaluation lasted longer than any may."""
    refusal: str = ""
    """Why the process could not be made ready."""


class Keeper:
    """Keeps one process that evaluates, and starts another one whenever it ends.

    Parameters
    ----------
    config : bytes
        An `RolloutConfig`, encoded.
    limit : float
        Duration of an evaluation from which it counts as hung [s]. Evaluations end themselves
        before that if they can.
    """

    def __init__(self, config: bytes, limit: float) -> None:
        self._config, self._limit = config, limit
        self._task: Task | None = None
        self._start()

    def ready(self) -> tuple[int, str, str]:
        """Wait until the process is ready; return this one's number, machine, and any refusal."""
        while not self._is_ready and self._process.poll() is None:
            report = self._listen(SLICE)
            if report is not None:
                return os.getpid(), machine(), report.refusal
        return os.getpid(), machine(), ""

    def work(self, task: bytes) -> bytes:
        """Take a task, if there is one, and return a report, within half a second."""
        if task:
            self._take(msgspec.msgpack.decode(task, type=Task))
        answers: list[tuple[bytes, float]] = []
        until = time.monotonic() + SLICE
        end: Report | None = None
        while end is None and self._left and (rest := until - time.monotonic()) > 0:
            end = self._listen(rest, answers)
        if end is None and self._left:
            end = self._overdue()
        end = end or Report(age=self._age if self._is_ready else 0.0)
        return msgspec.msgpack.encode(msgspec.structs.replace(end, answers=answers))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._stream.close()
        os.close(self._bell)

    def _start(self) -> None:
        self._stream, theirs = socket.socketpair()
        self._bell, their_bell = os.pipe()
        descriptors = [theirs.fileno(), their_bell]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", ward.__file__, *map(str, [*descriptors, os.getpid()])],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # so that one signal ends it with what it has started
            )
        os.close(their_bell)
        self._buffer = bytearray()
        self._left, self._waiting = 0, False
        self._is_ready, self._is_used = False, False
        self._age, self._seen, self._stopped = 0.0, time.monotonic(), 0.0
        try:
            ward.send(self._stream, json.dumps(sys.path).encode())
            ward.send(self._stream, self._config)
        except OSError:
            pass  # it has ended; listening tells how

    def _take(self, task: Task) -> None:
        if self._left:
            self._listen(0.0, [])  # in case it has ended what nobody waits for
        if self._left or (task.fresh and self._is_used):
            self.close()
            self._start()
        self._task, self._left, self._waiting = task, len(task.genomes), True
        self._age, self._seen = 0.0, time.monotonic()

    def _listen(
        self, seconds: float, answers: list[tuple[bytes, float]] | None = None
    ) -> Report | None:
        """Take what the process says within some time; return a report if it has ended."""
        if self._is_ready and self._waiting and (loss := self._give()) is not None:
            return loss
        rings = select.select([self._bell], [], [], min(seconds, SLICE))[0]
        self._grow_older()
        ended = self._process.poll() is not None  # even if others hold its end of the bell
        if rings:
            ended = ended or not os.read(self._bell, 4096)
        self._buffer += self._all_sent()
        for message in self._messages():
            if message[:1] == ward.REFUSED:
                self._lose()
                return Report(refusal=message[1:].decode())
            self._hear(message, answers)
        return Report(loss=self._lose()) if ended else None

    def _all_sent(self) -> bytes:
        """Return all that the process has sent."""
        parts = []
        with contextlib.suppress(OSError):  # also if there is no more for now
            while part := self._stream.recv(2**20, socket.MSG_DONTWAIT):
                parts.append(part)
        return b"".join(parts)

    def _hear(self, message: bytes, answers: list[tuple[bytes, float]] | None) -> None:
        if message[:1] == ward.READY:
            self._is_ready, self._age = True, 0.0
        elif answers is not None:
            (seconds,) = ward.SECONDS.unpack_from(message, 1)
            answers.append((message[1 + ward.SECONDS.size :], seconds))
            self._left, self._age = self._left - 1, 0.0

    def _give(self) -> Report | None:
        """Hand the task over, once the process is ready for it."""
        if self._task is None:
            return None
        message = msgspec.msgpack.encode((self._task.genomes, self._task.plan))
        self._waiting, self._is_used = False, True
        self._age, self._seen = 0.0, time.monotonic()
        try:
            ward.send(self._stream, message)
        except OSError:
            return Report(loss=self._lose())
        return None

    def _messages(self) -> list[bytes]:
        """Return the messages that are complete."""
        found, buffer, head = [], self._buffer, ward.HEAD.size
        while len(buffer) >= head:
            end = head + ward.HEAD.unpack_from(buffer)[0]
            if len(buffer) < end:
                break
            found.append(bytes(buffer[head:end]))
            del buffer[:end]
        return found

    def _grow_older(self) -> None:
        """Count the time that has passed, but not what passed while this process was frozen."""
        now = time.monotonic()
        self._age += min(now - self._seen, 2.0 * SLICE)
        self._seen = now

    def _overdue(self) -> Report | None:
        """End a process that takes too long, or that somebody has stopped."""
        if self._is_ready and self._age > self._limit:
            self.close()
            self._start()
            return Report(hung=True)
        self._stopped = self._stopped + SLICE if _is_stopped(self._process.pid) else 0.0
        if self._stopped >= _STOPPED_FOR:
            return Report(loss=self._lose("its process was stopped by somebody"))
        if not self._is_ready and self._age > _START:
            return Report(loss=self._lose(f"its process was not ready within {_START:g} s"))
        return None

    def _lose(self, cause: str = "") -> Loss:
        """Start another process in place of the one that has ended, and say how that did."""
        begun, lived = self._is_ready and self._is_used and self._left > 0, self._age
        own = False
        if not cause:
            try:
                status = self._process.wait(_REAP)
            except subprocess.TimeoutExpired:
                cause, own = death(ward.LOST)
            else:
                cause, own = death(status)
        self.close()
        self._start()
        return Loss(cause, own=own, begun=begun, lived=lived)


def death(status: int) -> tuple[str, bool]:
    """Return how a process ended, and whether only it can have caused that.

    Parameters
    ----------
    status : int
        Its exit status; of a signal, the negative number.
    """
    if status == ward.LOST:
        return "the environment has closed files of the process that it did not open", True
    if status >= 0:
        return f"the environment has ended the process (exit status {status})", True
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"number {-status}"
    memory = "; perhaps memory has run out" if -status == signal.SIGKILL else ""
    return f"the environment has ended the process (signal {name}{memory})", -status in _FAULTS


def machine() -> str:
    """Return a name of the machine and its process numbers: where equal, one can signal there."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        return ""
    return " ".join(parts)


def _is_stopped(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in {"T", "t"}
