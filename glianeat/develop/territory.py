"""Territories: which astrocyte ensheaths which neurons; they tile, as in the brain.

A neuron is ensheathed with all synapses onto it. The astrocytes of a region share its neurons out
along a Morton curve, in proportion to their reach, and then, where the region is small enough,
settle by Lloyd's algorithm [1]_. Where astrocytes outnumber neurons, each neuron has several.

References
----------
.. [1] S. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
"""

import numpy as np

from glianeat.typing import FloatArray, IntArray

_LLOYD_ROUNDS = 8
_LLOYD_PAIRS = 1_000_000  # above so many astrocyte-neuron pairs the curve alone decides: linear


def tile(positions: FloatArray, reach: FloatArray) -> IntArray:
    """Return the astrocyte of each neuron, for at most as many astrocytes as neurons.

    Parameters
    ----------
    positions : ndarray of float64, shape (n, 2)
        Positions of the neurons of one region [region radii].
    reach : ndarray of float64, shape (g,)
        Reach of each astrocyte; of two equally far, the one of larger reach wins.

    Returns
    -------
    ndarray of int64, shape (n,)
        Index of the astrocyte; every neuron has exactly one.
    """
    owner = _along_curve(positions, reach)
    if len(positions) * len(reach) > _LLOYD_PAIRS or len(reach) == 1:
        return owner
    for _ in range(_LLOYD_ROUNDS):
        centres = centroids(positions, owner, len(reach))
        gap = positions[:, None, :] - centres[None, :, :]
        nearest = (np.square(gap).sum(axis=2) / np.square(reach)).argmin(axis=1)
        if np.array_equal(nearest, owner):
            break
        owner = nearest
    return owner


def centroids(positions: FloatArray, owner: IntArray, count: int) -> FloatArray:
    """Return the mean position of each astrocyte's neurons, shape (count, 2).

    An astrocyte without neurons sits at the centroid of all of them.
    """
    number = np.bincount(owner, minlength=count)
    sums = np.stack(
        [np.bincount(owner, positions[:, axis], minlength=count) for axis in (0, 1)], axis=1
    )
    centre = positions.mean(axis=0)
    return np.where(number[:, None] > 0, sums / np.maximum(number, 1)[:, None], centre)


def _along_curve(positions: FloatArray, reach: FloatArray) -> IntArray:
    order = np.argsort(_morton(positions), kind="stable")
    ends = np.floor(np.cumsum(reach) / reach.sum() * len(positions) + 0.5).astype(np.int64)
    owner = np.empty(len(positions), dtype=np.int64)
    owner[order] = np.minimum(
        np.searchsorted(ends, np.arange(len(positions)), side="right"), len(reach) - 1
    )
    return owner


def _morton(positions: FloatArray) -> IntArray:
    """Return the position of points along a Morton (Z-order) curve of 2**16 steps a side."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    cells = ((positions - low) / np.maximum(high - low, 1e-12) * 65535).astype(np.int64)
    return _spread(cells[:, 0]) | (_spread(cells[:, 1]) << 1)


def _spread(bits: IntArray) -> IntArray:
    """Put a zero between the 16 low bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << shift)) & mask
    return bits
