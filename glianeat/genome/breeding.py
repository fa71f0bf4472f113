"""Breeding: from parents and pairings to children, all of a generation in one compiled call."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome
from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.breeding import breed_all, take_note
from glianeat.genome.kernels.layout import Packed
from glianeat.genome.schema import FAMILIES
from glianeat.genome.variation import Variation
from glianeat.typing import BoolArray, IntArray

NO_MATE = -1  # in place of a mate
_GROWTH = np.array([1, 1, 2, 1])  # a split of a region may double the astrocyte genes
_SLACK = np.array([8, 16, 32, 32])  # rows that other mutations of one child may add to each family
_SPARE = 1.1  # room for children, relative to that of their parents


@dataclass(frozen=True, eq=False)
class Pairings:
    """Whose offspring there is to be; arrays of shape (C,), one entry for each child.

    Parameters
    ----------
    key : ndarray of int64
        Keys of the children.
    parent : ndarray of int64
        Indices of the parents that structure comes from, in the population.
    mate : ndarray of int64
        Indices of the parents with whose genes they are mixed, or -1 where there is none.
    mutated : ndarray of bool
        Whether a child is mutated; one that is not is a clone, or a mixture of its parents.
    """

    key: IntArray
    parent: IntArray
    mate: IntArray
    mutated: BoolArray


def pack_genomes(genomes: Sequence[Genome]) -> Packed:
    """Return genomes for the kernels: where they are if they share a block, else copied to one."""
    brood = _shared_brood(genomes)
    if brood is None or not brood.words.flags.writeable:  # then of another type to the kernels
        return _copied(genomes)
    row = np.array([genome.row for genome in genomes])
    chosen = (brood.start[row], brood.end[row], brood.counts[row], brood.digest[row])
    return Packed(brood.words, brood.reals, *chosen)


def gathered(genomes: Sequence[Genome]) -> list[Genome]:
    """Return equal genomes in a block of memory of their own.

    The children of a generation share one, and whoever keeps one of them keeps all of it. These
    stay where they are if they share a block and are at least half of those in it.

    Parameters
    ----------
    genomes : sequence of Genome
        In any order.

    Returns
    -------
    list of Genome
        In the same order, with the same keys.
    """
    brood = _shared_brood(genomes)
    if brood is not None and 2 * len(genomes) >= len(brood.counts):
        return list(genomes)
    brood = _copied(genomes)
    return [Genome.of_brood(genome.key, brood, row) for row, genome in enumerate(genomes)]


def _shared_brood(genomes: Sequence[Genome]) -> Packed | None:
    """Return the brood that all genomes are of, or None if they are of several, or nobody."""
    brood = genomes[0].brood if genomes else None
    return brood if all(genome.brood is brood for genome in genomes) else None


def _copied(genomes: Sequence[Genome]) -> Packed:
    """Return genomes one after the other in a new block of memory."""
    parts = [genome.words for genome in genomes]
    words = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    size = np.array([len(part) for part in parts], dtype=np.int64)
    end = np.cumsum(size)
    counts = np.array([genome.counts for genome in genomes], dtype=np.int64).reshape(-1, 4)
    digest = np.array([genome.brood.digest[genome.row] for genome in genomes], dtype=np.uint64)
    return Packed(words, words.view(np.float64), end - size, end, counts, digest)


def breed(
    genomes: Sequence[Genome], pairings: Pairings, variation: Variation, seed: int
) -> tuple[list[Genome], IntArray]:
    """Return the children of some pairings, in order, and which operators changed each.

    No mutated child has the genes of another, or of one of `genomes`, unless five mutations in a
    row leave it like somebody. Every child has a random stream of its own. The children share
    memory: whoever keeps a few of them lets go of the others by `gathered`.

    Parameters
    ----------
    genomes : sequence of Genome
        Whoever may be a parent.
    pairings : Pairings
        Whose offspring there is to be.
    variation : Variation
        How genomes vary.
    seed : int
        With a child's key, what its random stream is made of.

    Returns
    -------
    children : list of Genome
        In the order of the pairings.
    operators : ndarray of int64, shape (C,)
        Bit sets over `glianeat.genome.mutation.OPERATORS`.

    Raises
    ------
    GenomeError
        If a parent is not among the genomes.
    """
    _check_parents(pairings, len(genomes))
    parents, n = pack_genomes(genomes), len(pairings.key)
    columns = (pairings.key, pairings.parent, pairings.mate, pairings.mutated)
    table = np.zeros((n, 5), dtype=np.int64)  # the fifth place is filled in, see `breed_all`
    for place, column in enumerate(columns):
        table[:, place] = column
    words = _draft(parents, variation)
    words[at.SEED] = seed
    # at least twice as many places as there are genomes, so that it is never full
    known = np.zeros(1 << int(2 * (len(genomes) + n)).bit_length(), dtype=np.uint64)
    take_note(words, parents, known)
    sizes = parents.end - parents.start
    expected = int(sizes[pairings.parent].sum() * _SPARE) + len(words)
    children = _empty(n, expected)
    while True:
        breed_all(words, words.view(np.float64), parents, table, children, known)
        if words[at.MADE] == n:
            return _unpacked(children, pairings.key), table[:, 4]
        children = _widened(children, len(children.words) + expected)


def _check_parents(pairings: Pairings, n_genomes: int) -> None:
    """Compiled code looks parents up unchecked."""
    for name, lowest in (("parent", 0), ("mate", NO_MATE)):
        places: IntArray = getattr(pairings, name)
        if len(places) and not (places.min() >= lowest and places.max() < n_genomes):
            raise GenomeError(
                f"pairings: {name} must be >= {lowest} and < {n_genomes}, the genomes, got "
                f"{places.min()} to {places.max()}"
            )


def _draft(parents: Packed, variation: Variation) -> IntArray:
    """Return room for one child, with all that its making depends on; see `kernels.layout`."""
    config, distributions = variation.config, variation.packed_distributions
    memory = parents.counts.max(axis=0) * _GROWTH + _SLACK
    caps = (config.max_regions, config.max_neurons, config.max_astrocytes, config.max_synapses)
    width = np.array([family.width for family in FAMILIES])
    marks = at.HEAD + distributions.size
    base = np.cumsum([marks + memory[at.NEURONS], *(memory * width)])
    words = np.zeros(base[-1], dtype=np.int64)
    for place, values in (
        (at.BASE, base[:-1]),
        (at.ROOM, np.minimum(memory, caps)),
        (at.WIDTH, width),
        (at.N_FIELDS, [len(family.fields) for family in FAMILIES]),
        (at.N_TRAITS, [len(family.traits) for family in FAMILIES]),
        (at.DISTRIBUTIONS, [at.HEAD]),
        (at.MOST_TRAITS, [distributions.shape[2]]),
        (at.MARKS, [marks]),
    ):
        words[place : place + len(values)] = values
    reals = words.view(np.float64)
    reals[at.OPTIONS : at.HEAD] = variation.options
    reals[at.HEAD : marks] = distributions.ravel()
    return words


def _empty(n: int, n_words: int) -> Packed:
    words = np.empty(n_words, dtype=np.int64)
    start, end, counts = (np.zeros(shape, dtype=np.int64) for shape in (n, n, (n, 4)))
    return Packed(words, words.view(np.float64), start, end, counts, np.zeros(n, dtype=np.uint64))


def _widened(children: Packed, n_words: int) -> Packed:
    words = np.empty(n_words, dtype=np.int64)
    words[: len(children.words)] = children.words
    return children._replace(words=words, reals=words.view(np.float64))


def _unpacked(brood: Packed, keys: IntArray) -> list[Genome]:
    return [Genome.of_brood(key, brood, row) for row, key in enumerate(keys.tolist())]
