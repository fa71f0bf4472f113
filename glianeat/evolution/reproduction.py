"""Reproduction: survivors to offspring; every child has a random stream of its own."""

import hashlib
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from glianeat.config import Settings, within
from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import mutate
from glianeat.genome.serial import pack
from glianeat.genome.variation import Variation
from glianeat.store.records import NO_PARENT, Individual, Standing

_FOUND, _BREED = 0, 1  # streams
_TRIES = 5  # mutations until a child differs from everybody

Birth = tuple[Genome, tuple[int, int]]


class ReproductionConfig(Settings):
    """How offspring are made."""

    crossover: Annotated[float, within(at_least=0, at_most=1)] = 0.5
    """Probability that a child has two parents."""


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


def breed(
    survivors: Sequence[tuple[Individual, Standing]],
    keys: Sequence[int],
    variation: Variation,
    config: ReproductionConfig,
    seed_and_tournament: tuple[int, int],
) -> list[Birth]:
    """Return one child for each key.

    No two of them, and no survivor, have equal genes, unless five mutations in a row leave a
    child like another.

    Parameters
    ----------
    survivors : sequence of (Individual, Standing)
        Best first.
    keys : sequence of int
        Keys of the children.
    variation : Variation
        Laws of mutation.
    config : ReproductionConfig
        Rate of crossover.
    seed_and_tournament : tuple of int
        Seed of the run, and the size of tournaments.
    """
    seed, tournament = seed_and_tournament
    known = {_genes(individual.genome) for individual, _ in survivors}
    births = []
    for key in keys:
        rng = stream(seed, _BREED, key)
        parent = int(rng.integers(len(survivors), size=tournament).min())
        parents = (survivors[parent][0].key, NO_PARENT)
        child = survivors[parent][0].genome
        if rng.random() < config.crossover:
            other = int(rng.integers(len(survivors), size=tournament).min())
            parent, other = min(parent, other), max(parent, other)
            parents = (survivors[parent][0].key, survivors[other][0].key)
            child = crossover(survivors[parent][0].genome, survivors[other][0].genome, rng)
        for _ in range(_TRIES):
            child = mutate(child, variation, rng)
            if _genes(child) not in known:
                break
        known.add(_genes(child))
        births.append((child.with_key(key), parents))
    return births


def _genes(genome: Genome) -> bytes:
    return hashlib.sha256(pack(genome.with_key(0))).digest()
