import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.errors import GenomeError
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import input_node_id, output_node_id, synapse_innovation
from glianeat.genome.packed import VERSIONS
from glianeat.genome.schema import ALL_TRAITS, FAMILIES
from glianeat.genome.serial import MAX_BYTES, genome_from_json, genome_to_json, pack, unpack
from tests.genome.broken import BROKEN, WHOLE
from tests.genome.strategies import damaged, evolve, evolved_genomes

VERSION_2 = Path(__file__).parent / "version2.json"
SMALL = evolve(1, 0, n_inputs=1, n_outputs=1)
broken = pytest.mark.parametrize(("genome", "message"), BROKEN.values(), ids=BROKEN)


def document():
    return msgspec.json.decode(genome_to_json(WHOLE))


def edited(path, value):
    """Return the document of a genome with the value at a path of keys and rows replaced."""
    whole = document()
    *way, last = path
    inner = whole
    for step in way:
        inner = inner[step]
    inner[last] = value
    return msgspec.json.encode(whole)


def written(path, literal):
    """Return the document of a genome with the text of one value replaced, valid JSON or not."""
    return edited(path, "@").replace(b'"@"', literal)


def refusal(data):
    with pytest.raises(GenomeError) as caught:
        genome_from_json(data, "best.json")
    return str(caught.value)


def bits(genome):
    return genome.key, *(
        array.tobytes() for t in genome.tables for array in (t.innovation, t.fields, t.traits)
    )


# Round trips


@given(evolved_genomes())
def test_json_is_read_back_bit_for_bit(genome):
    assert bits(genome_from_json(genome_to_json(genome))) == bits(genome)


@given(evolved_genomes())
def test_the_packed_form_is_read_back_bit_for_bit(genome):
    assert bits(unpack(pack(genome))) == bits(genome)


@given(evolved_genomes(max_steps=5))
def test_writing_what_was_read_gives_the_same_file(genome):
    assert genome_to_json(genome_from_json(genome_to_json(genome))) == genome_to_json(genome)


@pytest.mark.parametrize("key", [0, 2**53 + 1, 2**63 - 1])
@pytest.mark.parametrize(("write", "read"), [(genome_to_json, genome_from_json), (pack, unpack)])
def test_every_key_survives(write, read, key):
    assert read(write(SMALL.with_key(key))).key == key


@given(st.integers(0, 2**52 - 1), st.integers(1022 - 60, 1022))
def test_every_bit_of_a_trait_survives_json(mantissa, exponent):
    (value,) = struct.unpack("<d", struct.pack("<Q", exponent << 52 | mantissa))
    traits = SMALL.neurons.traits.copy()
    traits[:, SMALL.neurons.family.column("bias")] = -value
    genome = type(SMALL)(
        0, SMALL.regions, SMALL.neurons.with_traits(traits), SMALL.astrocytes, SMALL.synapses
    )
    assert bits(genome_from_json(genome_to_json(genome))) == bits(genome)


@pytest.mark.parametrize(("write", "read"), [(genome_to_json, genome_from_json), (pack, unpack)])
def test_a_negative_zero_survives(write, read):
    traits = SMALL.neurons.traits.copy()
    traits[:, SMALL.neurons.family.column("bias")] = -0.0
    neurons = SMALL.neurons.with_traits(traits)
    genome = type(SMALL)(0, SMALL.regions, neurons, SMALL.astrocytes, SMALL.synapses)
    assert bits(read(write(genome))) == bits(genome)


@pytest.mark.parametrize(("write", "read"), [(genome_to_json, genome_from_json), (pack, unpack)])
def test_a_genome_that_was_read_cannot_be_changed(write, read):
    with pytest.raises(ValueError, match="read-only"):
        read(write(SMALL)).synapses.traits[0, 0] = 1.0


def test_a_file_of_version_2_is_read_for_ever():
    genome = genome_from_json(VERSION_2.read_bytes())
    assert (genome.key, genome.counts) == (7, (4, 4, 6, 5))


def test_a_file_of_version_2_is_written_as_it_was():
    assert genome_to_json(genome_from_json(VERSION_2.read_bytes())) == VERSION_2.read_bytes()


def test_a_file_of_version_1_is_refused_in_a_sentence():
    old = VERSION_2.read_bytes().replace(b'"version": 2', b'"version": 1')
    ours = f"must be 'glianeat-genome' version 2 to {VERSIONS[-1]}"
    assert f"{ours}, got 'glianeat-genome' version 1" in refusal(old)


