from functools import partial

import numpy as np
import pytest
from hypothesis import given

from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import Role
from tests.genome.handmade import (
    DEFAULT,
    ONLY,
    generator,
    hidden_ids,
    only_enabled,
    rows,
    smallest,
    with_variation,
)
from tests.genome.strategies import evolve, evolved_genomes

split_synapse = partial(apply_operator, "split_synapse")
add_synapse = partial(apply_operator, "add_synapse")
delete_synapse = partial(apply_operator, "delete_synapse")
delete_neuron = partial(apply_operator, "delete_neuron")
toggle_synapse = partial(apply_operator, "toggle_synapse")
rewire_synapse = partial(apply_operator, "rewire_synapse")
add_astrocyte = partial(apply_operator, "add_astrocyte")
delete_astrocyte = partial(apply_operator, "delete_astrocyte")
flip_signs = partial(apply_operator, "flip_sign")


# Splitting


def test_a_split_keeps_the_old_synapse():
    parent = smallest()
    child = split_synapse(parent, DEFAULT, generator())
    kept = child.synapses.take(child.synapses.innovation == ONLY)
    assert kept == parent.synapses


def test_a_split_adds_one_neuron_and_two_synapses():
    child = split_synapse(smallest(), DEFAULT, generator())
    assert (len(child.neurons), len(child.synapses)) == (3, 3)


def test_a_split_joins_the_new_neuron_between_the_old_ones():
    child = split_synapse(smallest(), DEFAULT, generator())
    (node,) = hidden_ids(child)
    into = synapse_innovation(input_node_id(0), node)
    onward = synapse_innovation(node, output_node_id(0))
    assert into in child.synapses
    assert onward in child.synapses


def test_the_same_split_in_unrelated_genomes_gives_the_same_node_id():
    children = [split_synapse(smallest(seed), DEFAULT, generator(seed)) for seed in (1, 2)]
    assert hidden_ids(children[0]) == hidden_ids(children[1]) == {split_node_id(ONLY, 0)}


def test_a_second_split_of_a_synapse_takes_the_next_occurrence():
    once = only_enabled(split_synapse(smallest(), DEFAULT, generator()), ONLY)
    twice = split_synapse(once, DEFAULT, generator())
    assert hidden_ids(twice) == {split_node_id(ONLY, 0), split_node_id(ONLY, 1)}


def test_a_split_after_a_deletion_takes_the_free_occurrence():
    once = split_synapse(smallest(), DEFAULT, generator())
    again = split_synapse(delete_neuron(once, DEFAULT, generator()), DEFAULT, generator())
    assert hidden_ids(again) == {split_node_id(ONLY, 0)}


def test_the_synapse_into_a_new_neuron_has_the_weight_of_the_settings():
    variation = with_variation(split_weight=5.5)
    child = split_synapse(smallest(), variation, generator())
    row = child.synapses.find(synapse_innovation(input_node_id(0), split_node_id(ONLY, 0)))
    assert child.synapses.trait("weight")[row] == 5.5


def test_the_synapse_out_of_a_new_neuron_takes_over_the_old_weight():
    parent = smallest()
    child = split_synapse(parent, DEFAULT, generator())
    row = child.synapses.find(synapse_innovation(split_node_id(ONLY, 0), output_node_id(0)))
    assert child.synapses.trait("weight")[row] == parent.synapses.trait("weight")[0]


def test_both_new_synapses_have_the_shortest_delay():
    child = split_synapse(smallest(), DEFAULT, generator())
    new = child.synapses.innovation != ONLY
    assert child.synapses.trait("delay")[new].tolist() == [1.0, 1.0]


def test_a_disabled_synapse_is_not_split():
    disabled = only_enabled(smallest(), -1)
    assert split_synapse(disabled, DEFAULT, generator()) == disabled


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_sign_of_new_neurons_follows_the_settings(share):
    variation, signs = with_variation(hidden_excitatory=share), []
    parent = smallest()
    for seed in range(400):
        child = split_synapse(parent, variation, generator(seed))
        signs.append(child.neurons.field("sign")[child.neurons.find(split_node_id(ONLY, 0))])
    assert abs(signs.count(1) / 400 - share) < 0.1


def test_a_neuron_born_behind_an_input_lies_in_an_association_region():
    variation = with_variation(association_regions=3)
    homes = set()
    for seed in range(50):
        child = split_synapse(smallest(seed, variation), variation, generator(seed))
        homes.add(int(child.neurons.field("region")[child.neurons.find(split_node_id(ONLY, 0))]))
    assert homes == {region_id(2), region_id(3), region_id(4)}


