"""Individuals as columns, and which of them were on the fronts."""

import msgspec
import numpy as np

from glianeat.inspector.views.numbers import DIGITS, FIRST_GENERATION, rounded
from glianeat.run.run import Run
from glianeat.typing import FloatArray

MOST_INDIVIDUALS = 50_000
MOST_FRONTS = 250  # generations whose front is told; of more, some are left out, evenly
_WHOLE = {"neurons", "hidden", "synapses", "astrocytes"}


class Individuals(msgspec.Struct, frozen=True, kw_only=True):
    """Columns, by rising key."""

    sampled: bool
    key: list[int]
    generation: list[int]
    parent: list[int]
    mate: list[int]
    operators: list[int]
    species: list[int]
    failed: list[int]
    values: dict[str, list[float]]


class Fronts(msgspec.Struct, frozen=True, kw_only=True):
    """Generations with the keys of their fronts."""

    generation: list[int]
    front: list[list[int]]


def fronts(run: Run, most: int = MOST_INDIVIDUALS) -> Fronts:
    """Return the fronts of generations that are evenly spread, the last one among them.

    Parameters
    ----------
    run : Run
        The run.
    most : int
        Individuals that `individuals` is to return at most: those on fronts are half of them, or
        fewer.
    """
    every = max(1, -(-len(run.summaries) // MOST_FRONTS))
    found = run.history.fronts(every)
    while len(found) > 1 and len({key for _, keys in found for key in keys}) > most // 2:
        found = found[::-1][::2][::-1]
    return Fronts(
        generation=[number + FIRST_GENERATION for number, _ in found],
        front=[keys for _, keys in found],
    )


def individuals(run: Run, most: int = MOST_INDIVIDUALS) -> Individuals:
    """Return the individuals of a run as columns.

    Parameters
    ----------
    run : Run
        The run.
    most : int
        Of more, those on the fronts of `fronts` are returned, and an even sample of the others.
    """
    number = run.history.number
    sampled = number > most
    history = run.history
    columns = (
        history.some_individuals(_sample(run, number, most)) if sampled else history.individuals()
    )
    values = run.history.values(columns.key)
    digits = DIGITS if len(columns.key) <= 5000 else DIGITS - 1
    return Individuals(
        sampled=sampled,
        key=columns.key.tolist(),
        generation=(columns.generation + FIRST_GENERATION).tolist(),
        parent=columns.parent.tolist(),
        mate=columns.mate.tolist(),
        operators=columns.operators.tolist(),
        species=run.history.species_at_birth(columns.key).tolist(),
        failed=columns.failed.astype(int).tolist(),
        values={name: _column(name, values[name], digits) for name in values},
    )


def _column(name: str, values: FloatArray, digits: int) -> list[float]:
    if name in _WHOLE and np.isfinite(values).all():
        return [int(value) for value in values.tolist()]
    numbers: list[float] = rounded(values, digits)
    return numbers


def _sample(run: Run, number: int, most: int) -> list[int]:
    """Return keys: those on fronts, and every so manieth of the others; keys have few gaps."""
    on_fronts = sorted({key for front in fronts(run, most).front for key in front})
    is_other = np.ones(number, dtype=np.bool_)
    is_other[[key for key in on_fronts if 0 <= key < number]] = False
    others = np.flatnonzero(is_other)
    room = min(max(most - len(on_fronts), 0), len(others))
    even = others[np.linspace(0, len(others) - 1, room).astype(np.int64)] if room else others[:0]
    return [*on_fronts, *even.tolist()]