def test_innovation_numbers_are_written_as_hexadecimal_digits():
    expected = f"{synapse_innovation(input_node_id(0), output_node_id(0)):016x}"
    assert expected in {gene["innovation"] for gene in document()["synapses"]}


# Damaged JSON


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ["format"],
            "neat",
            f"best.json: must be 'glianeat-genome' version 2 to {VERSIONS[-1]}, got 'neat' version",
        ),
        (["version"], 1, "got 'glianeat-genome' version 1"),
        (["version"], None, "got 'glianeat-genome' version None"),
        (["regoins"], [], "unknown field 'regoins'; did you mean 'regions'?"),
        (["key"], "7", "Expected `int`, got `str` - at `$.key`"),
        (["key"], -1, "best.json: key: must be >= 0 and < 2**63, got -1"),
        (["key"], 2**63, "best.json: key: must be >= 0 and < 2**63"),
        (["synapses"], {}, "Expected `array`, got `object` - at `$.synapses`"),
        (["synapses"], [3], "Expected `object`, got `int` - at `$.synapses[0]`"),
        (["synapses", 0, "wieght"], 1.0, "unknown field 'wieght'; did you mean 'weight'?"),
        (["synapses", 0, "zzz"], 1.0, "unknown field 'zzz'"),
        (["synapses", 0, "weight"], -12.5, "weight must be in [-12, 12] threshold, got -12.5"),
        (["synapses", 0, "weight"], 12.5, "weight must be in [-12, 12] threshold, got 12.5"),
        (["synapses", 0, "weight"], "1.0", "weight must be a number, got '1.0'"),
        (["synapses", 0, "weight"], True, "weight must be a number, got True"),
        (["synapses", 0, "weight"], None, "weight must be a number, got None"),
        (["synapses", 0, "weight"], [1.0], "weight must be a number, got [1.0]"),
        (["synapses", 0, "delay"], 1.5, "delay must be a whole number of ms, got 1.5"),
        (["synapses", 0, "enabled"], True, "enabled must be a whole number"),
        (["synapses", 0, "enabled"], 1.0, "enabled must be a whole number"),
        (["synapses", 0, "enabled"], 2**31, "enabled must be a whole number"),
        (["synapses", 0, "source"], 5, "source must be 16 hexadecimal digits"),
        (["synapses", 0, "source"], "0" * 16, "source must be an existing neuron"),
        (["synapses", 0, "source"], "0" * 15, "source must be 16 hexadecimal digits"),
        (["synapses", 0, "source"], "0" * 17, "source must be 16 hexadecimal digits"),
        (["synapses", 0, "source"], "8" + "0" * 15, "the first < 8, got '8000000000000000'"),
        (["synapses", 0, "source"], "0" * 15 + "A", "source must be 16 hexadecimal digits"),
        (["synapses", 0, "source"], "0" * 15 + "\n", "source must be 16 hexadecimal digits"),
        (["synapses", 0, "source"], "٣" * 16, "source must be 16 hexadecimal digits"),
        (["synapses", 0, "target"], f"{input_node_id(0):016x}", "target must not be an input"),
        (["neurons", 0, "region"], "0" * 16, "region must be one of the genome's regions"),
        (["neurons", 0, "sign"], 0, "sign must be -1 or 1"),
        (["neurons", 0, "index"], -1, "channel must be >= 0"),
        (["synapses", 0, "innovation"], "0" * 16, "must be the hash of the gene's structure"),
        (["synapses", 1, "innovation"], "0" * 16, "innovation numbers must increase strictly"),
    ],
)
def test_a_damaged_value_is_named(path, value, message):
    assert message in refusal(edited(path, value))


@pytest.mark.parametrize(
    ("literal", "message"),
    [
        (b"NaN", "JSON is malformed"),
        (b"Infinity", "JSON is malformed"),
        (b"1e999", "out of range"),
        (b"-1e999", "out of range"),
        (b"1" + b"0" * 400, "weight must be a number, got 10000"),
        (b"1" + b"0" * 100, "weight must be in [-12, 12]"),
        (b"1" + b"0" * 9999, "out of range"),
    ],
)
def test_a_number_that_is_none_is_refused(literal, message):
    assert message in refusal(written(["synapses", 0, "weight"], literal))


