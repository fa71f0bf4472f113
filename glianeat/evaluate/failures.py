"""Why evaluations failed: equal reasons counted together."""

import re
from collections.abc import Iterable

import msgspec

from glianeat.errors import EvaluationError
from glianeat.evaluate.evaluation import Evaluation, Status

_PLACE = re.compile(r" \([^()]*:\d+\)$")
_NUMBER = re.compile(r"[-+]?\d[\d.]*(e[-+]?\d+)?", re.IGNORECASE)


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A reason for which evaluations failed."""

    status: Status
    count: int
    """Evaluations that failed for it."""
    reason: str
    """The reason of the first of them; those of the others may hold other numbers."""


def check_evaluation(evaluation: Evaluation, who: str = "") -> None:
    """Raise `EvaluationError` if an evaluation failed, with its status and reason.

    Parameters
    ----------
    evaluation : Evaluation
        What may have failed.
    who : str
        Who lived, in words; by default the genome and its key.
    """
    if not evaluation.is_ok:
        status = evaluation.status.replace("_", " ")
        raise EvaluationError(f"{who or f'genome {evaluation.key}'}: {status}: {evaluation.reason}")


def failure_kind(evaluation: Evaluation) -> tuple[Status, str, str]:
    """Return what failures of one kind share: status, reason without its numbers, and place."""
    found = _PLACE.search(evaluation.reason)
    place = found[0] if found else ""
    words = _NUMBER.sub("#", evaluation.reason.removesuffix(place))
    return evaluation.status, words, place


def count_failures(evaluations: Iterable[Evaluation]) -> list[Failure]:
    """Count the reasons of those evaluations that failed, the commonest first.

    Reasons that differ in numbers alone, such as the value that was refused, are one; those from
    another file or line are another.
    """
    counts: dict[tuple[Status, str, str], int] = {}
    examples: dict[tuple[Status, str, str], str] = {}
    for one in evaluations:
        if not one.is_ok:
            kind = failure_kind(one)
            counts[kind] = counts.get(kind, 0) + 1
            examples.setdefault(kind, one.reason)
    failures = [
        Failure(status=kind[0], count=count, reason=examples[kind])
        for kind, count in counts.items()
    ]
    return sorted(failures, key=lambda failure: -failure.count)
