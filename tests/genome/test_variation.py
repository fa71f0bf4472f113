import numpy as np
import pytest

from glianeat.config import explain
from glianeat.errors import ConfigError
from glianeat.genome.schema import ASTROCYTES, FAMILIES, NEURONS, REGIONS, SYNAPSES, Role
from glianeat.genome.variation import MAX_LOG_POWER, GenomeConfig, Variation

WEIGHT, DELAY = SYNAPSES.column("weight"), SYNAPSES.column("delay")
GAIN = ASTROCYTES.column("gain")
N_GENES = 20_000
families = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def law(family, **changes):
    """Return the law of a family in which every trait has the given rates and powers."""
    traits = {trait.name: changes for trait in family.traits}
    return Variation(GenomeConfig(traits={family.name: traits})).law(family)


def law_of(family, trait, **changes):
    return Variation(GenomeConfig(traits={family.name: {trait: changes}})).law(family)


def keys_of(family, role=Role.HIDDEN, n_genes=N_GENES):
    return np.full((n_genes, len(family.keys)), role)


def perturbed(trait_law, value, column, *, seed=0):
    """Return one column after mutation, in genes that all had the same value there."""
    keys = keys_of(trait_law.family)
    traits = np.tile(trait_law.init_mean, (len(keys), 1))
    traits[:, column] = value
    return trait_law.perturb(keys, traits, np.random.default_rng(seed))[0][:, column]


@families
def test_fresh_traits_lie_within_bounds(family):
    traits = law(family, init_stdev=1.0).draw(keys_of(family), np.random.default_rng(0))
    assert ((traits >= family.low) & (traits <= family.high)).all()


@families
def test_mutated_traits_lie_within_bounds(family):
    rng = np.random.default_rng(0)
    traits = rng.uniform(family.low, family.high, (N_GENES, len(family.traits)))
    traits = law(family, mutate_rate=0.8, replace_rate=0.2).perturb(keys_of(family), traits, rng)[0]
    assert ((traits >= family.low) & (traits <= family.high)).all()


@families
def test_the_widest_settings_give_finite_traits(family):
    rng = np.random.default_rng(0)
    traits = {}
    for trait in family.traits:
        span = trait.max_value - trait.min_value
        power = MAX_LOG_POWER if trait.scale == "log" else span
        rates = {"mutate_rate": 0.7, "replace_rate": 0.3}
        traits[trait.name] = {**rates, "mutate_power": power, "init_stdev": span}
    widest_law = Variation(GenomeConfig(traits={family.name: traits})).law(family)
    grown = widest_law.perturb(keys_of(family), widest_law.draw(keys_of(family), rng), rng)[0]
    assert np.isfinite(grown).all()


def test_a_linear_trait_is_perturbed_by_its_power():
    changed = perturbed(law_of(ASTROCYTES, "gain", mutate_rate=1.0, mutate_power=0.05), 0.1, GAIN)
    assert abs(changed.mean() - 0.1) < 0.002
    assert abs(changed.std() - 0.05) < 0.002


@pytest.mark.parametrize("value", [0.01, 0.5, 2.0])
def test_a_log_trait_is_multiplied_by_a_log_normal_factor(value):
    multiplied = law_of(SYNAPSES, "weight", mutate_rate=1.0, mutate_power=0.4, replace_rate=0.0)
    logarithm = np.log(perturbed(multiplied, value, WEIGHT) / value)
    assert abs(logarithm.mean()) < 0.02
    assert abs(logarithm.std() - 0.4) < 0.02


def test_the_factor_of_a_log_trait_does_not_depend_on_its_value():
    multiplied = law_of(SYNAPSES, "weight", mutate_rate=1.0, replace_rate=0.0)
    small, large = (perturbed(multiplied, value, WEIGHT) / value for value in (0.01, 1.0))
    np.testing.assert_allclose(small, large, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.2, 1.0])
@pytest.mark.parametrize("power", [1, 2, 3])
def test_whole_steps_of_every_size_up_to_the_power_are_equally_likely(rate, power):
    steps = perturbed(law_of(SYNAPSES, "delay", mutate_rate=rate, mutate_power=power), 10.0, DELAY)
    sizes, counts = np.unique(steps[steps != 10.0] - 10.0, return_counts=True)
    assert sizes.tolist() == [step for step in range(-power, power + 1) if step]
    assert np.ptp(counts) / counts.mean() < 0.25


def test_a_power_below_one_still_makes_whole_steps():
    steps = perturbed(law_of(SYNAPSES, "delay", mutate_rate=1.0, mutate_power=0.0), 10.0, DELAY)
    assert set(steps) == {9.0, 11.0}


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.7, 1.0])
def test_a_trait_is_perturbed_at_its_rate(rate):
    changed = perturbed(law_of(ASTROCYTES, "gain", mutate_rate=rate), 0.1, GAIN) != 0.1
    assert abs(changed.mean() - rate) < 0.015


def test_a_trait_is_drawn_anew_at_its_replace_rate():
    replaced = law_of(
        ASTROCYTES, "gain", mutate_rate=0.0, replace_rate=0.3, init_mean=-0.5, init_stdev=0.0
    )
    assert abs((perturbed(replaced, 0.1, GAIN) == -0.5).mean() - 0.3) < 0.015


