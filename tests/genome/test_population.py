"""Populations: genomes that stand together, and that nobody outside can tell from a list."""

import gc
import pickle
import weakref

import numpy as np
import pytest

from glianeat.genome.breeding import breed
from glianeat.genome.population import Population
from glianeat.genome.serial import pack
from tests.genome.strategies import evolve
from tests.genome.test_breeding import VARIATION, pairings, pool

MOST = 30


@pytest.fixture
def offspring():
    return breed(pool(), pairings(MOST, 12), VARIATION, 1)[0]


def test_a_population_holds_its_genomes_in_order():
    genomes = pool()
    population = Population.of(genomes)
    assert len(population) == len(genomes)
    assert list(population) == genomes
    assert [population[i] for i in range(len(genomes))] == genomes
    assert [population[i - len(genomes)] for i in range(len(genomes))] == genomes
    assert population.keys.tolist() == [genome.key for genome in genomes]
    assert population.counts.tolist() == [list(genome.counts) for genome in genomes]


def test_a_population_of_a_population_is_itself(offspring):
    assert Population.of(offspring) is offspring


def test_a_population_may_be_empty():
    assert list(Population.of([])) == []


@pytest.mark.parametrize("index", [MOST, -MOST - 1])
def test_an_index_beyond_a_population_is_refused(offspring, index):
    with pytest.raises(IndexError):
        offspring[index]


@pytest.mark.parametrize("part", [slice(None), slice(3, 9), slice(None, None, -4), slice(5, 5)])
def test_a_slice_of_a_population_is_a_smaller_one(offspring, part):
    assert isinstance(offspring[part], Population)
    assert list(offspring[part]) == list(offspring)[part]
    assert not np.shares_memory(offspring[part].packed.words, offspring.packed.words)


def test_a_genome_of_a_population_owns_its_memory(offspring):
    for genome in (offspring[7], list(offspring)[7]):
        assert genome.words.base is None
        assert not np.shares_memory(genome.words, offspring.packed.words)
        with pytest.raises(ValueError, match="read-only"):
            genome.synapses.traits[0, 0] = 1.0


def test_a_genome_keeps_no_population_alive():
    born, _ = breed(pool(), pairings(MOST, 12), VARIATION, 1)
    block, kept = weakref.ref(born.packed.words), (born[3], *born[4:6])
    del born
    gc.collect()
    assert block() is None
    assert len({pack(genome) for genome in kept}) == 3


def test_what_is_done_to_keys_and_counts_changes_no_population(offspring):
    before = offspring.keys.tolist(), offspring.counts.tolist()
    offspring.keys[0], offspring.counts[0, 0] = -1, 99
    assert (offspring.keys.tolist(), offspring.counts.tolist()) == before


def test_genomes_of_several_populations_come_together(offspring):
    other, _ = breed(pool(), pairings(20, 12), VARIATION, 2)
    mixed = [*offspring, evolve(1, 5), *other]
    together = Population.of(mixed)
    assert [pack(one) for one in together] == [pack(one) for one in mixed]


def test_hashes_of_genes_stay_with_genomes(offspring):
    """So that they are not made again where genomes become parents."""
    again = Population.of(list(offspring))
    assert again.packed.digest.tolist() == offspring.packed.digest.tolist()
    assert (again.packed.digest > 0).all()
    assert pickle.loads(pickle.dumps(offspring[2])).digest == offspring[2].digest
