"""Statistics against plain loops over the same generation."""

import dataclasses
import math
import statistics as plain

import msgspec
import numpy as np
import pytest

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import find_objectives
from glianeat.evolution.individual import Generation, Individual
from glianeat.genome.founders import found_genome
from glianeat.genome.mutation import OPERATORS, operator_names
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.run.statistics import describe
from tests.builders.standings import PARETO_STANDING, standing

VARIATION = Variation(GenomeConfig())
OBJECTIVES = find_objectives(["reward", "energy"])
SIZE = 12


def individual(key, *, parents=(-1, -1), status="ok", operators=0):
    """Return an individual of random worth; its genome is a founder's."""
    rng = np.random.default_rng(key)
    genome = found_genome(key, 3, 2, VARIATION, rng)
    evaluation = Evaluation(
        key=key,
        status=status,
        returns=tuple(rng.integers(0, 4, size=3).astype(float)),
        power=float(rng.integers(50, 55)),
        neurons=int(rng.integers(5, 20)),
        hidden=int(rng.integers(0, 15)),
        synapses=int(rng.integers(5, 40)),
        astrocytes=tuple(rng.integers(0, 9, size=len(genome.regions)).tolist()),
        ratios=tuple(rng.random(len(genome.regions)).tolist()),
    )
    return Individual(
        genome=genome, evaluation=evaluation, generation=1, parents=parents, operators=operators
    )


def failing(key, **changes):
    return individual(key, status="timeout", **changes)


@pytest.fixture(scope="module")
def parents():
    return [individual(key) for key in range(SIZE - 1)] + [failing(SIZE - 1)]


@pytest.fixture(scope="module")
def offspring():
    rng = np.random.default_rng(1)
    made = []
    for key in range(SIZE, 3 * SIZE):
        mask, fitter = int(rng.integers(0, 2 ** len(OPERATORS))), int(rng.integers(SIZE))
        make = failing if key % 7 == 0 else individual
        made.append(make(key, parents=(fitter, -1), operators=mask))
    return made


def generation_of(offspring, survivors, species=None):
    species = species or [-1] * len(survivors)
    return Generation(
        number=1,
        offspring=tuple(offspring),
        survivors=tuple(
            standing(one.key, 0, math.inf, number) for one, number in zip(survivors, species)
        ),
        standing_schema=PARETO_STANDING,
        evaluations=3 * SIZE,
        next_key=3 * SIZE,
        reward_minimum=0.0,
    )


@pytest.fixture(scope="module")
def survivors(parents, offspring):
    return [one for one in (*parents, *offspring) if one.key % 3]


@pytest.fixture(scope="module")
def described(parents, offspring, survivors):
    return describe(generation_of(offspring, survivors), survivors, parents, OBJECTIVES)


def quantiles(values):
    return [min(values), *plain.quantiles(values, n=4, method="inclusive"), max(values)]


def fit(individuals):
    return [one for one in individuals if one.evaluation.is_ok]


@pytest.mark.parametrize("name", ["reward", "energy"])
def test_objectives_have_the_quantiles_of_those_that_went_well(described, survivors, name):
    attribute = {"reward": "mean_return", "energy": "power"}[name]
    values = [getattr(one.evaluation, attribute) for one in fit(survivors)]
    assert described.objectives[name] == pytest.approx(quantiles(values))


@pytest.mark.parametrize("name", ["neurons", "hidden", "synapses"])
def test_sizes_have_their_quantiles(described, survivors, name):
    values = [getattr(one.evaluation, name) for one in fit(survivors)]
    assert described.sizes[name] == pytest.approx(quantiles(values))


def test_astrocytes_are_counted_over_all_regions(described, survivors):
    values = [sum(one.evaluation.astrocytes) for one in fit(survivors)]
    assert described.sizes["astrocytes"] == pytest.approx(quantiles(values))


def test_ratios_have_their_quantiles_by_region(described, survivors):
    assert len(described.ratios) == len(survivors[0].genome.regions)
    for region, found in described.ratios.items():
        values = [one.evaluation.ratios[region] for one in fit(survivors)]
        assert found == pytest.approx(quantiles(values))


def test_ratio_genes_have_their_quantiles_by_region(described, survivors):
    for region, found in described.ratio_genes.items():
        values = [2.0 ** ratio_gene(one.genome, region) for one in fit(survivors)]
        assert found == pytest.approx(quantiles(values))


def ratio_gene(genome, region):
    row = genome.regions.field("index").tolist().index(region)
    return genome.regions.trait("log2_ratio")[row]


def test_only_those_that_went_well_are_counted(described, survivors):
    assert described.survivors == len(fit(survivors)) < len(survivors)


