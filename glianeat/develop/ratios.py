"""From glia-to-neuron ratios to numbers of astrocytes."""

import numpy as np

from glianeat.typing import FloatArray, IntArray

MAX_ASTROCYTES = 2_000_000  # a region may not develop more, whatever its mass


def astrocyte_counts(log2_ratio: FloatArray, mass: FloatArray) -> IntArray:
    """Return G_R = round(r_R · M_R), the astrocytes of each region, shape (R,) (models: D3).

    Halves are rounded up, so a region of one neuron at a ratio of one half has an astrocyte.

    Parameters
    ----------
    log2_ratio : ndarray of float64, shape (R,)
        Binary logarithm of the glia-to-neuron ratio.
    mass : ndarray of float64, shape (R,)
        Neuronal mass of each region.
    """
    counts = np.floor(np.exp2(log2_ratio) * mass + 0.5)
    return np.minimum(counts, MAX_ASTROCYTES).astype(np.int64)
