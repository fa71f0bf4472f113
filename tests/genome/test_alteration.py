"""Traits that are set by hand, within the bounds of the schema."""

import numpy as np
import pytest

from glianeat.errors import ConfigError
from glianeat.genome.alteration import TraitChange, altered
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.schema import Role
from tests.genome.handmade import DEFAULT, generator


@pytest.fixture
def genome():
    return found_genome(7, 3, 2, DEFAULT, generator())


def test_one_trait_of_one_gene_is_set(genome):
    row = int(np.flatnonzero(genome.neurons.field("role") == Role.OUTPUT)[0])
    name = f"{genome.neurons.innovation[row]:016x}"
    changed = altered(genome, [TraitChange("neurons", "bias", 2.5, name)])
    expected = genome.neurons.traits.copy()
    expected[row, genome.neurons.family.column("bias")] = 2.5
    assert np.array_equal(changed.neurons.traits, expected)
    assert (changed.regions, changed.synapses) == (genome.regions, genome.synapses)
    assert changed.key == 7
    check_genome(changed)


def test_a_ratio_is_set_by_the_name_of_its_region(genome):
    changed = altered(genome, [TraitChange("regions", "log2_ratio", -1.0, "motor")])
    is_motor = genome.regions.field("index") == 1
    ratios = changed.regions.trait("log2_ratio")
    assert (ratios[is_motor] == -1.0).all()
    assert np.array_equal(ratios[~is_motor], genome.regions.trait("log2_ratio")[~is_motor])


def test_all_genes_that_have_a_trait_are_set_at_once(genome):
    changed = altered(genome, [TraitChange("neurons", "receptor_gain", 3.0)])
    is_input = genome.neurons.field("role") == Role.INPUT
    gains = changed.neurons.trait("receptor_gain")
    assert (gains[is_input] == 3.0).all()
    assert np.array_equal(gains[~is_input], genome.neurons.trait("receptor_gain")[~is_input])


def test_later_changes_go_over_earlier_ones(genome):
    some = [TraitChange("synapses", "weight", 1.0), TraitChange("synapses", "weight", 2.0)]
    assert (altered(genome, some).synapses.trait("weight") == 2.0).all()


def test_the_genome_itself_is_left_as_it_was(genome):
    words = genome.words.copy()
    altered(genome, [TraitChange("synapses", "weight", 1.0)])
    assert np.array_equal(genome.words, words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (TraitChange("neurons", "biass", 1.0), "did you mean 'bias'"),
        (
            TraitChange("neurons", "bias", 8.5),
            r"trait bias: must be in \[-8, 8\] threshold, got 8.5",
        ),
        (TraitChange("neurons", "bias", float("nan")), "got nan"),
        (TraitChange("synapses", "delay", 2.5), "trait delay: must be a whole number, got 2.5"),
        (TraitChange("synapses", "weight", 1.0, "12ab"), "gene '12ab': is none of the synapses"),
        (
            TraitChange("regions", "log2_ratio", 1.0, "moter"),
            "gene 'moter': is none of the regions",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(genome, change, words):
    with pytest.raises(ConfigError, match=words):
        altered(genome, [change])


def test_a_receptor_has_no_time_constant_to_set(genome):
    row = int(np.flatnonzero(genome.neurons.field("role") == Role.INPUT)[0])
    name = f"{genome.neurons.innovation[row]:016x}"
    with pytest.raises(ConfigError, match=r"tau_membrane: neuron .* has none, by its role"):
        altered(genome, [TraitChange("neurons", "tau_membrane", 10.0, name)])
