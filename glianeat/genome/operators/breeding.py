"""Making offspring: inherit, recombine, mutate, until a child differs from all others."""

import numpy as np

from glianeat.compile.decorators import kernel, routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.crossover import inherit, recombine
from glianeat.genome.operators.draft import Draft, copy_words
from glianeat.genome.operators.hashes import hash_words, mix, remember
from glianeat.genome.operators.layout import PackedGenomes
from glianeat.genome.operators.mutation import mutate
from glianeat.genome.operators.stream import seed_state
from glianeat.typing import IntArray, WordArray

_TRIES = 5  # mutations until a child differs from all others


@routine
def _digest(draft: Draft) -> np.uint64:
    """Return a hash of all genes; equal genomes have equal ones, others hardly ever."""
    digest, place = np.uint64(0), 1
    for family in range(at.N_FAMILIES):
        count = draft.head[at.N_GENES + family]
        digest = mix(digest + np.uint64(count))
        first, n_words = draft.head[at.BASE + family], count * draft.head[at.WIDTH + family]
        digest += hash_words(draft.words[first : first + n_words], place)
        place += n_words
    return mix(digest)


@kernel
def remember_digests(draft: Draft, genomes: PackedGenomes, known: WordArray) -> None:
    """Remember the genes of some genomes, by the same digest."""
    for i in range(genomes.counts.shape[0]):
        if genomes.digest[i] != 0:
            remember(known, genomes.digest[i])
            continue
        digest, place, first = np.uint64(0), 1, genomes.start[i]
        for family in range(at.N_FAMILIES):
            count = genomes.counts[i, family]
            digest = mix(digest + np.uint64(count))
            n_words = count * draft.head[at.WIDTH + family]
            digest += hash_words(genomes.words[first : first + n_words], place)
            place += n_words
            first += n_words
        remember(known, mix(digest))


@routine
def _fits_in(draft: Draft, offspring: PackedGenomes, i: int) -> bool:
    """Return whether as large a child as a draft can hold has room behind those before it."""
    largest = draft.words.shape[0]  # a parent may be beyond the structural caps
    return bool(_first_word_of(offspring, i) + largest <= offspring.words.shape[0])


@routine
def _first_word_of(offspring: PackedGenomes, i: int) -> int:
    return int(offspring.end[i - 1]) if i > 0 else 0


@routine
def _write(draft: Draft, offspring: PackedGenomes, i: int) -> None:
    """Write a draft behind the offspring before it."""
    place = _first_word_of(offspring, i)
    offspring.start[i] = place
    for family in range(at.N_FAMILIES):
        first = draft.head[at.BASE + family]
        offspring.counts[i, family] = draft.head[at.N_GENES + family]
        n_words = draft.head[at.N_GENES + family] * draft.head[at.WIDTH + family]
        copy_words(offspring.words[place : place + n_words], draft.words[first : first + n_words])
        place += n_words
    offspring.end[i] = place


@kernel
def breed_all(
    draft: Draft,
    parents: PackedGenomes,
    pairings: IntArray,
    offspring: PackedGenomes,
    known: WordArray,
    made: int,
) -> int:
    """Make offspring until all are made or there is no room for one; return how many there are.

    `pairings` has a row for each child: its key, the indices of the parent and of the mate, or -1,
    and whether it is mutated; the fifth column is filled in with the operators that changed it.
    The first `made` children are there already.
    """
    while made < pairings.shape[0] and _fits_in(draft, offspring, made):
        key, parent, mate = pairings[made, 0], pairings[made, 1], pairings[made, 2]
        seed_state(draft.head, draft.head[at.SEED], key)
        inherit(draft, parents, parent)
        if mate >= 0:
            recombine(draft, parents, mate)
        for _ in range(_TRIES):
            if pairings[made, 3] != 0:
                pairings[made, 4] |= mutate(draft)
            offspring.digest[made] = _digest(draft)
            if remember(known, offspring.digest[made]) or pairings[made, 3] == 0:
                break
        _write(draft, offspring, made)
        made += 1
    return made
