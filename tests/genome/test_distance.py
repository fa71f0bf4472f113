from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from glianeat.config import explain
from glianeat.errors import ConfigError
from glianeat.genome.distance import DistanceConfig, compatibility_distance, distances
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import FAMILIES, NEURONS
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import with_column
from tests.genome.strategies import evolve, evolved_genomes

DEFAULT = DistanceConfig()
NOTHING = DistanceConfig(disjoint=0.0, weight=0.0, trait=0.0, ratio=0.0, region=0.0)
VARIATION = Variation(GenomeConfig())
FOUNDER = evolve(1, 0, n_inputs=3, n_outputs=1)


def only(**coefficient):
    return NOTHING.replace(**coefficient)


@given(evolved_genomes(), evolved_genomes())
def test_distance_is_symmetric(first, second):
    there = compatibility_distance(first, second, DEFAULT)
    assert there == compatibility_distance(second, first, DEFAULT)


@given(evolved_genomes(), evolved_genomes())
def test_distance_is_finite_and_not_negative(first, second):
    assert 0.0 <= compatibility_distance(first, second, DEFAULT) < np.inf


@given(evolved_genomes())
def test_equal_genomes_have_distance_zero(genome):
    assert compatibility_distance(genome, genome.with_key(genome.key + 1), DEFAULT) == 0.0


def test_distance_grows_with_every_disjoint_synapse():
    rng, genome = np.random.default_rng(0), evolve(1, 30)
    config, fewer = only(disjoint=1.0), genome
    distances = []
    for _ in range(10):
        fewer = apply_operator("delete_synapse", fewer, VARIATION, rng)
        distances.append(compatibility_distance(genome, fewer, config))
    assert (np.diff([0.0, *distances]) > 0).all()


def test_distance_grows_with_every_split():
    rng, child = np.random.default_rng(0), FOUNDER
    distances = []
    for _ in range(10):
        child = apply_operator("split_synapse", child, VARIATION, rng)
        distances.append(compatibility_distance(FOUNDER, child, only(disjoint=1.0)))
    assert (np.diff([0.0, *distances]) > 0).all()


def test_the_disjoint_term_is_a_share_of_the_larger_genome():
    child = apply_operator("add_synapse", FOUNDER, VARIATION, np.random.default_rng(0))
    expected = 1.0 / (len(child.synapses) + len(child.neurons))
    assert compatibility_distance(FOUNDER, child, only(disjoint=1.0)) == pytest.approx(expected)


@pytest.mark.parametrize(("small", "shared"), [(0, True), (8, True), (9, False), (20, False)])
def test_in_small_genomes_disjoint_genes_count_each(small, shared):
    child = apply_operator("add_synapse", FOUNDER, VARIATION, np.random.default_rng(0))
    n_genes = len(child.synapses) + len(child.neurons)
    assert n_genes == 8
    expected = 1.0 / n_genes if shared else 1.0
    config = only(disjoint=1.0, small=small)
    assert compatibility_distance(FOUNDER, child, config) == pytest.approx(expected)


def test_genomes_without_common_synapses_are_compared_by_their_other_genes():
    bare = replace(FOUNDER, synapses=FOUNDER.synapses.take(np.zeros(0, dtype=np.int64)))
    assert compatibility_distance(FOUNDER, bare, only(weight=1.0)) == 0.0


def test_the_weight_term_is_the_mean_difference_of_weights():
    first, second = (with_column(FOUNDER, "synapses", "weight", w) for w in (2.0, 5.0))
    assert compatibility_distance(first, second, only(weight=0.4)) == pytest.approx(0.4 * 3.0)


def test_the_ratio_term_is_the_mean_difference_of_log_ratios():
    first, second = (with_column(FOUNDER, "regions", "log2_ratio", r) for r in (-1.0, 2.0))
    assert compatibility_distance(first, second, only(ratio=0.3)) == pytest.approx(0.3 * 3.0)


