"""Genomes as points: what is searched together, and what weights that cross zero become."""

import numpy as np
import pytest

from glianeat.genome.breeding import Pairings, breed
from glianeat.genome.coordinates import (
    WEIGHT,
    SearchSpace,
    completed,
    coordinates_of,
    moved,
    with_room,
)
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import (
    input_node_id,
    output_node_id,
    synapse_innovation,
)
from glianeat.genome.schema import NEURONS
from glianeat.genome.variation import GenomeConfig, Variation

PAIR = (1, 0)
"""Two outputs, which push against each other."""


def space(opposite=PAIR, traits=("bias",), **settings):
    return SearchSpace(Variation(GenomeConfig(**settings)), opposite, traits)


def founder(seed=0, n_inputs=3, **settings):
    variation = Variation(GenomeConfig(**settings))
    return found_genome(7, n_inputs, 2, variation, np.random.default_rng(seed))


def evolved(genome, variation, seed, generations=12):
    for key in range(generations):
        one = np.array([100 + key])
        pairings = Pairings(one, np.array([0]), np.array([-1]), np.array([True]))
        (genome,), _ = breed([genome], pairings, variation, seed)
    return genome


def weight_of(genome, source, output):
    synapses = genome.synapses
    row = synapses.find(synapse_innovation(input_node_id(source), output_node_id(output)))
    return None if row < 0 else synapses.trait("weight")[row]


def place_of(coordinates, source, output=0):
    gene = synapse_innovation(input_node_id(source), output_node_id(output))
    return coordinates.names().index((gene, WEIGHT))


def test_two_synapses_onto_a_pair_are_one_coordinate():
    genome, pair = founder(), space()
    coordinates = coordinates_of(genome, pair)
    assert (coordinates.trait == WEIGHT).sum() == 3
    for source in range(3):
        net = weight_of(genome, source, 0) - weight_of(genome, source, 1)
        assert coordinates.value[place_of(coordinates, source)] == pytest.approx(net)


def test_a_weight_that_crosses_zero_moves_to_the_other_output():
    genome, pair = founder(), space()
    coordinates = coordinates_of(genome, pair)
    values = coordinates.value.copy()
    values[place_of(coordinates, 0)], values[place_of(coordinates, 1)] = 1.5, -2.5
    child = moved(genome, coordinates, values, pair, 8)
    assert (weight_of(child, 0, 0), weight_of(child, 0, 1)) == (1.5, None)
    assert (weight_of(child, 1, 0), weight_of(child, 1, 1)) == (None, 2.5)
    check_genome(child)


def test_without_a_pair_a_weight_stays_at_zero():
    genome, alone = founder(), space(opposite=(-1, -1))
    coordinates = coordinates_of(genome, alone)
    values = coordinates.value.copy()
    values[place_of(coordinates, 2, 1)] = -2.5
    child = moved(genome, coordinates, values, alone, 8)
    assert weight_of(child, 2, 1) == 0.0
    assert len(child.synapses) == len(genome.synapses)


def test_a_pair_that_speaks_keeps_its_synapses():
    genome = founder()
    rows = genome.synapses
    joined = (output_node_id(0), output_node_id(1))
    number = synapse_innovation(*joined)
    recurrent = type(genome)(
        7,
        *genome.tables[:3],
        rows.insert(number, (*joined, 1), rows.traits[0]),
    )
    assert (coordinates_of(recurrent, space()).low >= 0.0).sum() == len(recurrent.synapses)


