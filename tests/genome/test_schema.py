import copy
import pickle

import pytest

from glianeat.genome.schema import (
    ALL_ROLES,
    FAMILIES,
    FAMILY_BY_NAME,
    INNOVATION_FIELDS,
    MAX_DELAY,
    NEURONS,
    SYNAPSES,
)

TRAITS = [
    pytest.param(trait, id=f"{family.name}-{trait.name}")
    for family in FAMILIES
    for trait in family.traits
]


@pytest.mark.parametrize("trait", TRAITS)
def test_the_initial_mean_lies_within_the_bounds(trait):
    assert trait.min_value <= trait.init_mean <= trait.max_value


@pytest.mark.parametrize("trait", TRAITS)
def test_the_bounds_enclose_a_range(trait):
    assert trait.min_value < trait.max_value


@pytest.mark.parametrize("trait", TRAITS)
def test_every_trait_has_a_unit(trait):
    assert trait.unit


@pytest.mark.parametrize("trait", TRAITS)
def test_the_scale_is_one_of_four(trait):
    assert trait.scale in {"linear", "log", "integer", "option"}
    assert (trait.scale == "option") == bool(trait.options)


@pytest.mark.parametrize("trait", [p for p in TRAITS if p.values[0].scale == "option"])
def test_an_option_has_a_name_for_each_of_its_values(trait):
    assert trait.max_value == len(trait.options) - 1
    assert len(set(trait.options)) == len(trait.options)


@pytest.mark.parametrize("trait", [p for p in TRAITS if p.values[0].scale == "log"])
def test_a_trait_on_a_log_scale_is_never_negative(trait):
    assert trait.min_value >= 0.0 or trait.magnitude


@pytest.mark.parametrize(
    "trait", [p for p in TRAITS if p.values[0].magnitude and p.values[0].name != "weight"]
)
def test_a_magnitude_begins_at_zero(trait):
    assert trait.min_value == 0.0


def test_weights_may_be_negative_where_they_have_signs_of_their_own():
    weight = SYNAPSES.traits[SYNAPSES.column("weight")]
    assert weight.min_value == -weight.max_value


@pytest.mark.parametrize("trait", [p for p in TRAITS if p.values[0].scale == "integer"])
def test_a_trait_that_counts_has_whole_bounds(trait):
    assert trait.min_value.is_integer()
    assert trait.max_value.is_integer()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_no_name_is_used_twice_in_a_family(family):
    names = [*family.fields, *(trait.name for trait in family.traits), "innovation"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_columns_follow_the_order_of_declaration(family):
    names = [trait.name for trait in family.traits]
    assert [family.column(name) for name in names] == list(range(len(names)))


def test_an_unknown_trait_has_no_column():
    with pytest.raises(KeyError):
        NEURONS.column("courage")


def test_an_unknown_key_has_no_column():
    with pytest.raises(KeyError):
        NEURONS.field_column("courage")


def test_only_neurons_have_traits_that_depend_on_the_role():
    others = [trait for f in FAMILIES if f is not NEURONS for trait in f.traits]
    assert {trait.roles for trait in others} == {ALL_ROLES}


def test_weights_are_magnitudes():
    assert SYNAPSES.traits[SYNAPSES.column("weight")].magnitude


def test_delays_reach_from_one_to_the_longest_delay():
    delay = SYNAPSES.traits[SYNAPSES.column("delay")]
    assert (delay.min_value, delay.max_value) == (1.0, MAX_DELAY)


def test_only_neurons_carry_a_sign():
    assert [family.name for family in FAMILIES if "sign" in family.fields] == ["neurons"]


def test_keys_that_hold_innovation_numbers_exist():
    assert set(INNOVATION_FIELDS) <= {key for family in FAMILIES for key in family.fields}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda f: pickle.loads(pickle.dumps(f))])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_copy_of_a_family_is_the_family_itself(family, copied):
    assert copied(family) is FAMILY_BY_NAME[family.name]
