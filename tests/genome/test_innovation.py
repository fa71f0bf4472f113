from itertools import product

import pytest

from glianeat.genome.innovation import (
    Kind,
    _mix,
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    structural_hash,
    synapse_innovation,
)


def test_the_mixer_is_splitmix64():
    assert _mix(1234567) == 6457827717110365317  # first number of its reference stream


# Genomes and runs on disk hold these numbers: they may never change.
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (input_node_id(0), 0x2A379B030DB58989),
        (input_node_id(1), 0x2AB27D0300211300),
        (output_node_id(0), 0x3A1EA7E870790188),
        (region_id(0), 0x5388D0D5EEA6B7BA),
        (region_id(2), 0x2521EE1FCD9A6129),
        (astrocyte_id(region_id(0), 0), 0x316B9F3D6081C7D6),
        (astrocyte_id(region_id(0), 1), 0x4E357CCED0088BF8),
        (synapse_innovation(input_node_id(0), output_node_id(0)), 0x76D86B11D988FC39),
        (
            split_node_id(synapse_innovation(input_node_id(0), output_node_id(0)), 0),
            0x35981612F7F09C0A,
        ),
        (
            split_node_id(synapse_innovation(input_node_id(0), output_node_id(0)), 1),
            0x421F4ACEF9707995,
        ),
    ],
)
def test_a_structure_has_the_number_it_always_had(number, expected):
    assert number == expected


def test_two_hundred_thousand_structures_do_not_collide():
    nodes = [*map(input_node_id, range(300)), *map(output_node_id, range(100))]
    synapses = [synapse_innovation(*pair) for pair in product(nodes, repeat=2)]
    splits = [split_node_id(synapse, k) for synapse in synapses[:19_800] for k in range(2)]
    assert len({*nodes, *synapses, *splits}) == 200_000


def test_numbers_fit_into_63_bits():
    numbers = [structural_hash(kind, i) for kind in Kind for i in range(2000)]
    assert 0 <= min(numbers) < 2**55 < 2**62 < max(numbers) < 2**63


def test_direction_is_part_of_a_synapse():
    assert synapse_innovation(1, 2) != synapse_innovation(2, 1)


def test_kind_is_part_of_the_hash():
    assert len({structural_hash(kind, 1, 2) for kind in Kind}) == len(Kind)


@pytest.mark.parametrize("bit", range(0, 64, 7))
def test_one_bit_of_the_structure_changes_about_half_the_number(bit):
    changed = synapse_innovation(2**40, 3) ^ synapse_innovation(2**40 ^ (1 << bit), 3)
    assert 15 <= changed.bit_count() <= 48
