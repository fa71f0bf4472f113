"""Whether a run is what it says it is: its digest chain and derived numbers, computed anew."""

import math
from collections.abc import Iterator

import msgspec

from glianeat.errors import CheckpointError
from glianeat.evolution.individual import NO_PARENT, Generation
from glianeat.store.records import Summary
from glianeat.store.rows import EMPTY_DIGEST, WorthRow, summarise, worth
from glianeat.store.run_store import RunStore


class Checked(msgspec.Struct):
    """What was computed anew, and what did not agree."""

    generations: int = 0
    genomes: int = 0
    unknown: int = 0
    """Generations whose digest cannot be computed anew, since who lived then was evaluated again
    later, and only the latest evaluations are kept."""
    mismatches: list[str] = []
    """A sentence for each thing that is not as the run says; empty if all agrees."""


def check_store(store: RunStore) -> Checked:
    """Compute a run's digest chain and all derived numbers anew; nothing is imported or called."""
    checked = Checked()
    try:
        summaries = store.summaries()
        numbers = [summary.number for summary in summaries]
        if numbers != list(range(len(numbers))):
            checked.mismatches.append("generations: some are missing")
        walk = _Walk(store)
        for summary in summaries:
            checked.mismatches += walk.visit(summary)
        checked.generations, checked.genomes = len(numbers), len(walk.worths)
        checked.unknown = walk.unknown
        checked.mismatches += _of_the_rest(store, walk)
    except CheckpointError as error:
        checked.mismatches.append(str(error))
    return checked


class _Walk:
    """Goes through the generations in order, and knows who was born up to each."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._digest = EMPTY_DIGEST
        self._reevaluated: set[int] = set()
        self.worths: dict[int, WorthRow] = {}
        self.unknown = 0

    def visit(self, summary: Summary) -> Iterator[str]:
        """Check one generation; yield what does not agree."""
        here, previous, self._digest = f"generation {summary.number}", self._digest, summary.digest
        born = self._store.offspring(summary.number)
        generation = msgspec.structs.replace(
            self._store.generation(summary.number),
            offspring=tuple(individual for individual, _ in born),
        )
        yield from self._of_births(generation)
        missing = [s.key for s in generation.survivors if s.key not in self.worths]
        if missing:
            yield f"{here}: its survivor {missing[0]} was never born"
            return
        if not generation.survivors:
            yield f"{here}: it has no survivors"
            return
        if self._is_unknown(generation):
            self.unknown += 1
            return
        digest = self._store.codec.chain_digest(previous, generation, [blobs for _, blobs in born])
        if digest != summary.digest:
            yield f"{here}: its digest is {summary.digest}, but its genomes give {digest}"
        alive = [self.worths[standing.key] for standing in generation.survivors]
        expected = summarise(generation, alive, summary.digest)
        yield from _differences(here, expected, summary)

    def _of_births(self, generation: Generation) -> Iterator[str]:
        allowed = {NO_PARENT}  # and the founders before it, of which a founder may be a copy
        for individual in generation.offspring:
            key = individual.key
            if individual.evaluation.key != key:
                yield f"genome {key}: its evaluation is that of {individual.evaluation.key}"
            for parent in individual.parents:
                if parent not in allowed and parent not in self.worths:
                    yield f"genome {key}: its parent {parent} was not born before it"
            if generation.number == 0:
                allowed.add(key)
            if key >= generation.next_key:
                yield f"genome {key}: its key must be < {generation.next_key}"
            if individual.evaluations:
                self._reevaluated.add(key)
        self.worths |= {i.key: worth(i.evaluation) for i in generation.offspring}

    def _is_unknown(self, generation: Generation) -> bool:
        named = [individual.key for individual in generation.offspring]
        named += [standing.key for standing in generation.survivors]
        return not self._reevaluated.isdisjoint(named)


def _of_the_rest(store: RunStore, walk: _Walk) -> Iterator[str]:
    number = store.number_of_genomes
    if number != len(walk.worths):
        yield f"genomes: {number - len(walk.worths)} belong to no generation"
    for key in store.validations():
        if key not in walk.worths:
            yield f"validation: of genome {key}, which was never born"
    store.statistics()  # their checksums


def _differences(here: str, expected: Summary, found: Summary) -> Iterator[str]:
    for name in Summary.__struct_fields__:
        one, other = getattr(expected, name), getattr(found, name)
        is_close = isinstance(one, float) and math.isclose(one, other, rel_tol=1e-9)
        if one != other and not is_close:
            yield f"{here}: {name} is {other}, but its survivors give {one}"
