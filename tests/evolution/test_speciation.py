import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.errors import CheckpointError
from glianeat.evolution.species import (
    Species,
    SpeciesConfig,
    SpeciesSet,
    Survivors,
    decode_species_set,
    encode_species_set,
    next_species_set,
    speciate,
)
from glianeat.genome.distance import DistanceConfig, compatibility_distance, join_species
from tests.builders.algorithms import FOUNDERS
from tests.reference.species import assign as assign_slowly

DISTANCE = DistanceConfig()
genomes = st.lists(st.sampled_from(FOUNDERS), unique_by=lambda genome: genome.key)
thresholds = st.floats(0.2, 2.5)
CONFIG = SpeciesConfig(target=3, threshold=1.0, threshold_step=0.25)


def distance(one, other):
    return compatibility_distance(one, other, DISTANCE)


@given(genomes, genomes, thresholds, st.integers(1, 12))
def test_species_equal_the_slow_reference(members, representatives, threshold, cap):
    if not members:
        return
    places, founders = join_species(members, representatives, threshold, DISTANCE, cap)
    expected = assign_slowly(members, representatives, threshold, distance, cap)
    assert (places.tolist(), founders) == expected


@given(genomes, thresholds)
def test_species_are_a_partition(members, threshold):
    numbers, species_set = speciate(SpeciesSet(threshold), members, {}, 0, CONFIG)
    founded = [one.number for one in species_set.species]
    assert sorted(set(numbers.tolist())) == founded == list(range(len(founded)))


@given(genomes, thresholds, st.randoms(use_true_random=False))
def test_the_order_of_genomes_does_not_matter(members, threshold, random):
    numbers, species_set = speciate(SpeciesSet(threshold), members, {}, 0, CONFIG)
    shuffled = random.sample(members, len(members))
    numbers_too, species_set_too = speciate(SpeciesSet(threshold), shuffled, {}, 0, CONFIG)
    by_key = dict(zip([g.key for g in members], numbers.tolist(), strict=True))
    too = dict(zip([g.key for g in shuffled], numbers_too.tolist(), strict=True))
    assert (by_key, species_set) == (too, species_set_too)


def test_members_are_compatible_with_their_representative():
    numbers, species_set = speciate(SpeciesSet(1.0), FOUNDERS, {}, 0, SpeciesConfig(target=10))
    by_key = {genome.key: genome for genome in FOUNDERS}
    of_species = {one.number: by_key[one.representative] for one in species_set.species}
    pairs = zip(FOUNDERS, numbers.tolist(), strict=True)
    assert len(of_species) > 2
    assert all(distance(one, of_species[number]) < 1.0 for one, number in pairs)


def test_older_species_are_tried_before_newer_ones():
    old = SpeciesSet(9.0, (Species(4, 7, 0), Species(6, 8, 1)), next_number=9)
    numbers, species_set = speciate(old, FOUNDERS, {g.key: g for g in FOUNDERS}, 2, CONFIG)
    assert set(numbers.tolist()) == {4}
    assert species_set == old


def test_new_species_get_unused_numbers():
    old = SpeciesSet(1e-9, (Species(4, 0, 0),), next_number=9)
    numbers, species_set = speciate(old, FOUNDERS[:3], {0: FOUNDERS[0]}, 7, CONFIG)
    assert numbers.tolist() == [4, 9, 10]
    assert [(one.number, one.born) for one in species_set.species] == [(4, 0), (9, 7), (10, 7)]
    assert species_set.next_number == 11


def test_there_are_never_more_than_four_times_the_target():
    _, species_set = speciate(SpeciesSet(1e-9), FOUNDERS, {}, 0, CONFIG)
    assert len(species_set.species) == 12


def test_of_equally_near_species_the_older_is_joined():
    references = [FOUNDERS[1], FOUNDERS[1].with_key(50)]
    places, _ = join_species([FOUNDERS[0]], references, 1e-9, DISTANCE, cap=2)
    assert places.tolist() == [0]


