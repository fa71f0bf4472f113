"""Compatibility distance between genomes [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

from typing import Annotated

import numpy as np

from glianeat.config import Settings, within
from glianeat.genome.crossover import matching
from glianeat.genome.genome import Genome
from glianeat.genome.table import GeneTable

Coefficient = Annotated[float, within(at_least=0)]


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
    distance = config.disjoint * _disjoint_share(first, second)
    distance += config.weight * _trait_gap(first.synapses, second.synapses, "weight")
    distance += config.ratio * _trait_gap(first.regions, second.regions, "log2_ratio")
    distance += config.region * _unmatched(first.regions, second.regions)
    gaps = [_relative_gap(a, b) for a, b in zip(first.tables, second.tables, strict=True)]
    return distance + config.trait * float(np.mean(gaps))


def _unmatched(first: GeneTable, second: GeneTable) -> int:
    return len(first) + len(second) - 2 * len(matching(first, second)[0])


def _disjoint_share(first: Genome, second: Genome) -> float:
    tables = ((first.synapses, second.synapses), (first.neurons, second.neurons))
    disjoint = sum(_unmatched(a, b) for a, b in tables)
    return disjoint / max(sum(max(len(a), len(b)) for a, b in tables), 1)


def _trait_gap(first: GeneTable, second: GeneTable, trait: str) -> float:
    _, rows, other_rows = matching(first, second)
    if not len(rows):
        return 0.0
    gap = np.abs(first.trait(trait)[rows] - second.trait(trait)[other_rows])
    return float(gap.mean())


def _relative_gap(first: GeneTable, second: GeneTable) -> float:
    _, rows, other_rows = matching(first, second)
    if not len(rows):
        return 0.0
    span = first.family.high - first.family.low
    gap = np.abs(first.traits[rows] - second.traits[other_rows]) / span
    return float(gap.mean())
