"""How often children are changed by each operator, against the rates of the settings."""

import numpy as np
import pytest

from glianeat.genome.breeding import NO_MATE, Pairings, breed
from glianeat.genome.mutation import OPERATORS, apply_operator
from glianeat.genome.schema import Role
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import generator
from tests.genome.strategies import LIVELY, evolve

CHILDREN = 4000
STRUCTURAL = [name for name in OPERATORS if name not in {"flip_sign", "traits"}]
WIDE = GenomeConfig(max_regions=60)


def grown():
    """Return a genome in which every operator can succeed, and almost always does."""
    config = LIVELY.replace(
        max_neurons=60, max_synapses=80, max_astrocytes=40, max_regions=10, delete_neuron=0.0
    )
    genome = evolve(7, 60, n_inputs=4, n_outputs=4, config=config)
    for seed in range(40):
        genome = apply_operator("split_synapse", genome, Variation(WIDE), generator(seed))
    assert len(genome.astrocytes) > len(genome.regions) + 5  # the last of a region is not deleted
    return genome


PARENT = grown()


def shares(config):
    """Return by name in which share of the children an operator changed something."""
    keys = np.arange(CHILDREN)
    pairings = Pairings(keys, 0 * keys, 0 * keys + NO_MATE, np.full(CHILDREN, True))
    _, operators = breed([PARENT], pairings, Variation(config), 7)
    return {name: (operators >> i & 1).mean() for i, name in enumerate(OPERATORS)}


def tolerance(rate, n=CHILDREN):
    """Return four and a half standard errors."""
    return 4.5 * np.sqrt(rate * (1.0 - rate) / n) + 1e-12


def assert_as_often_as_it_can_be(operator, share, rate):
    # a synapse is rewired unless one is there already, a region parted unless it is almost empty
    possible = {"rewire_synapse": rewirable(), "split_region": partable()}.get(operator, 1.0)
    assert abs(share - rate * possible) < tolerance(rate * possible) + 0.01 * rate


def rewirable():
    n_targets = (PARENT.neurons.field("role") != Role.INPUT).sum()
    ends = PARENT.synapses.field("source")
    taken = [(ends == source).sum() / n_targets for source in ends]
    return 1.0 - np.mean(taken)


def partable():
    hidden = PARENT.neurons.field("region")[PARENT.neurons.field("role") == Role.HIDDEN]
    return np.mean([(hidden == region).sum() > 1 for region in PARENT.regions.innovation])


@pytest.fixture(scope="module")
def usual():
    return shares(WIDE)


@pytest.mark.parametrize("operator", STRUCTURAL)
def test_children_are_changed_at_the_rates_of_the_settings(usual, operator):
    assert_as_often_as_it_can_be(operator, usual[operator], getattr(WIDE, operator))


@pytest.mark.parametrize("operator", STRUCTURAL)
def test_an_operator_at_a_high_rate_changes_as_many_children(operator):
    config = WIDE.replace(**{**dict.fromkeys(STRUCTURAL, 0.0), operator: 0.6})
    found = shares(config)
    assert_as_often_as_it_can_be(operator, found[operator], 0.6)
    assert all(found[other] == 0.0 for other in STRUCTURAL if other != operator)


def test_every_child_has_a_changed_trait(usual):
    assert usual["traits"] == 1.0


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_traits_are_perturbed_at_the_rate_of_the_settings(rate):
    config = WIDE.replace(**{**dict.fromkeys(STRUCTURAL, 0.0), "add_synapse": 1.0})
    found = shares(config.replace(mutate_traits=rate))
    assert abs(found["traits"] - rate) < tolerance(rate)


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1, 1.0])
def test_signs_flip_at_their_rate_for_each_neuron(rate):
    n_hidden = (PARENT.neurons.field("role") == Role.HIDDEN).sum()
    some = 1.0 - (1.0 - rate) ** n_hidden
    config = WIDE.replace(**dict.fromkeys(STRUCTURAL, 0.0), flip_sign=rate)
    assert abs(shares(config)["flip_sign"] - some) < tolerance(some)


def test_a_child_at_the_caps_is_not_said_to_have_grown():
    caps = dict(zip(("regions", "neurons", "astrocytes", "synapses"), PARENT.counts, strict=True))
    still = dict.fromkeys(STRUCTURAL, 0.0)
    growing = ("split_synapse", "add_synapse", "add_astrocyte", "add_region", "split_region")
    config = GenomeConfig(
        **{**still, **dict.fromkeys(growing, 1.0)}, **{f"max_{name}": n for name, n in caps.items()}
    )
    found = shares(config)
    assert [found[name] for name in growing] == [0.0] * len(growing)
