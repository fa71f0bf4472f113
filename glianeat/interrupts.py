"""Interrupts that always arrive: SIGINT and SIGTERM ask for an end until there is one.

What a signal handler raises may be lost: C code clears it (NumPy's look-up of `__array_ufunc__`,
msgspec, `abc`), and so does ``except BaseException`` in the code of others. Therefore the first
signal only sets a flag, which is looked at wherever it is good to stop (`check`). If that does not
happen soon, or another signal comes, the handler raises `Interrupted` wherever the program is, but
not inside of functions that are `whole`; a thread sends the signal again until the end is reached.
"""

import _thread
import functools
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SOON = 0.5  # [s] within which the flag should have been looked at
_AGAIN = 1.0  # [s] after which what was raised counts as lost
_FRAGILE = "llvmlite.binding"  # frees twice, or never, what it was interrupted in freeing
_PATIENCE = 8.0  # [s] after which nothing is waited for any more


class Interrupted(BaseException):
    """A signal asked for an end; not an `Exception`, so that few swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def whole(function: Callable[P, R]) -> Callable[P, R]:
    """Let a short function end before an interrupt is raised, such as one that commits."""

    @functools.wraps(function)
    def run_whole(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return run_whole


class _Handler:
    """Handles both signals, and remembers that one came."""

    def __init__(self, last_resort: Callable[[int], None] | None) -> None:
        self.number = 0
        self.last_resort = last_resort
        self._main, self._left = threading.get_ident(), threading.Event()
        self._began, self._raised = 0.0, 0.0
        self._before: dict[int, Any] = {}

    def install(self, over: tuple[object, ...]) -> None:
        """Take the place of the default handlers, and of those `over` which this one goes."""
        replaced = (signal.default_int_handler, signal.SIG_DFL, *over)
        self._hook, sys.unraisablehook = sys.unraisablehook, self._hear_of_loss
        for number in SIGNALS:
            if signal.getsignal(number) in replaced:
                self._before[number] = signal.signal(number, self)

    def remove(self) -> None:
        """Put back the handlers that were there before."""
        self._left.set()
        sys.unraisablehook = self._hook
        for number, before in self._before.items():
            signal.signal(number, before)

    def raise_if_asked(self) -> None:
        """Raise `Interrupted` if a signal came."""
        if self.number:
            self._raised = time.monotonic()
            raise Interrupted(self.number)

    def _hear_of_loss(self, lost: "sys.UnraisableHookArgs") -> None:
        """Say nothing of an interrupt that was raised where nothing can be, such as `__del__`."""
        if issubclass(lost.exc_type, Interrupted):
            self._raised = 0.0  # it is not on its way
        else:
            self._hook(lost)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._left.is_set():  # the block has just ended, and is going to raise
            self.number = self.number or number
            return
        now = time.monotonic()
        if not self.number:
            self.number, self._began = number, now
            try:
                _thread.start_new_thread(self._insist, ())
            except RuntimeError:  # there are too many
                self.raise_if_asked()
            return
        on_its_way = now - self._raised < _AGAIN
        if not on_its_way and (now - self._began > _PATIENCE or not _is_in_whole(frame)):
            self.raise_if_asked()

    def _insist(self) -> None:
        """Send the signal again until the end is reached."""
        wait, again = _SOON, min(self._before)  # SIGINT, if that is ours: Ray leaves it alone
        while not self._left.wait(wait):
            if self.last_resort is not None and time.monotonic() - self._began > _PATIENCE:
                self.last_resort(self.number)
            signal.pthread_kill(self._main, again)
            wait = _AGAIN / 4.0


def _run_nothing() -> None: ...


_WHOLE: CodeType = whole(_run_nothing).__code__  # the same for all functions that are whole


def _is_in_whole(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is _WHOLE or frame.f_globals.get("__name__", "").startswith(_FRAGILE):
            return True
        frame = frame.f_back
    return False


@contextmanager
def interruptible(
    over: tuple[object, ...] = (), last_resort: Callable[[int], None] | None = None
) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the block in good order.

    Only in the main thread, and only in place of Python's default handlers: who has handlers of
    their own keeps them. Within another such block, nothing happens.

    Parameters
    ----------
    over : tuple
        Handlers that are replaced as if they were default ones.
    last_resort : callable, optional
        Is called with the signal's number, by another thread, if the block has not ended after 8 s.

    Raises
    ------
    KeyboardInterrupt
        After SIGINT, once the block has ended.
    SystemExit
        After SIGTERM, with exit status 143.
    """
    if threading.current_thread() is not threading.main_thread() or _installed() is not None:
        yield
        return
    handler = _Handler(last_resort)
    try:
        handler.install(over)
        yield
    except BaseException:
        if not handler.number:
            raise
    finally:
        handler.remove()
    if handler.number == signal.SIGINT:
        raise KeyboardInterrupt
    if handler.number:
        raise SystemExit(128 + handler.number)


def check() -> None:
    """Raise `Interrupted` if a signal came since the block that is `interruptible` began."""
    handler = _installed()
    if handler is not None and threading.current_thread() is threading.main_thread():
        handler.raise_if_asked()


def at_the_last(last_resort: Callable[[int], None]) -> None:
    """Choose what is done if the interruptible block does not end: see `interruptible`."""
    handler = _installed()
    if handler is not None and handler.last_resort is not None:
        handler.last_resort = last_resort


@contextmanager
def keeping_handlers() -> Iterator[Callable[[], None]]:
    """Let no foreign code in a block replace the handlers of both signals, not for a moment.

    Code that is not Python can replace them all the same. The block is given a function that puts
    them back: call it often where such code runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield _run_nothing
        return
    original = signal.signal

    def keep(number: Any, handler: Any) -> Any:
        return signal.getsignal(number) if number in SIGNALS else original(number, handler)

    before = {number: signal.getsignal(number) for number in SIGNALS}

    def put_back() -> None:
        for number, handler in before.items():
            if handler is not None:  # None is one that was not installed from Python
                original(number, handler)

    signal.signal = keep  # type: ignore[assignment]
    try:
        yield put_back
    finally:
        signal.signal = original
        put_back()


def is_from_outside(error: BaseException) -> bool:
    """Return whether an exception out of foreign code is an interrupt, not that code's own.

    It is if a signal has asked for an end, or if a handler of the host raised it. Python's default
    handler leaves no trace: where that is in place, a `KeyboardInterrupt` counts as an interrupt.
    """
    handler = _installed()
    if isinstance(error, Interrupted) or (handler is not None and handler.number):
        return True
    handlers = [signal.getsignal(number) for number in SIGNALS]
    codes = {code for code in map(_code, handlers) if code is not None}
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code in codes:
            return True
        traceback = traceback.tb_next
    in_main = threading.current_thread() is threading.main_thread()
    default = handlers[0] is signal.default_int_handler
    return isinstance(error, KeyboardInterrupt) and in_main and default


def _code(handler: object) -> CodeType | None:
    """Return the code of a handler: a function, a method, or an object that can be called."""
    for function in (handler, vars(type(handler)).get("__call__")):
        code = getattr(function, "__code__", None)  # which a method has, too
        if isinstance(code, CodeType):
            return code
    return None


def _installed() -> _Handler | None:
    for number in SIGNALS:
        handler = signal.getsignal(number)
        if isinstance(handler, _Handler):
            return handler
    return None
