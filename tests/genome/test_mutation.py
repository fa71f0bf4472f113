import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.errors import ConfigError
from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.innovation import input_node_id
from glianeat.genome.mutation import OPERATORS, apply_operator, mutate
from glianeat.genome.schema import MAX_DELAY, Role
from glianeat.genome.serial import pack, unpack
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import DEFAULT, NO_RATES, STILL, generator
from tests.genome.strategies import LIVELY, evolve, evolved_genomes

operators = pytest.mark.parametrize("operator", [*OPERATORS, "all"])
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=8)  # of each operator
CAPS = ("max_regions", "max_neurons", "max_astrocytes", "max_synapses")


def changed(operator, genome, seed=0, variation=None):
    """Return a genome to which an operator was applied, or all at their rates."""
    variation = variation or Variation(LIVELY)
    if operator == "all":
        return mutate(genome, variation, generator(seed))
    return apply_operator(operator, genome, variation, generator(seed))


# All operators


@operators
@few
@given(genome=evolved_genomes(), seed=seeds)
def test_an_operator_keeps_every_rule(operator, genome, seed):
    check_genome(changed(operator, genome, seed))


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_an_operator_leaves_its_parent_alone(operator, genome, seed):
    before = pack(genome)
    changed(operator, genome, seed)
    assert pack(genome) == before


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_equal_seeds_give_equal_children(operator, genome, seed):
    assert changed(operator, genome, seed) == changed(operator, genome, seed)


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_a_parent_read_from_a_file_has_the_same_child(operator, genome, seed):
    assert changed(operator, genome, seed) == changed(operator, unpack(pack(genome)), seed)


@operators
def test_an_operator_takes_one_number_from_the_generator(operator):
    first, second = generator(), generator()
    genome = evolve(3, 10)
    if operator == "all":
        mutate(genome, DEFAULT, first)
    else:
        apply_operator(operator, genome, DEFAULT, first)
    second.integers(2**63)
    assert first.bit_generator.state == second.bit_generator.state


@operators
def test_different_seeds_give_different_children(operator):
    genome = evolve(5, 40, n_outputs=3, config=LIVELY.replace(max_regions=20, max_astrocytes=40))
    roomy = Variation(LIVELY.replace(max_regions=20, max_astrocytes=40, max_neurons=40))
    assert len({pack(changed(operator, genome, seed, roomy)) for seed in range(20)}) > 1


@operators
def test_a_child_has_the_key_of_its_parent(operator):
    assert changed(operator, evolve(3, 20).with_key(2**62 + 1)).key == 2**62 + 1


def test_an_unknown_operator_is_refused_with_a_suggestion():
    message = "operator: unknown 'split_synapses'; did you mean 'split_synapse'?"
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        apply_operator("split_synapses", evolve(1, 0), DEFAULT, generator())


# Ten thousand in a row


@pytest.mark.parametrize("changes", [{}, {"dale": False, "split_disables": True}])
def test_ten_thousand_mutations_and_crossovers_keep_every_rule(changes):
    """Half of them under either of two settings."""
    config = LIVELY.replace(**changes)
    rng, variation = generator(), Variation(config)
    genome, other = (found_genome(key, 2, 2, variation, rng) for key in range(2))
    caps = np.array([getattr(config, cap) for cap in CAPS])
    seen = set()
    for _ in range(5000):
        if rng.random() < 0.3:
            genome, other = crossover(genome, other, variation, rng), genome
        else:
            genome = mutate(genome, variation, rng)
        check_genome(genome)
        assert (genome.counts <= caps).all()
        assert (genome.n_inputs, genome.n_outputs) == (2, 2)
        assert {0, 1} < set(genome.regions.field("index").tolist())
        seen.add(genome.counts)
    assert len(seen) > 500


@pytest.mark.parametrize("family", ["regions", "neurons", "astrocytes", "synapses"])
def test_growth_ends_at_the_cap(family):
    caps = {**dict.fromkeys(CAPS, 100), f"max_{family}": 12}
    losses = ("synapse", "neuron", "astrocyte")
    still = {f"delete_{name}": 0.0 for name in losses} | {"remove_region": 0.0}
    growing = LIVELY.replace(**still, split_synapse=0.8, add_region=0.5, **caps)
    assert len(getattr(evolve(1, 60, config=growing), family)) == 12


@given(evolved_genomes())
def test_delays_are_whole_and_within_range(genome):
    assert set(genome.synapses.trait("delay")) <= set(range(1, MAX_DELAY + 1))


# Signs of weights


def test_no_weight_turns_negative_under_dales_law():
    rng, variation = generator(), Variation(LIVELY)
    genome = found_genome(0, 2, 2, variation, rng)
    for _ in range(2000):
        genome = mutate(genome, variation, rng)
        assert genome.synapses.trait("weight").min(initial=0.0) >= 0.0


