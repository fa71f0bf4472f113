from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.genome.crossover import crossover, matching
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import region_id
from glianeat.genome.mutation import mutate, split_synapse
from glianeat.genome.schema import FAMILIES, SYNAPSES, Role
from glianeat.genome.serial import pack, unpack
from glianeat.genome.table import table
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.strategies import LIVELY, evolve, evolved_genomes

seeds = st.integers(0, 2**32 - 1)
families = pytest.mark.parametrize("family", [f.name for f in FAMILIES])


def rows(genes):
    """Return the genes of a table as a set of (innovation number, keys, traits)."""
    parts = (genes.innovation.tolist(), genes.keys.tolist(), genes.traits.tolist())
    return {(number, *keys, *traits) for number, keys, traits in zip(*parts, strict=True)}


def synapses(*genes):
    return table(SYNAPSES, [(n, keys, np.array([1.0, 1.0])) for n, keys in genes])


@given(evolved_genomes(), evolved_genomes(), seeds)
def test_a_child_keeps_every_rule(fitter, other, seed):
    check_genome(crossover(fitter, other, np.random.default_rng(seed)))


@given(evolved_genomes(), evolved_genomes(), seeds)
def test_the_genes_of_a_child_are_genes_of_its_parents(fitter, other, seed):
    child = crossover(fitter, other, np.random.default_rng(seed))
    for mine, first, second in zip(child.tables, fitter.tables, other.tables, strict=True):
        assert rows(mine) <= rows(first) | rows(second)


@given(evolved_genomes(), evolved_genomes(), seeds)
def test_a_child_has_the_structure_of_the_fitter_parent(fitter, other, seed):
    child = crossover(fitter, other, np.random.default_rng(seed))
    for mine, first in zip(child.tables, fitter.tables, strict=True):
        assert mine.innovation.tolist() == first.innovation.tolist()


@given(evolved_genomes(), evolved_genomes(), seeds)
def test_equal_seeds_give_equal_children(fitter, other, seed):
    first, second = (crossover(fitter, other, np.random.default_rng(seed)) for _ in range(2))
    assert first == second


@given(evolved_genomes(max_steps=10), seeds)
def test_parents_read_from_files_have_the_same_descendants(genome, seed):
    variation = Variation(LIVELY)
    children = []
    for parent in (genome, unpack(pack(genome))):
        rng = np.random.default_rng(seed)
        children.append(crossover(mutate(parent, variation, rng), parent, rng))
    assert children[0] == children[1]


@given(evolved_genomes(), evolved_genomes(), seeds)
def test_crossover_leaves_its_parents_alone(fitter, other, seed):
    before = pack(fitter), pack(other)
    crossover(fitter, other, np.random.default_rng(seed))
    assert (pack(fitter), pack(other)) == before


@given(evolved_genomes(), seeds)
def test_a_genome_crossed_with_itself_is_itself(genome, seed):
    assert crossover(genome, genome, np.random.default_rng(seed)) == genome


def test_the_child_has_the_key_of_the_fitter_parent():
    fitter, other = evolve(1, 5).with_key(11), evolve(2, 5).with_key(12)
    assert crossover(fitter, other, np.random.default_rng(0)).key == 11


@families
def test_matching_genes_come_from_either_parent_about_equally(family):
    variation = Variation(GenomeConfig(association_regions=9))
    fitter, other = (
        found_genome(0, 3, 3, variation, np.random.default_rng(seed)) for seed in (1, 2)
    )
    taken = [
        len(
            rows(getattr(crossover(fitter, other, np.random.default_rng(s)), family))
            - rows(getattr(fitter, family))
        )
        for s in range(200)
    ]
    differing = len(rows(getattr(other, family)) - rows(getattr(fitter, family)))
    assert abs(sum(taken) / (200 * differing) - 0.5) < 0.06


def test_disjoint_genes_of_the_other_parent_are_left_out():
    fitter = evolve(1, 0)
    other = split_synapse(fitter, Variation(LIVELY), np.random.default_rng(0))
    children = [crossover(fitter, other, np.random.default_rng(seed)) for seed in range(20)]
    assert all(child == fitter for child in children)


def test_disjoint_genes_of_the_fitter_parent_are_kept():
    other = evolve(1, 0)
    fitter = split_synapse(other, Variation(LIVELY), np.random.default_rng(0))
    children = [crossover(fitter, other, np.random.default_rng(seed)) for seed in range(20)]
    assert all(child == fitter for child in children)


def test_a_neuron_never_moves_to_a_region_that_the_child_has_not():
    few, many = (
        Variation(GenomeConfig(association_regions=count, hidden_excitatory=1.0))
        for count in (1, 9)
    )
    rng = np.random.default_rng(1)
    fitter, other = (split_synapse(found_genome(0, 1, 1, v, rng), v, rng) for v in (few, many))
    hidden = other.neurons.find(_hidden(other))
    assert other.neurons.key("region")[hidden] != region_id(2)
    for seed in range(20):
        check_genome(crossover(fitter, other, np.random.default_rng(seed)))


def _hidden(genome):
    (row,) = np.flatnonzero(genome.neurons.key("role") == Role.HIDDEN)
    return int(genome.neurons.innovation[row])


def test_genes_match_by_number_and_structure():
    numbers, mine, theirs = matching(
        synapses((3, (1, 2, 1)), (5, (2, 2, 1)), (9, (2, 3, 1))),
        synapses((4, (1, 1, 1)), (5, (2, 2, 0)), (9, (2, 3, 1)), (11, (7, 7, 1))),
    )
    assert (numbers.tolist(), mine.tolist(), theirs.tolist()) == ([5, 9], [1, 2], [1, 2])


def test_genes_of_equal_number_and_different_structure_do_not_match():
    assert len(matching(synapses((5, (1, 2, 1))), synapses((5, (3, 4, 1))))[0]) == 0


def test_a_child_keeps_its_own_gene_when_numbers_collide():
    fitter, other = evolve(1, 0), evolve(2, 0)
    strange = other.synapses.with_key("source", 0, 77)
    children = [
        crossover(fitter, replace(other, synapses=strange), np.random.default_rng(seed))
        for seed in range(20)
    ]
    assert {rows(child.synapses) == rows(fitter.synapses) for child in children} != {True}
    assert all(77 not in child.synapses.key("source") for child in children)


def test_an_empty_table_matches_nothing():
    assert len(matching(synapses(), synapses((5, (1, 2, 1))))[0]) == 0


@given(evolved_genomes(), evolved_genomes())
def test_matching_is_symmetric(first, second):
    for a, b in zip(first.tables, second.tables, strict=True):
        numbers, rows_a, rows_b = matching(a, b)
        swapped = matching(b, a)
        assert numbers.tolist() == swapped[0].tolist()
        assert (rows_a.tolist(), rows_b.tolist()) == (swapped[2].tolist(), swapped[1].tolist())
