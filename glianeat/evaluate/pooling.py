"""Pooling: several assessments of one genome taken together, so that luck washes out."""

from collections.abc import Callable, Sequence
from operator import attrgetter

import msgspec
import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.typing import FloatArray


def pooled(assessments: Sequence[Evaluation]) -> Evaluation:
    """Return one evaluation over the episodes of all assessments of a genome.

    Every episode counts alike in what is a mean over episodes, every simulated second in what is a
    rate. If one of the assessments failed, the evaluation is the last that did.

    Parameters
    ----------
    assessments : sequence of Evaluation
        At least one, the oldest first, all of the same genome and with the same number of rewards.
    """
    last = assessments[-1]
    failed = [one for one in assessments if not one.is_ok]
    if failed or len(assessments) == 1:
        return failed[-1] if failed else last
    episodes = np.array([len(one.returns) for one in assessments], dtype=np.float64)
    seconds = np.array([one.seconds for one in assessments])
    by_episode = _weighted(assessments, episodes)
    by_second = _weighted(assessments, seconds if seconds.sum() > 0.0 else episodes)
    return msgspec.structs.replace(
        last,
        returns=tuple(value for one in assessments for value in one.returns),
        rewards=by_episode("rewards"),
        lengths=tuple(length for one in assessments for length in one.lengths),
        power=by_second("power"),
        penalty=by_episode("penalty"),
        spikes_per_second=by_second("spikes_per_second"),
        output_spikes_per_second=by_second("output_spikes_per_second"),
        seconds=float(seconds.sum()),
        amounts=_summed([one.amounts for one in assessments]),
        counts=_summed([one.counts for one in assessments]),
        outside=sum(one.outside for one in assessments),
    )


def _weighted(assessments: Sequence[Evaluation], weights: FloatArray) -> Callable[[str], object]:
    """Return a function from the name of a field to its weighted mean."""
    shares = weights / weights.sum()

    def mean(name: str) -> object:
        values = np.array([attrgetter(name)(one) for one in assessments])
        # in this order: a matrix product sums in another on each kind of processor
        means = np.add.reduce((shares * values.T).T, axis=0)
        return tuple(means.tolist()) if values.ndim > 1 else float(means)

    return mean


def _summed(tables: Sequence[tuple[tuple[float, ...], ...]]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, np.sum([np.array(table) for table in tables], axis=0).tolist()))
