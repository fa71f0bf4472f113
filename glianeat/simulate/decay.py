"""Decay by time constants."""

import numpy as np

from glianeat.elementary import exp_each
from glianeat.typing import FloatArray


def decay(tau: FloatArray | float, step: float) -> FloatArray:
    """Return exp(-step / tau), equal on every processor, shape (N,)."""
    return exp_each(-step / np.atleast_1d(tau))
