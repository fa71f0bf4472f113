"""Environment steps of runs that did not count them yet: as many as their evaluations tell of."""

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import msgspec

LIVED = "SELECT generation, evaluation FROM individual"
"""What `steps_of` is told of."""


class _Lived(msgspec.Struct):
    lengths: tuple[int, ...] = ()


def steps_of(rows: Iterable[tuple[Any, ...]]) -> dict[int, int]:
    """Return how many steps a run had taken after each generation.

    An evaluation that is damaged counts none here: whoever reads it refuses it. Of individuals that
    were evaluated again, the evaluations that count are known, and not those before them.

    Parameters
    ----------
    rows : iterable of (int, bytes)
        The generation that each individual was born in, and its evaluation.
    """
    decoder, taken = msgspec.msgpack.Decoder(_Lived), dict[int, int]()
    for generation, blob in rows:
        taken[generation] = taken.get(generation, 0) + _length(decoder, blob)
    numbers = sorted(taken)
    totals = accumulate(taken[number] for number in numbers)
    return dict(zip(numbers, totals, strict=True))


def _length(decoder: msgspec.msgpack.Decoder[_Lived], blob: bytes) -> int:
    try:
        return sum(decoder.decode(blob).lengths)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, TypeError):
        return 0