def test_a_neuron_born_behind_a_hidden_one_lies_in_its_region():
    variation = with_variation(association_regions=3)
    first = split_node_id(ONLY, 0)
    once = split_synapse(smallest(0, variation), variation, generator())
    onward = synapse_innovation(first, output_node_id(0))
    twice = split_synapse(only_enabled(once, onward), variation, generator(1))
    region = twice.neurons.field("region")
    places = [twice.neurons.find(first), twice.neurons.find(split_node_id(onward, 0))]
    assert region[places[0]] == region[places[1]]


@pytest.mark.parametrize("cap", [{"max_neurons": 2}, {"max_synapses": 2}])
def test_a_split_that_would_break_a_cap_is_left_out(cap):
    genome = smallest()
    assert split_synapse(genome, with_variation(**cap), generator()) == genome


def test_a_neuron_remembers_the_synapse_and_the_occurrence_of_its_birth():
    once = only_enabled(split_synapse(smallest(), DEFAULT, generator()), ONLY)
    twice = split_synapse(once, DEFAULT, generator())
    rows = twice.neurons.rows(np.array([split_node_id(ONLY, 0), split_node_id(ONLY, 1)]))
    assert twice.neurons.field("origin")[rows].tolist() == [ONLY, ONLY]
    assert twice.neurons.field("channel")[rows].tolist() == [0, 1]


@pytest.mark.parametrize("disables", [False, True])
def test_a_split_disables_the_old_synapse_where_the_settings_say_so(disables):
    child = split_synapse(smallest(), with_variation(split_disables=disables), generator())
    enabled = child.synapses.field("enabled")
    assert enabled[child.synapses.find(ONLY)] == (not disables)
    assert enabled[child.synapses.innovation != ONLY].tolist() == [1, 1]


def test_a_split_that_breaks_a_cap_disables_nothing():
    genome, variation = smallest(), with_variation(max_neurons=2, split_disables=True)
    assert split_synapse(genome, variation, generator()) == genome


# Synapses


def test_an_added_synapse_is_enabled():
    child = add_synapse(smallest(), DEFAULT, generator())
    assert child.synapses.field("enabled").tolist() == [1, 1]


def test_all_pairs_but_those_into_inputs_can_be_joined():
    genome = split_synapse(smallest(), DEFAULT, generator())
    rng = generator()
    for _ in range(200):
        genome = add_synapse(genome, DEFAULT, rng)
    assert len(genome.synapses) == 3 * 2


def test_outputs_may_be_sources():
    genome = smallest()
    for seed in range(20):
        genome = add_synapse(genome, DEFAULT, generator(seed))
    assert output_node_id(0) in genome.synapses.field("source")


def test_a_synapse_beyond_the_cap_is_not_added():
    genome = smallest()
    assert add_synapse(genome, with_variation(max_synapses=1), generator()) == genome


def test_deleting_takes_one_synapse():
    genome = evolve(3, 20)
    child = delete_synapse(genome, DEFAULT, generator())
    assert len(child.synapses) == len(genome.synapses) - 1


def test_the_last_synapse_may_be_deleted():
    assert len(delete_synapse(smallest(), DEFAULT, generator()).synapses) == 0


def test_deleting_a_neuron_takes_its_synapses_with_it():
    once = split_synapse(smallest(), DEFAULT, generator())
    assert delete_neuron(once, DEFAULT, generator()).synapses == smallest().synapses


def test_only_hidden_neurons_are_deleted():
    genome = smallest()
    assert delete_neuron(genome, DEFAULT, generator()) == genome


def test_toggling_disables_an_enabled_synapse():
    assert toggle_synapse(smallest(), DEFAULT, generator()).synapses.field("enabled")[0] == 0


def test_toggling_twice_restores_the_gene():
    twice = smallest()
    for _ in range(2):
        twice = toggle_synapse(twice, DEFAULT, generator())
    assert twice == smallest()


def test_disabling_keeps_the_innovation_number():
    assert toggle_synapse(smallest(), DEFAULT, generator()).synapses.innovation[0] == ONLY


@pytest.mark.parametrize(
    "operator", [delete_synapse, toggle_synapse, split_synapse, rewire_synapse]
)
def test_a_genome_without_synapses_is_left_alone(operator):
    bare = delete_synapse(smallest(), DEFAULT, generator())
    assert operator(bare, DEFAULT, generator()) == bare


