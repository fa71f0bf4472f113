"""Mutations of regions: added, parted, removed."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings

from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import astrocyte_id, region_id
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import REGIONS, Role
from tests.genome.handmade import DEFAULT, generator, rows, smallest, with_column, with_variation
from tests.genome.strategies import LIVELY, evolve, evolved_genomes

ROOMY = LIVELY.replace(max_regions=20, max_neurons=40, max_synapses=90, max_astrocytes=60)
GROWN = evolve(6, 60, n_inputs=2, n_outputs=2, config=ROOMY)
add_region = partial(apply_operator, "add_region")
split_region = partial(apply_operator, "split_region")
remove_region = partial(apply_operator, "remove_region")
operators = pytest.mark.parametrize("operator", ["add_region", "split_region", "remove_region"])


def indices(genome):
    return set(genome.regions.field("index").tolist())


def place(genome, number):
    row = genome.regions.find(number)
    return np.array([genome.regions.trait(axis)[row] for axis in ("x", "y")])


def homes(genome, role=None):
    """Return the region of every neuron, or of those of a role, by its number."""
    neurons = genome.neurons
    chosen = np.full(len(neurons), True) if role is None else neurons.field("role") == role
    numbers, regions = neurons.innovation[chosen], neurons.field("region")[chosen]
    return dict(zip(numbers.tolist(), regions.tolist(), strict=True))


def glia(genome, region):
    """Return occurrence and traits of the astrocyte genes of a region."""
    genes = genome.astrocytes
    chosen = genes.field("region") == region
    found = zip(genes.field("occurrence")[chosen], genes.traits[chosen].tolist(), strict=True)
    return {(int(occurrence), *traits) for occurrence, traits in found}


def new_region(genome, child):
    (number,) = set(child.regions.innovation.tolist()) - set(genome.regions.innovation.tolist())
    return number


def split_children(genome, number=60, variation=DEFAULT):
    """Return those children of which a region was parted."""
    children = [split_region(genome, variation, generator(seed)) for seed in range(number)]
    parted = [child for child in children if child != genome]
    assert parted
    return parted


@operators
def test_synapses_and_channels_stay(operator):
    channels = {Role.INPUT, Role.OUTPUT}
    for seed in range(20):
        child = apply_operator(operator, GROWN, DEFAULT, generator(seed))
        assert child.synapses == GROWN.synapses
        assert rows(child.neurons, without=["region"]) == rows(GROWN.neurons, without=["region"])
        for role in channels:
            assert homes(child, role) == homes(GROWN, role)


@operators
@settings(max_examples=30)
@given(genome=evolved_genomes(max_steps=30))
def test_every_region_keeps_an_astrocyte_gene(operator, genome):
    child = apply_operator(operator, genome, DEFAULT, generator())
    check_genome(child)
    assert set(child.astrocytes.field("region")) == set(child.regions.innovation)


@operators
def test_a_child_that_cannot_be_changed_is_equal(operator):
    genome = smallest()
    full = with_variation(max_regions=3)
    assert apply_operator(operator, genome, full, generator()) == genome


# Adding


def test_a_new_region_has_the_first_index_that_is_free():
    genome = smallest(variation=with_variation(association_regions=3))
    rng, lost = generator(), set()
    for _ in range(2):
        genome = remove_region(genome, DEFAULT, rng)
    lost = {2, 3, 4} - indices(genome)
    for expected in [*sorted(lost), 5, 6]:
        child = add_region(genome, DEFAULT, rng)
        assert new_region(genome, child) == region_id(expected)
        genome = child


def test_a_new_region_has_one_astrocyte_gene_and_no_neurons():
    child = add_region(smallest(), DEFAULT, generator())
    number = new_region(smallest(), child)
    row = child.astrocytes.find(astrocyte_id(number, 0))
    assert child.astrocytes.field("region")[row] == number
    assert len(child.astrocytes) == len(smallest().astrocytes) + 1
    assert child.neurons == smallest().neurons


def test_a_new_region_lies_at_arms_length_of_an_old_one():
    near = []
    for seed in range(50):
        child = add_region(smallest(), DEFAULT, generator(seed))
        spot = place(child, new_region(smallest(), child))
        apart = [math.dist(spot, place(child, region_id(i))) for i in range(3)]
        near += [i for i in range(3) if math.isclose(apart[i], 3.0)]
    assert set(near) == {SENSORY, MOTOR, FIRST_ASSOCIATION}


def test_a_new_region_stays_within_bounds():
    corner = with_column(with_column(smallest(), "regions", "x", 1000.0), "regions", "y", -1000.0)
    for seed in range(20):
        child = add_region(corner, DEFAULT, generator(seed))
        assert (child.regions.traits >= REGIONS.low).all()
        assert (child.regions.traits <= REGIONS.high).all()


def test_the_other_traits_of_a_new_region_are_fresh():
    variation = with_variation(
        traits={"regions": {"log2_ratio": {"init_mean": -3.0, "init_stdev": 0.1}}}
    )
    ratios = []
    for seed in range(50):
        child = add_region(smallest(), variation, generator(seed))
        row = child.regions.find(new_region(smallest(), child))
        ratios.append(child.regions.trait("log2_ratio")[row])
    assert abs(np.mean(ratios) + 3.0) < 0.1
    assert 0.05 < np.std(ratios) < 0.2


@pytest.mark.parametrize("cap", [{"max_regions": 3}, {"max_astrocytes": 3}])
def test_a_region_beyond_a_cap_is_not_added(cap):
    assert add_region(smallest(), with_variation(**cap), generator()) == smallest()


# Splitting


def test_the_astrocyte_genes_of_a_parted_region_are_copied():
    grown = GROWN
    for seed in range(12):
        grown = apply_operator("add_astrocyte", grown, DEFAULT, generator(seed))
    for child in split_children(grown):
        new = new_region(grown, child)
        assert glia(child, new) in [glia(grown, old) for old in grown.regions.innovation]
        assert rows(grown.astrocytes) <= rows(child.astrocytes)


def test_both_halves_of_a_region_share_all_traits_but_their_place():
    kept = [trait.name not in {"x", "y"} for trait in REGIONS.traits]
    for child in split_children(GROWN):
        new = new_region(GROWN, child)
        old = {r for r in homes(GROWN).values() if glia(child, new) == glia(GROWN, r)}
        halves = [child.regions.traits[child.regions.find(n), kept].tolist() for n in (new, *old)]
        assert halves[0] in halves[1:]
        assert any(math.isclose(math.dist(place(child, new), place(child, r)), 3.0) for r in old)


def test_hidden_neurons_of_a_parted_region_go_to_either_half():
    shares = []
    for child in split_children(GROWN, 200):
        new, before, after = new_region(GROWN, child), homes(GROWN), homes(child)
        moved = {neuron for neuron in before if before[neuron] != after[neuron]}
        assert {after[neuron] for neuron in moved} <= {new}
        origins = {before[neuron] for neuron in moved}
        assert len(origins) <= 1
        for old in origins:
            of_old = [n for n, home in homes(GROWN, Role.HIDDEN).items() if home == old]
            shares.append(len(moved) / len(of_old))
    assert abs(np.mean(shares) - 0.5) < 0.15


def test_a_region_with_one_hidden_neuron_is_not_parted():
    once = apply_operator("split_synapse", smallest(), DEFAULT, generator())
    for seed in range(20):
        assert split_region(once, DEFAULT, generator(seed)) == once


def test_a_region_whose_astrocyte_genes_do_not_fit_twice_is_not_parted():
    full = with_variation(max_astrocytes=len(GROWN.astrocytes))
    for seed in range(20):
        assert split_region(GROWN, full, generator(seed)) == GROWN


# Removing


@settings(max_examples=30)
@given(genome=evolved_genomes(max_steps=30, config=ROOMY))
def test_the_sensory_the_motor_and_the_last_association_region_stay(genome):
    rng = generator()
    for _ in range(len(genome.regions)):
        genome = remove_region(genome, DEFAULT, rng)
    assert {SENSORY, MOTOR} < indices(genome)
    assert len(genome.regions) == 3


def test_any_association_region_may_be_removed():
    genome = smallest(variation=with_variation(association_regions=4))
    children = [remove_region(genome, DEFAULT, generator(seed)) for seed in range(60)]
    assert {min(indices(genome) - indices(child)) for child in children} == {2, 3, 4, 5}


def test_a_removed_region_takes_its_astrocyte_genes_with_it():
    for seed in range(20):
        child = remove_region(GROWN, DEFAULT, generator(seed))
        (gone,) = set(GROWN.regions.innovation) - set(child.regions.innovation)
        expected = GROWN.astrocytes.take(GROWN.astrocytes.field("region") != gone)
        assert child.astrocytes == expected


def test_neurons_of_a_removed_region_join_the_nearest():
    moved = 0
    for seed in range(40):
        child = remove_region(GROWN, DEFAULT, generator(seed))
        (gone,) = set(GROWN.regions.innovation.tolist()) - set(child.regions.innovation.tolist())
        left = child.regions.innovation.tolist()
        nearest = min(left, key=lambda n, r=gone: math.dist(place(GROWN, n), place(GROWN, r)))
        before, after = homes(GROWN), homes(child)
        for neuron, home in before.items():
            assert after[neuron] == (nearest if home == gone else home)
            moved += home == gone
    assert moved