def test_an_unknown_representative_is_refused():
    with pytest.raises(CheckpointError, match="species: damaged: no survivor has key 77"):
        speciate(SpeciesSet(1.0, (Species(0, 77, 0),), 1), FOUNDERS, {}, 1, CONFIG)


def survivors_of(keys, species, fitness):
    return Survivors(np.array(keys), np.array(species), np.array(fitness, dtype=np.float64))


def updated(species_set, rows, generation=5, seed=0, config=CONFIG):
    rng = np.random.default_rng(seed)
    return next_species_set(
        species_set, survivors_of(*zip(*rows, strict=True)), generation, config, rng
    )


THREE = SpeciesSet(1.0, tuple(Species(n, n, n, 1.0, n) for n in range(3)), 3, best=2.0, improved=2)


def test_species_without_members_are_dropped():
    found = updated(THREE, [(10, 0, 1.0), (11, 2, 1.0)])
    assert [one.number for one in found.species] == [0, 2]
    assert found.next_number == 3


def test_representatives_are_surviving_members_drawn_at_random():
    rows = [(key, key % 3, 0.0) for key in range(12)]
    drawn = [updated(THREE, rows, seed=seed).species for seed in range(40)]
    for number in range(3):
        chosen = {species[number].representative for species in drawn}
        assert chosen == {key for key in range(12) if key % 3 == number}


def test_the_order_of_survivors_does_not_matter():
    rows = [(key, key % 3, float(key)) for key in range(12)]
    assert updated(THREE, rows) == updated(THREE, rows[::-1])


def test_a_higher_best_fitness_is_recorded_with_its_generation():
    found = updated(THREE, [(10, 0, 0.5), (11, 0, 3.0), (12, 1, 1.0), (13, 2, 0.0)])
    assert [(one.best, one.improved) for one in found.species] == [(3.0, 5), (1.0, 1), (1.0, 2)]
    assert (found.best, found.improved) == (3.0, 5)


def test_an_equal_best_fitness_is_no_improvement():
    found = updated(THREE, [(10, 0, 1.0), (12, 1, 2.0)])
    assert [one.improved for one in found.species] == [0, 5]
    assert (found.best, found.improved) == (2.0, 2)


@pytest.mark.parametrize(
    ("number", "target", "expected"), [(3, 2, 1.25), (3, 3, 1.0), (3, 4, 0.75), (3, 0, 1.0)]
)
def test_the_threshold_moves_towards_the_target(number, target, expected):
    rows = [(key, key, 0.0) for key in range(number)]
    assert updated(THREE, rows, config=CONFIG.replace(target=target)).threshold == expected


def test_the_threshold_stays_above_its_step():
    species_set = SpeciesSet(0.3, (Species(0, 0, 0),), 1)
    assert updated(species_set, [(0, 0, 0.0)]).threshold == 0.25


def test_the_number_of_species_comes_near_the_target():
    config, species_set = SpeciesConfig(target=6, threshold=9.0), SpeciesSet(9.0)
    for generation in range(100):
        numbers, species_set = speciate(
            species_set, FOUNDERS, {g.key: g for g in FOUNDERS}, generation, config
        )
        rows = [(g.key, n, 0.0) for g, n in zip(FOUNDERS, numbers.tolist(), strict=True)]
        species_set = updated(species_set, rows, generation, generation, config)
    assert 4 <= len(species_set.species) <= 8


def test_species_sets_survive_encoding_and_decoding():
    assert decode_species_set(encode_species_set(THREE), CONFIG) == THREE
    unimproved = SpeciesSet(1.0, (Species(0, 1, 2, -math.inf, 2),), 1)
    assert decode_species_set(encode_species_set(unimproved), CONFIG) == unimproved


def test_an_empty_state_decodes_to_an_empty_species_set():
    assert decode_species_set(b"", CONFIG) == SpeciesSet(1.0)


@pytest.mark.parametrize("state", [b"\xc1", b"\x01", encode_species_set(THREE)[:-3]])
def test_a_damaged_species_set_is_refused(state):
    with pytest.raises(CheckpointError, match="species: damaged"):
        decode_species_set(state, CONFIG)
