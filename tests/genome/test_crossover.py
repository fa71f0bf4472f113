from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import region_id
from glianeat.genome.mutation import apply_operator, mutate
from glianeat.genome.schema import FAMILIES, SYNAPSES
from glianeat.genome.serial import pack, unpack
from glianeat.genome.tables import table
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import generator, hidden_ids, rows, smallest, with_column, with_variation
from tests.genome.strategies import LIVELY, evolve, evolved_genomes

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=50)
families = pytest.mark.parametrize("family", [f.name for f in FAMILIES])
VARIATION = Variation(LIVELY)


def child_of(parent, mate, seed=0, variation=VARIATION):
    return crossover(parent, mate, variation, generator(seed))


def children_of(parent, mate, number, variation=VARIATION):
    return [child_of(parent, mate, seed, variation) for seed in range(number)]


def split(genome, seed=0, variation=VARIATION):
    return apply_operator("split_synapse", genome, variation, generator(seed))


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_a_child_keeps_every_rule(parent, mate, seed):
    check_genome(child_of(parent, mate, seed))


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_the_genes_of_a_child_are_genes_of_its_parents(parent, mate, seed):
    child = child_of(parent, mate, seed)
    for mine, first, second in zip(child.tables, parent.tables, mate.tables, strict=True):
        taken = rows(first, without=["enabled"]) | rows(second, without=["enabled"])
        assert rows(mine, without=["enabled"]) <= taken


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_a_synapse_is_enabled_if_it_is_so_in_all_parents_that_have_it(parent, mate, seed):
    child, enabled = child_of(parent, mate, seed), SYNAPSES.field_column("enabled")
    for number, keys in zip(child.synapses.innovation, child.synapses.fields, strict=True):
        both = [one.synapses for one in (parent, mate) if number in one.synapses]
        assert keys[enabled] in {genes.fields[genes.find(number), enabled] for genes in both}


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_a_child_has_the_structure_of_the_fitter_parent(parent, mate, seed):
    child = child_of(parent, mate, seed)
    for mine, first in zip(child.tables, parent.tables, strict=True):
        assert mine.innovation.tolist() == first.innovation.tolist()


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_equal_seeds_give_equal_children(parent, mate, seed):
    first, second = (child_of(parent, mate, seed) for _ in range(2))
    assert first == second


@some
@given(evolved_genomes(max_steps=10), seeds)
def test_parents_read_from_files_have_the_same_descendants(genome, seed):
    children = []
    for parent in (genome, unpack(pack(genome))):
        rng = generator(seed)
        children.append(crossover(mutate(parent, VARIATION, rng), parent, VARIATION, rng))
    assert children[0] == children[1]


@some
@given(evolved_genomes(), evolved_genomes(), seeds)
def test_crossover_leaves_its_parents_alone(parent, mate, seed):
    before = pack(parent), pack(mate)
    child_of(parent, mate, seed)
    assert (pack(parent), pack(mate)) == before


@some
@given(evolved_genomes(), seeds)
def test_a_genome_crossed_with_itself_is_itself(genome, seed):
    assert child_of(genome, genome, seed) == genome


def test_the_child_has_the_key_of_the_fitter_parent():
    assert child_of(evolve(1, 5).with_key(11), evolve(2, 5).with_key(12)).key == 11


def test_crossover_takes_one_number_from_the_generator():
    first, second = generator(), generator()
    crossover(evolve(1, 5), evolve(2, 5), VARIATION, first)
    second.integers(2**63)
    assert first.bit_generator.state == second.bit_generator.state


@families
def test_matching_genes_come_from_either_parent_about_equally(family):
    variation = with_variation(association_regions=6)
    parent, mate = (found_genome(0, 3, 3, variation, generator(seed)) for seed in (1, 2))
    taken = [
        len(rows(getattr(child, family)) - rows(getattr(parent, family)))
        for child in children_of(parent, mate, 200)
    ]
    differing = len(rows(getattr(mate, family)) - rows(getattr(parent, family)))
    assert abs(sum(taken) / (200 * differing) - 0.5) < 0.06


def test_disjoint_genes_of_the_other_parent_are_left_out():
    parent = evolve(1, 0)
    assert all(child == parent for child in children_of(parent, split(parent), 20))


def test_disjoint_genes_of_the_fitter_parent_are_kept():
    mate = evolve(1, 0)
    parent = split(mate)
    assert all(child == parent for child in children_of(parent, mate, 20))


