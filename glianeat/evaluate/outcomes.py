"""Outcomes of evaluations that went wrong, in words that are safe to keep."""

from glianeat.evaluate.evaluation import Evaluation, Status

_LONGEST_REASON = 500  # characters


def failure(key: int, status: Status, reason: str) -> Evaluation:
    """Return the outcome of an evaluation that went wrong; a reason is text, and not too long."""
    text = reason[:_LONGEST_REASON].encode(errors="replace").decode()
    return Evaluation(key=key, status=status, reason=text)


def overdue(key: int, limit: float) -> Evaluation:
    """Return the outcome of an evaluation that was given up after `limit` seconds."""
    return failure(key, "timeout", f"no result within {limit:g} s")