def rewired(genome, variation=DEFAULT, number=40):
    """Return pairs of (synapse that is gone, the one in its place) of children that were rewired.

    A synapse is the tuple of its keys and traits.
    """
    pairs = []
    for seed in range(number):
        child = rewire_synapse(genome, variation, generator(seed))
        gone = rows(genome.synapses) - rows(child.synapses)
        come = rows(child.synapses) - rows(genome.synapses)
        assert len(gone) == len(come) <= 1
        assert child.neurons == genome.neurons
        pairs += [(old[1:], new[1:]) for old, new in zip(gone, come, strict=True)]
    assert pairs
    return pairs


@pytest.mark.parametrize("seed", range(5))
def test_a_rewired_synapse_keeps_all_but_its_target(seed):
    for old, new in rewired(evolve(seed, 30)):
        assert (old[0], *old[2:]) == (new[0], *new[2:])
        assert old[1] != new[1]


def test_a_rewired_synapse_has_the_number_of_its_new_ends():
    genome = evolve(3, 20)
    child = rewire_synapse(genome, DEFAULT, generator(1))
    ends = zip(child.synapses.field("source"), child.synapses.field("target"), strict=True)
    assert child.synapses.innovation.tolist() == [synapse_innovation(*map(int, e)) for e in ends]


def test_a_synapse_is_never_rewired_to_an_input_or_to_where_there_is_one():
    genome = evolve(3, 30, n_inputs=3, n_outputs=2)
    ends = {row[1:3] for row in rows(genome.synapses)}
    for _, new in rewired(genome, number=100):
        assert new[:2] not in ends
        assert new[1] not in {input_node_id(i) for i in range(3)}


def test_rewiring_works_at_the_cap():
    genome = evolve(3, 30)
    assert rewired(genome, with_variation(max_synapses=len(genome.synapses)))


def test_any_synapse_may_be_rewired():
    genome = evolve(3, 30)
    assert {old for old, _ in rewired(genome, number=500)} == {r[1:] for r in rows(genome.synapses)}


# Signs


def test_flipping_turns_every_hidden_neuron_at_rate_one():
    once = split_synapse(smallest(), DEFAULT, generator())
    flipped = flip_signs(once, with_variation(flip_sign=1.0), generator())
    hidden = once.neurons.field("role") == Role.HIDDEN
    assert flipped.neurons.field("sign")[hidden] == -once.neurons.field("sign")[hidden]


def test_flipping_leaves_inputs_and_outputs_excitatory():
    flipped = flip_signs(evolve(3, 20), with_variation(flip_sign=1.0), generator())
    channels = flipped.neurons.field("role") != Role.HIDDEN
    assert set(flipped.neurons.field("sign")[channels]) == {1}


def test_flipping_leaves_the_weights_alone():
    genome = evolve(3, 20)
    flipped = flip_signs(genome, with_variation(flip_sign=1.0), generator())
    assert flipped.synapses == genome.synapses


# Astrocytes


def test_an_added_astrocyte_gene_takes_the_first_free_occurrence():
    child = add_astrocyte(smallest(), DEFAULT, generator())
    (number,) = set(child.astrocytes.innovation) - set(smallest().astrocytes.innovation)
    assert number in {astrocyte_id(region_id(i), 1) for i in range(3)}


def test_an_astrocyte_gene_may_be_added_to_any_region():
    genome = smallest()
    for seed in range(60):
        genome = add_astrocyte(genome, DEFAULT, generator(seed))
    counts = np.unique(genome.astrocytes.field("region"), return_counts=True)[1]
    assert (counts > 10).all()


def test_an_astrocyte_gene_beyond_the_cap_is_not_added():
    genome = smallest()
    assert add_astrocyte(genome, with_variation(max_astrocytes=3), generator()) == genome


def test_a_region_never_loses_its_last_astrocyte_gene():
    genome, rng = evolve(3, 40), generator()
    for _ in range(50):
        genome = delete_astrocyte(genome, DEFAULT, rng)
    assert sorted(genome.astrocytes.field("region")) == genome.regions.innovation.tolist()


@given(evolved_genomes())
def test_evolution_leaves_astrocyte_genes_in_every_region(genome):
    assert set(genome.astrocytes.field("region")) == set(genome.regions.innovation)


def test_any_of_the_spare_astrocyte_genes_may_be_deleted():
    genome = add_astrocyte(smallest(), DEFAULT, generator())
    (region,) = [
        r for r in genome.regions.innovation if (genome.astrocytes.field("region") == r).sum() > 1
    ]
    left = {
        int(child.astrocytes.field("occurrence")[child.astrocytes.field("region") == region][0])
        for child in (delete_astrocyte(genome, DEFAULT, generator(seed)) for seed in range(30))
    }
    assert left == {0, 1}
