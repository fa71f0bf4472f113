"""Individuals as columns, and which of them were on the fronts."""

from collections.abc import Sequence

import msgspec
import numpy as np

from glianeat.evaluate.objectives import REWARD
from glianeat.inspector.views.numbers import DIGITS, FIRST_GENERATION, rounded
from glianeat.run.run import Run
from glianeat.store.columns import Columns
from glianeat.typing import FloatArray

MOST_INDIVIDUALS, SAMPLED_INDIVIDUALS = 50_000, 12_000
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


def fronts(run: Run, sample: int | None = None) -> Fronts:
    """Return the fronts of generations that are evenly spread, the last one among them.

    Parameters
    ----------
    run : Run
        The run.
    sample : int, optional
        Individuals that `individuals` returns of more: those on fronts are half of them, or fewer.
        By default as it does by default.
    """
    if sample is None:
        is_small = run.history.number <= MOST_INDIVIDUALS
        sample = 2 * MOST_INDIVIDUALS if is_small else SAMPLED_INDIVIDUALS
    every = max(1, -(-len(run.summaries) // MOST_FRONTS))
    found = run.history.fronts(every)
    while len(found) > 1 and len({key for _, keys in found for key in keys}) > sample // 2:
        found = found[::-1][::2][::-1]
    return Fronts(
        generation=[number + FIRST_GENERATION for number, _ in found],
        front=[keys for _, keys in found],
    )


def individuals(
    run: Run, most: int = MOST_INDIVIDUALS, sample: int = SAMPLED_INDIVIDUALS
) -> Individuals:
    """Return the individuals of a run as columns.

    Parameters
    ----------
    run : Run
        The run.
    most : int
        Of so many, all are returned.
    sample : int
        Of more, so many are: those on the fronts of `fronts`, and an even sample of the others, of
        which only return, power and spikes are told. Their rows are far apart in a large database.
    """
    history, number = run.history, run.history.number
    sampled = number > most
    on_fronts = _on_fronts(run, sample) if sampled else []
    columns = (
        history.some_individuals(_sample(on_fronts, number, sample))
        if sampled
        else history.individuals()
    )
    values = _values_of_sample(run, columns, on_fronts) if sampled else history.values(columns.key)
    digits = DIGITS if len(columns.key) <= 5000 else DIGITS - 1
    return Individuals(
        sampled=sampled,
        key=columns.key.tolist(),
        generation=(columns.generation + FIRST_GENERATION).tolist(),
        parent=columns.parent.tolist(),
        mate=columns.mate.tolist(),
        operators=columns.operators.tolist(),
        species=history.species_at_birth(columns.key).tolist(),
        failed=columns.failed.astype(int).tolist(),
        values={name: _column(name, values[name], digits) for name in values},
    )


def _on_fronts(run: Run, sample: int) -> list[int]:
    return sorted({key for front in fronts(run, sample).front for key in front})


def _values_of_sample(
    run: Run, columns: Columns, on_fronts: Sequence[int]
) -> dict[str, FloatArray]:
    """Return what is known of individuals: of those on fronts all, of others what rows hold."""
    rows = columns.rows_of(np.array(on_fronts, dtype=np.int64))
    found = run.history.values(columns.key[rows[rows >= 0]])
    values = {name: np.full(len(columns.key), np.nan) for name in found}
    for name, column in found.items():
        values[name][rows[rows >= 0]] = column
    penalised = run.config.development.glia == "soft"
    plain = {
        "return": columns.mean_return,
        REWARD: columns.mean_return,
        "power": columns.power,
        "spikes": columns.spikes,
        **({} if penalised else {"energy": columns.power}),
    }
    for name, column in plain.items():
        if name in values and name not in run.config.task.rewards:
            unknown = np.isnan(values[name]) & ~columns.failed
            values[name] = np.where(unknown, column, values[name])
    return values


def _column(name: str, values: FloatArray, digits: int) -> list[float]:
    if name in _WHOLE and np.isfinite(values).all():
        return [int(value) for value in values.tolist()]
    numbers: list[float] = rounded(values, digits)
    return numbers


def _sample(on_fronts: Sequence[int], number: int, sample: int) -> list[int]:
    """Return keys: those on fronts, and every so manieth of the others; keys have few gaps."""
    is_other = np.ones(number, dtype=np.bool_)
    is_other[[key for key in on_fronts if 0 <= key < number]] = False
    others = np.flatnonzero(is_other)
    room = min(max(sample - len(on_fronts), 0), len(others))
    even = others[np.linspace(0, len(others) - 1, room).astype(np.int64)] if room else others[:0]
    return [*on_fronts, *even.tolist()]