def test_operators_are_credited_with_their_children(described, parents, offspring, survivors):
    alive = {one.key for one in survivors}
    expected = {name: [0, 0, 0] for name in OPERATORS}
    for child in offspring:
        for name in operator_names(child.operators):
            expected[name][0] += 1
            expected[name][1] += child.key in alive
            expected[name][2] += better(child, parents[child.parents[0]])
    found = {name: [r.applied, r.survived, r.improved] for name, r in described.operators.items()}
    assert found == {name: counts for name, counts in expected.items() if counts[0]}
    assert any(counts[2] for counts in expected.values())


def better(child, parent):
    if not child.evaluation.is_ok:
        return False
    if child.evaluation.mean_return == parent.evaluation.mean_return:
        return child.evaluation.power < parent.evaluation.power
    return child.evaluation.mean_return > parent.evaluation.mean_return


def test_founders_are_no_operators_work(parents):
    assert describe(generation_of(parents, parents), parents, [], OBJECTIVES).operators == {}


def test_species_have_their_sizes(parents, offspring):
    species = [4, 2, 4, 4, 2, 9]
    described = describe(
        generation_of(offspring, parents[:6], species), parents[:6], parents, OBJECTIVES
    )
    assert list(described.species.items()) == [(2, 2), (4, 3), (9, 1)]


def test_without_species_there_are_none(described):
    assert described.species == {}


def test_the_hypervolume_is_that_of_the_staircase(described, survivors):
    far_return, far_power = described.reference
    points = [(one.evaluation.mean_return, -one.evaluation.power) for one in fit(survivors)]
    volume, reached = 0.0, far_power
    for mean_return, thrift in sorted(points, reverse=True):
        if thrift > reached and mean_return > far_return:
            volume += (mean_return - far_return) * (thrift - reached)
            reached = thrift
    assert described.hypervolume == pytest.approx(volume)
    assert volume > 0.0


def test_the_reference_is_fixed_by_the_first_who_went_well(parents):
    first = describe(generation_of(parents, parents), parents, [], OBJECTIVES)
    returns = [one.evaluation.mean_return for one in fit(parents)]
    assert first.reference[0] == pytest.approx(2 * min(returns) - max(returns))


def test_a_reference_stays_as_it_was_fixed(parents, offspring, survivors):
    born = generation_of(offspring, survivors)
    later = describe(born, survivors, parents, OBJECTIVES, (-7.0, -900.0))
    assert later.reference == (-7.0, -900.0)
    assert later.hypervolume > describe(born, survivors, parents, OBJECTIVES).hypervolume


def test_a_generation_in_which_all_failed_has_no_numbers():
    nobody = [failing(key) for key in range(4)]
    described = describe(generation_of(nobody, nobody), nobody, [], OBJECTIVES)
    assert (described.survivors, described.objectives, described.sizes) == (0, {}, {})
    assert (described.ratios, described.reference, described.hypervolume) == ({}, (), 0.0)


def test_several_objectives_are_named_as_they_were_chosen(parents):
    chosen = find_objectives(["reward", "hidden", "spikes"])
    described = describe(generation_of(parents, parents), parents, [], chosen)
    assert list(described.objectives) == ["reward", "hidden", "spikes"]
    assert len(described.reference) == 3


def test_ratios_that_an_evaluator_does_not_tell_are_left_out(parents):
    silent = [
        msgspec.structs.replace(one, evaluation=msgspec.structs.replace(one.evaluation, ratios=()))
        for one in parents
    ]
    described = describe(generation_of(silent, silent), silent, [], OBJECTIVES)
    assert described.ratios == {}
    assert len(described.ratio_genes) == len(parents[0].genome.regions)


def test_ratios_belong_to_their_regions_in_genomes_that_lack_some(parents):
    """The first genome has all regions; of the second only those of indices 0 and 2 are left."""
    whole, other = parents[:2]
    regions = other.genome.regions
    cut = dataclasses.replace(
        other.genome, regions=without(regions, regions.field("index").tolist().index(1))
    )
    lacking = msgspec.structs.replace(
        other,
        genome=cut,
        evaluation=msgspec.structs.replace(other.evaluation, ratios=(3.0, 5.0)),
    )
    both = [whole, lacking]
    described = describe(generation_of(both, both), both, [], OBJECTIVES)
    first = whole.evaluation.ratios
    assert [described.ratios[region][2] for region in range(3)] == pytest.approx(
        [(first[0] + 3.0) / 2, first[1], (first[2] + 5.0) / 2]
    )


def without(table, row):
    columns = (table.innovation, table.fields, table.traits)
    return type(table)(table.family, *(np.delete(column, row, axis=0) for column in columns))
