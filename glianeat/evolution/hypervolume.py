"""Hypervolume of a front above a fixed reference; the only module that imports moocore."""

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
