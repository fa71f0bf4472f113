"""Breeding whole generations: children depend on their key and their parents alone."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glianeat.errors import GenomeError
from glianeat.genome.breeding import NO_MATE, Pairings, breed
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome, check_genome
from glianeat.genome.innovation import astrocyte_id, region_id
from glianeat.genome.mutation import apply_operator, mutate
from glianeat.genome.population import Population
from glianeat.genome.serial import pack
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome import lineages
from tests.genome.handmade import DEFAULT, STILL, generator, rows, smallest, with_column
from tests.genome.strategies import LIVELY, evolve

VARIATION = Variation(LIVELY)


def pool(n=12):
    return [evolve(seed, 3 * seed, n_inputs=2, n_outputs=2).with_key(seed) for seed in range(n)]


def pairings(n, n_parents, seed=0, first_key=1000):
    rng = generator(seed)
    return Pairings(
        key=first_key + np.arange(n),
        parent=rng.integers(n_parents, size=n),
        mate=rng.integers(NO_MATE, n_parents, size=n),
        mutated=rng.random(n) < 0.8,
    )


def chosen(plan, places):
    """Return some of the pairings."""
    return Pairings(plan.key[places], plan.parent[places], plan.mate[places], plan.mutated[places])


def test_children_come_in_the_order_of_their_pairings():
    plan = pairings(30, 12)
    children, operators = breed(pool(), plan, VARIATION, 1)
    assert [child.key for child in children] == plan.key.tolist()
    assert operators.shape == (30,)


def test_a_generation_bred_at_once_equals_the_same_children_bred_one_by_one():
    genomes, plan = pool(), pairings(60, 12)
    children, operators = breed(genomes, plan, VARIATION, 1)
    for i, child in enumerate(children):
        (alone,), (operator,) = breed(genomes, chosen(plan, [i]), VARIATION, 1)
        assert (alone, operator) == (child, operators[i])


def test_a_child_does_not_depend_on_genomes_that_are_not_its_parents():
    genomes, plan = pool(), pairings(60, 12)
    children, _ = breed(genomes, plan, VARIATION, 1)
    for i, child in enumerate(children):
        couple = [genomes[place] for place in (plan.parent[i], plan.mate[i]) if place >= 0]
        first, second = np.array([0]), np.array([1 if len(couple) > 1 else NO_MATE])
        places = Pairings(plan.key[[i]], first, second, plan.mutated[[i]])
        ((alone,), _) = breed(couple, places, VARIATION, 1)
        assert alone == child


def test_shuffled_pairings_and_parents_give_the_same_children():
    genomes, plan, rng = pool(), pairings(60, 12), generator(5)
    order, places = rng.permutation(60), rng.permutation(12)
    where = np.append(np.argsort(places), NO_MATE)  # NO_MATE is -1, and finds the last
    shuffled = chosen(plan, order)
    shuffled = replace(shuffled, parent=where[shuffled.parent], mate=where[shuffled.mate])
    children, operators = breed(genomes, plan, VARIATION, 1)
    again, same = breed([genomes[i] for i in places], shuffled, VARIATION, 1)
    assert [again[i] for i in np.argsort(order)] == list(children)
    assert same[np.argsort(order)].tolist() == operators.tolist()


@pytest.mark.parametrize("key", [2**53, 2**62, 2**63 - 2])
def test_children_of_large_keys_are_told_apart(key):
    plan = pairings(2, 12, first_key=key)
    plan = replace(plan, parent=np.zeros(2, dtype=np.int64), mutated=np.full(2, True))
    first, second = breed(pool(), plan, VARIATION, 1)[0]
    assert (first.key, second.key) == (key, key + 1)
    assert not first.same_genes(second)


def test_seeds_and_keys_make_different_children():
    plan, parent = pairings(1, 1), [evolve(1, 5)]
    plan = replace(plan, mutated=np.array([True]))
    children = {
        pack(breed(parent, replace(plan, key=plan.key + shift), VARIATION, seed)[0][0].with_key(0))
        for shift in range(5)
        for seed in range(5)
    }
    assert len(children) == 25


def test_no_pairing_gives_no_child():
    assert list(breed(pool(), pairings(0, 12), VARIATION, 1)[0]) == []


# Clones and duplicates


def test_a_child_of_one_parent_that_is_not_mutated_is_its_clone():
    plan = replace(pairings(12, 12), mate=np.full(12, NO_MATE), mutated=np.full(12, False))
    children, operators = breed(pool(), plan, VARIATION, 1)
    assert all(c.same_genes(pool()[i]) for c, i in zip(children, plan.parent, strict=True))
    assert operators.tolist() == [0] * 12


def test_no_mutated_child_is_like_another_or_like_a_parent():
    """Each loses one of twelve astrocyte genes: the others must lose more to differ."""
    parent = smallest()
    for seed in range(9):
        parent = apply_operator("add_astrocyte", parent, DEFAULT, generator(seed))
    variation = Variation(STILL.config.replace(delete_astrocyte=1.0))
    keys = np.arange(25)
    plan = Pairings(keys, 0 * keys, 0 * keys + NO_MATE, np.full(25, True))
    children, _ = breed([parent], plan, variation, 3)
    counts = Counter(pack(child.with_key(0)) for child in [parent, *children])
    assert counts.most_common(1)[0][1] == 1


def test_a_child_that_cannot_differ_is_made_all_the_same():
    keys = np.arange(3)
    plan = Pairings(keys, 0 * keys, 0 * keys + NO_MATE, np.full(3, True))
    children, operators = breed([smallest()], plan, STILL, 1)
    assert all(child.same_genes(smallest()) for child in children)
    assert operators.tolist() == [0, 0, 0]


# Room


def test_a_batch_that_outgrows_its_room_equals_small_ones():
    growing = dict.fromkeys(("split_synapse", "add_synapse", "add_astrocyte", "add_region"), 1.0)
    variation = Variation(GenomeConfig(**growing, max_regions=50))
    keys = np.arange(400)
    plan = Pairings(keys, 0 * keys, 0 * keys + NO_MATE, np.full(400, True))
    children, operators = breed([smallest()], plan, variation, 1)
    grown = sum(len(child.words) for child in children)
    assert grown > 1.5 * 400 * len(smallest().words)
    for first in range(0, 400, 7):
        few, same = breed([smallest()], chosen(plan, slice(first, first + 7)), variation, 1)
        assert list(few) == list(children[first : first + 7])
        assert same.tolist() == operators[first : first + 7].tolist()


def with_astrocytes(genome, number):
    """Return the genome with so many astrocyte genes in every region."""
    genes = genome.astrocytes
    for region in genome.regions.innovation.tolist():
        for occurrence in range(number):
            if astrocyte_id(region, occurrence) not in genes:
                keys = (region, occurrence)
                genes = genes.insert(astrocyte_id(*keys), keys, genes.traits[0])
    return replace(genome, astrocytes=genes)


@pytest.mark.parametrize("n_children", range(100, 112))
def test_children_of_parents_beyond_the_caps_are_whole(n_children):
    """Caps may have been lowered since; what a parent has stays, and nothing is added to it."""
    parent = smallest()
    for seed in range(30):
        parent = apply_operator("split_synapse", parent, DEFAULT, generator(seed))
    homes = np.resize(parent.regions.innovation, len(parent.neurons))
    parent = with_astrocytes(with_column(parent, "neurons", "region", homes), 40)
    config = GenomeConfig(
        split_region=1.0, max_neurons=2, max_synapses=1, max_astrocytes=161, mutation_spread=0.0
    )
    keys = np.arange(n_children)
    plan = Pairings(keys, 0 * keys, 0 * keys + NO_MATE, np.full(n_children, True))
    children, _ = breed([parent], plan, Variation(config), 1)
    widths = np.array([genes.family.width for genes in parent.tables])
    for child in children:
        assert len(child.words) == (widths * child.counts).sum()
        check_genome(child)
    assert max(len(child.neurons) for child in children) == len(parent.neurons)
    assert max(len(child.synapses) for child in children) == len(parent.synapses)


def test_a_region_of_many_astrocyte_genes_is_parted_whoever_else_is_there():
    parent = with_astrocytes(evolve(4, 60, config=LIVELY.replace(max_neurons=40)), 60)
    children = [apply_operator("split_region", parent, DEFAULT, generator(s)) for s in range(20)]
    gains = {len(child.astrocytes) - len(parent.astrocytes) for child in children}
    assert 60 in gains


# Memory


def foreign(genome):
    """Return the genome as it comes out of a file: nothing is known of it but its genes."""
    return Genome.of_words(genome.key, genome.words.copy(), genome.counts)


@pytest.mark.parametrize("places", [range(60), range(0, 60, 7), [59, 3, 3, 20]])
def test_where_parents_are_in_memory_does_not_matter(places):
    born, _ = breed(pool(), pairings(60, 12), VARIATION, 1)
    parents = [born[i] for i in places]
    plan = pairings(40, len(parents), first_key=2000)
    children, operators = breed(parents, plan, VARIATION, 2)
    mixed = [foreign(p) if i % 2 else p for i, p in enumerate(parents)]
    for elsewhere in ([foreign(p) for p in parents], Population.of(parents), mixed):
        again, same = breed(elsewhere, plan, VARIATION, 2)
        assert list(again) == list(children)
        assert same.tolist() == operators.tolist()


def test_a_population_is_bred_where_it_is():
    born, _ = breed(pool(), pairings(60, 12), VARIATION, 1)
    before = born.packed.words.copy()
    breed(born, pairings(60, 60, first_key=2000), VARIATION, 2)
    assert np.array_equal(born.packed.words, before)


@pytest.mark.parametrize("known", [True, False])
def test_no_mutated_child_is_like_somebody_whose_child_it_is_not(known):
    """Every child has one of two synapses toggled, and one of these was toggled before."""
    parent = found_genome(0, 2, 1, DEFAULT, generator(0))
    assert len(parent.synapses) == 2
    variation = Variation(STILL.config.replace(toggle_synapse=1.0))
    toggled = apply_operator("toggle_synapse", parent, variation, generator(0))
    clones = Pairings(np.array([8, 9]), np.array([0, 1]), np.full(2, NO_MATE), np.full(2, False))
    others, _ = breed([parent, toggled], clones, STILL, 1)
    others = others if known else [foreign(other) for other in others]
    for key in range(100, 120):
        plan = Pairings(np.array([key]), np.array([0]), np.array([NO_MATE]), np.array([True]))
        ((child,), _) = breed(others, plan, variation, 1)
        assert not child.same_genes(others[1])
        assert not child.same_genes(others[0])


# Descent


def test_no_gene_of_a_child_is_without_a_parent_or_a_mutation():
    """Without new structure every gene of a child is one of its parents', but for its traits."""
    genomes, plan = pool(), pairings(60, 12)
    children, _ = breed(genomes, replace(plan, mutated=np.full(60, False)), VARIATION, 1)
    for i, child in enumerate(children):
        couple = [genomes[place] for place in (plan.parent[i], plan.mate[i]) if place >= 0]
        for place, mine in enumerate(child.tables):
            inherited = [rows(parent.tables[place], without=["enabled"]) for parent in couple]
            assert rows(mine, without=["enabled"]) <= set().union(*inherited)


