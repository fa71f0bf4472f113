"""Compatibility distance between genomes [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from glianeat.config import Settings, within
from glianeat.genome.breeding import pack_genomes
from glianeat.genome.genome import Genome
from glianeat.genome.kernels.distances import Terms, fill_distances
from glianeat.genome.schema import FAMILIES
from glianeat.typing import FloatArray

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
    return float(distances([first], [second], config)[0, 0])


def distances(
    genomes: Sequence[Genome], others: Sequence[Genome], config: DistanceConfig
) -> FloatArray:
    """Return the compatibility distance of each genome from each of some others.

    Parameters
    ----------
    genomes, others : sequence of Genome
        The genomes; N and M of them.
    config : DistanceConfig
        Coefficients of the terms.

    Returns
    -------
    ndarray of float64, shape (N, M)
        See `compatibility_distance`.
    """
    table = np.zeros((len(genomes), len(others)))
    fill_distances(pack_genomes(genomes), pack_genomes(others), _terms(config), table)
    return table


def _terms(config: DistanceConfig) -> Terms:
    share = np.zeros((len(FAMILIES), max(len(family.traits) for family in FAMILIES)))
    for row, family in zip(share, FAMILIES, strict=True):
        own = {"weight": config.weight, "log2_ratio": config.ratio}
        number = sum(trait.name not in own for trait in family.traits)
        per_range = config.trait / len(FAMILIES) / max(number, 1)
        for i, trait in enumerate(family.traits):
            row[i] = own.get(trait.name, per_range / (trait.max_value - trait.min_value))
    return Terms(
        width=np.array([family.width for family in FAMILIES]),
        n_keys=np.array([len(family.keys) for family in FAMILIES]),
        n_traits=np.array([len(family.traits) for family in FAMILIES]),
        share=share,
        per_gene=config.disjoint,
        per_region=config.region,
    )
