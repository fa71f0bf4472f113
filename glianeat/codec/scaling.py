"""Scaling of observations, which decides more than anything else whether anything is learnt.

It never depends on the order of evaluation: it is made once, before a run, and kept in it.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import numpy as np

from glianeat.codec.random_actions import sample_observations
from glianeat.config import Settings, within
from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import TaskSpec
from glianeat.typing import BoolArray, FloatArray

Squash = Literal["linear", "tanh", "asinh", "none"]
_CONSTANT = 1e-9  # a range so narrow is that of an observation which does not change
NO_BOUND = 1e30  # beyond it a bound is none, as the largest float32 is often meant
_VISITED = 0.05  # bounds of which random actions visit a smaller share say nothing
# mean squares of numbers that keep within their range, and of those that tanh scales: founders on
# tasks with such ranges had 0.02 to 0.2
_SQUARE_WITHIN, _SQUARE_AMID = 0.25, 0.15


class ScalingConfig(Settings):
    """How observations are scaled: z = squash((o − centre) / scale)."""

    squash: tuple[Squash, ...] = ("tanh",)
    """Linear within ±1, the tanh or asinh of it, or none, as for choices; of each observation, or
    one for all."""
    centre: tuple[float, ...] = ()
    """Centre of each observation."""
    scale: tuple[Annotated[float, within(above=0)], ...] = ()
    """Half range of each observation."""


class Scaled(NamedTuple):
    """How observations are scaled, and how large they then are.

    Parameters
    ----------
    scaling : ScalingConfig
        The scaling of every number observed.
    squares : ndarray of float64, shape (n,)
        Mean square of each scaled number: under random actions if these were tried, else as if it
        kept to half its range.
    """

    scaling: ScalingConfig
    squares: FloatArray


def resolve_scaling(config: ScalingConfig | None, task: TaskConfig, spec: TaskSpec) -> Scaled:
    """Return the scaling of every number observed, and their mean squares.

    Of numbers, it comes from typical ranges (tanh, unless the task says otherwise), else from
    finite bounds (linear), else from the statistics of 20 episodes of random actions (asinh of two
    standard deviations), whose seed is the same for all runs. Bounds of which random actions visit
    less than a twentieth, as those of bytes that count to three, do not count. Choices and bits
    are left as they are.

    Raises
    ------
    ConfigError
        If the scaling does not fit the observations of the task.
    """
    if config is None:
        return _scaling(task, spec)
    n = spec.n_observations
    squash = config.squash * n if len(config.squash) == 1 else config.squash
    for name, values in (("squash", squash), ("centre", config.centre), ("scale", config.scale)):
        if len(values) != n:
            raise ConfigError(
                f"codec.scaling.{name}: must have {n} items for {task.id}, got {len(values)}"
            )
    return Scaled(config.replace(squash=squash), _typical_squares(squash))


def _scaling(task: TaskConfig, spec: TaskSpec) -> Scaled:
    number = np.concatenate([np.full(p.n_numbers, p.kind == "box") for p in spec.observed])
    low, high = spec.low, spec.high
    squash = np.where(number, "linear", "none").astype(object)
    mean, spread = None, None
    if spec.ranges is not None:
        low[number], high[number] = np.array(spec.ranges).T
        squash[number] = spec.known.squash
    elif number.any():
        sample, _ = sample_observations(task, spec)
        mean, spread = sample.mean(axis=0), sample.std(axis=0)
        told = number & _needs_statistics(low, high, spread)
        low[told], high[told] = (mean - 2.0 * spread)[told], (mean + 2.0 * spread)[told]
        squash[told] = "asinh"
    low[~number], high[~number] = spec.low[~number] - 1.0, spec.low[~number] + 1.0
    half = np.where(high - low > _CONSTANT, (high - low) / 2.0, 1.0)
    centre = (high + low) / 2.0
    squares = _typical_squares(squash.tolist())
    if mean is not None and spread is not None:
        visited = (np.square(mean - centre) + np.square(spread)) / np.square(half)
        squares = np.minimum(visited, 1.0)
    scaling = ScalingConfig(
        squash=tuple(squash.tolist()), centre=tuple(centre.tolist()), scale=tuple(half.tolist())
    )
    return Scaled(scaling, squares)


def _typical_squares(squash: Sequence[str]) -> FloatArray:
    return np.array([_SQUARE_AMID if name == "tanh" else _SQUARE_WITHIN for name in squash])


def _needs_statistics(low: FloatArray, high: FloatArray, spread: FloatArray) -> BoolArray:
    bounded = is_bound(low) & is_bound(high)
    width = np.where(bounded, high - low, 0.0)
    unvisited = (spread > 0.0) & (4.0 * spread < _VISITED * width)
    needed: BoolArray = ~bounded | unvisited
    return needed


def is_bound(values: FloatArray) -> BoolArray:
    """Return which values bound anything, shape as `values`."""
    bound: BoolArray = np.abs(values) < NO_BOUND
    return bound
