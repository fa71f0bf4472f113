"""Decoders: how the numbers of an action are made from the outputs of a network.

A choice has one output for each thing that can be chosen, and the one that shows most is taken;
a bit has one output, which sets it; a number of a Box has a pair of outputs, of which one pushes it
up and the other down, or one output whose range is that of the number.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from glianeat.codec import kernels
from glianeat.codec.scaling import is_bound
from glianeat.tasks.spaces import Part
from glianeat.typing import FloatArray

_ROUNDING = {"f": kernels.EXACT, "i": kernels.WHOLE, "u": kernels.WHOLE, "b": kernels.WHOLE}


class Shown(NamedTuple):
    """What outputs show, and how it is read.

    Parameters
    ----------
    single : bool
        Numbers of a Box have one output; else a pair.
    low, high : float
        What a single output shows for either end of its number.
    bit : float
        What an output must exceed to set a bit.
    gain : float
        Gain of pairs.
    """

    single: bool = False
    low: float = -1.0
    high: float = 1.0
    bit: float = 0.5
    gain: float = 1.0


def action_table(parts: tuple[Part, ...], shown: Shown) -> tuple[FloatArray, int]:
    """Return how each number of an action is made, shape (10, A), and the number of outputs.

    The rows are those that `codec_kernels` names, from ``ACTION`` to ``PAIR_GAIN``. A Box without
    both bounds is taken to be 2 wide.
    """
    columns: list[list[float]] = []
    output = 0
    for part in parts:
        for low, high in zip(part.low.tolist(), part.high.tolist(), strict=True):
            column, taken = _column(part, output, (low, high), shown)
            columns.append(column)
            output += taken
    return np.array(columns).T, output


def output_names(
    parts: tuple[Part, ...], *, single: bool, known: Sequence[str] | None = None
) -> list[str]:
    """Return a short name of each output, for pictures: what is chosen, or moved and whither.

    Parameters
    ----------
    parts : tuple of Part
        What an action is made of.
    single : bool
        Whether numbers of a Box have one output; else a pair.
    known : sequence of str, optional
        Names of what can be done, see `glianeat.tasks.known`; by default they are numbered.
    """
    names: list[str] = []
    gap = "" if known is None else " "
    for part, group in _action_groups(parts, known):
        if part.kind == "box" and not single:
            names += [f"{group[0]}{gap}+", f"{group[0]}{gap}−"]
        else:
            names += group
    return names


def action_number_names(parts: tuple[Part, ...], known: Sequence[str] | None = None) -> list[str]:
    """Return a name of each number of an action; a choice is called by its part, or ``action``."""
    return [
        (part.name or "action") if part.kind == "choice" else group[0]
        for part, group in _action_groups(parts, known)
    ]


def choice_names(parts: tuple[Part, ...], known: Sequence[str] | None = None) -> list[list[str]]:
    """Return the names of the choices of each number of an action, the lowest first.

    Empty for numbers that are no choice.
    """
    return [group if part.kind == "choice" else [] for part, group in _action_groups(parts, known)]


def _action_groups(
    parts: tuple[Part, ...], known: Sequence[str] | None
) -> Iterator[tuple[Part, list[str]]]:
    """Yield for each number of an action its part, and the names of its choices, or its own."""
    place = 0
    for part in parts:
        label = part.name or "act"
        for index, low in enumerate(part.low.tolist()):
            number = label if part.scalar else f"{label} {index}"
            group = [number]
            if part.kind == "choice":
                choices = range(int(low), int(part.high[index]) + 1)
                group = [f"{number}={choice}" for choice in choices]
            if known is not None:
                group = list(known[place : place + len(group)])
            place += len(group)
            yield part, group


def _column(
    part: Part, output: int, bounds: tuple[float, float], shown: Shown
) -> tuple[list[float], int]:
    column, (low, high) = [0.0] * kernels.ACTION_COLUMNS, bounds
    column[kernels.OUTPUT] = output
    column[kernels.LOWEST], column[kernels.HIGHEST] = low, high
    if part.kind == "choice":
        taken = int(high - low) + 1
        column[kernels.CHOICE], column[kernels.N_CHOICES] = kernels.ARGMAX, taken
        column[kernels.MIDDLE] = low
        return column, taken
    if part.kind == "bits":
        column[kernels.CHOICE], column[kernels.MIDDLE] = kernels.BIT, shown.bit
        return column, 1
    single = part.dtype == np.float32
    column[kernels.ROUNDING] = kernels.SINGLE if single else _ROUNDING[part.dtype.kind]
    bottom, top = ends_of(low, high)
    if not shown.single:
        column[kernels.CHOICE], column[kernels.PAIR_GAIN] = kernels.PAIR, shown.gain
        column[kernels.MIDDLE], column[kernels.HALF] = (bottom + top) / 2.0, (top - bottom) / 2.0
        return column, 2
    slope = (top - bottom) / (shown.high - shown.low)
    column[kernels.CHOICE] = kernels.DIRECT
    column[kernels.MIDDLE], column[kernels.HALF] = bottom - shown.low * slope, slope
    return column, 1


def ends_of(low: float, high: float) -> tuple[float, float]:
    """Return the ends of what outputs move a number of a Box between."""
    has_low, has_high = is_bound(np.array([low, high])).tolist()
    bottom = low if has_low else (high - 2.0 if has_high else -1.0)
    return bottom, high if has_high else bottom + 2.0
