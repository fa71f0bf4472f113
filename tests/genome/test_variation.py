from functools import cache

import numpy as np
import pytest

from glianeat.config import explain
from glianeat.errors import ConfigError
from glianeat.genome.founders import found_genome
from glianeat.genome.mutation import OPERATORS, apply_operator, mutate, operator_names
from glianeat.genome.schema import ALL_ROLES, FAMILIES, NEURONS, Role
from glianeat.genome.serial import genome_from_json, genome_to_json
from glianeat.genome.variation import MAX_LOG_POWER, GenomeConfig, Variation
from tests.genome.handmade import NO_RATES, crowd, generator, with_column

N_GENES = 10_000
families = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
roles = pytest.mark.parametrize("role", ALL_ROLES, ids=["input", "output", "hidden"])
TRAITS = [
    pytest.param(family, trait, id=f"{family.name}-{trait.name}")
    for family in FAMILIES
    for trait in family.traits
]


def numbers_of(family):
    """Return the traits of a family that are numbers, not options."""
    return [trait for trait in family.traits if trait.scale != "option"]


def distribution(family, **changes):
    """Return the distribution of a family in which every number has the given rates and powers."""
    traits = {trait.name: changes for trait in numbers_of(family)}
    return Variation(GenomeConfig(traits={family.name: traits})).distribution(family)


def law_of(family, trait, **changes):
    return Variation(GenomeConfig(traits={family.name: {trait: changes}})).distribution(family)


def keys_of(family, role=Role.HIDDEN, n_genes=N_GENES):
    return np.full((n_genes, len(family.fields)), role)


@cache
def many(role=Role.HIDDEN):
    return crowd(N_GENES, role)


def perturbed(family, trait, value=None, *, role=Role.HIDDEN, seed=0, dale=True, **changes):
    """Return one trait of genes of a family after its mutation; all had the same value before."""
    rates = {**NO_RATES, family: {**NO_RATES[family], trait: changes}}
    genome = many(role)
    if value is not None:
        genome = with_column(genome, family, trait, value)
    variation = Variation(GenomeConfig(traits=rates, mutation_spread=0.0, dale=dale))
    child = apply_operator("traits", genome, variation, generator(seed))
    genes = getattr(child, family)
    chosen = genes.field("role") == role if family == "neurons" else np.full(len(genes), True)
    return genes.trait(trait)[chosen]


# Birth


@families
def test_fresh_traits_lie_within_bounds(family):
    traits = distribution(family, init_stdev=1.0).draw(keys_of(family), generator())
    assert ((traits >= family.low) & (traits <= family.high)).all()


# Perturbation


def whole(family, role=Role.HIDDEN, seed=0, **changes):
    """Return the traits of a family after a mutation for which all have the same settings."""
    traits = {**NO_RATES, family.name: {trait.name: changes for trait in numbers_of(family)}}
    variation = Variation(GenomeConfig(traits=traits, mutation_spread=0.0))
    child = apply_operator("traits", many(role), variation, generator(seed))
    return getattr(child, family.name)


@families
def test_mutated_traits_lie_within_bounds(family):
    genes = whole(family, mutate_rate=0.8, replace_rate=0.2, init_stdev=0.5)
    assert ((genes.traits >= family.low) & (genes.traits <= family.high)).all()


@families
def test_the_widest_settings_give_finite_traits(family):
    traits = {}
    for trait in numbers_of(family):
        span = trait.max_value - trait.min_value
        power = MAX_LOG_POWER if trait.scale == "log" else span
        rates = {"mutate_rate": 0.7, "replace_rate": 0.3}
        traits[trait.name] = {**rates, "mutate_power": power, "init_stdev": span}
    variation = Variation(GenomeConfig(traits={family.name: traits}, mutation_spread=0.0))
    genome = many()
    for seed in range(3):
        genome = apply_operator("traits", genome, variation, generator(seed))
    grown = getattr(genome, family.name).traits
    assert np.isfinite(grown).all()
    assert ((grown >= family.low) & (grown <= family.high)).all()


