"""Rows of the tables: as they are read, their types checked against these, and as written."""

import hashlib
import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.standing import Standing, StandingSchema, StandingValue
from glianeat.genome.serial import pack
from glianeat.store.database import seal
from glianeat.store.records import Summary

EMPTY_DIGEST = hashlib.sha256().hexdigest()
"""Digest of a run without a generation."""

STANDING_SCHEMA = StandingSchema(
    (
        StandingValue("rank", "integer", "Number of the front, 0 for the best one."),
        StandingValue("crowding", "real", "Crowding distance within the front."),
        StandingValue("species", "integer", "Number of the species; -1 if there are none."),
    ),
    front="rank",
    species="species",
)
"""What the table of survivors holds."""


class SealedRow(NamedTuple):
    """A value under a key, with the seal that damage breaks."""

    key: int
    value: bytes
    seal: int


class LastRow(NamedTuple):
    """What the next generation follows from."""

    number: int
    evaluations: int
    next_key: int
    reward_minimum: float
    digest: str
    state: bytes
    seconds: float
    seal: int


class StandingRow(NamedTuple):
    """A survivor's standing."""

    key: int
    rank: int
    crowding: float
    species: int

    @classmethod
    def of(cls, standing: Standing) -> "StandingRow":
        """Return a standing as its table holds it."""
        rank, species = standing.integer("rank"), standing.integer("species")
        return cls(standing.key, rank, float(standing["crowding"]), species)

    @property
    def standing(self) -> Standing:
        """The standing that the table holds."""
        values = {"rank": self.rank, "crowding": self.crowding, "species": self.species}
        return Standing(self.key, values)


class IndividualRow(NamedTuple):
    """A genome that was born and evaluated."""

    key: int
    generation: int
    parent: int
    other_parent: int
    operators: int
    status: str
    mean_return: float
    power: float
    spikes: float
    evaluation: bytes
    assessments: bytes
    genome: bytes
    seal: int


class WorthRow(NamedTuple):
    """What an individual is compared by."""

    key: int
    mean_return: float
    power: float
    spikes: float


def generation_row(
    generation: Generation,
    summary: Summary,
    survivors: Sequence[StandingRow],
) -> tuple[object, ...]:
    """Return a generation as its table holds it."""
    minimum = float(generation.reward_minimum)
    numbers = (summary.number, summary.evaluations, generation.next_key, minimum)
    seconds = float(generation.seconds)
    follows = (*numbers, summary.digest, generation.state, seconds)
    return (
        summary.number,
        time.time(),
        seconds,
        summary.evaluations,
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
        seal(*follows, survivors),
        summary_seal(summary),
    )


def summary_seal(summary: Summary) -> int:
    """Return the seal of a generation in numbers."""
    return seal("summary", *msgspec.structs.astuple(summary))


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
        best_key=best.key,
        best_return=best.mean_return,
        best_power=best.power,
        best_spikes=best.spikes,
        mean_return=sum(returns) / len(returns) if returns else -math.inf,
        front_size=len(generation.front),
        failures=sum(not individual.evaluation.is_ok for individual in generation.offspring),
        digest=digest,
    )


class Blobs(NamedTuple):
    """What is stored of an individual as bytes, encoded once for its row and for the digest."""

    evaluation: bytes
    genome: bytes


def blobs(individual: Individual) -> Blobs:
    """Return an individual's evaluation and genome as bytes."""
    return Blobs(msgspec.msgpack.encode(individual.evaluation), pack(individual.genome))


def individual_row(individual: Individual, encoded: Blobs) -> tuple[object, ...]:
    """Return an individual as its table holds it."""
    evaluation = individual.evaluation
    single = msgspec.msgpack.encode(individual.evaluations)
    names = (individual.key, individual.generation, *individual.parents, individual.operators)
    return (
        *names,
        *derived(evaluation),
        encoded.evaluation,
        single,
        encoded.genome,
        seal(*names, encoded.evaluation, single, encoded.genome),
    )


def renewal_row(individual: Individual) -> tuple[object, ...]:
    """Return what changes in the row of an individual that was evaluated again, and its key."""
    key, *_, status, mean_return, power, spikes, blob, single, _, sealed = individual_row(
        individual, blobs(individual)
    )
    return status, mean_return, power, spikes, blob, single, sealed, key


def chain(previous: str, generation: Generation, encoded: Sequence[Blobs]) -> str:
    """Return the digest of a generation and all before it; words do not count, numbers do.

    `encoded` are the blobs of its offspring.
    """
    digest = hashlib.sha256(previous.encode())
    for individual, blob in zip(generation.offspring, encoded, strict=True):
        digest.update(blob.genome)
        told = _without_words(individual.evaluation) or msgspec.Raw(blob.evaluation)
        digest.update(msgspec.msgpack.encode((individual.parents, told)))
    for individual in generation.renewed:
        told = _without_words(individual.evaluation) or individual.evaluation
        digest.update(msgspec.msgpack.encode((individual.key, told)))
    standings = [standing.named() for standing in generation.survivors]
    digest.update(msgspec.msgpack.encode((standings, generation.state)))
    return digest.hexdigest()


def _without_words(evaluation: Evaluation) -> Evaluation | None:
    """Return the evaluation without a reason, or None if it has none anyway."""
    return msgspec.structs.replace(evaluation, reason="") if evaluation.reason else None
