"""Traits that do not vary: they neither mutate nor count in distances."""

import numpy as np
import pytest

from glianeat.genome.breeding import breed
from glianeat.genome.distance import DistanceConfig, compatibility_distance, distances, join_species
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import ALL_TRAITS, FAMILIES
from glianeat.genome.serial import pack
from glianeat.genome.variation import Variation
from tests.genome.handmade import generator, with_column
from tests.genome.strategies import LIVELY, evolve
from tests.genome.test_breeding import VARIATION, pairings, pool

TRAITS = [(family.name, trait.name) for family in FAMILIES for trait in family.traits]
each_trait = pytest.mark.parametrize(("family", "trait"), TRAITS)
ONLY_TRAITS = DistanceConfig(disjoint=0.0, weight=1.0, trait=1.0, ratio=1.0, region=0.0)


def all_but(family, trait):
    return {**ALL_TRAITS, family: [name for name in ALL_TRAITS[family] if name != trait]}


def bounds(genome, family, trait):
    genes = getattr(genome, family).family
    return genes.low[genes.column(trait)], genes.high[genes.column(trait)]


def test_offspring_are_the_same_whether_all_traits_are_named_or_none():
    named, _ = breed(pool(), pairings(60, 12), Variation(LIVELY, ALL_TRAITS), 1)
    plain, _ = breed(pool(), pairings(60, 12), VARIATION, 1)
    assert [pack(child) for child in named] == [pack(child) for child in plain]


@each_trait
def test_a_trait_that_does_not_vary_does_not_mutate(family, trait):
    parent, others = evolve(3, 20), 0
    for seed in range(3):
        variation = Variation(LIVELY, all_but(family, trait))
        child = apply_operator("traits", parent, variation, generator(seed))
        for genes, mutated in zip(parent.tables, child.tables, strict=True):
            changed = (genes.traits != mutated.traits).any(axis=0)
            if genes.family.name == family:
                assert not changed[genes.family.column(trait)]
            others += changed.sum()
    assert others > 20


@each_trait
def test_a_trait_that_does_not_vary_is_no_distance(family, trait):
    genome = evolve(3, 20)
    low, high = (with_column(genome, family, trait, b) for b in bounds(genome, family, trait))
    assert compatibility_distance(low, high, ONLY_TRAITS) > 0.0
    assert compatibility_distance(low, high, ONLY_TRAITS, all_but(family, trait)) == 0.0


def test_other_traits_share_the_weight_of_one_that_does_not_vary():
    """All that vary of a family together are worth as much, however many there are."""
    genome = evolve(3, 20)
    low, high = (
        with_column(genome, "astrocytes", "gain", b) for b in bounds(genome, "astrocytes", "gain")
    )
    only = {**ALL_TRAITS, "astrocytes": ["gain", "reach"]}
    distance = compatibility_distance(low, high, DistanceConfig(trait=1.0), only)
    assert distance == pytest.approx(1.0 / len(FAMILIES) / 2)


def test_distances_and_species_know_what_varies():
    genome = evolve(3, 20)
    low, high = (
        with_column(genome, "regions", "log2_ratio", b)
        for b in bounds(genome, "regions", "log2_ratio")
    )
    fixed = all_but("regions", "log2_ratio")
    assert distances([low], [high], ONLY_TRAITS, fixed).tolist() == [[0.0]]
    species = [
        join_species([low, high], [], 0.5, ONLY_TRAITS, 5, *varying)[0].tolist()
        for varying in ((), (fixed,))
    ]
    assert species == [[0, 1], [0, 0]]


def test_one_operator_alone_knows_what_varies():
    fixed = all_but("synapses", "weight")
    column = Variation(LIVELY, fixed).only("traits").distribution(FAMILIES[3]).mutate_rate
    assert column[FAMILIES[3].column("weight")] == 0.0
    assert np.count_nonzero(column) == len(column) - 1
