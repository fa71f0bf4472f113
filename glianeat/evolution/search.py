"""Separable CMA-ES [1]_: a normal distribution that moves to where samples of it did best.

It keeps a standard deviation for each coordinate, so that time and memory are linear in their
number. Sums are in a written order, so that results are the same on every machine.

References
----------
.. [1] R. Ros and N. Hansen, "A simple modification in CMA-ES achieving linear time and space
   complexity", PPSN X, 2008, pp. 296-305; its constants are those of N. Hansen, "The CMA
   evolution strategy: a tutorial", arXiv:1604.00772, table 1.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from glianeat.elementary import exp, log
from glianeat.typing import FloatArray

_LARGEST_STEP = 1e3  # of the step size, relative to the scale of a coordinate …
_SMALLEST_STEP = 1e-6  # … so that a landscape without slope does not carry it away


@dataclass(frozen=True, eq=False)
class Distribution:
    """Where to search, and how far; arrays of shape (N,).

    Parameters
    ----------
    mean : ndarray of float64
        Its centre.
    spread : ndarray of float64
        Standard deviation of each coordinate at a step size of 1.
    step : float
        Step size.
    step_path, spread_path : ndarray of float64
        Fading sums of the steps of the mean: normalised, and as they were.
    fading : float
        Share of `step_path` that is still of its beginning, squared.
    """

    mean: FloatArray
    spread: FloatArray
    step: float
    step_path: FloatArray
    spread_path: FloatArray
    fading: float = 1.0


@dataclass(frozen=True)
class _Constants:
    """Weights of samples, the best first, and rates of learning."""

    weights: tuple[float, ...]
    mass: float  # variance effective selection mass
    path: float  # of the path of the step size
    damping: float
    spread_path: float
    rank_one: float
    rank_mu: float


def begin(mean: FloatArray, spread: FloatArray, step: float) -> Distribution:
    """Return a distribution that has learnt nothing yet."""
    return Distribution(mean, spread, step, np.zeros(len(mean)), np.zeros(len(mean)))


def points(distribution: Distribution, noise: FloatArray) -> FloatArray:
    """Return samples, shape (S, N), of standard normal noise of this shape."""
    return distribution.mean + distribution.step * (distribution.spread * noise)


def adapted(distribution: Distribution, noise: FloatArray) -> Distribution:
    """Return the distribution after its samples were ranked.

    Parameters
    ----------
    distribution : Distribution
        From which they were.
    noise : ndarray of float64, shape (S, N)
        The noise of each sample, the best first; of fewer than two, nothing is learnt.
    """
    n_samples, n = noise.shape
    if n_samples < 2 or n == 0:
        return distribution
    constants = _constants(n_samples, n)
    spread = distribution.spread
    normal = _weighted(noise, constants.weights)
    shift = spread * normal
    path = _faded(distribution.step_path, normal, constants.path, constants.mass)
    fading = distribution.fading * (1.0 - constants.path) * (1.0 - constants.path)
    length, expected = _length(path), _expected_length(n)
    straight = length / math.sqrt(1.0 - fading) < (1.4 + 2.0 / (n + 1.0)) * expected
    moved = shift if straight else np.zeros(n)
    spread_path = _faded(distribution.spread_path, moved, constants.spread_path, constants.mass)
    kept = 1.0 - constants.rank_one - constants.rank_mu
    if not straight:
        kept += constants.rank_one * constants.spread_path * (2.0 - constants.spread_path)
    squares = _weighted((spread * noise) * (spread * noise), constants.weights)
    variance = kept * (spread * spread) + constants.rank_one * (spread_path * spread_path)
    variance = variance + constants.rank_mu * squares
    growth = constants.path / constants.damping * (length / expected - 1.0)
    step = distribution.step * exp(min(1.0, growth))
    return replace(
        distribution,
        mean=distribution.mean + distribution.step * shift,
        spread=np.sqrt(variance),
        step=min(max(step, _SMALLEST_STEP), _LARGEST_STEP),
        step_path=path,
        spread_path=spread_path,
        fading=fading,
    )


def _constants(n_samples: int, n: int) -> _Constants:
    parents = n_samples // 2
    raw = [log((n_samples + 1) / 2.0) - log(float(i)) for i in range(1, parents + 1)]
    total = math.fsum(raw)
    weights = tuple(one / total for one in raw)
    mass = 1.0 / math.fsum(one * one for one in weights)
    path = (mass + 2.0) / (n + mass + 5.0)
    damping = 1.0 + 2.0 * max(0.0, math.sqrt((mass - 1.0) / (n + 1.0)) - 1.0) + path
    faster = (n + 2.0) / 3.0  # since there are fewer numbers to learn than in a full matrix
    rank_one = faster * 2.0 / ((n + 1.3) * (n + 1.3) + mass)
    rank_mu = faster * 2.0 * (mass - 2.0 + 1.0 / mass) / ((n + 2.0) * (n + 2.0) + mass)
    rank_one = min(rank_one, 0.5)
    return _Constants(
        weights=weights,
        mass=mass,
        path=path,
        damping=damping,
        spread_path=(4.0 + mass / n) / (n + 4.0 + 2.0 * mass / n),
        rank_one=rank_one,
        rank_mu=min(1.0 - rank_one, rank_mu),
    )


def _weighted(rows: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    """Return the weighted sum of the first rows, added one after the other."""
    total = np.zeros(rows.shape[1])
    for row, weight in zip(rows, weights, strict=False):
        total = total + weight * row
    return total


def _faded(path: FloatArray, step: FloatArray, rate: float, mass: float) -> FloatArray:
    faded: FloatArray = (1.0 - rate) * path + math.sqrt(rate * (2.0 - rate) * mass) * step
    return faded


def _length(vector: FloatArray) -> float:
    return math.sqrt(math.fsum((vector * vector).tolist()))


def _expected_length(n: int) -> float:
    """Return the mean length of a standard normal vector, to the third order in 1 / n."""
    return math.sqrt(float(n)) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n))
