"""What is stored of individuals and standings, in the names of a run."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from glianeat.energetics.ledger import COUNTS, KINDS
from glianeat.errors import CheckpointError, GenomeError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.standing import Standing
from glianeat.genome.genome import Genome
from glianeat.genome.packed import packed_regions
from glianeat.genome.serial import pack, unpack
from glianeat.store.checksums import checksum
from glianeat.store.names import NamedRows
from glianeat.store.rows import derived
from glianeat.store.run_schema import RunSchema


class Blobs(NamedTuple):
    """What is stored of an individual as bytes, encoded once for its row and for the digest."""

    evaluation: bytes
    genome: bytes


class Codec:
    """Encodes what a run keeps, and decodes it.

    Parameters
    ----------
    schema : RunSchema
        Names of the run.
    thing : str
        What messages call the run.
    """

    def __init__(self, schema: RunSchema, thing: str) -> None:
        self._thing, self._standing = thing, schema.standing
        self._layout = schema.layout(thing)
        self._amounts = NamedRows("energy kind", KINDS, schema.energy)
        self._counts = NamedRows("count", COUNTS, schema.counts)
        self._is_own = self._amounts.is_same and self._counts.is_same

    def kept(self, evaluation: Evaluation) -> Evaluation:
        """Return an evaluation as it is once it was stored: what the run does not name is zero."""
        return evaluation if self._is_own else self.known(self._named(evaluation))

    def known(self, evaluation: Evaluation) -> Evaluation:
        """Return an evaluation that was stored, its ledger as this version has it."""
        thing = f"{self._thing}: genome {evaluation.key}"
        amounts = self._amounts.own(evaluation.amounts, thing)
        counts = self._counts.own(evaluation.counts, thing)
        if self._is_own:
            return evaluation
        return msgspec.structs.replace(evaluation, amounts=amounts, counts=counts)

    def evaluation(self, evaluation: Evaluation) -> bytes:
        """Return an evaluation as bytes."""
        return msgspec.msgpack.encode(self._named(evaluation))

    def genome(self, data: bytes, key: int) -> Genome:
        """Return a genome from its bytes; raise `CheckpointError` if it is damaged."""
        try:
            return unpack(data, self._layout)
        except GenomeError as error:
            raise CheckpointError(f"{self._thing}: genome {key} is damaged: {error}") from None

    def regions(self, data: bytes, key: int) -> list[int]:
        """Return the indices of a genome's regions from its bytes, rising."""
        try:
            return packed_regions(data, self._layout)
        except GenomeError as error:
            raise CheckpointError(f"{self._thing}: genome {key} is damaged: {error}") from None

    def blobs(self, individual: Individual) -> Blobs:
        """Return an individual's evaluation and genome as bytes."""
        return Blobs(self.evaluation(individual.evaluation), pack(individual.genome, self._layout))

    def individual_row(self, individual: Individual, encoded: Blobs) -> tuple[object, ...]:
        """Return an individual as its table holds it."""
        single = msgspec.msgpack.encode(tuple(map(self._named, individual.evaluations)))
        names = (individual.key, individual.generation, *individual.parents, individual.operators)
        return (
            *names,
            *derived(individual.evaluation),
            encoded.evaluation,
            single,
            encoded.genome,
            checksum(*names, encoded.evaluation, single, encoded.genome),
        )

    def reevaluation_row(self, individual: Individual) -> tuple[object, ...]:
        """Return what changes in the row of one that was evaluated again, and its key."""
        key, *_, status, mean_return, power, spikes, blob, single, _, found = self.individual_row(
            individual, self.blobs(individual)
        )
        return status, mean_return, power, spikes, blob, single, found, key

    def values(self, standing: Standing) -> tuple[int | float, ...]:
        """Return what a survivor stands by; raise `CheckpointError` if it is something else."""
        self._standing.check(standing)
        return tuple(standing.values.values())

    def standing(self, key: int, values: Sequence[int | float]) -> Standing:
        """Return how a survivor stands; raise `CheckpointError` if these are not its values."""
        names = self._standing.names
        if len(values) != len(names):
            raise CheckpointError(
                f"{self._thing}: damaged: genome {key} must stand by {len(names)} values, "
                f"got {len(values)}"
            )
        standing = Standing(key, dict(zip(names, values, strict=True)))
        try:
            self._standing.check(standing)
        except CheckpointError as error:
            raise CheckpointError(f"{self._thing}: damaged: {error}") from None
        return standing

    def chain_digest(self, previous: str, generation: Generation, encoded: Sequence[Blobs]) -> str:
        """Return the digest of a generation and all before it; words do not count, numbers do.

        `encoded` are the blobs of its offspring.
        """
        digest = hashlib.sha256(previous.encode())
        for individual, blob in zip(generation.offspring, encoded, strict=True):
            digest.update(blob.genome)
            told = self._wordless(individual.evaluation) or msgspec.Raw(blob.evaluation)
            digest.update(msgspec.msgpack.encode((individual.parents, told)))
        for individual in generation.reevaluated:
            evaluation = individual.evaluation
            told = self._wordless(evaluation) or msgspec.Raw(self.evaluation(evaluation))
            digest.update(msgspec.msgpack.encode((individual.key, told)))
        standings = [standing.named() for standing in generation.survivors]
        digest.update(msgspec.msgpack.encode((standings, generation.state)))
        return digest.hexdigest()

    def _wordless(self, evaluation: Evaluation) -> msgspec.Raw | None:
        """Return the evaluation without a reason as bytes, or None if it has none anyway."""
        if not evaluation.reason:
            return None
        return msgspec.Raw(self.evaluation(msgspec.structs.replace(evaluation, reason="")))

    def _named(self, evaluation: Evaluation) -> Evaluation:
        """Return an evaluation whose ledger has the rows that the run names."""
        if self._is_own:
            return evaluation
        return msgspec.structs.replace(
            evaluation,
            amounts=self._amounts.stored(evaluation.amounts),
            counts=self._counts.stored(evaluation.counts),
        )
