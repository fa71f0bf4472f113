import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glianeat.genome.founders import found_genome
from glianeat.genome.genome import check_genome
from glianeat.genome.mutation import (
    add_astrocyte,
    add_synapse,
    delete_astrocyte,
    delete_neuron,
    delete_synapse,
    flip_signs,
    mutate,
    mutate_traits,
    split_synapse,
    toggle_synapse,
)
from glianeat.genome.schema import FAMILIES, MAX_DELAY
from glianeat.genome.serial import pack, unpack
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.strategies import LIVELY, evolve, evolved_genomes

DEFAULT = Variation(GenomeConfig())
OPERATORS = [
    split_synapse,
    add_synapse,
    delete_synapse,
    delete_neuron,
    toggle_synapse,
    add_astrocyte,
    delete_astrocyte,
    flip_signs,
    mutate_traits,
    mutate,
]
operators = pytest.mark.parametrize("operator", OPERATORS, ids=lambda o: o.__name__)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25)  # of each operator
NO_RATES = {
    family.name: {trait.name: {"mutate_rate": 0.0, "replace_rate": 0.0} for trait in family.traits}
    for family in FAMILIES
}
STILL = Variation(
    GenomeConfig(
        add_synapse=0.0,
        split_synapse=0.0,
        delete_synapse=0.0,
        delete_neuron=0.0,
        toggle_synapse=0.0,
        flip_sign=0.0,
        add_astrocyte=0.0,
        delete_astrocyte=0.0,
        traits=NO_RATES,
    )
)


def generator(seed=0):
    return np.random.default_rng(seed)


# All operators


@operators
@few
@given(genome=evolved_genomes(), seed=seeds)
def test_an_operator_keeps_every_rule(operator, genome, seed):
    check_genome(operator(genome, Variation(LIVELY), generator(seed)))


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_an_operator_leaves_its_parent_alone(operator, genome, seed):
    before = pack(genome)
    operator(genome, Variation(LIVELY), generator(seed))
    assert pack(genome) == before


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_equal_seeds_give_equal_children(operator, genome, seed):
    first, second = (operator(genome, Variation(LIVELY), generator(seed)) for _ in range(2))
    assert first == second


@operators
@few
@given(genome=evolved_genomes(max_steps=10), seed=seeds)
def test_a_parent_read_from_a_file_has_the_same_child(operator, genome, seed):
    read = unpack(pack(genome))
    children = [operator(parent, Variation(LIVELY), generator(seed)) for parent in (genome, read)]
    assert children[0] == children[1]


@given(evolved_genomes(max_steps=60))
def test_structural_caps_hold(genome):
    caps = (LIVELY.max_neurons, LIVELY.max_astrocytes, LIVELY.max_synapses)
    sizes = (len(genome.neurons), len(genome.astrocytes), len(genome.synapses))
    assert all(size <= cap for size, cap in zip(sizes, caps, strict=True))


@pytest.mark.parametrize("family", ["neurons", "astrocytes", "synapses"])
def test_growth_ends_at_the_cap(family):
    caps = {"max_neurons": 1000, "max_astrocytes": 1000, "max_synapses": 1000, f"max_{family}": 12}
    growing = LIVELY.replace(
        delete_synapse=0.0, delete_neuron=0.0, delete_astrocyte=0.0, split_synapse=0.8, **caps
    )
    assert len(getattr(evolve(1, 60, config=growing), family)) == 12


@given(evolved_genomes())
def test_delays_are_whole_and_within_range(genome):
    assert set(genome.synapses.trait("delay")) <= set(range(1, MAX_DELAY + 1))


@given(evolved_genomes(n_inputs=3, n_outputs=2))
def test_inputs_and_outputs_are_never_lost(genome):
    assert (genome.n_inputs, genome.n_outputs) == (3, 2)


def test_no_weight_turns_negative_in_ten_thousand_mutations():
    rng, variation = generator(), Variation(LIVELY)
    genome = found_genome(0, 2, 2, variation, rng)
    lowest = 0.0
    for _ in range(10_000):
        genome = mutate(genome, variation, rng)
        lowest = min(lowest, genome.synapses.trait("weight").min(initial=0.0))
    assert lowest >= 0.0


# Everything switched off


@given(evolved_genomes(), seeds)
def test_mutation_without_rates_changes_nothing(genome, seed):
    assert mutate(genome, STILL, generator(seed)) == genome


def test_mutation_without_rates_shares_all_tables():
    genome = evolve(3, 20)
    child = mutate(genome, STILL, generator())
    assert all(a is b for a, b in zip(genome.tables, child.tables, strict=True))


def test_different_seeds_give_different_children():
    genome = evolve(3, 20)
    assert mutate(genome, DEFAULT, generator(1)) != mutate(genome, DEFAULT, generator(2))