def test_a_linear_trait_is_perturbed_by_its_power():
    changed = perturbed("astrocytes", "gain", 0.1, mutate_rate=1.0, mutate_power=0.05)
    assert abs(changed.mean() - 0.1) < 0.002
    assert abs(changed.std() - 0.05) < 0.002


@pytest.mark.parametrize("value", [0.01, 0.5, 2.0])
def test_a_log_trait_is_multiplied_by_a_log_normal_factor(value):
    rates = {"mutate_rate": 1.0, "mutate_power": 0.4, "replace_rate": 0.0}
    logarithm = np.log(perturbed("synapses", "weight", value, **rates) / value)
    assert abs(logarithm.mean()) < 0.02
    assert abs(logarithm.std() - 0.4) < 0.02


def test_the_factor_of_a_log_trait_does_not_depend_on_its_value():
    rates = {"mutate_rate": 1.0, "replace_rate": 0.0}
    small, large = (
        perturbed("synapses", "weight", value, **rates) / value for value in (0.01, 1.0)
    )
    np.testing.assert_allclose(small, large, rtol=1e-12)


@pytest.mark.parametrize("value", [-3.0, 3.0])
def test_without_dales_law_weights_vary_by_addition(value):
    rates = {"mutate_rate": 1.0, "mutate_power": 0.5, "replace_rate": 0.0}
    changed = perturbed("synapses", "weight", value, dale=False, **rates)
    assert abs(changed.mean() - value) < 0.02
    assert abs(changed.std() - 0.5) < 0.02


@pytest.mark.parametrize("rate", [0.2, 1.0])
@pytest.mark.parametrize("power", [1, 2, 3])
def test_whole_steps_of_every_size_up_to_the_power_are_equally_likely(rate, power):
    steps = perturbed("synapses", "delay", 10.0, mutate_rate=rate, mutate_power=power)
    sizes, counts = np.unique(steps[steps != 10.0] - 10.0, return_counts=True)
    assert sizes.tolist() == [step for step in range(-power, power + 1) if step]
    assert np.ptp(counts) / counts.mean() < 0.25


def test_a_power_below_one_still_makes_whole_steps():
    steps = perturbed("synapses", "delay", 10.0, mutate_rate=1.0, mutate_power=0.0)
    assert set(steps) == {9.0, 11.0}


def test_a_magnitude_is_folded():
    rates = {"mutate_rate": 1.0, "mutate_power": 0.1}
    folded = perturbed("astrocytes", "supply_gain", 0.0, **rates)
    assert folded.min() >= 0.0
    assert abs(folded.mean() - 0.1 * np.sqrt(2.0 / np.pi)) < 0.002


def test_a_sign_that_settings_rule_out_is_folded_away():
    rates = {"mutate_rate": 1.0, "mutate_power": 0.1}
    folded = perturbed("astrocytes", "slow_current", 0.0, **rates, min_value=0.0)
    assert abs(folded.mean() - 0.1 * np.sqrt(2.0 / np.pi)) < 0.002
    assert perturbed("astrocytes", "slow_current", 0.0, **rates).min() < 0.0


# Rates


@pytest.mark.parametrize("rate", [0.0001, 0.1, 0.7, 1.0])
def test_a_trait_is_perturbed_at_its_rate(rate):
    changed = perturbed("astrocytes", "gain", 0.1, mutate_rate=rate) != 0.1
    assert abs(changed.mean() - rate) < 0.02


def test_a_trait_is_drawn_anew_at_its_replace_rate():
    replaced = {"mutate_rate": 0.0, "replace_rate": 0.3, "init_mean": -0.5, "init_stdev": 0.0}
    assert abs((perturbed("astrocytes", "gain", 0.1, **replaced) == -0.5).mean() - 0.3) < 0.02


def test_a_trait_drawn_anew_is_as_at_birth():
    anew = {"mutate_rate": 0.0, "replace_rate": 1.0, "init_mean": -0.2, "init_stdev": 0.1}
    drawn = perturbed("astrocytes", "gain", 0.9, **anew)
    assert abs(drawn.mean() + 0.2) < 0.01
    assert abs(drawn.std() - 0.1) < 0.01


