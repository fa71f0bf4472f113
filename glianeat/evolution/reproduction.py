"""Reproduction: parents to offspring; every child has a random stream of its own."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from glianeat.config import Settings, within
from glianeat.develop.encodings.direct import DIRECT
from glianeat.develop.encodings.encoding import Encoding
from glianeat.evolution.individual import NO_PARENT
from glianeat.genome.breeding import Pairings
from glianeat.genome.breeding import breed as breed_genomes
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation
from glianeat.streams import Purpose, sequence, stream

__all__ = [
    "Birth",
    "Pairings",
    "ReproductionConfig",
    "breed",
    "found",
    "found_from",
    "tournaments",
]


class Birth(NamedTuple):
    """A new genome, and what it was made from."""

    genome: Genome
    parents: tuple[int, int] = (NO_PARENT, NO_PARENT)
    """Keys of the parent and the mate."""
    operators: int = 0
    """Which operators changed it, a bit set over `glianeat.genome.mutation.RECORDED`."""


class ReproductionConfig(Settings):
    """How offspring are made."""

    crossover: Annotated[float, within(at_least=0, at_most=1)] = 0.5
    """Probability that a child has two parents."""
    sampled: Annotated[float, within(at_least=0, at_most=1)] | None = None
    """Share of the offspring that is drawn from a distribution around the leading topology, which
    moves to where they do best (separable CMA-ES), with NSGA-II and one reward, until the task is
    solved. All others are bred. By default nine in ten where actions are numbers and many receptors
    and outputs could be joined, more pairs than `genome.connect_fully_below`; else none."""
    sample_step: Annotated[float, within(above=0, at_most=1000)] = 4.0
    """Length of a step of the distribution to begin with, over all coordinates: each has as large a
    part of it as the others, relative to the root mean square of the weights into a neuron, and to
    the mutation powers of other traits."""
    sample_start: Annotated[float, within(at_least=0, at_most=1)] = 0.0
    """Where the distribution begins: at this share of the weights and biases of the best founder
    that may have either sign. Larger weights saturate outputs, where nothing tells good from bad.
    """
    sampled_traits: tuple[str, ...] = ("bias", "phasic")
    """Traits of neurons that are drawn beside the weights."""


class SettledReproduction(ReproductionConfig, kw_only=True):
    """How the offspring of one experiment are made: nothing is left open."""

    sampled: Annotated[float, within(at_least=0, at_most=1)]
    """Share of the offspring that is drawn from a distribution."""


def found(
    keys: Sequence[int],
    shape: tuple[int, int],
    variation: Variation,
    seed: int,
    encoding: Encoding = DIRECT,
) -> list[Birth]:
    """Return founders of the given keys and shape, (inputs, outputs), by an encoding."""
    return [
        Birth(encoding.found(key, *shape, variation, stream(seed, Purpose.FOUND, key)))
        for key in keys
    ]


def found_from(
    genomes: Sequence[Genome], keys: Sequence[int], variation: Variation, seed: int
) -> list[Birth]:
    """Return founders that are given genomes, and then mutated copies of these in turn.

    Parameters
    ----------
    genomes : sequence of Genome
        The genomes, at most as many as there are keys.
    keys : sequence of int
        Keys of the founders, in order; whatever keys the genomes have.
    variation : Variation
        How copies are mutated.
    seed : int
        Seed of the run.

    Returns
    -------
    list of Birth
        The parent of a copy is the founder that it is a copy of.
    """
    given = [genome.with_key(key) for genome, key in zip(genomes, keys, strict=False)]
    rest = np.array(keys[len(given) :], dtype=np.int64)
    parent = np.arange(len(rest)) % len(given)
    no_mate, mutated = np.full(len(rest), -1), np.ones(len(rest), dtype=np.bool_)
    copies = breed(given, Pairings(rest, parent, no_mate, mutated), variation, seed)
    return [*map(Birth, given), *copies]


def tournaments(
    keys: Sequence[int], n_parents: int, config: ReproductionConfig, size: int, seed: int
) -> Pairings:
    """Return pairings of parents that each won a tournament among `size` drawn at random.

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
    rng = stream(seed, Purpose.MATE, int(keys[0]))
    drawn = rng.integers(n_parents, size=(2, len(keys), size)).min(axis=2)
    single_parent = rng.random(len(keys)) >= config.crossover
    mate = np.where(single_parent, -1, drawn.max(axis=0))
    parent = np.where(single_parent, drawn[0], drawn.min(axis=0))
    return Pairings(np.array(keys), parent, mate, np.ones(len(keys), dtype=np.bool_))


def breed(
    genomes: Sequence[Genome], pairings: Pairings, variation: Variation, seed: int
) -> list[Birth]:
    """Return the children of some pairings, in order.

    Parameters
    ----------
    genomes : sequence of Genome
        Genomes that may be parents.
    pairings : Pairings
        Parents and mates.
    variation : Variation
        How genomes vary.
    seed : int
        Seed of the run.
    """
    word = sequence(seed, Purpose.BREED).generate_state(1, np.uint64)[0]
    children, operators = breed_genomes(genomes, pairings, variation, int(word >> np.uint64(1)))
    columns = (operators, pairings.parent, pairings.mate)
    rows = zip(children, *(column.tolist() for column in columns), strict=True)
    return [
        Birth(child, (genomes[parent].key, genomes[mate].key if mate >= 0 else NO_PARENT), changed)
        for child, changed, parent, mate in rows
    ]
