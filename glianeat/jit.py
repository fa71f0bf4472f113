"""The one decorator through which glianeat compiles; the only module that imports Numba."""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

_CACHE = os.environ.get("GLIANEAT_NUMBA_CACHE", "1") == "1"


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` in nopython mode with the project's fixed options.

    ``fastmath`` stays off: it assumes away NaN, which the simulator uses to detect divergence,
    and lets results depend on the build. ``parallel`` stays off: a fork and join per step costs
    more than the step. Machine code is kept beside the source, so that only the first run on a
    machine compiles; ``GLIANEAT_NUMBA_CACHE=0`` turns that off.
    """
    compiled: Callable[P, R] = njit(nogil=True, error_model="numpy", cache=_CACHE)(function)
    return compiled


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small `function` that the compiler is to merge into each of its callers."""
    compiled: Callable[P, R] = njit(
        nogil=True, error_model="numpy", cache=_CACHE, forceinline=True
    )(function)
    return compiled
