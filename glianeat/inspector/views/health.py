"""What went wrong in a run, and how fast it was."""

from collections.abc import Sequence
from functools import reduce
from operator import add

import msgspec
import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import failure_kind
from glianeat.inspector.views.evolution import told_generations
from glianeat.inspector.views.numbers import FIRST_GENERATION, rounded
from glianeat.inspector.views.text import lines_without_paths, without_paths
from glianeat.run.failing import failing_traceback
from glianeat.run.run import Run
from glianeat.run.sessions import Session

MOST_KEYS = 100  # of one failure that are told
MOST_TRACEBACKS = 5
MOST_READ = 50_000  # individuals of the generations whose failures are read


class FailureView(msgspec.Struct, frozen=True, kw_only=True):
    """A reason for which evaluations failed."""

    status: str
    reason: str
    detail: str
    count: int
    keys: list[int]
    generations: list[int]


class Named(msgspec.Struct, frozen=True):
    """A value by its name."""

    name: str
    value: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Failures, speed, and whether the run can be believed."""

    failures: list[FailureView]
    evaluations_per_second: list[float]
    workers: list[Named]
    digest: str
    notes: list[str]


def health(run: Run) -> Health:
    """Return what went wrong in a run, and how fast it was."""
    summaries, seconds = run.summaries, run.history.seconds()
    places = told_generations(len(summaries))
    done = np.diff([0, *(summaries[i].evaluations for i in places)])
    taken = np.diff([0.0, *(seconds[i] for i in places)])
    rates = np.where(taken > 0.0, done / np.where(taken > 0.0, taken, 1.0), np.nan)
    total = seconds[len(summaries) - 1] if summaries and seconds else 0.0
    number = summaries[-1].evaluations if summaries else 0
    speed = f"{number / total:.4g} a second over {total:.4g} s" if total > 0.0 else "not known"
    step = max(1, -(-run.history.number // MOST_READ))
    cores = without_paths(str(run.provenance.get("cores", "not known"))) if summaries else ""
    return Health(
        failures=_failures(run, step),
        evaluations_per_second=rounded(rates, 4),
        workers=[
            Named("evaluations", speed),
            Named("processor cores there", cores),
            *_sessions(run.sessions),
        ],
        digest=run.digest,
        notes=_notes(step, is_told=bool(run.sessions)),
    )


def with_tracebacks(run: Run, told: Health) -> Health:
    """Return the same with the tracebacks of the commonest errors: their genomes fail again.

    Raises
    ------
    ConfigError
        If the task cannot be made here.
    TrustError
        If the run was not made here, and making its task needs trust.
    """
    failures, left = [], MOST_TRACEBACKS
    for one in told.failures:
        failure = one
        if left and one.status == "failed":
            detail = lines_without_paths(failing_traceback(run, one.keys[0]))
            failure, left = msgspec.structs.replace(one, detail=detail), left - 1
        failures.append(failure)
    return msgspec.structs.replace(told, failures=failures)


def _sessions(sessions: Sequence[Session]) -> list[Named]:
    """Return what is known of the workers; of several sessions, in all."""
    if not sessions:
        return []
    total = reduce(add, (session.work for session in sessions))
    numbers = sorted({session.work.workers for session in sessions})
    return [
        Named("workers", " or ".join(map(str, numbers))),
        Named("sessions", str(len(sessions))),
        Named("parallel efficiency", f"{total.efficiency:.0%} of the workers' time"),
        Named("retries", f"{total.retries:,} genomes were given out again"),
        Named("lost workers", f"{total.losses:,}"),
    ]


def _notes(step: int, *, is_told: bool) -> list[str]:
    notes = []
    if not is_told:
        notes.append("The version that made this run did not keep what its workers did.")
    if step > 1:
        notes.append(f"Reasons of failures are counted in every {step} generations.")
    return notes


def _failures(run: Run, step: int) -> list[FailureView]:
    """Return why evaluations failed in every so many generations, the commonest reason first."""
    kinds: dict[tuple[str, ...], list[tuple[int, Evaluation]]] = {}
    for summary in run.summaries[::-step] if run.summaries else ():
        for evaluation in run.history.failed(summary.number) if summary.failures else ():
            members = kinds.setdefault(failure_kind(evaluation), [])
            members.append((summary.number, evaluation))
    found = []
    for members in kinds.values():
        keys = sorted(evaluation.key for _, evaluation in members)
        first = min(members, key=lambda one: one[1].key)[1]
        found.append(
            FailureView(
                status=first.status.replace("_", " "),
                reason=without_paths(first.reason),
                detail="",
                count=len(members),
                keys=keys[:MOST_KEYS],
                generations=sorted({number + FIRST_GENERATION for number, _ in members}),
            )
        )
    return sorted(found, key=lambda failure: (-failure.count, failure.keys))