@pytest.mark.parametrize("dale", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_a_point_is_what_the_genome_there_reads_as(seed, dale):
    settings = {"dale": dale}
    chosen = space(traits=("bias", "tau_membrane", "adaptation"), **settings)
    genome = evolved(founder(seed, **settings), chosen.variation, seed)
    coordinates = coordinates_of(genome, chosen)
    rng = np.random.default_rng(seed)
    values = coordinates.value + 0.5 * coordinates.scale * rng.standard_normal(len(coordinates))
    values = np.clip(values, coordinates.low, coordinates.high)
    child = moved(genome, coordinates, values, chosen, 8)
    check_genome(child)
    there = coordinates_of(child, chosen)
    assert there.names() == coordinates.names()
    assert there.value == pytest.approx(values, abs=1e-12)
    assert child.key == 8


def test_what_is_not_searched_stays():
    chosen = space()
    genome = evolved(founder(3), chosen.variation, 3)
    coordinates = coordinates_of(genome, chosen)
    child = moved(genome, coordinates, coordinates.value + 0.1, chosen, 8)
    bias = NEURONS.column("bias")
    kept = np.arange(len(NEURONS.traits)) != bias
    assert np.array_equal(child.neurons.traits[:, kept], genome.neurons.traits[:, kept])
    assert child.regions == genome.regions
    assert child.astrocytes == genome.astrocytes
    disabled = genome.synapses.take(genome.synapses.field("enabled") == 0)
    assert child.synapses.take(child.synapses.field("enabled") == 0) == disabled


def test_disabled_synapses_are_not_searched():
    genome = founder()
    silent = type(genome)(7, *genome.tables[:3], genome.synapses.with_field("enabled", 0, 0))
    alone = space(opposite=(-1, -1))
    assert len(coordinates_of(genome, alone)) == len(coordinates_of(silent, alone)) + 1


def test_only_what_has_two_signs_is_shrunk():
    genome = founder()
    coordinates = coordinates_of(genome, space(traits=("bias", "tau_membrane")))
    shrunk = coordinates.shrunk(0.25)
    tau = coordinates.trait == NEURONS.column("tau_membrane")
    assert shrunk[~tau] == pytest.approx(0.25 * coordinates.value[~tau])
    assert np.array_equal(shrunk[tau], coordinates.value[tau])


def test_larger_gains_leave_what_a_pair_shows_as_it_was():
    genome = founder(seed=2)
    roomy = with_room(genome, SearchSpace(Variation(GenomeConfig()), PAIR, ("bias",), 4.0))
    check_genome(roomy)
    first, second = (roomy.neurons.find(output_node_id(output)) for output in range(2))
    gain = roomy.neurons.trait("output_gain")[first]
    assert gain == 4.0
    assert roomy.neurons.trait("output_gain")[second] == gain  # a pair has the mean of both
    for source in range(3):
        for output in range(2):
            before, after = (weight_of(one, source, output) for one in (genome, roomy))
            assert gain * after == pytest.approx(before)
    bias = genome.neurons.trait("bias")
    assert roomy.neurons.trait("bias")[first] * gain == pytest.approx(bias[first])


def test_gains_that_are_large_already_stay():
    roomy = SearchSpace(Variation(GenomeConfig()), PAIR, ("bias",), 4.0)
    once = with_room(founder(seed=2), roomy)
    assert with_room(once, roomy).same_genes(once)
    assert with_room(founder(seed=2), space()).same_genes(founder(seed=2))


def test_inputs_that_a_pair_does_not_hear_are_joined_to_it_silently():
    pair = space()
    genome = founder(seed=4, n_inputs=9, connection=0.3)
    whole = completed(genome, pair)
    check_genome(whole)
    coordinates = coordinates_of(whole, pair)
    assert (coordinates.trait == WEIGHT).sum() == 9
    added = [n for n in whole.synapses.innovation.tolist() if n not in genome.synapses]
    assert added
    assert all(whole.synapses.trait("weight")[whole.synapses.find(n)] == 0.0 for n in added)
    assert completed(whole, pair).same_genes(whole)


@pytest.mark.parametrize("capped", [space(max_synapses=7), space(opposite=(-1, -1))])
def test_nothing_is_joined_beyond_the_cap_or_without_pairs(capped):
    genome = founder(seed=4, n_inputs=9, connection=0.3)
    assert completed(genome, capped) is genome or len(completed(genome, capped).synapses) == len(
        genome.synapses
    )


def test_places_are_found_by_gene_and_trait():
    small, large = founder(n_inputs=2), founder(n_inputs=4)
    own, other = (coordinates_of(genome, space()) for genome in (small, large))
    place = own.places_in(other)
    assert np.array_equal(other.gene[place], own.gene)
    assert np.array_equal(other.trait[place], own.trait)
    assert (other.places_in(own) == -1).sum() == 2
