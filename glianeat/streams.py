"""Random streams: one for every purpose, a function of the run's seed and of nothing else.

No two purposes share a stream, nor do two numbers within one: what is drawn for a founder never
depends on what is drawn for an episode, a worker, or anything before it.
"""

from enum import Enum, unique

import numpy as np

from glianeat.elementary import cos_each, log_each
from glianeat.typing import FloatArray

_HALF = 0xFFFFFFFF


@unique
class Purpose(Enum):
    """What a stream is for; the values are part of every seed, so they never change."""

    FOUND = 0
    """A founder's genes, by key."""
    BREED = 1
    """Crossover and mutation of all children; kernels make a stream of each from its key."""
    MATE = 2
    """Who wins tournaments for mates, by the first child's key."""
    REPRESENTATIVES = 3
    """Who stands for a species, by generation."""
    SPECIES_MATE = 4
    """Who mates within and between species, by generation."""
    SAMPLE = 5
    """Offspring that are drawn from a distribution, by the first one's key."""
    TRAIN = 16
    """Episodes on which genomes are evaluated, by number."""
    VALIDATE = 17
    """Episodes on which candidates for the best genome are compared, by number."""
    REPLAY = 18
    """Episodes that are shown, by number."""
    TEST = 19
    """Episodes that took part in no decision, by number."""
    DAMAGE = 20
    """What dies in an episode, by its seed: by kind and number of the damage, and what is drawn."""
    TERRITORIES = 21
    """Which neurons shuffled territories hold, by the key of the genome or the episode's seed."""
    PROGRESS = 22
    """Episodes on which the best genome is tried as a run goes on, by number."""


def sequence(seed: int, purpose: Purpose, *numbers: int) -> np.random.SeedSequence:
    """Return the seed sequence of a purpose and some whole numbers >= 0.

    Each number takes two words of 32 bits, so that none is taken for two smaller ones.
    """
    words = [word for number in numbers for word in (number & _HALF, number >> 32)]
    return np.random.SeedSequence(seed, spawn_key=(purpose.value, *words))


def stream(seed: int, purpose: Purpose, *numbers: int) -> np.random.Generator:
    """Return the generator of a purpose and some whole numbers >= 0."""
    return np.random.default_rng(sequence(seed, purpose, *numbers))


def standard_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Return standard normal numbers of some shape, by the method of Box and Muller.

    NumPy's own call the C library's exponential now and then, which is not the same everywhere.
    """
    chance, turn = rng.random((2, *shape))
    return np.sqrt(-2.0 * log_each(1.0 - chance)) * cos_each(2.0 * np.pi * turn)