@pytest.mark.parametrize("field", [key for key in document() if key not in {"format", "version"}])
def test_a_missing_table_is_named(field):
    whole = document()
    del whole[field]
    assert refusal(msgspec.json.encode(whole)) == f"best.json: document: field {field!r} is missing"


@pytest.mark.parametrize(
    ("family", "field"),
    [
        (family, field)
        for family in ("regions", "neurons", "astrocytes", "synapses")
        for field in document()[family][0]
        if field not in ALL_TRAITS[family]
    ],
)
def test_a_missing_field_of_a_gene_is_named(family, field):
    whole = document()
    del whole[family][0][field]
    message = refusal(msgspec.json.encode(whole))
    assert message.startswith(f"best.json: {family} ")
    assert message.endswith(f"field {field!r} is missing")


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_a_missing_trait_takes_its_initial_mean(family):
    for trait in family.traits:
        whole = document()
        for gene in whole[family.name]:
            gene.pop(trait.name, None)
        genes = getattr(genome_from_json(msgspec.json.encode(whole)), family.name)
        assert set(genes.trait(trait.name).tolist()) == {trait.init_mean}


def test_an_unknown_trait_is_refused_by_name_with_the_nearest():
    whole = document()
    whole["neurons"][0]["adaptatoin"] = 0.5
    message = refusal(msgspec.json.encode(whole))
    assert "unknown field 'adaptatoin'" in message
    assert "'adaptation'?" in message


def test_the_gene_is_named_by_its_innovation_number():
    number = document()["synapses"][1]["innovation"]
    message = refusal(edited(["synapses", 1, "weight"], "heavy"))
    assert message == f"best.json: synapses {number}: weight must be a number, got 'heavy'"


def test_a_gene_without_innovation_number_is_named_by_its_row():
    whole = document()
    del whole["synapses"][1]["innovation"]
    assert "synapses in row 1: field 'innovation'" in refusal(msgspec.json.encode(whole))


@pytest.mark.parametrize("family", ["regions", "neurons", "astrocytes", "synapses"])
def test_genes_out_of_order_are_refused(family):
    whole = document()
    whole[family].reverse()
    message = f"{family}: innovation numbers must increase strictly"
    assert message in refusal(msgspec.json.encode(whole))


@pytest.mark.parametrize("family", ["regions", "neurons", "astrocytes", "synapses"])
def test_a_gene_given_twice_is_refused(family):
    whole = document()
    whole[family].insert(0, whole[family][0])
    message = f"{family}: innovation numbers must increase strictly"
    assert message in refusal(msgspec.json.encode(whole))


@broken
def test_json_of_a_broken_genome_is_refused(genome, message):
    with pytest.raises(GenomeError):
        genome_from_json(genome_to_json(genome))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"null", b'"genome"', b"{}", b"\xff"])
def test_what_is_no_genome_is_refused(data):
    assert refusal(data).startswith("best.json: ")


def test_text_that_is_not_utf8_is_refused():
    assert "utf-8" in refusal(genome_to_json(WHOLE).replace(b'"innovation"', b'"inno\xffation"', 1))


def test_a_key_that_is_no_utf8_is_refused():
    assert "utf-8" in refusal(b'{"form\xffat": 1}')


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deep_nesting_is_refused(opening):
    assert "recursion" in refusal(opening * 100_000)


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 990])
def test_nesting_within_a_value_is_refused(depth):
    nested = b"[" * depth + b"]" * depth
    assert refusal(written(["synapses", 0, "weight"], nested))


def test_a_file_beyond_the_limit_is_not_parsed():
    assert refusal(b" " * (MAX_BYTES + 1)).startswith(f"best.json: must be <= {MAX_BYTES} bytes")


def test_a_message_never_repeats_a_large_part_of_the_file():
    assert len(refusal(edited(["synapses", 0, "x" * 100_000], "y" * 100_000))) < 300


def test_a_message_never_repeats_a_long_innovation_number():
    assert len(refusal(edited(["synapses", 0, "innovation"], "0" * 100_000))) < 300


def test_json_cut_anywhere_is_refused():
    data = genome_to_json(SMALL).rstrip()
    for length in range(len(data)):
        with pytest.raises(GenomeError):
            genome_from_json(data[:length])


@settings(max_examples=500)
@given(damaged(genome_to_json(SMALL)))
def test_json_with_random_damage_is_refused_or_a_genome(data):
    try:
        genome = genome_from_json(data)
    except GenomeError:
        return
    check_genome(genome)
