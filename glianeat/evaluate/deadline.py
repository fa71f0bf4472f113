"""A wall-clock limit on code that may never return."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class DeadlineReached(BaseException):
    """The limit has passed; not an `Exception`, so that no environment swallows it."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `DeadlineReached` inside the block once `seconds` have passed.

    Works by a signal, so only in the main thread of a process and on POSIX; elsewhere there is no
    limit. Code that never returns to Python is not reached: that takes another process, as the
    Ray evaluator has.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise DeadlineReached

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
