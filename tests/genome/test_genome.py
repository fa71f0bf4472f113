import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome, check_genome
from tests.genome.broken import BROKEN, WHOLE
from tests.genome.strategies import evolve, evolved_genomes


def test_a_founder_keeps_every_rule():
    check_genome(WHOLE)


@pytest.mark.parametrize(("genome", "message"), BROKEN.values(), ids=BROKEN)
def test_the_broken_rule_is_named(genome, message):
    with pytest.raises(GenomeError, match=message):
        check_genome(genome)


def test_a_key_beyond_63_bits_is_refused():
    with pytest.raises(GenomeError, match="key: must be >= 0"):
        check_genome(WHOLE.with_key(2**63))


def test_tables_in_the_wrong_place_are_refused():
    with pytest.raises(GenomeError, match="neurons: must be a table of them, got synapses"):
        check_genome(replace(WHOLE, neurons=WHOLE.synapses))


@given(evolved_genomes())
def test_evolution_keeps_every_rule(genome):
    check_genome(genome)


def test_channels_are_counted_by_role():
    assert (WHOLE.n_inputs, WHOLE.n_outputs) == (2, 1)


def test_genes_of_all_families_are_counted():
    assert WHOLE.n_genes == 3 + 3 + 3 + 2


def test_genomes_with_other_keys_have_the_same_genes():
    assert WHOLE.same_genes(WHOLE.with_key(8))


def test_genomes_with_other_keys_are_not_equal():
    assert WHOLE.with_key(8) != WHOLE


def test_another_key_shares_the_genes():
    assert np.shares_memory(WHOLE.with_key(8).words, WHOLE.words)


@given(evolved_genomes())
def test_a_genome_of_packed_genes_is_the_genome_of_its_tables(genome):
    again = Genome(genome.key, *genome.tables)
    assert again == genome
    assert again.counts == genome.counts
    assert again.words.tobytes() == genome.words.tobytes()


@pytest.mark.parametrize("of", [lambda: WHOLE, lambda: WHOLE.with_key(3), lambda: evolve(1, 5)])
def test_packed_genes_cannot_be_written(of):
    genome = of()
    for array in (genome.words, genome.synapses.traits, genome.neurons.fields):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("of", [lambda: WHOLE, lambda: evolve(1, 5)])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_a_copy_in_any_way_is_equal_and_cannot_be_written(of, copied):
    genome = copied(of())
    assert genome == of()
    with pytest.raises(ValueError, match="read-only"):
        genome.words[0] = 0


def test_a_genome_has_no_other_tables():
    assert not hasattr(evolve(1, 1), "microglia")


def test_a_changed_gene_is_noticed():
    assert not WHOLE.same_genes(BROKEN["a delay is not whole"][0])


def test_a_copied_genome_is_equal():
    assert copy.deepcopy(WHOLE) == WHOLE


def test_a_copied_genome_keeps_every_rule():
    check_genome(copy.deepcopy(WHOLE))


def test_equal_genomes_have_equal_hashes():
    assert hash(copy.deepcopy(WHOLE)) == hash(WHOLE)


def test_a_genome_cannot_be_changed():
    with pytest.raises(AttributeError):
        WHOLE.key = 3
