"""Guards a process that evaluates: gives it genomes, and reports what becomes of it.

Environments can end or block the process that they are in. Here, that is a child of the guard, who
sees how it ends: a fault or an exit is its own doing, SIGKILL is that of somebody else; and who
answers at any time, also while the child is in a loop of compiled code.
"""

import contextlib
import os
import select
import socket
import time
from functools import partial
from pathlib import Path

import msgspec

from glianeat.evaluate.isolation import worker_process
from glianeat.evaluate.isolation.connection import ClosedError
from glianeat.evaluate.isolation.process import IsolatedProcess, describe_exit, is_own_doing
from glianeat.evaluate.isolation.serving import answer_of, question
from glianeat.evaluate.orders import Loss, Report

REPORT_EVERY = 0.5  # [s] after which a guard reports at the latest
_START = 300.0  # [s] within which a process must be ready
_ENDING = 1.0  # [s] in which a process that closed its connection must end
_STOPPED_FOR = 1.0  # [s]


class Assignment(msgspec.Struct, frozen=True):
    """An order with its genomes."""

    serial: int
    genomes: list[bytes]
    plan: bytes
    fresh: bool = False
    """Whether a process is needed that has evaluated nothing yet."""


class Guard:
    """Guards one process that evaluates, and starts another one whenever it ends.

    Parameters
    ----------
    config : bytes
        An `RolloutConfig`, encoded.
    limit : float
        Duration of an evaluation from which it has timed out [s]. Evaluations end themselves
        before that if they can.
    """

    def __init__(self, config: bytes, limit: float) -> None:
        self._config, self._limit = config, limit
        self._assignment = Assignment(0, [], b"")
        self._done = 0
        self._start()

    def ready(self) -> tuple[int, str, str]:
        """Wait until the process is ready; return this one's number, machine, and any refusal."""
        while not self._is_ready and self._process.poll() is None:
            report = self._listen(REPORT_EVERY, [])
            if report is not None:
                return os.getpid(), machine(), report.refusal
        return os.getpid(), machine(), ""

    def work(self, assignment: bytes) -> bytes:
        """Take an assignment, if there is one, and return a report, within half a second."""
        if assignment:
            self._take(msgspec.msgpack.decode(assignment, type=Assignment))
        answers: list[tuple[bytes, float]] = []
        done, until = self._done, time.monotonic() + REPORT_EVERY
        end: Report | None = None
        while end is None and self._left and (rest := until - time.monotonic()) > 0:
            end = self._listen(rest, answers)
        if end is None and self._left:
            end = self._overdue()
        end = end or Report(age=self._age if self._is_ready else 0.0)
        report = msgspec.structs.replace(
            end, serial=self._assignment.serial, done=done, answers=answers
        )
        return msgspec.msgpack.encode(report)

    def close(self) -> None:
        """End the process."""
        self._process.end(0.0)
        os.close(self._bell)

    @property
    def _left(self) -> int:
        return len(self._assignment.genomes) - self._done

    def _start(self) -> None:
        self._bell, their_bell = os.pipe()
        try:
            command = partial(worker_process.command, bell=their_bell)
            self._process = IsolatedProcess.spawn(command, their_bell)
        finally:
            os.close(their_bell)
        self._done, self._waiting = len(self._assignment.genomes), False
        self._is_ready, self._is_used = False, False
        self._age, self._seen, self._stopped = 0.0, time.monotonic(), 0.0
        with contextlib.suppress(ClosedError):  # it has ended; listening tells how
            self._process.connection.send(self._config)

    def _take(self, assignment: Assignment) -> None:
        if self._left:
            self._listen(0.0, [])  # in case it has ended what nobody waits for
        if self._left or (assignment.fresh and self._is_used):
            self.close()
            self._start()
        self._assignment, self._done, self._waiting = assignment, 0, True
        self._age, self._seen = 0.0, time.monotonic()

    def _listen(self, seconds: float, answers: list[tuple[bytes, float]]) -> Report | None:
        """Take what the process says within some time; return a report if it has ended."""
        if self._is_ready and self._waiting and (lost := self._give()) is not None:
            return lost
        rings = select.select([self._bell], [], [], min(seconds, REPORT_EVERY))[0]
        self._grow_older()
        ended = self._process.poll() is not None  # even if others hold its end of the bell
        if rings:
            ended = ended or not os.read(self._bell, 4096)
        for message in self._process.connection.received():
            if self._is_ready:
                answers.append(answer_of(message))
                self._done, self._age = self._done + 1, 0.0
            elif message:
                self._lose()
                return Report(refusal=message.decode())
            else:
                self._is_ready, self._age = True, 0.0
        return Report(loss=self._lose()) if ended else None

    def _give(self) -> Report | None:
        """Hand the genomes over, once the process is ready for them."""
        self._waiting, self._is_used = False, True
        self._age, self._seen = 0.0, time.monotonic()
        message = question(self._assignment.genomes, self._assignment.plan)
        try:
            self._process.connection.send(message)
        except ClosedError:
            return Report(loss=self._lose())
        return None

    def _grow_older(self) -> None:
        """Count the time that has passed, but not what passed while this process was frozen."""
        now = time.monotonic()
        self._age += min(now - self._seen, 2.0 * REPORT_EVERY)
        self._seen = now

    def _overdue(self) -> Report | None:
        """End a process that takes too long, or that somebody has stopped."""
        if self._is_ready and self._age > self._limit:
            self.close()
            self._start()
            return Report(timed_out=True)
        is_stopped = _is_stopped(self._process.number)
        self._stopped = self._stopped + REPORT_EVERY if is_stopped else 0.0
        if self._stopped >= _STOPPED_FOR:
            return Report(loss=self._lose("its process was stopped by somebody"))
        if not self._is_ready and self._age > _START:
            return Report(loss=self._lose(f"its process was not ready within {_START:g} s"))
        return None

    def _lose(self, cause: str = "") -> Loss:
        """Start another process in place of the one that has ended, and say how that did."""
        begun, lived = self._is_ready and self._is_used and self._left > 0, self._age
        own = False
        if cause:
            self.close()
        else:
            status = self._process.end(_ENDING)
            os.close(self._bell)
            cause, own = f"the environment {describe_exit(status)}", is_own_doing(status)
        self._start()
        return Loss(cause, own=own, begun=begun, lived=lived)


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
