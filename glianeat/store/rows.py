"""Rows of the tables: as they are read, their types checked against these, and as written."""

import hashlib
import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation
from glianeat.store.checksums import checksum
from glianeat.store.records import Summary

EMPTY_DIGEST = hashlib.sha256().hexdigest()
"""Digest of a run without a generation."""


class ValueRow(NamedTuple):
    """A value under a key, with the checksum that damage breaks."""

    key: int
    value: bytes
    checksum: int


class LastRow(NamedTuple):
    """What the next generation follows from."""

    number: int
    evaluations: int
    next_key: int
    reward_minimum: float
    digest: str
    state: bytes
    seconds: float
    steps: int
    checksum: int


class IndividualRow(NamedTuple):
    """A genome that was born and evaluated."""

    key: int
    generation: int
    parent: int
    mate: int
    operators: int
    status: str
    mean_return: float
    power: float
    spikes: float
    evaluation: bytes
    evaluations: bytes
    genome: bytes
    checksum: int


class WorthRow(NamedTuple):
    """What an individual is compared by."""

    key: int
    mean_return: float
    power: float
    spikes: float


def generation_row(
    generation: Generation,
    summary: Summary,
    survivors: Sequence[tuple[int | float, ...]],
) -> tuple[object, ...]:
    """Return a generation as its table holds it.

    `survivors` are their keys, each with what it stands by.
    """
    minimum = float(generation.reward_minimum)
    numbers = (summary.number, summary.evaluations, generation.next_key, minimum)
    seconds = float(generation.seconds)
    follows = (*numbers, summary.digest, generation.state, seconds)
    return (
        summary.number,
        time.time(),
        seconds,
        summary.evaluations,
        summary.steps,
        generation.next_key,
        minimum,
        summary.best_key,
        summary.best_return,
        summary.best_power,
        summary.best_spikes,
        summary.mean_return,
        summary.front_size,
        summary.failures,
        summary.digest,
        generation.state,
        checksum(*follows, survivors),
        summary_checksum(summary),
    )


def summary_checksum(summary: Summary, *, counts_steps: bool = True) -> int:
    """Return the checksum of a generation in numbers; older schemas do not count steps."""
    values = msgspec.structs.asdict(summary)
    if not counts_steps:
        del values["steps"]
    return checksum("summary", *values.values())


def worth(evaluation: Evaluation) -> WorthRow:
    """Return what an individual is compared by."""
    spikes = evaluation.spikes_per_second
    return WorthRow(evaluation.key, evaluation.mean_return, evaluation.power, spikes)


def derived(evaluation: Evaluation) -> tuple[str, float, float, float]:
    """Return what stands in the row of an individual although its evaluation says it, too."""
    spikes = evaluation.spikes_per_second
    return evaluation.status, evaluation.mean_return, evaluation.power, spikes


def is_derived(found: tuple[str, float, float, float], evaluation: Evaluation) -> bool:
    """Return whether that is what stands beside an evaluation.

    A mean is rounded as the machine that took it does, so it may differ in its last bits.
    """
    if evaluation.is_ok and not evaluation.returns:
        return False
    expected = derived(evaluation)
    room = 1e-12 * max(map(abs, evaluation.returns), default=0.0)
    close = found[1] == expected[1] or abs(found[1] - expected[1]) <= room
    return close and (found[0], *found[2:]) == (expected[0], *expected[2:])


def summarise(generation: Generation, alive: Sequence[WorthRow], digest: str) -> Summary:
    """Return a generation in numbers; `alive` are its survivors, in order."""
    best = min(alive, key=lambda one: (-one.mean_return, one.power, one.key))
    returns = [one.mean_return for one in alive if one.mean_return > -math.inf]
    return Summary(
        number=generation.number,
        evaluations=generation.evaluations,
        steps=generation.steps,
        best_key=best.key,
        best_return=best.mean_return,
        best_power=best.power,
        best_spikes=best.spikes,
        mean_return=sum(returns) / len(returns) if returns else -math.inf,
        front_size=len(generation.front),
        failures=sum(not individual.evaluation.is_ok for individual in generation.offspring),
        digest=digest,
    )
