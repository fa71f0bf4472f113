"""Numbers as pages hold them: with few digits, and nothing where they are not finite."""

from typing import Any

import numpy as np

DIGITS = 6  # significant ones: more are not seen, and double the size of a page
FIRST_GENERATION = 1  # people count from it, in pages as in tables and pictures; the store from 0


def rounded(values: Any, digits: int = DIGITS) -> Any:
    """Return numbers as nested lists, rounded to some significant digits.

    Parameters
    ----------
    values : array_like of float
        The numbers. What is not finite becomes null in JSON.
    digits : int
        Significant digits.
    """
    array = np.asarray(values, dtype=np.float64)
    fine = np.isfinite(array) & (array != 0.0)
    size = np.floor(np.log10(np.abs(np.where(fine, array, 1.0)))).astype(np.int64)
    places = np.clip(digits - 1 - size, -300, 300)
    # by whole powers of ten, of which each division gives the nearest number to a short decimal
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    near = np.rint(np.where(fine, array, 0.0) * up / down) * down / up
    return np.where(fine, near, array).tolist()


def one(value: float, digits: int = DIGITS) -> float:
    """Return a number rounded to some significant digits."""
    return float(f"{value:.{digits}g}")


def named(values: "dict[str, float]") -> dict[str, float]:
    """Return numbers by name, rounded."""
    return {name: one(value) for name, value in values.items()}
