from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from glianeat.config import explain
from glianeat.errors import ConfigError
from glianeat.genome.distance import DistanceConfig, compatibility_distance
from glianeat.genome.mutation import add_synapse, delete_synapse, split_synapse
from glianeat.genome.schema import FAMILIES
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.strategies import evolve, evolved_genomes

DEFAULT = DistanceConfig()
NOTHING = DistanceConfig(disjoint=0.0, weight=0.0, trait=0.0, ratio=0.0, region=0.0)
VARIATION = Variation(GenomeConfig())
FOUNDER = evolve(1, 0, n_inputs=3, n_outputs=1)


def level(genome, family, trait, value):
    """Return the genome with one trait of all genes of a family at a value."""
    genes = getattr(genome, family)
    traits = genes.traits.copy()
    traits[:, genes.family.column(trait)] = value
    return replace(genome, **{family: genes.with_traits(traits)})


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
        fewer = delete_synapse(fewer, VARIATION, rng)
        distances.append(compatibility_distance(genome, fewer, config))
    assert (np.diff([0.0, *distances]) > 0).all()


def test_distance_grows_with_every_split():
    rng, child = np.random.default_rng(0), FOUNDER
    distances = []
    for _ in range(10):
        child = split_synapse(child, VARIATION, rng)
        distances.append(compatibility_distance(FOUNDER, child, only(disjoint=1.0)))
    assert (np.diff([0.0, *distances]) > 0).all()


def test_the_disjoint_term_is_a_share_of_the_larger_genome():
    child = add_synapse(FOUNDER, VARIATION, np.random.default_rng(0))
    expected = 1.0 / (len(child.synapses) + len(child.neurons))
    assert compatibility_distance(FOUNDER, child, only(disjoint=1.0)) == pytest.approx(expected)


def test_genomes_without_common_synapses_are_compared_by_their_other_genes():
    bare = replace(FOUNDER, synapses=FOUNDER.synapses.take(np.zeros(0, dtype=np.int64)))
    assert compatibility_distance(FOUNDER, bare, only(weight=1.0)) == 0.0


def test_the_weight_term_is_the_mean_difference_of_weights():
    first, second = (level(FOUNDER, "synapses", "weight", w) for w in (2.0, 5.0))
    assert compatibility_distance(first, second, only(weight=0.4)) == pytest.approx(0.4 * 3.0)


def test_the_ratio_term_is_the_mean_difference_of_log_ratios():
    first, second = (level(FOUNDER, "regions", "log2_ratio", r) for r in (-1.0, 2.0))
    assert compatibility_distance(first, second, only(ratio=0.3)) == pytest.approx(0.3 * 3.0)


@pytest.mark.parametrize(("family", "trait"), [("synapses", "weight"), ("regions", "log2_ratio")])
def test_a_trait_with_a_term_of_its_own_counts_once(family, trait):
    first, second = (level(FOUNDER, family, trait, value) for value in (1.0, 2.0))
    assert compatibility_distance(first, second, only(trait=1.0)) == 0.0


@pytest.mark.parametrize(
    ("family", "trait"),
    [
        (f.name, t.name)
        for f in FAMILIES
        for t in f.traits
        if t.name not in {"weight", "log2_ratio"}
    ],
)
def test_every_other_trait_counts(family, trait):
    bounds = next(t for f in FAMILIES for t in f.traits if (f.name, t.name) == (family, trait))
    first, second = (
        level(FOUNDER, family, trait, value) for value in (bounds.min_value, bounds.max_value)
    )
    genes = getattr(FOUNDER, family).family
    others = sum(t.name not in {"weight", "log2_ratio"} for t in genes.traits)
    expected = 1.0 / others / len(FAMILIES)
    assert compatibility_distance(first, second, only(trait=1.0)) == pytest.approx(expected)


def test_every_region_of_one_genome_alone_counts():
    few, many = (evolve(1, 0, config=GenomeConfig(association_regions=count)) for count in (1, 4))
    assert compatibility_distance(few, many, only(region=1.0)) == 3.0


def test_a_negative_coefficient_is_refused():
    with pytest.raises(ConfigError, match=r"disjoint: must be >= 0, got -1\.0"):
        DistanceConfig(disjoint=-1.0)


def test_every_coefficient_is_explained():
    assert [field.path for field in explain(DistanceConfig) if not field.text] == []
