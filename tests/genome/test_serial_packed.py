import math
import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.errors import GenomeError
from glianeat.genome.packed import OMITTED
from glianeat.genome.serial import genome_from_json, genome_to_json, pack, unpack
from tests.genome.broken import BROKEN, WHOLE
from tests.genome.handmade import with_column
from tests.genome.strategies import damaged, evolve, evolved_genomes

PLAIN = with_column(WHOLE, "astrocytes", "reference_rate", 50.0)  # as genes have it by default
SMALL = evolve(1, 0, n_inputs=1, n_outputs=1)
HEADER = struct.Struct("<4sHq4I")


def test_the_packed_form_begins_with_its_header():
    counts = [len(table) for table in WHOLE.tables]
    assert pack(WHOLE)[: HEADER.size] == HEADER.pack(b"GNOM", 4, 7, *counts)


def test_the_packed_form_is_little_endian():
    first = int(WHOLE.regions.innovation[0])
    assert pack(WHOLE)[HEADER.size : HEADER.size + 8] == first.to_bytes(8, "little")


@pytest.mark.parametrize(("genome", "message"), BROKEN.values(), ids=BROKEN)
def test_the_packed_form_of_a_broken_genome_is_refused(genome, message):
    with pytest.raises(GenomeError, match=f"packed genome: .*{message}"):
        unpack(pack(genome))


def test_a_packed_form_cut_anywhere_is_refused():
    data = pack(SMALL)
    for length in range(len(data)):
        with pytest.raises(GenomeError, match="packed genome: must hold"):
            unpack(data[:length])


def test_a_packed_form_with_bytes_to_spare_is_refused():
    with pytest.raises(GenomeError, match="packed genome: must hold"):
        unpack(pack(SMALL) + b"\0")


@pytest.mark.parametrize("header", [(b"MONG", 2), (b"GNOM", 1), (b"GNOM", 10)])
def test_another_packed_format_is_refused(header):
    data = HEADER.pack(*header, 0, 1, 1, 1, 1) + pack(SMALL)[HEADER.size :]
    with pytest.raises(GenomeError, match="must be b'GNOM' version 2 to 9, got"):
        unpack(data)


def test_huge_counts_with_little_data_are_refused_without_allocating():
    data = HEADER.pack(b"GNOM", 2, 0, *[2**32 - 1] * 4) + bytes(1000)
    tracemalloc.start()
    try:
        with pytest.raises(GenomeError, match=r"must hold \d+ bytes, got 1030"):
            unpack(data)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -12.5, 1e300])
def test_a_packed_trait_out_of_bounds_is_named(value):
    column = SMALL.synapses.family.column("weight")
    data = bytearray(pack(SMALL))
    start = len(data) - 8 * len(SMALL.synapses.family.traits) + 8 * column
    data[start : start + 8] = struct.pack("<d", value)
    with pytest.raises(GenomeError, match=r"weight must be in \[-12, 12\] threshold, got"):
        unpack(bytes(data))


def test_negative_packed_innovation_numbers_are_refused():
    data = bytearray(pack(SMALL))
    data[HEADER.size + 7] |= 0x80  # the sign bit of the first region's number
    with pytest.raises(GenomeError, match="regions: innovation numbers must be >= 0"):
        unpack(bytes(data))


@settings(max_examples=500)
@given(damaged(pack(SMALL)))
def test_a_packed_form_with_random_damage_is_refused_or_kept_bit_for_bit(data):
    try:
        genome = unpack(data)
    except GenomeError:
        return
    assert pack(genome) == data


@given(st.binary(max_size=300))
def test_random_bytes_are_no_genome(data):
    with pytest.raises(GenomeError):
        unpack(HEADER.pack(b"GNOM", 2, 0, 0, 0, 0, 0) + data)


@given(evolved_genomes(max_steps=5))
def test_a_genome_from_either_form_can_be_written_in_the_other(genome):
    assert pack(genome_from_json(genome_to_json(unpack(pack(genome))))) == pack(genome)


def test_packing_takes_eight_bytes_a_number():
    numbers = sum(t.innovation.size + t.fields.size + t.traits.size for t in PLAIN.tables)
    added = sum(  # left out where all are as by default
        len(traits) * len(getattr(PLAIN, family)) for family, traits in OMITTED
    )
    assert len(pack(PLAIN)) == HEADER.size + 8 * (numbers - added)


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ((), 2),
        (("neurons", "slow_gain", 0.5), 3),
        (("astrocytes", "reference_rate", 7.0), 4),
        (("neurons", "slow_gain", 0.5, "astrocytes", "postsynaptic_share", 1.0), 5),
        (("neurons", "output_gain", 0.5), 6),
    ],
)
def test_each_group_of_traits_is_left_out_where_all_genes_have_them_by_default(changes, version):
    genome = PLAIN
    for family, trait, value in zip(changes[::3], changes[1::3], changes[2::3]):
        genome = with_column(genome, family, trait, value)
    data = pack(genome)
    assert HEADER.unpack_from(data)[1] == version
    assert unpack(data) == genome
    assert genome_from_json(genome_to_json(genome)) == genome