def test_perturbing_and_drawing_anew_exclude_each_other():
    both = law_of(ASTROCYTES, "gain", mutate_rate=0.4, replace_rate=0.2, mutate_power=0.0)
    assert abs((perturbed(both, 0.1, GAIN) != 0.1).mean() - 0.2) < 0.015


@families
def test_the_number_of_touched_traits_is_told(family):
    rng = np.random.default_rng(0)
    keys, traits = keys_of(family, n_genes=50), np.tile(law(family).init_mean, (50, 1))
    touching = law(family, mutate_rate=0.0, replace_rate=1.0)
    assert touching.perturb(keys, traits, rng)[1] == touching.applies(keys).sum()


@families
def test_traits_at_rate_zero_keep_every_bit(family):
    rng = np.random.default_rng(0)
    traits = rng.uniform(family.low, family.high, (100, len(family.traits)))
    still = law(family, mutate_rate=0.0, replace_rate=0.0)
    assert still.perturb(keys_of(family, n_genes=100), traits, rng)[0] is traits


@families
@pytest.mark.parametrize("role", list(Role))
def test_mutation_takes_the_same_randomness_whatever_changes(family, role):
    laws = [
        law(family, mutate_rate=0.0, replace_rate=0.0),
        law(family, mutate_rate=0.5, replace_rate=0.5),
    ]
    states = []
    for one in laws:
        rng = np.random.default_rng(0)
        keys = keys_of(family, role, n_genes=7)
        one.perturb(keys, np.tile(one.init_mean, (7, 1)), rng)
        states.append(rng.bit_generator.state)
    assert states[0] == states[1]


@pytest.mark.parametrize("role", list(Role))
def test_traits_that_a_role_lacks_keep_the_initial_mean(role):
    rng = np.random.default_rng(0)
    restless = law(NEURONS, mutate_rate=0.8, replace_rate=0.2, init_stdev=0.5)
    keys = np.tile([role, 0, 0, 1], (100, 1))
    traits = restless.perturb(keys, restless.draw(keys, rng), rng)[0]
    lacks = [role not in trait.roles for trait in NEURONS.traits]
    assert (traits[:, lacks] == restless.init_mean[lacks]).all()


@pytest.mark.parametrize("role", list(Role))
def test_traits_that_a_role_expresses_vary(role):
    rng = np.random.default_rng(0)
    restless = law(NEURONS, mutate_rate=1.0, init_stdev=0.5)
    keys = np.tile([role, 0, 0, 1], (100, 1))
    traits = restless.perturb(keys, restless.draw(keys, rng), rng)[0]
    expressed = [role in trait.roles for trait in NEURONS.traits]
    assert (traits.std(axis=0) > 0)[expressed].all()


@pytest.mark.parametrize(
    ("trait", "varying"),
    [
        ("bias", {Role.OUTPUT, Role.HIDDEN}),
        ("receptor_gain", {Role.INPUT}),
        ("adaptation", {Role.HIDDEN}),
    ],
)
def test_receptors_cells_and_hidden_cells_vary_in_their_own_traits(trait, varying):
    keys = np.array([[role, 0, 0, 1] for role in Role])
    column = law(NEURONS).applies(keys)[:, NEURONS.column(trait)]
    assert {role for role, applies in zip(Role, column, strict=True) if applies} == varying


def test_a_new_gene_of_a_family_has_all_its_traits():
    traits = Variation(GenomeConfig()).new_traits(REGIONS, (0,), np.random.default_rng(0))
    assert traits.shape == (len(REGIONS.traits),)


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
        ({"neurons": {"bias": {"max_value": 9.0}}}, "traits: unknown field of bias 'max_value'"),
        (
            {"neurons": {"bias": {"mutate_rate": 1.5}}},
            "traits.neurons.bias.mutate_rate: must be >= 0 and <= 1, got 1.5",
        ),
        (
            {"neurons": {"bias": {"init_mean": -3.0}}},
            "traits.neurons.bias.init_mean: must be >= -2 and <= 2 threshold, got -3.0",
        ),
        (
            {"neurons": {"bias": {"init_stdev": -0.1}}},
            "traits.neurons.bias.init_stdev: must be >= 0 and <= 4 threshold, got -0.1",
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
        ({"neurons": {"bias": 3}}, "traits.neurons.bias: must be a table, got 3"),
    ],
)
def test_a_change_of_the_schema_is_checked_and_named(traits, message):
    with pytest.raises(ConfigError) as caught:
        GenomeConfig(traits=traits)
    assert str(caught.value).startswith(message)


def test_a_change_of_the_schema_holds_for_its_trait_alone():
    changed = law_of(NEURONS, "bias", mutate_rate=0.9)
    default = Variation(GenomeConfig()).law(NEURONS)
    differs = changed.mutate_rate != default.mutate_rate
    assert np.flatnonzero(differs).tolist() == [NEURONS.column("bias")]


@pytest.mark.parametrize("name", ["connection", "split_synapse", "flip_sign"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_lies_between_zero_and_one(name, value):
    with pytest.raises(ConfigError, match=f"{name}: must be"):
        GenomeConfig(**{name: value})


def test_every_setting_is_explained():
    assert [field.path for field in explain(GenomeConfig) if not field.text] == []
