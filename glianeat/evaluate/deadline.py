"""A wall-clock limit on code that may never return."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

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
    armed = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise DeadlineReached

    before = signal.signal(signal.SIGALRM, stop)
    left, repeat = signal.getitimer(signal.ITIMER_REAL)
    began = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, min(seconds, left) if left else seconds, _REPEAT)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        if left:
            rest = max(left - (time.monotonic() - began), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, rest, repeat)
