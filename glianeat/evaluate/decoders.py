"""Decoders: how the numbers of an action are made from the outputs of a network.

A choice has one output for each thing that can be chosen, and the one that shows most is taken;
a bit has one output, which sets it; a number of a Box has a pair of outputs, of which one pushes it
up and the other down.
"""

import numpy as np

from glianeat.evaluate import codec_kernels as kernels
from glianeat.evaluate.scaling import is_bound
from glianeat.evaluate.spaces import Part
from glianeat.typing import FloatArray

_COLUMNS = 9  # of `codec_kernels`: action, choice, output, …
_ROUNDING = {"f": kernels.EXACT, "i": kernels.WHOLE, "u": kernels.WHOLE, "b": kernels.WHOLE}


def action_table(parts: tuple[Part, ...]) -> tuple[FloatArray, int]:
    """Return how each number of an action is made, shape (9, A), and the number of outputs.

    The rows are those that `codec_kernels` names, from ``ACTION`` to ``ROUNDING``. A Box without
    both bounds is taken to be 2 wide.
    """
    columns: list[list[float]] = []
    output = 0
    for part in parts:
        for low, high in zip(part.low.tolist(), part.high.tolist(), strict=True):
            column, taken = _column(part, output, low, high)
            columns.append(column)
            output += taken
    return np.array(columns).T, output


def _column(part: Part, output: int, low: float, high: float) -> tuple[list[float], int]:
    column = [0.0] * _COLUMNS
    column[kernels.OUTPUT] = output
    column[kernels.LOWEST], column[kernels.HIGHEST] = low, high
    if part.kind == "choice":
        taken = int(high - low) + 1
        column[kernels.CHOICE], column[kernels.N_CHOICES] = kernels.ARGMAX, taken
        column[kernels.MIDDLE] = low
        return column, taken
    if part.kind == "bits":
        column[kernels.CHOICE] = kernels.BIT
        return column, 1
    single = part.dtype == np.float32
    column[kernels.ROUNDING] = kernels.SINGLE if single else _ROUNDING[part.dtype.kind]
    has_low, has_high = is_bound(np.array([low, high])).tolist()
    bottom = low if has_low else (high - 2.0 if has_high else -1.0)
    top = high if has_high else bottom + 2.0
    column[kernels.CHOICE] = kernels.PAIR
    column[kernels.MIDDLE], column[kernels.HALF] = (bottom + top) / 2.0, (top - bottom) / 2.0
    return column, 2
