"""Calls of registered functions from compiled code."""

from collections.abc import Callable, Sequence
from typing import Any

from glianeat.compile.decorators import fused_loop

Step = Callable[[Any], None]


def each_that_is_on(
    steps: Sequence[Step], switch: Callable[[Any, int], int]
) -> Callable[[Any, int], None]:
    """Return a function of `(buffer, k)` that takes the steps that are switched on, in order.

    Step number i is taken if ``switch(buffer, k + i)`` is 1. Compiled, all are merged into the
    caller.
    """
    if not steps:
        return _nothing
    first, others = steps[0], each_that_is_on(steps[1:], switch)

    def take(buffer: Any, k: int) -> None:
        if switch(buffer, k) == 1:
            first(buffer)
        others(buffer, k + 1)

    return fused_loop(take)


@fused_loop
def _nothing(_buffer: Any, _k: int) -> None:
    return