@pytest.mark.parametrize("family", ["regions", "neurons", "astrocytes", "synapses"])
def test_disjoint_genes_of_any_family_come_from_the_fitter_parent_alone(family):
    few, many = (
        evolve(3, steps, config=LIVELY.replace(association_regions=n))
        for steps, n in ((0, 1), (25, 4))
    )
    for parent, mate in ((few, many), (many, few)):
        own = set(getattr(parent, family).innovation.tolist())
        for child in children_of(parent, mate, 10):
            assert set(getattr(child, family).innovation.tolist()) == own


# Regions of neurons


def hidden_region(genome):
    (number,) = hidden_ids(genome)
    return int(genome.neurons.field("region")[genome.neurons.find(number)])


def test_a_neuron_never_moves_to_a_region_that_the_child_has_not():
    few, many = (
        Variation(GenomeConfig(association_regions=count, hidden_excitatory=1.0))
        for count in (1, 6)
    )
    parent, mate = split(smallest(1, few), 0, few), split(smallest(1, many), 1, many)
    assert hidden_region(mate) != region_id(2)
    children = children_of(parent, mate, 20)
    for child in children:
        check_genome(child)
    assert {hidden_region(child) for child in children} == {region_id(2)}


def test_a_neuron_may_lie_where_either_parent_has_it():
    variation = with_variation(association_regions=6)
    parents = [split(smallest(1, variation), seed, variation) for seed in range(2)]
    homes = {hidden_region(parent) for parent in parents}
    assert len(homes) == 2
    assert {hidden_region(child) for child in children_of(*parents, 20)} == homes


# Disabled synapses


@pytest.mark.parametrize("rate", [0.0, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("disabled_in", ["parent", "other"])
def test_a_synapse_disabled_in_one_parent_is_disabled_at_the_rate_of_the_settings(
    rate, disabled_in
):
    whole = evolve(1, 0, n_inputs=20, n_outputs=20, config=GenomeConfig(connection=1.0))
    disabled = with_column(whole, "synapses", "enabled", 0)
    pair = (disabled, whole) if disabled_in == "parent" else (whole, disabled)
    children = children_of(*pair, 10, with_variation(inherit_disabled=rate))
    share = np.mean([child.synapses.field("enabled") == 0 for child in children])
    assert abs(share - rate) < (0.03 if 0.0 < rate < 1.0 else 1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("enabled", [0, 1])
def test_a_synapse_equal_in_both_parents_stays_as_it_is(rate, enabled):
    first, second = (
        with_column(evolve(seed, 0, n_inputs=3), "synapses", "enabled", enabled) for seed in (1, 2)
    )
    for child in children_of(first, second, 20, with_variation(inherit_disabled=rate)):
        assert set(child.synapses.field("enabled")) == {enabled}


def test_weights_are_inherited_whatever_becomes_of_the_synapse():
    """Whether a synapse is disabled and whose weight it has are two draws."""
    first = with_column(evolve(1, 0, n_inputs=6, n_outputs=6), "synapses", "weight", 1.0)
    second = with_column(with_column(first, "synapses", "weight", 2.0), "synapses", "enabled", 0)
    found = {
        pair
        for child in children_of(first, second, 20)
        for pair in zip(
            child.synapses.trait("weight"), child.synapses.field("enabled"), strict=True
        )
    }
    assert found == {(1.0, 0), (1.0, 1), (2.0, 0), (2.0, 1)}


# Collisions: genes of equal number and different structure


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("regions", "index"),
        ("neurons", "role"),
        ("neurons", "channel"),
        ("neurons", "origin"),
        ("astrocytes", "region"),
        ("astrocytes", "occurrence"),
        ("synapses", "source"),
        ("synapses", "target"),
    ],
)
def test_a_child_keeps_its_own_gene_when_numbers_collide(family, key):
    parent = split(evolve(1, 0))
    strange = getattr(with_column(parent, family, key, 77), family)
    middle = (strange.family.low + strange.family.high) / 2.0 + 0.0 * strange.traits
    mate = replace(parent, **{family: strange.with_traits(middle)})
    for child in children_of(parent, mate, 10):
        assert getattr(child, family) == getattr(parent, family)


@pytest.mark.parametrize(
    ("family", "key", "value"), [("neurons", "sign", -1), ("synapses", "enabled", 0)]
)
def test_genes_that_differ_in_other_keys_match(family, key, value):
    parent = split(evolve(1, 0), 0, with_variation(hidden_excitatory=1.0))
    mate = with_column(parent, family, key, value)
    values = {v for c in children_of(parent, mate, 20) for v in getattr(c, family).field(key)}
    assert values == {1, value}


def test_an_empty_table_matches_nothing():
    whole = evolve(1, 0)
    bare = replace(whole, synapses=table(SYNAPSES, []))
    assert child_of(whole, bare) == whole
    assert len(child_of(bare, whole).synapses) == 0
