"""Breeding: from parents and pairings to offspring, a generation in one compiled call."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.breeding import breed_all, remember_digests
from glianeat.genome.operators.draft import Draft
from glianeat.genome.operators.layout import PackedGenomes
from glianeat.genome.population import Population
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


def breed(
    genomes: Sequence[Genome], pairings: Pairings, variation: Variation, seed: int
) -> tuple[Population, IntArray]:
    """Return the offspring of some pairings, in order, and which operators changed each.

    No mutated child has the genes of another, or of one of `genomes`, unless five mutations in a
    row leave it like one of them. Every child has a random stream of its own.

    Parameters
    ----------
    genomes : sequence of Genome
        Those who may be parents; a `Population` is used where it is, others are copied to one.
    pairings : Pairings
        Whose offspring there is to be.
    variation : Variation
        How genomes vary.
    seed : int
        With a child's key, what its random stream is made of.

    Returns
    -------
    offspring : Population
        In the order of the pairings.
    operators : ndarray of int64, shape (C,)
        Bit sets over `glianeat.genome.mutation.OPERATORS`.

    Raises
    ------
    GenomeError
        If a parent is not among the genomes.
    """
    _check_parents(pairings, len(genomes))
    parents, n = Population.of(genomes).packed, len(pairings.key)
    columns = (pairings.key, pairings.parent, pairings.mate, pairings.mutated)
    table = np.zeros((n, 5), dtype=np.int64)  # the fifth column is filled in, see `breed_all`
    for place, column in enumerate(columns):
        table[:, place] = column
    draft = _draft(parents, variation, seed)
    # at least twice as many places as there are genomes, so that it is never full
    known = np.zeros(1 << int(2 * (len(genomes) + n)).bit_length(), dtype=np.uint64)
    remember_digests(draft, parents, known)
    sizes = parents.end - parents.start
    expected = int(sizes[pairings.parent].sum() * _SPARE) + len(draft.words)
    offspring, made = _empty(n, expected), 0
    while True:
        made = breed_all(draft, parents, table, offspring, known, made)
        if made == n:
            return Population(table[:, 0].copy(), offspring), table[:, 4]
        offspring = _widened(offspring, len(offspring.words) + expected)


def _check_parents(pairings: Pairings, n_genomes: int) -> None:
    """Compiled code looks parents up unchecked."""
    for name, lowest in (("parent", 0), ("mate", NO_MATE)):
        places: IntArray = getattr(pairings, name)
        if len(places) and not (places.min() >= lowest and places.max() < n_genomes):
            raise GenomeError(
                f"pairings: {name} must be >= {lowest} and < {n_genomes}, the genomes, got "
                f"{places.min()} to {places.max()}"
            )


def _draft(parents: PackedGenomes, variation: Variation, seed: int) -> Draft:
    """Return room for one child, with all that its making depends on; see `operators.layout`."""
    config, distributions = variation.config, variation.packed_distributions
    memory = parents.counts.max(axis=0) * _GROWTH + _SLACK
    caps = (config.max_regions, config.max_neurons, config.max_astrocytes, config.max_synapses)
    width = np.array([family.width for family in FAMILIES])
    end = np.cumsum(memory * width)
    words = np.zeros(end[-1], dtype=np.int64)
    head = np.zeros(at.MARKS + memory[at.NEURONS], dtype=np.int64)
    for place, values in (
        (at.BASE, end - memory * width),
        (at.ROOM, np.minimum(memory, caps)),
        (at.WIDTH, width),
        (at.N_FIELDS, [len(family.fields) for family in FAMILIES]),
        (at.N_TRAITS, [len(family.traits) for family in FAMILIES]),
        (at.MOST_TRAITS, [distributions.shape[2]]),
        (at.SEED, [seed]),
    ):
        head[place : place + len(values)] = values
    rates = np.concatenate([variation.options, distributions.ravel()])
    return Draft(words, words.view(np.float64), head, rates)


def _empty(n: int, n_words: int) -> PackedGenomes:
    words = np.empty(n_words, dtype=np.int64)
    start, end, counts = (np.zeros(shape, dtype=np.int64) for shape in (n, n, (n, 4)))
    digest = np.zeros(n, dtype=np.uint64)
    return PackedGenomes(words, words.view(np.float64), start, end, counts, digest)


def _widened(offspring: PackedGenomes, n_words: int) -> PackedGenomes:
    words = np.empty(n_words, dtype=np.int64)
    words[: len(offspring.words)] = offspring.words
    return offspring._replace(words=words, reals=words.view(np.float64))
