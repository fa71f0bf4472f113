"""Pooling: several evaluations of one genome taken together, so that luck washes out."""

import math
from collections.abc import Callable, Sequence
from operator import attrgetter

import msgspec
import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.typing import FloatArray


def pooled(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Return one evaluation over the episodes of all evaluations of a genome.

    Every episode counts alike in what is a mean over episodes, every simulated second in what is a
    rate. If one of the evaluations failed, the evaluation is the last that did.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        At least one, the oldest first, all of the same genome and with the same number of rewards.
    """
    last = evaluations[-1]
    failed = [one for one in evaluations if not one.is_ok]
    if failed or len(evaluations) == 1:
        return failed[-1] if failed else last
    episodes = np.array([len(one.returns) for one in evaluations], dtype=np.float64)
    seconds = np.array([one.seconds for one in evaluations])
    by_episode = _weighted(evaluations, episodes)
    by_second = _weighted(evaluations, seconds if seconds.sum() > 0.0 else episodes)
    return msgspec.structs.replace(
        last,
        returns=tuple(value for one in evaluations for value in one.returns),
        rewards=by_episode("rewards"),
        lengths=tuple(length for one in evaluations for length in one.lengths),
        power=by_second("power"),
        penalty=by_episode("penalty"),
        spikes_per_second=by_second("spikes_per_second"),
        output_spikes_per_second=by_second("output_spikes_per_second"),
        seconds=float(seconds.sum()),
        amounts=_summed([one.amounts for one in evaluations]),
        counts=_summed([one.counts for one in evaluations]),
        outside=sum(one.outside for one in evaluations),
        measured=_measures(evaluations, seconds if seconds.sum() > 0.0 else episodes),
    )


def _weighted(evaluations: Sequence[Evaluation], weights: FloatArray) -> Callable[[str], object]:
    """Return a function from the name of a field to its weighted mean."""
    shares = weights / weights.sum()

    def mean(name: str) -> object:
        values = np.array([attrgetter(name)(one) for one in evaluations])
        # in this order: a matrix product sums in another on each kind of processor
        means = np.add.reduce((shares * values.T).T, axis=0)
        return tuple(means.tolist()) if values.ndim > 1 else float(means)

    return mean


def _measures(
    evaluations: Sequence[Evaluation], weights: FloatArray
) -> dict[str, float] | msgspec.UnsetType:
    """Return the mean of each measure over simulated time, if there are some."""
    if evaluations[-1].measured is msgspec.UNSET:
        return msgspec.UNSET
    shares = (weights / weights.sum()).tolist()
    pairs = list(zip(shares, (one.measures for one in evaluations), strict=True))
    names = [name for name in evaluations[-1].measures if all(name in own for _, own in pairs)]
    return {name: math.fsum(share * own[name] for share, own in pairs) for name in names}


def _summed(tables: Sequence[tuple[tuple[float, ...], ...]]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, np.sum([np.array(table) for table in tables], axis=0).tolist()))