def test_perturbing_and_drawing_anew_exclude_each_other():
    both = {"mutate_rate": 0.4, "replace_rate": 0.2, "mutate_power": 0.0}
    assert abs((perturbed("astrocytes", "gain", 0.1, **both) != 0.1).mean() - 0.2) < 0.02


@pytest.mark.parametrize(("family", "trait"), TRAITS)
def test_every_trait_of_the_schema_changes_at_its_rates(family, trait):
    """Far from the bounds and from zero no change is cut off, and none is the value itself."""
    value = trait.min_value + 0.75 * (trait.max_value - trait.min_value)
    if trait.scale == "integer":
        value = round(value)
    expected = trait.mutate_rate + trait.replace_rate
    genome = with_column(many(trait.roles[0]), family.name, trait.name, value)
    variation = Variation(GenomeConfig(mutation_spread=0.0))
    child = apply_operator("traits", genome, variation, generator(3))
    genes = getattr(child, family.name)
    chosen = np.full(len(genes), True)
    if family is NEURONS:
        chosen = np.isin(genes.field("role"), trait.roles)
    share = (genes.trait(trait.name)[chosen] != value).mean()
    assert abs(share - expected) < 4.5 * np.sqrt(expected * (1.0 - expected) / chosen.sum()) + 1e-12
    assert (genes.trait(trait.name)[~chosen] == value).all()


@families
def test_traits_at_rate_zero_keep_every_bit(family):
    still = {name: rates for name, rates in NO_RATES.items() if name == family.name}
    variation = Variation(GenomeConfig(traits=still))
    child = apply_operator("traits", many(), variation, generator())
    before = getattr(many(), family.name)
    assert getattr(child, family.name).traits.tobytes() == before.traits.tobytes()


# Roles


@roles
def test_traits_that_a_role_lacks_keep_the_initial_mean(role):
    genes = whole(NEURONS, role, mutate_rate=0.8, replace_rate=0.2, init_stdev=0.5)
    lacks = [role not in trait.roles for trait in NEURONS.traits]
    traits = genes.traits[genes.field("role") == role]
    assert (traits[:, lacks] == many(role).neurons.traits[0, lacks]).all()


@roles
def test_traits_that_a_role_expresses_vary(role):
    genes = whole(NEURONS, role, mutate_rate=1.0, init_stdev=0.5)
    expressed = [role in t.roles and t.scale != "option" for t in NEURONS.traits]
    assert (genes.traits[genes.field("role") == role].std(axis=0) > 0)[expressed].all()


@pytest.mark.parametrize(
    ("trait", "varying"),
    [
        ("bias", {Role.OUTPUT, Role.HIDDEN}),
        ("receptor_gain", {Role.INPUT}),
        ("adaptation", {Role.HIDDEN}),
    ],
)
def test_receptors_cells_and_hidden_cells_vary_in_their_own_traits(trait, varying):
    keys = np.array([[role, 0, 0, 0, 1] for role in ALL_ROLES])
    column = distribution(NEURONS).applies(keys)[:, NEURONS.column(trait)]
    assert {role for role, applies in zip(ALL_ROLES, column, strict=True) if applies} == varying


# Operators


def test_a_bit_set_names_its_operators():
    names = [operator_names(1 << i) for i in range(len(OPERATORS))]
    assert names == [(name,) for name in OPERATORS]
    assert operator_names(0) == ()
    assert operator_names(2 ** len(OPERATORS) - 1) == OPERATORS


def test_one_operator_alone_leaves_the_variation_itself_as_it_was():
    variation = Variation(GenomeConfig())
    before = variation.options.copy()
    variation.only("add_region")
    assert (variation.options == before).all()