@pytest.mark.parametrize(("family", "trait"), [("synapses", "weight"), ("regions", "log2_ratio")])
def test_a_trait_with_a_term_of_its_own_counts_once(family, trait):
    first, second = (with_column(FOUNDER, family, trait, value) for value in (1.0, 2.0))
    assert compatibility_distance(first, second, only(trait=1.0)) == 0.0


@pytest.mark.parametrize(
    ("family", "trait"),
    [
        pytest.param(family, trait, id=f"{family.name}-{trait.name}")
        for family in FAMILIES
        for trait in family.traits
        if trait.name not in {"weight", "log2_ratio", "activation"}
    ],
)
def test_every_other_trait_counts_in_the_genes_that_express_it(family, trait):
    genome = apply_operator("split_synapse", FOUNDER, VARIATION, np.random.default_rng(0))
    first, second = (
        with_column(genome, family.name, trait.name, value)
        for value in (trait.min_value, trait.max_value)
    )
    others = sum(t.name not in {"weight", "log2_ratio", "activation"} for t in family.traits)
    expresses = np.ones(1)
    if family is NEURONS:
        expresses = np.isin(genome.neurons.field("role"), trait.roles)
    expected = expresses.mean() / others / len(FAMILIES)
    assert compatibility_distance(first, second, only(trait=1.0)) == pytest.approx(expected)


def test_the_share_of_neurons_of_another_activation_counts():
    genome = apply_operator("split_synapse", FOUNDER, VARIATION, np.random.default_rng(0))
    cells = genome.neurons.field("role") != 0
    other = with_column(genome, "neurons", "activation", 3.0)
    config = only(activation=0.6)
    assert compatibility_distance(genome, other, config) == pytest.approx(0.6 * cells.mean())
    assert compatibility_distance(other, other, config) == 0.0
    assert compatibility_distance(genome, other, only(activation=0.0)) == 0.0
    assert not cells.all()


def test_every_region_of_one_genome_alone_counts():
    few, many = (evolve(1, 0, config=GenomeConfig(association_regions=count)) for count in (1, 4))
    assert compatibility_distance(few, many, only(region=1.0)) == 3.0


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("regions", "index"),
        ("neurons", "origin"),
        ("neurons", "channel"),
        ("astrocytes", "occurrence"),
        ("synapses", "source"),
        ("synapses", "target"),
    ],
)
def test_genes_of_equal_number_and_different_structure_do_not_match(family, key):
    strange = with_column(FOUNDER, family, key, 77)
    n_genes = len(getattr(FOUNDER, family))
    n_larger = len(FOUNDER.neurons) + len(FOUNDER.synapses)
    shares = {"regions": 2.0 * n_genes, "astrocytes": 0.0}
    expected = shares.get(family, 2.0 * n_genes / n_larger)
    config = only(disjoint=1.0, region=1.0)
    assert compatibility_distance(FOUNDER, strange, config) == pytest.approx(expected)
    assert compatibility_distance(strange, FOUNDER, config) == pytest.approx(expected)


@pytest.mark.parametrize(("family", "key"), [("synapses", "enabled"), ("neurons", "sign")])
def test_other_keys_do_not_count(family, key):
    changed = with_column(FOUNDER, family, key, 0)
    assert compatibility_distance(FOUNDER, changed, DEFAULT) == 0.0


def test_no_genomes_have_no_distances():
    assert distances([FOUNDER], [], DEFAULT).shape == (1, 0)
    assert distances([], [FOUNDER], DEFAULT).shape == (0, 1)


def test_a_negative_coefficient_is_refused():
    with pytest.raises(ConfigError, match=r"disjoint: must be >= 0, got -1\.0"):
        DistanceConfig(disjoint=-1.0)


def test_every_coefficient_is_explained():
    assert [field.path for field in explain(DistanceConfig) if not field.text] == []
