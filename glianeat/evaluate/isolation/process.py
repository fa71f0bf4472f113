"""A process for the code of others: how it is started, ended, and how its end is described.

It is either a copy of this one (`fork`), which has all that is compiled and every task that the
program has registered, or a new one (`spawn`), which a program with threads can start, too. It gets
a connection to the one that started it, and is left behind by nobody: it ends with its parent.
"""

import contextlib
import ctypes
import faulthandler
import gc
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import NoReturn, Self

from glianeat.evaluate.isolation.connection import Connection
from glianeat.interrupts import whole

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # whose libraries do not survive it
UNREACHABLE = 70  # exit status of a process that cannot reach the other one any more
_ENDING = 2.0  # [s] that a process which nobody needs any more has to end
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_FAULTS = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)
Serve = Callable[[Connection], None]


class IsolatedProcess:
    """A process that serves, seen from the one that started it.

    Parameters
    ----------
    number : int
        Its number.
    connection : Connection
        To it.
    poll : callable
        Returns its exit status, or -signal, or None if it has not ended.
    """

    def __init__(self, number: int, connection: Connection, poll: Callable[[], int | None]) -> None:
        self.number, self.connection, self.poll = number, connection, poll
        self._end = weakref.finalize(self, _end, number, connection, poll, _ENDING)

    @classmethod
    def fork(cls, serve: Serve) -> Self:
        """Start a copy of this process, in which `serve` is called with a connection."""
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        with warnings.catch_warnings():  # of threads, which the child does not need
            warnings.simplefilter("ignore", DeprecationWarning)
            number = os.fork()
        if number == 0:
            ours.close()
            _serve_forked(serve, theirs, parent)
        theirs.close()
        return cls(number, Connection(ours), lambda: _exit_status(number))

    @classmethod
    def spawn(cls, command: Callable[[int], Sequence[str]], *descriptors: int) -> Self:
        """Start a new process with some open files.

        Parameters
        ----------
        command : callable
            Returns its program and arguments, given the number of its end of the connection.
        *descriptors : int
            Further open files that it gets.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                command(theirs.fileno()),
                pass_fds=[theirs.fileno(), *descriptors],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # so that one signal ends it with what it has started
            )
        return cls(process.pid, Connection(ours), process.poll)

    def end(self, patience: float) -> int:
        """Close the connection, wait a while, and end what is left.

        Parameters
        ----------
        patience : float
            Time that it has to end by itself [s].

        Returns
        -------
        int
            Its exit status; of a signal, the negative number. `UNREACHABLE` if it had time, and did
            not end by itself.
        """
        self._end.detach()
        return _end(self.number, self.connection, self.poll, patience)


@whole
def _end(
    number: int, connection: Connection, poll: Callable[[], int | None], patience: float
) -> int:
    connection.close()
    stop, status, is_late = time.monotonic() + patience, poll(), False
    while status is None:
        if time.monotonic() >= stop:
            is_late = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.001)
        status = poll()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(number, signal.SIGKILL)  # whatever it has started
    return UNREACHABLE if is_late and patience > 0.0 else status


def _exit_status(number: int) -> int | None:
    """Return how a child ended, or None if it has not."""
    try:
        found, status = os.waitpid(number, os.WNOHANG)
    except ChildProcessError:  # the program lets nobody wait for its children
        return 0
    return os.waitstatus_to_exitcode(status) if found else None


def _serve_forked(serve: Serve, stream: socket.socket, parent: int) -> NoReturn:
    """Serve in the child, and end without what the parent would do at its end."""
    status = UNREACHABLE
    try:
        _leave_terminal()
        end_with(parent)
        serve(Connection(stream))
        status = 0
    finally:
        os._exit(status)


def _leave_terminal() -> None:
    """Make a forked child one that neither terminals nor the parent's plans concern."""
    os.setsid()  # Ctrl-C is for the parent, and one signal ends the child with what it starts
    faulthandler.disable()
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):  # runs do not show what environments print
        os.dup2(nothing, standard)
    gc.freeze()  # what the parent made is not looked through, and so not copied


def end_with(parent: int) -> None:
    """Let this process end when its parent does, where the system can do so, and not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it reaches all; the parent decides
    with contextlib.suppress(OSError, AttributeError):  # Linux has it
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(UNREACHABLE)


def describe_exit(status: int) -> str:
    """Return what an exit status means, of a process that should not have ended.

    Parameters
    ----------
    status : int
        Its exit status; of a signal, the negative number.
    """
    if status == UNREACHABLE:
        return "has closed files of the process that it did not open"
    if status >= 0:
        return f"has ended the process (exit status {status})"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"number {-status}"
    memory = "; perhaps memory has run out" if -status == signal.SIGKILL else ""
    return f"has ended the process (signal {name}{memory})"


def is_own_doing(status: int) -> bool:
    """Whether only the process itself can have caused its end: by an exit, or by a fault."""
    return status >= 0 or -status in _FAULTS
