import copy

import numpy as np
import pytest

from glianeat.errors import GenomeError
from glianeat.genome.schema import FAMILIES, NEURONS, SYNAPSES
from glianeat.genome.tables import GeneTable, table

WEIGHT, DELAY = SYNAPSES.column("weight"), SYNAPSES.column("delay")


def synapses(innovation=(3, 7), weights=(1.0, 2.0)):
    keys = np.array([[10, 20, 1], [20, 30, 0]])
    traits = np.array([[weights[0], 1.0], [weights[1], 5.0]])
    return GeneTable(SYNAPSES, np.array(innovation), keys, traits)


def test_a_trait_is_found_by_name():
    assert synapses().trait("delay").tolist() == [1.0, 5.0]


def test_a_key_is_found_by_name():
    assert synapses().field("enabled").tolist() == [1, 0]


def test_a_gene_is_found_by_its_innovation_number():
    assert synapses().find(7) == 1


@pytest.mark.parametrize("number", [0, 5, 8, 2**63 - 1])
def test_an_unknown_gene_has_row_minus_one(number):
    assert synapses().find(number) == -1


def test_membership_is_by_innovation_number():
    assert [number in synapses() for number in (2, 3, 7, 8)] == [False, True, True, False]


def test_rows_of_many_genes_keep_their_order():
    assert synapses().rows(np.array([7, 3, 7])).tolist() == [1, 0, 1]


def test_membership_of_many_genes_is_answered_at_once():
    assert synapses().holds(np.array([8, 7, 0, 3])).tolist() == [False, True, False, True]


def test_an_empty_table_holds_nothing():
    assert table(SYNAPSES, []).holds(np.array([3, 7])).tolist() == [False, False]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_table_may_be_empty(family):
    assert len(table(family, [])) == 0


@pytest.mark.parametrize("weight", [-12.1, 12.1, np.nan, np.inf, -np.inf])
def test_a_trait_out_of_bounds_is_named_with_its_unit(weight):
    rule = r"synapses 0{15}7: weight must be in \[-12, 12\] threshold, got"
    with pytest.raises(GenomeError, match=rule):
        synapses(weights=(1.0, weight))


@pytest.mark.parametrize("bound", [-12.0, 12.0])
def test_bounds_belong_to_the_range(bound):
    assert synapses(weights=(1.0, bound)).trait("weight")[1] == bound


@pytest.mark.parametrize("innovation", [(7, 3), (3, 3)])
def test_innovation_numbers_increase_strictly(innovation):
    with pytest.raises(GenomeError, match="synapses: innovation numbers must increase strictly"):
        synapses(innovation)


def test_a_negative_innovation_number_is_refused():
    with pytest.raises(GenomeError, match="innovation numbers must be >= 0, got -3"):
        synapses((-3, 7))


@pytest.mark.parametrize(
    ("innovation", "fields", "traits", "message"),
    [
        ([1], [[1, 2]], [[1.0, 1.0]], r"fields must be int64 of shape \(1, 3\)"),
        ([1], [[1, 2, 1]], [[1.0]], r"traits must be float64 of shape \(1, 2\)"),
        ([1], [[1, 2, 1]] * 2, [[1.0, 1.0]], r"fields must be int64 of shape \(1, 3\)"),
        ([[1]], [[1, 2, 1]], [[1.0, 1.0]], r"innovation must be int64 of shape \(1,\)"),
        ([1.0], [[1, 2, 1]], [[1.0, 1.0]], "innovation must be int64 .* got float64"),
        ([1], [[1, 2, 1.0]], [[1.0, 1.0]], "fields must be int64 .* got float64"),
        ([1], [[1, 2, 1]], [[1, 1]], "traits must be float64 .* got int64"),
    ],
)
def test_an_array_of_wrong_shape_or_type_is_refused(innovation, fields, traits, message):
    with pytest.raises(GenomeError, match=message):
        GeneTable(SYNAPSES, np.array(innovation), np.array(fields), np.array(traits))


@pytest.mark.parametrize("name", ["innovation", "fields", "traits"])
def test_the_arrays_of_a_table_cannot_be_written(name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(synapses(), name)[0] = 1


@pytest.mark.parametrize("name", ["innovation", "fields", "traits"])
def test_a_copied_table_cannot_be_written_either(name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(copy.deepcopy(synapses()), name)[0] = 1


def test_a_copied_table_is_equal():
    assert copy.deepcopy(synapses()) == synapses()


def test_genes_given_in_any_order_are_sorted():
    rows = [(7, (20, 30, 0), np.array([2.0, 5.0])), (3, (10, 20, 1), np.array([1.0, 1.0]))]
    assert table(SYNAPSES, rows) == synapses()


def test_tables_that_differ_in_a_trait_are_not_equal():
    assert synapses() != synapses(weights=(1.0, np.nextafter(2.0, 3.0)))


def test_tables_that_differ_in_a_key_are_not_equal():
    assert synapses() != synapses().with_field("enabled", 1, 1)


def test_tables_that_differ_in_a_number_are_not_equal():
    assert synapses() != synapses((3, 8))


def test_empty_tables_of_different_families_are_not_equal():
    assert table(SYNAPSES, []) != table(NEURONS, [])


def test_a_table_equals_nothing_but_tables():
    assert synapses() != "synapses"


def test_equal_tables_have_equal_hashes():
    assert hash(synapses()) == hash(synapses())


@pytest.mark.parametrize(("number", "row"), [(1, 0), (5, 1), (9, 2)])
def test_an_inserted_gene_finds_its_place(number, row):
    grown = synapses().insert(number, (1, 2, 1), np.array([3.0, 4.0]))
    assert grown.find(number) == row


def test_an_inserted_gene_keeps_its_keys_and_traits():
    grown = synapses().insert(5, (1, 2, 1), np.array([3.0, 4.0]))
    assert (grown.fields[1].tolist(), grown.traits[1].tolist()) == ([1, 2, 1], [3.0, 4.0])


def test_a_gene_cannot_be_inserted_twice():
    with pytest.raises(GenomeError, match="increase strictly"):
        synapses().insert(7, (1, 2, 1), np.array([3.0, 4.0]))


def test_inserting_leaves_the_other_genes_alone():
    grown = synapses().insert(5, (1, 2, 1), np.array([3.0, 4.0]))
    assert grown.take(np.array([True, False, True])) == synapses()


def test_other_traits_share_keys_and_numbers():
    before = synapses()
    after = before.with_traits(before.traits + 1.0)
    assert after.fields is before.fields
    assert after.innovation is before.innovation


def test_another_key_leaves_the_table_alone():
    before = synapses()
    before.with_field("enabled", 0, 0)
    assert before == synapses()


def test_other_keys_share_the_traits():
    before = synapses()
    assert before.with_field("enabled", 0, 0).traits is before.traits


def test_a_packed_table_is_read_back():
    before = synapses()
    assert GeneTable.view(SYNAPSES, before.packed()) == before


def test_a_packed_table_has_a_row_for_each_gene():
    assert synapses().packed().shape == (2, SYNAPSES.width)


def test_a_packed_table_keeps_the_bits_of_its_traits():
    before = synapses(weights=(-0.0, np.nextafter(2.0, 3.0)))
    after = GeneTable.view(SYNAPSES, before.packed())
    assert after.traits.tobytes() == before.traits.tobytes()


def test_a_view_copies_nothing():
    block = synapses().packed()
    assert np.shares_memory(GeneTable.view(SYNAPSES, block).traits, block)


def test_an_empty_table_may_be_packed():
    assert GeneTable.view(SYNAPSES, table(SYNAPSES, []).packed()) == table(SYNAPSES, [])
