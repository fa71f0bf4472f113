"""Activations as a gene: born, mutated and crossed over, and in files only where there are any."""

import json

import numpy as np
import pytest

from glianeat.errors import ConfigError, GenomeError
from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.mutation import apply_operator, operator_names
from glianeat.genome.packed import OMITTED
from glianeat.genome.schema import ACTIVATIONS, ALL_TRAITS, Role
from glianeat.genome.serial import genome_from_json, genome_to_json, pack, unpack
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import with_column
from tests.genome.strategies import evolve

OPTIONS = ("shared", "relu", "sin")
NUMBERS = [ACTIVATIONS.index(name) for name in OPTIONS]
READERS = [(genome_to_json, genome_from_json), (pack, unpack)]


def variation(rate=0.5, birth="any", activations=OPTIONS, **changes):
    traits = {"neurons": {"activation": {"mutate_rate": rate}}}
    config = GenomeConfig(traits=traits, activations=activations, birth_activation=birth, **changes)
    # other traits that files leave out where all genes have them alike
    varying = {
        family: [name for name in names if name == "activation" or name not in omitted(family)]
        for family, names in ALL_TRAITS.items()
    }
    return Variation(config, varying)


def omitted(family):
    return [name for of, names in OMITTED if of == family for name in names]


def founder(varied, seed=0, n_inputs=3, n_outputs=40):
    return found_genome(0, n_inputs, n_outputs, varied, np.random.default_rng(seed))


def numbers(genome, role=None):
    neurons = genome.neurons
    chosen = neurons.trait("activation")
    return chosen if role is None else chosen[neurons.field("role") == role]


def test_by_default_all_neurons_share_one_for_good():
    assert not numbers(evolve(3, 60, config=GenomeConfig())).any()


def test_founders_have_any_activation_that_is_allowed_if_asked_for():
    born = founder(variation())
    assert set(numbers(born, Role.OUTPUT)) == set(NUMBERS)
    assert set(numbers(born, Role.INPUT)) == {0.0}
    assert not numbers(founder(variation(birth="shared"))).any()


@pytest.mark.parametrize("birth", ["any", "shared"])
def test_new_neurons_are_born_as_founders_are(birth):
    varied, found = variation(birth=birth, max_neurons=500), set()
    for seed in range(30):
        genome = founder(varied, seed, 1, 1)
        grown = apply_operator("split_synapse", genome, varied, np.random.default_rng(seed))
        found |= set(numbers(grown, Role.HIDDEN))
    assert found == (set(NUMBERS) if birth == "any" else {0.0})


def test_activations_mutate_at_their_rate_to_any_that_is_allowed():
    varied = variation(rate=0.3, birth="shared", mutation_spread=0.0, max_synapses=10_000)
    genome = founder(varied, n_outputs=600, n_inputs=1)
    child = apply_operator("traits", genome, varied, np.random.default_rng(1))
    values, counts = np.unique(numbers(child, Role.OUTPUT), return_counts=True)
    assert values.tolist() == sorted(NUMBERS)
    assert counts / 600 == pytest.approx([0.8, 0.1, 0.1], abs=0.05)  # a third draws the same
    assert not numbers(child, Role.INPUT).any()
    assert "traits" in operator_names(1 << 12)


def test_without_activations_to_choose_from_nothing_mutates():
    varied = variation(rate=1.0, birth="shared", activations=())
    child = apply_operator("traits", founder(varied), varied, np.random.default_rng(1))
    assert not numbers(child).any()


def test_children_have_the_activation_of_either_parent():
    varied = variation()
    one = with_column(founder(varied), "neurons", "activation", 0.0)
    other = with_column(founder(varied), "neurons", "activation", 7.0)
    child = crossover(one, other, varied, np.random.default_rng(2))
    assert set(numbers(child)) == {0.0, 7.0}


@pytest.mark.parametrize(("write", "read"), READERS)
def test_files_hold_activations_where_there_are_any(write, read):
    genome = founder(variation())
    again = read(write(genome))
    assert again.same_genes(genome)
    assert again.neurons == genome.neurons


@pytest.mark.parametrize(("write", "read"), READERS)
def test_files_are_of_the_version_before_where_all_share_one(write, read):
    genome = founder(variation(birth="shared"))
    assert b"activation" not in write(genome)
    assert read(write(genome)).same_genes(genome)
    other = with_column(genome, "neurons", "activation", 7.0)
    group = next(names for _, names in OMITTED if "activation" in names)  # others stay out
    added = len(genome.neurons) * len(group)
    assert len(pack(other)) == len(pack(genome)) + 8 * added


def test_json_names_activations():
    document = json.loads(genome_to_json(founder(variation())))
    assert document["version"] == 3
    assert {neuron["activation"] for neuron in document["neurons"]} == set(OPTIONS)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("rleu", "activation must be of shared, tanh, .*, got 'rleu'; did you mean 'relu'?"),
        (7, "activation must be of shared, .*, got 7"),
        ([], "activation must be of shared"),
    ],
)
def test_activations_that_are_none_are_refused(value, message):
    document = json.loads(genome_to_json(founder(variation())))
    document["neurons"][2]["activation"] = value
    with pytest.raises(GenomeError, match=message):
        genome_from_json(json.dumps(document).encode())


def test_packed_activations_must_be_whole():
    halves = with_column(founder(variation()), "neurons", "activation", 1.5)
    with pytest.raises(GenomeError, match=r"activation must be a whole number of option, got 1\.5"):
        unpack(pack(halves))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"activations": ("relu", "relu")}, "activations: must be different ones"),
        ({"birth_activation": "any"}, "birth_activation: 'any' needs activations"),
        (
            {"traits": {"neurons": {"activation": {"mutate_rate": 2.0}}}},
            "traits.neurons.activation.mutate_rate: must be >= 0 and <= 1, got 2",
        ),
        (
            {"traits": {"neurons": {"activation": {"init_mean": 3.0}}}},
            "traits.neurons.activation.init_mean: must be >= 0 and <= 0",
        ),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        GenomeConfig(**settings)
