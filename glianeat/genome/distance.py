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
from glianeat.genome.genome import Genome
from glianeat.genome.operators.distances import N_KINDS, Terms, fill_distances, fill_species
from glianeat.genome.population import Population
from glianeat.genome.schema import ALL_ROLES, ALL_TRAITS, FAMILIES, NEURONS, Names
from glianeat.typing import FloatArray, IntArray

Coefficient = Annotated[float, within(at_least=0)]


class DistanceConfig(Settings):
    """Coefficients of the terms of the compatibility distance."""

    disjoint: Coefficient = 1.0
    """Weight of the share of genes that only one genome has, synapses and neurons together."""
    small: Annotated[int, within(at_least=0)] = 0
    """Neurons and synapses of the larger genome below which the number of such genes counts, not
    their share; 20 in the paper [1]_."""
    weight: Coefficient = 0.4
    """Weight of the mean difference of the weights of matching synapses [threshold]."""
    trait: Coefficient = 0.5
    """Weight of the mean difference of all other traits, as a share of their range."""
    activation: Coefficient = 0.5
    """Weight of the share of matching neurons, inputs among them, whose activations differ."""
    ratio: Coefficient = 0.3
    """Weight of the mean difference of log2 glia-to-neuron ratios of matching regions."""
    region: Coefficient = 1.0
    """Weight of every region that only one genome has."""


def compatibility_distance(
    first: Genome, second: Genome, config: DistanceConfig, varying: Names = ALL_TRAITS
) -> float:
    """Return how far two genomes have diverged ([1]_, eq. 1, extended by regions and traits).

    Structural hashes carry no order of birth, so excess genes are disjoint genes here.

    Parameters
    ----------
    first, second : Genome
        The genomes, in either order.
    config : DistanceConfig
        Coefficients of the terms.
    varying : mapping of str to sequence of str
        Names of the traits of each family that count.

    Returns
    -------
    float
        Non-negative, symmetric, zero for equal genomes.
    """
    return float(distances([first], [second], config, varying)[0, 0])


def distances(
    genomes: Sequence[Genome],
    others: Sequence[Genome],
    config: DistanceConfig,
    varying: Names = ALL_TRAITS,
) -> FloatArray:
    """Return the compatibility distance of each genome from each of some others.

    Parameters
    ----------
    genomes, others : sequence of Genome
        The genomes; N and M of them.
    config : DistanceConfig
        Coefficients of the terms.
    varying : mapping of str to sequence of str
        Names of the traits of each family that count.

    Returns
    -------
    ndarray of float64, shape (N, M)
        See `compatibility_distance`.
    """
    table = np.zeros((len(genomes), len(others)))
    first, second = Population.of(genomes).packed, Population.of(others).packed
    fill_distances(first, second, _terms(config, varying), table)
    return table


def join_species(
    genomes: Sequence[Genome],
    representatives: Sequence[Genome],
    threshold: float,
    config: DistanceConfig,
    cap: int,
    varying: Names = ALL_TRAITS,
) -> tuple[IntArray, list[int]]:
    """Return the species of each genome: the first whose representative it is compatible with.

    One that is compatible with no representative founds a species of its own, and represents it;
    once there are as many species as the cap allows, it joins the nearest.

    Parameters
    ----------
    genomes : sequence of Genome
        In the order in which they are assigned.
    representatives : sequence of Genome
        One for each species there is, in the order in which they are tried.
    threshold : float
        Distance below which genomes are compatible.
    config : DistanceConfig
        Coefficients of the distance.
    cap : int
        Highest number of species, at least 1.
    varying : mapping of str to sequence of str
        Names of the traits of each family that count.

    Returns
    -------
    places : ndarray of int64, shape (N,)
        Place of the species of each genome: those of the representatives, then the new ones.
    founders : list of int
        Place among the genomes of the one that founded each new species.
    """
    places = np.empty(len(genomes), dtype=np.int64)
    founders = np.empty(max(cap - len(representatives), 0), dtype=np.int64)
    packed, old = Population.of(genomes).packed, Population.of(representatives).packed
    number = fill_species(packed, old, _terms(config, varying), threshold, places, founders)
    return places, founders[:number].tolist()


def _terms(config: DistanceConfig, varying: Names) -> Terms:
    most = max(len(family.traits) for family in FAMILIES)
    n_columns = np.zeros(N_KINDS, dtype=np.int64)
    column, share = np.zeros((N_KINDS, most), dtype=np.int64), np.zeros((N_KINDS, most))
    option = np.zeros(N_KINDS, dtype=np.int64)
    kinds = [(family, None) for family in FAMILIES] + [(NEURONS, role) for role in ALL_ROLES]
    for kind, (family, role) in enumerate(kinds):
        own = {"weight": config.weight, "log2_ratio": config.ratio}
        named = varying[family.name]
        plain = [t for t in family.traits if t.scale != "option" and t.name in named]
        number = sum(trait.name not in own for trait in plain)
        per_range = config.trait / len(FAMILIES) / max(number, 1)
        for i, trait in enumerate(family.traits):
            place = 1 + len(family.fields) + i
            if trait.name not in named:
                continue
            if trait.scale == "option":
                option[kind] = place if config.activation > 0.0 and role in trait.roles else 0
            elif role is None or role in trait.roles:  # other roles keep the initial mean
                span = trait.max_value - trait.min_value
                column[kind, n_columns[kind]] = place
                share[kind, n_columns[kind]] = own.get(trait.name, per_range / span)
                n_columns[kind] += 1
    return Terms(
        width=np.array([family.width for family in FAMILIES]),
        n_columns=n_columns,
        column=column,
        share=share,
        option=option,
        per_option=config.activation,
        per_gene=config.disjoint,
        small=config.small,
        per_region=config.region,
    )
