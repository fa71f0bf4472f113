"""Statistics of repeated runs: ranks, resampling, corrections; the only module that imports SciPy.

All functions are pure: arrays in, numbers out, randomness an argument. Values may be infinite,
for runs that never did what was counted: ranks need no more than an order.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from glianeat.typing import AnyArray, FloatArray

LEVEL = 0.95  # of confidence
RESAMPLES = 2000
_BATCH = 20_000_000  # numbers that are resampled at a time
Statistic = Literal["median", "mean"]
_STATISTICS: dict[str, Callable[..., AnyArray]] = {"median": np.median, "mean": np.mean}


class Interval(NamedTuple):
    """A number and its confidence interval; both ends are NaN where there is none."""

    value: float
    low: float
    high: float


class Band(NamedTuple):
    """The middle of some curves and its confidence band, each of shape (P,)."""

    middle: FloatArray
    low: FloatArray
    high: FloatArray


def bootstrap_interval(
    values: FloatArray, rng: np.random.Generator, statistic: Statistic = "median"
) -> Interval:
    """Return the median or mean of some values, with its percentile bootstrap interval.

    Parameters
    ----------
    values : ndarray of float64, shape (R,)
        One value of each run. Infinite ones are of one sign; a statistic that they decide is
        infinite, too.
    rng : numpy.random.Generator
        Draws the resamples.
    statistic : {'median', 'mean'}
        What is estimated.

    Returns
    -------
    Interval
        NaN where there is no value; without ends for a single one.
    """
    if not len(values):
        return Interval(np.nan, np.nan, np.nan)
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=1.0))
    far = 1e9 * len(values) * largest  # so far that whatever it moves lies beyond all others
    shown = np.clip(values, -far, far)
    band = bootstrap_band(shown[:, np.newaxis], rng, statistic)
    ends = [_as_infinite(float(one[0]), largest) for one in band]
    return Interval(*ends)


def bootstrap_band(
    curves: FloatArray, rng: np.random.Generator, statistic: Statistic = "median"
) -> Band:
    """Return the pointwise median or mean of some curves, with its bootstrap confidence band.

    Whole curves are resampled, so that the band knows that each is of one run.

    Parameters
    ----------
    curves : ndarray of float64, shape (R, P)
        One curve of each run; NaN where it has no value, and does not count.
    rng : numpy.random.Generator
        Draws the resamples.
    statistic : {'median', 'mean'}
        What is estimated.

    Returns
    -------
    Band
        NaN where there is no value; without low and high where there is but one.
    """
    middle, low, high = np.full((3, curves.shape[1]), np.nan)
    told = np.isfinite(curves)
    for pattern in np.unique(told, axis=1).T:
        points = np.flatnonzero((told == pattern[:, np.newaxis]).all(axis=0))
        present = curves[np.ix_(pattern, points)]
        if not len(present):
            continue
        middle[points] = _STATISTICS[statistic](present, axis=0)
        if len(present) > 1:
            low[points], high[points] = _ends(present, rng, _STATISTICS[statistic])
    return Band(middle, low, high)


def vargha_delaney(first: AnyArray, second: AnyArray, axis: int = -1) -> AnyArray:
    """Return A12: how probable it is that a value of the first is larger than one of the second.

    Equal ones count half (Vargha & Delaney 2000). Small effects begin at 0.56 and 0.44, medium
    ones at 0.64 and 0.36, large ones at 0.71 and 0.29.

    Parameters
    ----------
    first, second : ndarray of float64, shapes (..., N) and (..., M)
        Values of both groups.
    axis : int
        The axis along which they lie; the last.
    """
    n, m = first.shape[axis], second.shape[axis]
    ranks = stats.rankdata(np.concatenate((first, second), axis=axis), axis=axis)
    total = np.take(ranks, np.arange(n), axis=axis).sum(axis=axis)
    shares: AnyArray = (total / n - (n + 1) / 2.0) / m
    return shares


def vargha_delaney_interval(
    first: FloatArray, second: FloatArray, rng: np.random.Generator
) -> Interval:
    """Return A12 of two groups with its percentile bootstrap interval.

    Where the groups do not overlap, no resample does, and the interval is a point: it says nothing
    of how few runs there are, which the test of Mann and Whitney does.

    Parameters
    ----------
    first, second : ndarray of float64, shapes (N,) and (M,)
        Values of both groups.
    rng : numpy.random.Generator
        Draws the resamples.

    Returns
    -------
    Interval
        Without ends unless each group has two values at least.
    """
    if not len(first) or not len(second):
        return Interval(np.nan, np.nan, np.nan)
    value = float(vargha_delaney(first, second))
    if min(len(first), len(second)) < 2:
        return Interval(value, np.nan, np.nan)
    found = stats.bootstrap(
        (first, second),
        vargha_delaney,
        vectorized=True,
        method="percentile",
        confidence_level=LEVEL,
        n_resamples=RESAMPLES,
        batch=_batch(len(first) + len(second)),
        rng=rng,
    ).confidence_interval
    return Interval(value, float(found.low), float(found.high))


def mann_whitney(first: FloatArray, second: FloatArray) -> float:
    """Return the two-sided p value of the test of Mann and Whitney; NaN without two values each.

    Exact for at most eight values without ties in the smaller group, else by the normal
    approximation with corrections for ties and continuity.

    Parameters
    ----------
    first, second : ndarray of float64, shapes (N,) and (M,)
        Values of both groups.
    """
    if min(len(first), len(second)) < 2:
        return np.nan
    return float(stats.mannwhitneyu(first, second, alternative="two-sided").pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected for how many tests there are (Holm 1979), in the same order.

    A test is significant at a level if its corrected value is not above it; then the probability
    of any false finding among all tests is not above the level. NaN counts as no test.
    """
    order = sorted((p, place) for place, p in enumerate(p_values) if not np.isnan(p))
    corrected, largest = list(p_values), 0.0
    for rank, (p, place) in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p))
        corrected[place] = largest
    return corrected


def _ends(
    curves: FloatArray, rng: np.random.Generator, statistic: Callable[..., AnyArray]
) -> tuple[FloatArray, FloatArray]:
    found = stats.bootstrap(
        (curves,),
        statistic,
        axis=0,
        vectorized=True,
        method="percentile",
        confidence_level=LEVEL,
        n_resamples=RESAMPLES,
        batch=_batch(curves.size),
        rng=rng,
    ).confidence_interval
    return found.low, found.high


def _batch(size: int) -> int:
    """Return how many resamples of so many numbers are drawn at a time."""
    return max(1, min(RESAMPLES, _BATCH // max(size, 1)))


def _as_infinite(value: float, largest: float) -> float:
    """Return a value, infinite if one that stands for infinity moved it beyond all others."""
    return np.copysign(np.inf, value) if abs(value) > largest else value