def test_without_dales_law_each_weight_has_a_sign_of_its_own():
    variation = Variation(GenomeConfig(dale=False, connect_fully_below=1000))
    genome = found_genome(0, 20, 20, variation, generator())
    assert abs((genome.synapses.trait("weight") < 0.0).mean() - 0.5) < 0.1
    assert abs(genome.synapses.trait("weight").std() - 1.0) < 0.1


def test_without_dales_law_weights_change_their_sign():
    variation = Variation(LIVELY.replace(dale=False, mutation_spread=0.0))
    genome = found_genome(0, 5, 5, variation, generator())
    child = genome
    for seed in range(30):
        child = apply_operator("traits", child, variation, generator(seed))
    flips = np.sign(child.synapses.trait("weight")) != np.sign(genome.synapses.trait("weight"))
    assert 0 < flips.sum() < len(flips)


def test_without_dales_law_all_neurons_excite_and_none_flips():
    variation = Variation(LIVELY.replace(dale=False, hidden_excitatory=0.0, flip_sign=1.0))
    genome = evolve(3, 40, config=variation.config)
    assert Role.HIDDEN in genome.neurons.field("role")
    assert set(genome.neurons.field("sign")) == {1}
    assert apply_operator("flip_sign", genome, variation, generator()) == genome


# Feed-forward networks


def has_cycle(genome):
    """Return whether there is a cycle of synapses, enabled or not, by taking out leaves."""
    ends = list(zip(*(genome.synapses.field(end).tolist() for end in ("source", "target"))))
    left = set(genome.neurons.innovation.tolist())
    while leaves := left - {source for source, target in ends if target in left}:
        left -= leaves
    return bool(left)


def test_the_search_for_cycles_finds_them():
    assert has_cycle(evolve(1, 60, n_outputs=2))
    assert not has_cycle(evolve(1, 0, n_outputs=2))


@pytest.mark.parametrize("disables", [False, True])
def test_no_cycle_in_ten_thousand_mutations_and_crossovers_of_feed_forward_genomes(disables):
    """Half of them under either of two settings."""
    config = LIVELY.replace(feed_forward=True, split_disables=disables)
    rng, variation = generator(), Variation(config)
    genome, other = (found_genome(key, 3, 3, variation, rng) for key in range(2))
    disabled, between = 0, 0
    for _ in range(5000):
        if rng.random() < 0.3:
            genome, other = crossover(genome, other, variation, rng), genome
        else:
            genome = mutate(genome, variation, rng)
        assert not has_cycle(genome)
        disabled += (genome.synapses.field("enabled") == 0).sum()
        inputs = [input_node_id(i) for i in range(3)]
        between += (~np.isin(genome.synapses.field("source"), inputs)).sum()
    assert disabled > 5000
    assert between > 5000


def test_feed_forward_genomes_can_be_joined_in_every_way_but_in_cycles():
    variation, rng = Variation(GenomeConfig(feed_forward=True)), generator()
    genome = evolve(2, 3, n_inputs=2, n_outputs=2, config=LIVELY.replace(feed_forward=True))
    cells = len(genome.neurons) - 2
    for _ in range(400):
        genome = apply_operator("add_synapse", genome, variation, rng)
    assert len(genome.synapses) == 2 * cells + cells * (cells - 1) // 2


# Everything switched off


@given(evolved_genomes(), seeds)
def test_mutation_without_rates_changes_nothing(genome, seed):
    assert mutate(genome, STILL, generator(seed)) == genome


@pytest.mark.parametrize(
    ("setting", "family"),
    [
        ("split_synapse", "neurons"),
        ("add_synapse", "synapses"),
        ("delete_synapse", "synapses"),
        ("delete_neuron", "neurons"),
        ("toggle_synapse", "synapses"),
        ("rewire_synapse", "synapses"),
        ("flip_sign", "neurons"),
        ("add_astrocyte", "astrocytes"),
        ("delete_astrocyte", "astrocytes"),
        ("add_region", "regions"),
        ("split_region", "regions"),
        ("remove_region", "regions"),
    ],
)
def test_a_setting_alone_drives_its_operator(setting, family):
    genome = evolve(2, 60, config=LIVELY.replace(max_astrocytes=20))
    assert len(genome.regions) > 3  # the last between sensory and motor region is not removed
    variation = Variation(STILL.config.replace(**{setting: 1.0}, max_astrocytes=100))
    child = mutate(genome, variation, generator())
    assert getattr(child, family) != getattr(genome, family)


def test_trait_mutation_leaves_keys_and_numbers_alone():
    genome = evolve(3, 20)
    child = changed("traits", genome)
    for mine, parents in zip(child.tables, genome.tables, strict=True):
        assert np.array_equal(mine.fields, parents.fields)
        assert np.array_equal(mine.innovation, parents.innovation)


def test_trait_mutation_leaves_families_without_rates_alone():
    variation = Variation(STILL.config.replace(traits={**NO_RATES, "synapses": {}}))
    genome = evolve(3, 20)
    child = apply_operator("traits", genome, variation, generator())
    assert child.tables[:3] == genome.tables[:3]
    assert child.synapses != genome.synapses
