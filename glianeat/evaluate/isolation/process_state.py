"""What the code of others may change in a process, to the harm of whoever is evaluated next."""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import warnings
from typing import Any, Self

import numpy as np

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
_FLOATING = 256  # bytes, more than any processor's floating-point environment takes


class FloatingPointState:
    """How the processor calculates: its direction of rounding, and whether tiny numbers are 0.

    Libraries compiled with ``-ffast-math`` change it for the whole process when they are loaded.
    """

    def __init__(self) -> None:
        self._kept = ctypes.create_string_buffer(_FLOATING)
        with contextlib.suppress(OSError, AttributeError):  # there is no C library to ask
            library = ctypes.CDLL(None)
            library.fegetenv(self._kept)
            self._restore = library.fesetenv

    def restore(self) -> None:
        """Return to how it was."""
        restore = getattr(self, "_restore", None)
        if restore is not None:
            restore(self._kept)


class SignalHandlers:
    """Who handles the signals that end a run or an evaluation."""

    def __init__(self) -> None:
        is_main = threading.current_thread() is threading.main_thread()
        self._kept = [(n, signal.getsignal(n)) for n in _SIGNALS] if is_main else []

    def restore(self) -> None:
        """Return to how it was."""
        for number, handler in self._kept:
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


class ProcessState:
    """The folder, the variables, and what Python and NumPy are told to warn of."""

    def __init__(self) -> None:
        self._folder = _folder()
        self._variables = dict(os.environ)
        self._errors: Any = np.geterr()
        self._depth = sys.getrecursionlimit()
        self._filters = list(warnings.filters)

    @classmethod
    def now(cls) -> Self:
        """Return how it is."""
        return cls()

    def restore(self) -> None:
        """Return to how it was."""
        if sys.getrecursionlimit() != self._depth:
            sys.setrecursionlimit(self._depth)
        if self._folder is not None and _folder() != self._folder:
            with contextlib.suppress(OSError):
                os.chdir(self._folder)
        if dict(os.environ) != self._variables:
            os.environ.clear()
            os.environ.update(self._variables)
        if np.geterr() != self._errors:
            np.seterr(**self._errors)
        if list(warnings.filters) != self._filters:
            with warnings.catch_warnings():
                pass  # which forgets what was decided under the filters of before
            warnings.filters[:] = self._filters  # type: ignore[index]


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - a path costs more to make than to ask for
    except OSError:  # it has been deleted
        return None