@pytest.mark.parametrize("seed", range(10))
def test_a_mutation_adds_at_most_what_its_operators_add(seed):
    most = {"regions": 2, "neurons": 1, "synapses": 4}
    genome = evolve(seed, 30)
    for step in range(20):
        child = mutate(genome, VARIATION, generator(step))
        for family, number in most.items():
            before = set(getattr(genome, family).innovation.tolist())
            after = set(getattr(child, family).innovation.tolist())
            assert len(after - before) <= number


# The same structure has the same number on any machine, in any order, in any generation


@pytest.fixture(scope="module")
def elsewhere():
    """The same lineages, bred by two other processes in other orders."""
    found = []
    for seed in ("1", "2"):
        command = [sys.executable, lineages.__file__, seed]
        root = str(Path(lineages.__file__).parents[2])
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=root, env=lineages.env(seed)
        )
        found.append(json.loads(done.stdout))
    return found


def test_lineages_are_the_same_in_other_processes_and_orders(elsewhere):
    here = lineages.digests(range(lineages.NUMBER))
    assert elsewhere == [here, here]
    assert len(set(here.values())) == lineages.NUMBER


def test_equal_structure_has_equal_numbers_in_unrelated_lineages_and_generations():
    """A synapse is known by its ends, a neuron by the synapse and the occurrence of its birth."""
    by_structure, generations = {}, {}
    for lineage in range(30):
        rng = generator(lineage)
        genome = found_genome(0, 2, 2, VARIATION, rng)
        for generation in range(30):
            genome = mutate(genome, VARIATION, rng)
            for genes, keys in ((genome.synapses, 2), (genome.neurons, 3), (genome.regions, 1)):
                parts = (genes.fields[:, :keys].tolist(), genes.innovation.tolist())
                for structure, number in zip(*parts, strict=True):
                    known = by_structure.setdefault((genes.family.name, *structure), number)
                    assert known == number
                    generations.setdefault(number, set()).add((lineage, generation))
    assert len(set(by_structure.values())) == len(by_structure)
    assert sum(len(seen) > 1 for seen in generations.values()) > 50
    assert region_id(2) in by_structure.values()


@pytest.mark.parametrize(("name", "place"), [("parent", 2), ("parent", -1), ("mate", 5)])
def test_parents_that_are_not_there_are_refused(name, place):
    genomes = [evolve(1, 3), evolve(2, 3)]
    places = {"parent": np.array([0]), "mate": np.array([-1]), name: np.array([place])}
    pairings = Pairings(np.array([9]), mutated=np.ones(1, dtype=np.bool_), **places)
    with pytest.raises(GenomeError, match=f"pairings: {name} must be"):
        breed(genomes, pairings, Variation(LIVELY), 0)
