"""Reproduction: parents to offspring; every child has a random stream of its own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from glianeat.config import Settings, within
from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import mutate
from glianeat.genome.serial import pack
from glianeat.genome.variation import Variation
from glianeat.store.records import NO_PARENT
from glianeat.typing import BoolArray, IntArray

_FOUND, _BREED, _MATE = 0, 1, 2  # streams
_TRIES = 5  # mutations until a child differs from everybody

Birth = tuple[Genome, tuple[int, int]]


class ReproductionConfig(Settings):
    """How offspring are made."""

    crossover: Annotated[float, within(at_least=0, at_most=1)] = 0.5
    """Probability that a child has two parents."""


@dataclass(frozen=True, eq=False)
class Matings:
    """Who begets whom; arrays of shape (C,), one entry for each child.

    Parameters
    ----------
    key : ndarray of int64
        Keys of the children.
    fitter : ndarray of int64
        Places of the parents that structure comes from, in the list of genomes.
    other : ndarray of int64
        Places of the other parents, or -1 where there is none.
    mutated : ndarray of bool
        Whether a child is mutated; one that is not is a clone, or a mixture of its parents.
    """

    key: IntArray
    fitter: IntArray
    other: IntArray
    mutated: BoolArray


def stream(seed: int, *numbers: int) -> np.random.Generator:
    """Return the random stream of a purpose: a function of these numbers and nothing else."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=numbers))


def found(
    keys: Sequence[int], n_inputs: int, n_outputs: int, variation: Variation, seed: int
) -> list[Birth]:
    """Return founders of the given keys."""
    return [
        (
            found_genome(key, n_inputs, n_outputs, variation, stream(seed, _FOUND, key)),
            (NO_PARENT, NO_PARENT),
        )
        for key in keys
    ]


def tournaments(
    keys: Sequence[int], n_parents: int, config: ReproductionConfig, size: int, seed: int
) -> Matings:
    """Return matings of parents that each won a tournament among `size` drawn at random.

    Parameters
    ----------
    keys : sequence of int
        Keys of the children, consecutive.
    n_parents : int
        Number of parents, who stand best first.
    config : ReproductionConfig
        Rate of crossover.
    size : int
        Contestants in a tournament.
    seed : int
        Seed of the run.
    """
    rng = stream(seed, _MATE, keys[0])
    drawn = rng.integers(n_parents, size=(2, len(keys), size)).min(axis=2)
    alone = rng.random(len(keys)) >= config.crossover
    other = np.where(alone, -1, drawn.max(axis=0))
    fitter = np.where(alone, drawn[0], drawn.min(axis=0))
    return Matings(np.array(keys), fitter, other, np.ones(len(keys), dtype=np.bool_))


def breed(
    genomes: Sequence[Genome], matings: Matings, variation: Variation, seed: int
) -> list[Birth]:
    """Return the children of some matings, in order.

    No mutated child has the genes of another, or of one of `genomes`, unless five mutations in a
    row leave it like somebody.

    Parameters
    ----------
    genomes : sequence of Genome
        Whoever may be a parent.
    matings : Matings
        Who begets whom.
    variation : Variation
        Laws of mutation.
    seed : int
        Seed of the run.
    """
    known = {_genes(genome) for genome in genomes}
    births = []
    columns = (matings.key, matings.fitter, matings.other, matings.mutated)
    for key, fitter, other, mutated in zip(*(c.tolist() for c in columns), strict=True):
        rng = stream(seed, _BREED, key)
        child, parents = genomes[fitter], (genomes[fitter].key, NO_PARENT)
        if other >= 0:
            child = crossover(child, genomes[other], rng)
            parents = (parents[0], genomes[other].key)
        for _ in range(_TRIES if mutated else 0):
            child = mutate(child, variation, rng)
            if _genes(child) not in known:
                break
        known.add(_genes(child))
        births.append((child.with_key(key), parents))
    return births


def _genes(genome: Genome) -> bytes:
    return hashlib.sha256(pack(genome.with_key(0))).digest()