@pytest.mark.parametrize(
    ("setting", "family"),
    [
        ("split_synapse", "neurons"),
        ("add_synapse", "synapses"),
        ("delete_synapse", "synapses"),
        ("delete_neuron", "neurons"),
        ("toggle_synapse", "synapses"),
        ("flip_sign", "neurons"),
        ("add_astrocyte", "astrocytes"),
        ("delete_astrocyte", "astrocytes"),
    ],
)
def test_a_setting_alone_drives_its_operator(setting, family):
    genome = evolve(3, 20)
    variation = Variation(STILL.config.replace(**{setting: 1.0}))
    child = mutate(genome, variation, generator())
    assert getattr(child, family) != getattr(genome, family)


def test_trait_mutation_shares_tables_without_changes():
    variation = Variation(STILL.config.replace(traits={**NO_RATES, "synapses": {}}))
    genome = evolve(3, 20)
    child = mutate_traits(genome, variation, generator())
    assert child.neurons is genome.neurons
    assert child.synapses is not genome.synapses


def test_trait_mutation_shares_the_structure():
    genome = evolve(3, 20)
    child = mutate_traits(genome, Variation(LIVELY), generator())
    assert child.synapses.keys is genome.synapses.keys


# The spread of rates

RATE = 0.1
ALIKE = {f.name: {t.name: {"mutate_rate": RATE} for t in f.traits} for f in FAMILIES}
ALIKE["synapses"] = {
    t: {**changes, "replace_rate": 0.0} for t, changes in ALIKE["synapses"].items()
}


def spreading(spread, **changes):
    return Variation(GenomeConfig(mutation_spread=spread, traits=ALIKE, **changes))


def touched(genome, variation, number, seed=0):
    """Return which share of the traits that vary changed in each of some children."""
    rng, shares = generator(seed), []
    varying = sum(variation.law(g.family).applies(g.keys).sum() for g in genome.tables)
    for _ in range(number):
        child = mutate_traits(genome, variation, rng)
        pairs = zip(genome.tables, child.tables, strict=True)
        shares.append(sum((a.traits != b.traits).sum() for a, b in pairs) / varying)
    return np.array(shares)


@pytest.fixture(scope="module")
def large():
    """A founder of some 1500 traits, of which none is at a bound."""
    law = {name: {"init_stdev": 0.0} for name in ("phasic", "bias")}
    law |= {"adaptation": {"init_mean": 0.5, "init_stdev": 0.0}, "phasic": {"init_mean": 0.5}}
    weights = {"weight": {"init_mean": 3.0, "init_stdev": 0.1}, "delay": {"init_mean": 9.0}}
    astrocytes = {"slow_current": {"init_mean": 0.5}}
    traits = {"neurons": law, "synapses": weights, "astrocytes": astrocytes}
    config = GenomeConfig(connect_fully_below=1000, traits=traits)
    return found_genome(0, 20, 30, Variation(config), generator())


def test_without_a_spread_all_children_mutate_at_the_rates_of_the_schema(large):
    shares = touched(large, spreading(0.0), 200)
    deviation = np.sqrt(RATE * (1.0 - RATE) / 1500)
    assert abs(shares.mean() - RATE) < 0.005
    assert shares.std() < 1.5 * deviation


@pytest.mark.parametrize("spread", [1.0, 3.0, 5.0])
def test_the_rates_of_children_are_spread_evenly_over_octaves(large, spread):
    octaves = np.log2(RATE / touched(large, spreading(spread), 600))
    for share in (0.25, 0.5, 0.75):
        assert abs((octaves < share * spread).mean() - share) < 0.08
    assert octaves.min() > -0.6
    assert octaves.max() < spread + 3.0


@pytest.mark.parametrize("spread", [0.0, 5.0, 20.0])
def test_no_child_is_without_a_mutation(large, spread):
    assert touched(large, spreading(spread), 200).min() > 0.0


def test_a_child_that_nothing_would_touch_mutates_at_full_rates(large):
    """At 2^-20 of the rates nobody is touched at first, unless by a very small factor."""
    shares = touched(large, spreading(20.0), 300)
    at_full_rates = shares > 0.5 * RATE
    assert abs(at_full_rates.mean() - (1.0 / 20.0 + 12.5 / 20.0)) < 0.1


def test_a_spread_leaves_the_rates_of_structure_alone():
    genome, rng = evolve(3, 20), generator()
    variation = Variation(STILL.config.replace(add_synapse=0.5, mutation_spread=20.0))
    grown = [
        len(mutate(genome, variation, rng).synapses) > len(genome.synapses) for _ in range(400)
    ]
    assert abs(np.mean(grown) - 0.5) < 0.1


def test_the_spread_takes_one_number_from_the_stream_whatever_it_is(large):
    states = []
    for spread in (0.0, 1.0):
        rng = generator()
        mutate_traits(large, spreading(spread), rng)
        states.append(rng.bit_generator.state)
    assert states[0] == states[1]
