"""Learning curves of several runs, aligned on evaluations."""

from collections.abc import Sequence

import numpy as np

from glianeat.studies.record import RunRecord
from glianeat.typing import FloatArray, IntArray

_MOST_POINTS = 200


def common_evaluations(records: Sequence[RunRecord]) -> IntArray:
    """Return at which evaluations runs are compared, shape (P,).

    These are all at which a generation of some run ended; of many, some are left out evenly, the
    last never.
    """
    found = sorted({number for record in records for number in record.evaluations})
    places = np.linspace(0, len(found) - 1, min(len(found), _MOST_POINTS)).round().astype(np.int64)
    return np.array(found, dtype=np.int64)[places]


def aligned(record: RunRecord, evaluations: IntArray) -> FloatArray:
    """Return the best return that a run had after so many evaluations, shape (P,).

    It is that of the last generation which had ended by then. A run that has ended keeps what it
    had; one that may go on has no value beyond where it is, and none has one before its first
    generation or while every genome failed: NaN.
    """
    own = np.array(record.evaluations, dtype=np.int64)
    returns = np.array(record.best_returns, dtype=np.float64)
    place = np.searchsorted(own, evaluations, side="right") - 1
    values = np.where(place >= 0, returns[np.maximum(place, 0)], np.nan)
    if not record.is_finished:
        values = np.where(evaluations > own[-1], np.nan, values)
    told: FloatArray = np.where(np.isfinite(values), values, np.nan)
    return told
