"""How rates of trait mutation are spread over children."""

import numpy as np
import pytest

from glianeat.genome.founders import found_genome
from glianeat.genome.mutation import apply_operator, mutate
from glianeat.genome.schema import FAMILIES, SYNAPSES
from glianeat.genome.variation import GenomeConfig, Variation
from tests.genome.handmade import STILL, generator
from tests.genome.strategies import evolve

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
    varying = sum(variation.distribution(g.family).applies(g.fields).sum() for g in genome.tables)
    for _ in range(number):
        child = apply_operator("traits", genome, variation, rng)
        pairs = zip(genome.tables, child.tables, strict=True)
        shares.append(sum((a.traits != b.traits).sum() for a, b in pairs) / varying)
    return np.array(shares)


@pytest.fixture(scope="module")
def large():
    """A founder of some 1500 traits, of which none is at a bound."""
    births = {name: {"init_stdev": 0.0} for name in ("phasic", "bias")}
    births |= {"adaptation": {"init_mean": 0.5, "init_stdev": 0.0}, "phasic": {"init_mean": 0.5}}
    weights = {"weight": {"init_mean": 3.0, "init_stdev": 0.1}, "delay": {"init_mean": 9.0}}
    astrocytes = {"slow_current": {"init_mean": 0.5}}
    traits = {"neurons": births, "synapses": weights, "astrocytes": astrocytes}
    config = GenomeConfig(connect_fully_below=1000, traits=traits)
    return found_genome(0, 20, 30, Variation(config), generator())


def test_without_a_spread_all_children_mutate_at_the_rates_of_the_schema(large):
    shares = touched(large, spreading(0.0), 200)
    deviation = np.sqrt(RATE * (1.0 - RATE) / 1500)
    assert abs(shares.mean() - RATE) < 0.005
    assert shares.std() < 1.5 * deviation


@pytest.mark.parametrize("spread", [1.0, 3.0, 5.0])
def test_the_rates_of_children_are_spread_evenly_over_octaves(large, spread):
    octaves = np.log2(RATE / touched(large, spreading(spread), 400))
    for share in (0.25, 0.5, 0.75):
        assert abs((octaves < share * spread).mean() - share) < 0.08
    assert octaves.min() > -0.6
    assert octaves.max() < spread + 3.0


@pytest.mark.parametrize("spread", [0.0, 5.0, 20.0])
def test_no_child_is_without_a_mutation(large, spread):
    assert touched(large, spreading(spread), 100).min() > 0.0


def test_a_child_that_nothing_would_touch_mutates_at_full_rates(large):
    """At 2^-20 of the rates nobody is touched at first, unless by a very small factor."""
    shares = touched(large, spreading(20.0), 300)
    at_full_rates = shares > 0.5 * RATE
    assert abs(at_full_rates.mean() - (1.0 / 20.0 + 12.5 / 20.0)) < 0.1


def test_a_spread_leaves_the_rates_of_structure_alone():
    genome, rng = evolve(3, 20), generator()
    config = STILL.config.replace(add_synapse=0.5, mutation_spread=20.0, traits={})
    variation = Variation(config)
    grown = [
        len(mutate(genome, variation, rng).synapses) > len(genome.synapses) for _ in range(400)
    ]
    assert abs(np.mean(grown) - 0.5) < 0.1


def sizes_of_steps(genome, variation, number):
    """Return the size of each child's steps of weight, over the power of the schema."""
    rng, sizes = generator(), []
    for _ in range(number):
        child = apply_operator("traits", genome, variation, rng)
        steps = np.log(child.synapses.trait("weight") / genome.synapses.trait("weight"))
        sizes.append(np.sqrt(np.square(steps[steps != 0.0]).mean()))
    power = variation.distribution(SYNAPSES).log_power[SYNAPSES.column("weight")]
    return np.array(sizes) / power


def test_without_a_spread_of_powers_all_children_step_alike(large):
    sizes = sizes_of_steps(large, spreading(0.0), 100)
    assert abs(sizes.mean() - 1.0) < 0.05


@pytest.mark.parametrize("octaves", [2.0, 6.0])
def test_the_powers_of_children_are_spread_evenly_over_octaves(large, octaves):
    found = -np.log2(sizes_of_steps(large, spreading(0.0, power_spread=octaves), 400))
    for share in (0.25, 0.5, 0.75):
        assert abs((found < share * octaves).mean() - share) < 0.08