# Settings


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"neuron": {}}, "traits: unknown family 'neuron'; did you mean 'neurons'?"),
        (
            {"neurons": {"bais": {}}},
            "traits: unknown trait of neurons 'bais'; did you mean 'bias'?",
        ),
        (
            {"neurons": {"bias": {"mutate_rat": 0.1}}},
            "traits: unknown field of bias 'mutate_rat'; did you mean 'mutate_rate'?",
        ),
        (
            {"neurons": {"bias": {"max_value": 9.0}}},
            "traits.neurons.bias.max_value: must be >= -8 and <= 8 threshold, got 9.0",
        ),
        (
            {"neurons": {"bias": {"min_value": 1.0, "max_value": 0.5}}},
            "traits.neurons.bias: min_value must be <= max_value, got 1 and 0.5 threshold",
        ),
        (
            {"neurons": {"bias": {"max_value": 0.5, "init_mean": 0.6}}},
            "traits.neurons.bias.init_mean: must be >= -8 and <= 0.5 threshold, got 0.6",
        ),
        (
            {"astrocytes": {"tau_calcium": {"max_value": 30_001.0}}},
            "traits.astrocytes.tau_calcium.max_value: must be >= 50 and <= 30000 ms, got 30001.0",
        ),
        (
            {"neurons": {"bias": {"mutate_rate": 1.5}}},
            "traits.neurons.bias.mutate_rate: must be >= 0 and <= 1, got 1.5",
        ),
        (
            {"neurons": {"bias": {"init_mean": -9.0}}},
            "traits.neurons.bias.init_mean: must be >= -8 and <= 8 threshold, got -9.0",
        ),
        (
            {"neurons": {"bias": {"init_stdev": -0.1}}},
            "traits.neurons.bias.init_stdev: must be >= 0 and <= 16 threshold, got -0.1",
        ),
        (
            {"synapses": {"weight": {"mutate_power": 6.0}}},
            "traits.synapses.weight.mutate_power: must be >= 0 and <= 5, got 6.0",
        ),
        (
            {"synapses": {"delay": {"mutate_power": 20}}},
            "traits.synapses.delay.mutate_power: must be >= 0 and <= 19 ms, got 20.0",
        ),
        (
            {"neurons": {"bias": {"init_mean": float("nan")}}},
            "traits.neurons.bias.init_mean: must be a number, got nan",
        ),
        (
            {"synapses": {"weight": {"mutate_rate": 0.7, "replace_rate": 0.4}}},
            "traits.synapses.weight: mutate_rate and replace_rate must add up to <= 1, got "
            "0.7 + 0.4",
        ),
        ({"neurons": {"bias": 3}}, "traits.neurons.bias: must be a table, got 3"),
    ],
)
def test_a_change_of_the_schema_is_checked_and_named(traits, message):
    with pytest.raises(ConfigError) as caught:
        GenomeConfig(traits=traits)
    assert str(caught.value).startswith(message)


def test_a_change_of_the_schema_holds_for_its_trait_alone():
    changed = law_of(NEURONS, "bias", mutate_rate=0.9)
    default = Variation(GenomeConfig()).distribution(NEURONS)
    differs = changed.mutate_rate != default.mutate_rate
    assert np.flatnonzero(differs).tolist() == [NEURONS.column("bias")]


@pytest.mark.parametrize("name", ["connection", "split_synapse", "flip_sign"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_lies_between_zero_and_one(name, value):
    with pytest.raises(ConfigError, match=f"{name}: must be"):
        GenomeConfig(**{name: value})


def test_every_setting_is_explained():
    assert [field.path for field in explain(GenomeConfig) if not field.text] == []


@pytest.mark.parametrize(("most", "reached"), [(None, 1000.0), (30_000.0, 30_000.0)])
def test_a_run_may_let_a_time_constant_grow_further_than_others(most, reached):
    restless = {"init_mean": 900.0, "init_stdev": 0.0, "mutate_rate": 1.0, "mutate_power": 3.0}
    changes = restless if most is None else restless | {"max_value": most}
    variation = Variation(GenomeConfig(traits={"neurons": {"tau_phasic": changes}}))
    rng = np.random.default_rng(0)
    genome = found_genome(0, 20, 1, variation, rng)
    for _ in range(5):
        genome = mutate(genome, variation, rng)
    is_input = genome.neurons.field("role") == Role.INPUT
    slowest = genome.neurons.trait("tau_phasic")[is_input].max()
    assert slowest == reached
    assert genome_from_json(genome_to_json(genome)) == genome
