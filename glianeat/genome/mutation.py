"""Mutation: every operator takes a genome and returns a new one.

What they do is compiled, in `glianeat.genome.operators`; these are the ways to it for one genome.
Whole generations are bred at once, by `glianeat.genome.breeding.breed`.
"""

import numpy as np

from glianeat.genome.breeding import NO_MATE, Pairings, breed
from glianeat.genome.genome import Genome
from glianeat.genome.operators.layout import OPERATORS
from glianeat.genome.variation import Variation

__all__ = ["OPERATORS", "RECORDED", "SAMPLING", "apply_operator", "mutate", "operator_names"]

RECORDED = (*OPERATORS, "sampling")
"""What individuals record of how they were made: by operators of mutation, or by being drawn from
a distribution."""
SAMPLING = 1 << len(OPERATORS)
"""The bit of the latter."""


def mutate(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Return a mutated genome: structure first, then the traits of every family.

    Each operator is applied at its rate, in the order of `OPERATORS`.
    """
    ((child,), _) = breed([genome], _alone(genome), variation, int(rng.integers(2**63)))
    return child


def apply_operator(
    name: str, genome: Genome, variation: Variation, rng: np.random.Generator
) -> Genome:
    """Return a genome to which one operator was applied, and no other.

    It is tried up to five times until the genome has changed.

    Parameters
    ----------
    name : str
        One of `OPERATORS`. ``flip_sign`` flips each hidden neuron at its rate, ``traits`` perturbs
        each trait at its rate, if traits mutate at all; the others are certain to be tried.
    genome : Genome
        What it is applied to; it comes back unchanged where the operator finds nothing to do, or a
        structural cap is reached.
    variation : Variation
        Rates, caps and distributions.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    return mutate(genome, variation.only(name), rng)


def operator_names(operators: int) -> tuple[str, ...]:
    """Return the names of the operators in a bit set."""
    return tuple(name for i, name in enumerate(RECORDED) if operators >> i & 1)


def _alone(genome: Genome) -> Pairings:
    one = np.zeros(1, dtype=np.int64)
    return Pairings(one + genome.key, one, one + NO_MATE, np.ones(1, dtype=np.bool_))
