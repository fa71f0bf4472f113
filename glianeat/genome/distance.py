"""Compatibility distance between genomes [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

from functools import cache
from typing import Annotated

import numpy as np

from glianeat.config import Settings, within
from glianeat.genome.crossover import matching
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Family
from glianeat.genome.table import GeneTable
from glianeat.typing import FloatArray

Coefficient = Annotated[float, within(at_least=0)]
_OWN_TERM = ("weight", "log2_ratio")


class DistanceConfig(Settings):
    """Coefficients of the terms of the compatibility distance."""

    disjoint: Coefficient = 1.0
    """Weight of the share of genes that only one genome has, synapses and neurons together."""
    weight: Coefficient = 0.4
    """Weight of the mean difference of the weights of matching synapses [threshold]."""
    trait: Coefficient = 0.5
    """Weight of the mean difference of all other traits, as a share of their range."""
    ratio: Coefficient = 0.3
    """Weight of the mean difference of log2 glia-to-neuron ratios of matching regions."""
    region: Coefficient = 1.0
    """Weight of every region that only one genome has."""


def compatibility_distance(first: Genome, second: Genome, config: DistanceConfig) -> float:
    """Return how far two genomes have diverged ([1]_, eq. 1, extended by regions and traits).

    Structural hashes carry no order of birth, so excess genes are disjoint genes here.

    Parameters
    ----------
    first, second : Genome
        The genomes, in either order.
    config : DistanceConfig
        Coefficients of the terms.

    Returns
    -------
    float
        Non-negative, symmetric, zero for equal genomes.
    """
    pairs = [_Pair(a, b) for a, b in zip(first.tables, second.tables, strict=True)]
    regions, neurons, _, synapses = pairs
    genes = sum(max(len(pair.first), len(pair.second)) for pair in (neurons, synapses))
    distance = config.disjoint * (neurons.unmatched + synapses.unmatched) / max(genes, 1)
    distance += config.weight * synapses.gap("weight")
    distance += config.ratio * regions.gap("log2_ratio")
    distance += config.region * regions.unmatched
    return distance + config.trait * sum(pair.relative_gap() for pair in pairs) / len(pairs)


class _Pair:
    """The genes of one family of two genomes, lined up."""

    def __init__(self, first: GeneTable, second: GeneTable) -> None:
        self.first, self.second = first, second
        _, self._rows, self._other_rows = matching(first, second)
        self.unmatched = len(first) + len(second) - 2 * len(self._rows)
        gaps = first.traits[self._rows] - second.traits[self._other_rows]
        self._mean = np.abs(gaps).mean(axis=0) if len(gaps) else np.zeros(gaps.shape[1])

    def gap(self, trait: str) -> float:
        """Return the mean difference of one trait over matching genes."""
        return float(self._mean[self.first.family.column(trait)])

    def relative_gap(self) -> float:
        """Return the mean difference of the traits without a term of their own, in ranges."""
        return float((self._mean * _shares(self.first.family)).sum())


@cache
def _shares(family: Family) -> FloatArray:
    """Return what one unit of each trait adds to the mean share of the ranges, shape (F,)."""
    others = np.array([trait.name not in _OWN_TERM for trait in family.traits])
    shares: FloatArray = others / (family.high - family.low) / others.sum()
    return shares
