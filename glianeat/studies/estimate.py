"""How long a sweep will still take, from the cells that are finished; no guess without any."""

from collections.abc import Iterable, Sequence
from statistics import fmean, median

import msgspec


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """How long what remains will take, if its cells take as long as finished ones."""

    seconds: float
    runs: int
    """Cells that remain."""
    basis: int
    """Finished cells that it is made of."""
    unknown: int
    """Cells of combinations of which none is finished; the others' mean is taken for them."""


def estimate(
    finished: Sequence[tuple[int, float]], remaining: Iterable[int], jobs: int = 1
) -> Estimate | None:
    """Return how long the remaining cells will take; None if none is finished.

    A cell takes as long as the median of its combination, which the first cell of all, in which
    code is compiled, does not move far.

    Parameters
    ----------
    finished : sequence of (int, float)
        Combination and duration [s] of each finished cell.
    remaining : iterable of int
        Combination of each cell that is not finished; those in progress count in full.
    jobs : int
        How many run at a time.
    """
    if not finished:
        return None
    durations: dict[int, list[float]] = {}
    for combination, seconds in finished:
        durations.setdefault(combination, []).append(seconds)
    known = {combination: median(found) for combination, found in durations.items()}
    every = fmean(known.values())
    rest = list(remaining)
    seconds = sum(known.get(combination, every) for combination in rest) / max(jobs, 1)
    unknown = sum(combination not in known for combination in rest)
    return Estimate(seconds=seconds, runs=len(rest), basis=len(finished), unknown=unknown)
