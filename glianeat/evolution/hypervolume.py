"""Hypervolume and attainment of fronts; the only module that imports moocore."""

import math
from collections.abc import Sequence

import moocore
import numpy as np

from glianeat.typing import FloatArray


def hypervolume(points: FloatArray, reference: FloatArray) -> float:
    """Return the volume that is dominated by some point and dominates the reference.

    Points that do not dominate the reference add nothing.

    Parameters
    ----------
    points : ndarray of float64, shape (P, N)
        Objectives, all to be maximised.
    reference : ndarray of float64, shape (N,)
        Where the volume ends.
    """
    return float(moocore.hypervolume(points, ref=reference, maximise=True))


def reference_point(points: FloatArray) -> FloatArray:
    """Return a reference for all generations of a run, from the objectives of its first.

    It lies below the worst founder in every objective, by as much as founders differ in it, or by
    one where they do not. So agents that spend more than any founder did, as those that begin to
    act do, still count, while the extremes of the front do not outweigh its middle.

    Parameters
    ----------
    points : ndarray of float64, shape (P, N)
        Objectives, all to be maximised; at least one point.

    Returns
    -------
    ndarray of float64, shape (N,)
    """
    worst: FloatArray = points.min(axis=0)
    span = points.max(axis=0) - worst
    return worst - np.where(span > 0.0, span, 1.0)


def attainment_surface(fronts: Sequence[FloatArray], share: float) -> FloatArray:
    """Return the front that at least a share of some fronts attain: their quantile, as it were.

    Parameters
    ----------
    fronts : sequence of ndarray of float64, shapes (P_i, N)
        Objectives, all to be maximised, two or three of them; a front may be empty.
    share : float
        How many of the fronts are to reach a point or something that dominates it, in (0, 1].

    Returns
    -------
    ndarray of float64, shape (P, N)
        The best points that are reached so often, by the rising first objective; none if too many
        fronts are empty.
    """
    told = [front for front in fronts if len(front)]
    wanted = math.ceil(share * len(fronts) - 1e-9)  # such as 0.3 * 10, which is above 3
    if wanted > len(told) or not told:
        return np.empty((0, fronts[0].shape[1] if len(fronts) else 0))
    points = np.concatenate(told)
    sets = np.repeat(np.arange(len(told)), [len(front) for front in told])
    percent = 100.0 * (max(wanted, 1) - 0.5) / len(told)  # moocore rounds it up to a front
    surface: FloatArray = -moocore.eaf(-points, sets, percentiles=[percent])[:, :-1]
    return surface[np.lexsort(surface.T[::-1])]
