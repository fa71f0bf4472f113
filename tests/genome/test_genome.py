import copy
from dataclasses import replace

import pytest
from hypothesis import given

from glianeat.errors import GenomeError
from glianeat.genome.genome import check_genome
from tests.genome.broken import BROKEN, WHOLE
from tests.genome.strategies import evolved_genomes


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


def test_another_key_shares_the_tables():
    assert WHOLE.with_key(8).synapses is WHOLE.synapses


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
