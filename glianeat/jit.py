"""The decorators through which glianeat compiles; the only module that imports Numba."""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit
from numba.core.compiler import Compiler

P = ParamSpec("P")
R = TypeVar("R")

_CACHE = os.environ.get("GLIANEAT_NUMBA_CACHE", "1") == "1"


class _NoAliasCompiler(Compiler):  # type: ignore[misc]
    """Tells LLVM that array arguments do not overlap, without which it does not vectorise."""

    def define_pipelines(self) -> list[object]:
        self.state.flags.noalias = True
        pipelines: list[object] = super().define_pipelines()
        return pipelines


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
    """Compile a small `function` that is merged into each of its callers."""
    compiled: Callable[P, R] = njit(nogil=True, error_model="numpy", forceinline=True)(function)
    return compiled


def vectorised(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over disjoint arrays that is merged into each of its callers.

    The arrays handed to `function` must not overlap. In return the compiler vectorises its loops
    (measured on 510 neurons: 3.8 to 1.3 ns each), and many array arguments cost nothing.
    """
    compiled: Callable[P, R] = njit(
        nogil=True,
        error_model="numpy",
        forceinline=True,
        pipeline_class=_NoAliasCompiler,
    )(function)
    return compiled
