"""The individuals of a run as one table, a row each."""

from collections.abc import Iterator, Mapping

import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.genome.mutation import operator_names
from glianeat.history.history import RunHistory
from glianeat.store.columns import STATUSES
from glianeat.text import safe
from glianeat.typing import AnyArray, FloatArray, IntArray

_AT_ONCE = 10_000  # evaluations in memory
_COMMANDS = "=+-@"  # with which spreadsheets begin formulas


def table_of(
    history: RunHistory, validations: Mapping[int, Evaluation] | None = None
) -> dict[str, AnyArray]:
    """Return all individuals by rising key, as columns of shape (N,) by name.

    Parameters
    ----------
    history : RunHistory
        What happened in a run.
    validations : mapping from int to Evaluation, optional
        How some did on fresh episodes, by key.

    Returns
    -------
    dict from str to ndarray
        ``key``, ``generation``, ``parent`` and ``mate`` (-1: none), ``operators`` (names joined by
        a space) and ``status``; ``species`` in the generation of birth (-1: none, or it did not
        survive that); what `RunHistory.values` gives; and ``fresh_return``, the mean return on
        fresh episodes. NaN stands for what is not known. A reward that a task calls like one of
        these has ``reward`` before its name.
    """
    born = history.individuals()
    operators = {
        bits: " ".join(operator_names(bits)) for bits in np.unique(born.operators).tolist()
    }
    columns: dict[str, AnyArray] = {
        "key": born.key,
        "generation": born.generation,
        "parent": born.parent,
        "mate": born.mate,
        "operators": np.array([operators[bits] for bits in born.operators.tolist()], dtype=object),
        "status": np.array([STATUSES[k] for k in born.status.tolist()], dtype=object),
        "species": history.species_at_birth(born.key),
    }
    for name, values in _values(history, born.key).items():
        columns[f"reward {name}" if name in columns else name] = values
    fresh = {key: one.mean_return for key, one in (validations or {}).items() if one.is_ok}
    columns["fresh_return"] = np.array([fresh.get(key, np.nan) for key in born.key.tolist()])
    return {_plain(name): values for name, values in columns.items()}


def _values(history: RunHistory, keys: IntArray) -> dict[str, FloatArray]:
    """Return what evaluations say, some at a time: what one part does not know is NaN there."""
    found: dict[str, FloatArray] = {}
    for rows in _parts(len(keys)):
        for name, values in history.values(keys[rows]).items():
            found.setdefault(name, np.full(len(keys), np.nan))[rows] = values
    return found


def _parts(number: int) -> Iterator[slice]:
    return (slice(first, first + _AT_ONCE) for first in range(0, number, _AT_ONCE))


def _plain(name: str) -> str:
    """Return a name, which a task may have chosen, as it may stand in a spreadsheet."""
    return safe(name).lstrip(f"{_COMMANDS} ") or "_"
