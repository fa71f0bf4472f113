"""Outcomes of evaluations that went wrong, in words that are safe to keep."""

from glianeat.evaluate.deadline import deadline
from glianeat.evaluate.protocol import Evaluation, Status
from glianeat.interrupts import is_from_outside

_LONGEST_REASON = 500  # characters
_SPEECH = 5.0  # [s] that an exception has to say what it is


def failure(key: int, status: Status, reason: str) -> Evaluation:
    """Return the outcome of an evaluation that went wrong; a reason is text, and not too long."""
    text = reason[:_LONGEST_REASON].encode(errors="replace").decode()
    return Evaluation(key=key, status=status, reason=text)


def overdue(key: int, limit: float) -> Evaluation:
    """Return the outcome of an evaluation that was given up after `limit` seconds."""
    return failure(key, "timeout", f"no result within {limit:g} s")


def words_of(error: object) -> str:
    """Return what an exception or another foreign object says; it may be unable to."""
    try:
        with deadline(_SPEECH):
            return str(error)
    except BaseException as second:  # its words are code of the environment, too
        if is_from_outside(second):
            raise
        return f"(its message cannot be read: {type(second).__name__})"
