"""A wall-clock limit on code that may never return."""

import inspect
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

from glianeat.interrupts import whole

_REPEAT = 1.0  # [s] between alarms after the first, should a destructor have swallowed that


class DeadlineReached(BaseException):
    """The limit has passed; not an `Exception`, so that no environment swallows it."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `DeadlineReached` inside the block once `seconds` have passed.

    Works by a signal, so only in the main thread of a process and on POSIX; elsewhere there is no
    limit. Code that never returns to Python is not reached: that takes another process, as the
    Ray evaluator has. Within another deadline, the sooner of the two holds.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    alarm = _Alarm()
    try:
        alarm.arm(seconds)
        if alarm.is_missed:
            raise DeadlineReached
        yield
    finally:
        alarm.disarm()


class _Alarm:
    """Raises `DeadlineReached` after some time, and again should that have been swallowed.

    Nothing is raised while it is armed or disarmed: it would stay armed, and raise in the code that
    comes after.
    """

    def __init__(self) -> None:
        self._armed = False
        self.is_missed = False

    @whole
    def arm(self, seconds: float) -> None:
        """Begin; what was to raise at the same time waits until `disarm`."""
        self._before = signal.signal(signal.SIGALRM, self._stop)
        self._left, self._repeat = signal.getitimer(signal.ITIMER_REAL)
        self._began = time.monotonic()
        self._armed = True
        soon = min(seconds, self._left) if self._left else seconds
        signal.setitimer(signal.ITIMER_REAL, soon, _REPEAT)

    @whole
    def disarm(self) -> None:
        """End, and put everything back as it was."""
        if not self._armed:
            return
        self._armed = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, self._before)
        if self._left:
            rest = max(self._left - (time.monotonic() - self._began), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, rest, self._repeat)

    def _stop(self, _number: int, frame: FrameType | None) -> None:
        if _is_changing(frame):
            self.is_missed = True
        elif self._armed:
            raise DeadlineReached


def _is_changing(frame: FrameType | None) -> bool:
    """Whether a deadline begins or ends: in its block, its generator is on no stack."""
    while frame is not None:
        if frame.f_code is _GENERATOR:
            return True
        frame = frame.f_back
    return False


_GENERATOR: CodeType = inspect.unwrap(deadline).__code__
