"""Evaluation in a child process: an environment that crashes there ends no run.

The child is forked, so that it has all that is compiled, and every task that the program has
registered. It is one process for all genomes; after a death the next genome gets a new one. Genomes
and evaluations travel as packed bytes; nothing is pickled.
"""

import contextlib
import ctypes
import faulthandler
import gc
import os
import signal
import socket
import sys
import time
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import NoReturn

import msgspec

from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.isolation.wire import HungUpError, Wire
from glianeat.evaluate.outcomes import failure, overdue
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.genome.serial import pack, unpack_own
from glianeat.interrupts import whole
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import runs_foreign_code

GRACE = 10.0  # [s] beyond an evaluation's own limit before its process is ended
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # whose libraries do not survive it
_ENDING = 2.0  # [s] that a process which has hung up has to end
_MAKING = 120.0  # [s] that an environment may take to be made, stepped once and closed
_LOST = 70  # exit status of a process that cannot reach the other one any more
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_AHEAD, _AHEAD_BYTES = 4, 32_768  # what a child has before it, so that it does not wait
_DEATHS = 2  # of its process after which a genome is blamed
_DEATHS_BY_OTHERS = 3  # the same by signals that others send, too
_OF_OTHERS = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP)
Serve = Callable[[Wire], None]


class _Child:
    """A forked process that serves, seen from the one that asks."""

    def __init__(self, serve: Serve) -> None:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        with warnings.catch_warnings():  # of threads, which the child does not need
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if self._process == 0:
            ours.close()
            _run(serve, theirs, parent)
        theirs.close()
        self.wire = Wire(ours)
        self._end = weakref.finalize(self, _end, self._process, self.wire)

    def end(self, patience: float) -> int:
        """Hang up, wait a while, and end what is left; return the exit status, or -signal."""
        self._end.detach()
        return _end(self._process, self.wire, patience)


@whole
def _end(process: int, wire: Wire, patience: float = _ENDING) -> int:
    wire.close()
    stop, code = time.monotonic() + patience, None
    while code is None:
        if time.monotonic() >= stop:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.001)
        code = _exit_code(process)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)  # whatever it has started
    return code


def _exit_code(process: int) -> int | None:
    """Return how a child ended, or None if it has not."""
    try:
        found, status = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:  # the program lets nobody wait for its children
        return 0
    return os.waitstatus_to_exitcode(status) if found else None


class ChildEvaluator:
    """Evaluates genomes in a child process, one after the other.

    Parameters
    ----------
    rollout_worker : RolloutWorker
        Who evaluates, in the child; here it has made no environment.
    timeout : float
        Limit of an evaluation [s], which the child observes by itself as far as it can.
    grace : float
        Time beyond it before the child is ended [s].
    """

    def __init__(self, rollout_worker: RolloutWorker, timeout: float, grace: float = GRACE) -> None:
        self._rollout_worker, self._timeout, self._grace = rollout_worker, timeout, grace
        self._child: _Child | None = None
        self._sent: deque[int] = deque()  # sizes of what has not been answered

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        evaluations: list[Evaluation] = []
        while len(evaluations) < len(genomes):
            evaluations.append(self._evaluate(genomes[len(evaluations) :], plan))
        return evaluations

    def _evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> Evaluation:
        """Return how the first did; what may have been others' doing is tried again."""
        key, deaths = genomes[0].key, 0
        while True:
            try:
                return self._ask(genomes, plan)
            except TimeoutError:
                self._end(patience=0.0)
                return overdue(key, self._timeout)
            except (HungUpError, msgspec.DecodeError):
                code, deaths = self._end(_ENDING), deaths + 1
                if deaths >= (_DEATHS_BY_OTHERS if code in _OF_OTHERS else _DEATHS):
                    return failure(key, "failed", f"the environment {how_it_ended(code)}")

    def _ask(self, genomes: Sequence[Genome], plan: EpisodePlan) -> Evaluation:
        """Return how the first did, having sent some of those that come after it."""
        if self._child is None:
            self._child = _Child(self._serve)
        wire, due = self._child.wire, time.monotonic() + self._timeout + self._grace
        for genome in genomes[len(self._sent) : _AHEAD]:
            if sum(self._sent) > _AHEAD_BYTES:
                break
            message = msgspec.msgpack.encode((pack(genome), plan))
            wire.send(message, due)
            self._sent.append(len(message))
        answer = wire.receive(due)
        self._sent.popleft()
        return msgspec.msgpack.decode(answer, type=Evaluation)

    def _serve(self, wire: Wire) -> None:
        """Evaluate what is asked for, in the child."""
        while True:
            try:
                asked = wire.receive()
            except HungUpError:
                break
            genome, plan = msgspec.msgpack.decode(asked, type=tuple[bytes, EpisodePlan])
            evaluation = self._rollout_worker.evaluate(unpack_own(genome), plan)
            wire.send(msgspec.msgpack.encode(evaluation))
        self._rollout_worker.close()

    def _end(self, patience: float) -> int:
        child, self._child = self._child, None
        self._sent.clear()
        return 0 if child is None else child.end(patience)

    def close(self) -> None:
        """End the child; one that is idle may close its environment first."""
        self._end(0.0 if self._sent else _ENDING)


def try_first(call: Callable[[], object], config: TaskConfig, timeout: float = _MAKING) -> None:
    """Make a call in a child, if it runs code of others that may come to grief.

    Parameters
    ----------
    call : callable
        Makes the environment of a task, such as `describe_task`.
    config : TaskConfig
        The task.
    timeout : float
        Time that it may take [s].

    Raises
    ------
    ConfigError
        If it ends its process, or takes too long. Whatever it raises is left to be raised where it
        is called next.
    """
    if not CAN_FORK or not runs_foreign_code(config):
        return

    def call_once(wire: Wire) -> None:
        with contextlib.suppress(BaseException):
            call()
        wire.send(b"")

    child = _Child(call_once)
    try:
        child.wire.receive(time.monotonic() + timeout)
    except TimeoutError:
        how = f"is not made and tried within {timeout:g} s"
    except HungUpError:
        how = how_it_ended(child.end(_ENDING))
    else:
        child.end(_ENDING)
        return
    child.end(0.0)
    raise ConfigError(f"task {config.id}: its environment {how}; see: glianeat doctor {config.id}")


def how_it_ended(code: int) -> str:
    """Return what an exit status means, of a process that should not have ended."""
    if code == _LOST:
        return "has closed files of the process that it did not open"
    if code >= 0:
        return f"has ended the process (exit status {code})"
    name = signal.Signals(-code).name
    memory = "; perhaps memory has run out" if -code == signal.SIGKILL else ""
    return f"has ended the process (signal {name}{memory})"


def _run(serve: Serve, connection: socket.socket, parent: int) -> NoReturn:
    """Serve in the child, and end without what the parent would do at its end."""
    status = _LOST
    try:
        _settle(parent)
        serve(Wire(connection))
        status = 0
    finally:
        os._exit(status)


def _settle(parent: int) -> None:
    """Make the child one that neither terminals nor the parent's plans concern."""
    os.setsid()  # Ctrl-C is for the parent, and one signal ends the child with what it starts
    faulthandler.disable()
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    with contextlib.suppress(OSError, AttributeError):  # Linux has it
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(_LOST)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):  # runs do not show what environments print
        os.dup2(nothing, standard)
    gc.freeze()  # what the parent made is not looked through, and so not copied
