"""Where the number of a region's astrocytes comes from, and what it means for energy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.develop.decode import develop
from glianeat.develop.ratios import NEWBORN, ratio_penalty
from glianeat.develop.settings import DevelopmentConfig
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError, DevelopmentError
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY, found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import NEURONS, REGIONS, Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.develop.test_decode import arrays_of
from tests.genome.strategies import evolved_genomes

SMALL_RESERVES = {"regions": {"energy_reserve": {"init_mean": 10.0}}}
VARIATION = Variation(GenomeConfig(association_regions=2, traits=SMALL_RESERVES))
MODES = ("enforced", "soft", "free", "fixed", "developmental")


def mode(glia, **settings):
    return DevelopmentConfig(glia=glia, **settings)


def founder(seed=0, n_outputs=6, splits=4):
    """Return a genome with neurons in the sensory, the motor and an association region."""
    rng = np.random.default_rng(seed)
    genome = found_genome(0, 2, n_outputs, VARIATION, rng)
    for _ in range(splits):
        genome = apply_operator("split_synapse", genome, VARIATION, rng)
    return genome


def with_ratios(genome, log2_ratio):
    traits = genome.regions.traits.copy()
    traits[:, REGIONS.column("log2_ratio")] = log2_ratio
    regions = genome.regions.with_traits(traits)
    return Genome(genome.key, regions, genome.neurons, genome.astrocytes, genome.synapses)


def without_astrocytes(genome, index):
    """Return a genome without astrocyte genes in one region."""
    region = genome.regions.innovation[genome.regions.field("index") == index]
    keep = genome.astrocytes.field("region") != region
    astrocytes = genome.astrocytes.take(keep)
    return Genome(genome.key, genome.regions, genome.neurons, astrocytes, genome.synapses)


def grown(genome, config, age=1.0):
    """Return the network, or give the example up if the genome has none."""
    from hypothesis import assume

    try:
        return develop(genome, config, age)
    except DevelopmentError:
        assume(False)


def indices(genome, network):
    return genome.regions.field("index")[genome.regions.rows(network.region_innovation)]


@given(evolved_genomes())
def test_by_default_glia_are_enforced(genome):
    network = grown(genome, DevelopmentConfig())
    assert arrays_of(network) == arrays_of(grown(genome, mode("enforced")))


@given(evolved_genomes(), st.sampled_from(["free", "soft"]))
def test_free_glia_are_as_many_as_their_genes(genome, glia):
    network = grown(genome, mode(glia))
    home = genome.astrocytes.field("region").tolist()
    for region, number in enumerate(network.region_innovation.tolist()):
        genes = home.count(number) if network.mass[region] > 0 else 0
        assert network.astrocytes[region] == genes


@given(evolved_genomes(), st.sampled_from(["free", "soft", "fixed"]), st.floats(-5.0, 5.0))
def test_ratio_genes_have_no_effect_but_where_they_are_enforced(genome, glia, log2_ratio):
    other = with_ratios(genome, log2_ratio)
    assert arrays_of(grown(genome, mode(glia))) == arrays_of(grown(other, mode(glia)))


@given(evolved_genomes(), st.sampled_from(MODES), st.floats(0.0, 1.0))
def test_modes_differ_in_glia_alone(genome, glia, age):
    one, other = grown(genome, DevelopmentConfig()), grown(genome, mode(glia), age)
    for part in ("cells", "wiring"):
        for name, value in vars(getattr(one, part)).items():
            assert np.array_equal(value, getattr(getattr(other, part), name))


@pytest.mark.parametrize(
    ("preset", "association", "motor", "sensory"),
    [
        ("human", 60.84 / 16.34, 16.04 / 69.03, 7.73 / 0.69),
        ("mouse", 0.87, 0.165, 1.24),
        ("uniform", 1.0, 1.0, 1.0),
        ("none", 0.0, 0.0, 0.0),
    ],
)
def test_presets_are_the_counts_of_brains(preset, association, motor, sensory):
    """The human ones are billions of cells by Azevedo et al. (2009)."""
    genome = founder(n_outputs=200, splits=200)
    network = develop(genome, mode("fixed", preset=preset))
    wanted = {SENSORY: sensory, MOTOR: motor}
    for index, mass, found in zip(indices(genome, network), network.mass, network.astrocytes):
        if mass:
            ratio = wanted.get(int(index), association)
            assert found == pytest.approx(ratio * mass, rel=0.01, abs=0.5)
    assert (network.mass > 0).sum() >= 3


def test_presets_reach_all_association_regions():
    genome = founder()
    rows = genome.neurons.field("role") == Role.HIDDEN
    for index in (FIRST_ASSOCIATION, FIRST_ASSOCIATION + 1):
        home = int(genome.regions.innovation[genome.regions.field("index") == index][0])
        neurons = genome.neurons
        for row in np.flatnonzero(rows).tolist():
            neurons = neurons.with_field("region", row, home)
        moved = Genome(0, genome.regions, neurons, genome.astrocytes, genome.synapses)
        network = develop(moved, mode("fixed", preset="human"))
        region = int(np.flatnonzero(indices(moved, network) == index)[0])
        assert network.astrocytes[region] == round(3.72 * network.mass[region])


@given(evolved_genomes(), st.floats(0.0, 1.0))
def test_glia_that_develop_grow_from_a_sixth_to_all(genome, age):
    config = mode("developmental")
    rows = genome.regions.rows(grown(genome, config).region_innovation)
    ratio = np.exp2(genome.regions.trait("log2_ratio")[rows])
    young, adult = grown(genome, config, age), grown(genome, config)
    has_genes = np.isin(adult.region_innovation, genome.astrocytes.field("region"))
    share = 1.0 / 6.0 + 5.0 / 6.0 * age
    wanted = np.floor(ratio * adult.mass * share + 0.5) * has_genes
    assert np.abs(young.astrocytes - wanted).max() <= 1  # a rounding that falls on a half
    assert (young.astrocytes <= adult.astrocytes).all()
    assert arrays_of(adult) == arrays_of(grown(genome, mode("enforced")))


def test_a_newborn_has_a_sixth():
    genome = with_ratios(founder(), math.log2(6.0))
    network = develop(genome, mode("developmental"), 0.0)
    assert pytest.approx(1.0 / 6.0) == NEWBORN
    assert network.astrocytes.tolist() == network.mass.tolist()


@given(evolved_genomes(), st.sampled_from(["enforced", "soft", "free", "fixed"]))
def test_age_matters_for_glia_that_develop_alone(genome, glia):
    assert arrays_of(grown(genome, mode(glia), 0.0)) == arrays_of(grown(genome, mode(glia)))


@pytest.mark.parametrize("age", [-0.1, 1.0001, math.nan, math.inf])
def test_an_age_beyond_birth_and_maturity_is_refused(age):
    with pytest.raises(DevelopmentError, match=r"age: must be >= 0 and <= 1, got"):
        develop(founder(), mode("developmental"), age)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"glia": "enforce"}, "glia"),
        ({"preset": "rat"}, "preset"),
        ({"preset": "mouse"}, "preset: counts only with development.glia = 'fixed'"),
        ({"ratio_penalty": -1.0}, r"ratio_penalty: must be >= 0 EU/s"),
        ({"ratio_penalty": math.nan}, "ratio_penalty"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        DevelopmentConfig(**settings)


def test_straying_from_the_gene_costs_its_squared_logarithm():
    genome = with_ratios(founder(n_outputs=6, splits=0), 0.0)
    network = develop(genome, mode("soft"))  # one astrocyte, 2 inputs and 6 outputs
    assert network.astrocytes.tolist() == [1, 1, 0, 0]
    wanted = math.log(1 / 2) ** 2 + math.log(1 / 6) ** 2
    assert ratio_penalty(genome, network, mode("soft")) == pytest.approx(10.0 * wanted)
    double = mode("soft", ratio_penalty=20.0)
    assert ratio_penalty(genome, network, double) == pytest.approx(20.0 * wanted)


def test_as_many_as_the_gene_says_cost_nothing():
    genome = founder(n_outputs=6, splits=0)
    log2_ratio = np.zeros(len(genome.regions))
    log2_ratio[genome.regions.field("index") == SENSORY] = -1.0
    log2_ratio[genome.regions.field("index") == MOTOR] = -math.log2(6.0)
    genome = with_ratios(genome, log2_ratio)
    network = develop(genome, mode("soft"))
    assert ratio_penalty(genome, network, mode("soft")) == pytest.approx(0.0, abs=1e-12)


def test_no_astrocytes_count_as_half_a_one():
    genome = without_astrocytes(with_ratios(founder(splits=0), 0.0), MOTOR)
    network = develop(genome, mode("soft"))
    assert network.astrocytes.tolist() == [1, 0, 0, 0]
    wanted = math.log(1 / 2) ** 2 + math.log(0.5 / 6) ** 2
    assert ratio_penalty(genome, network, mode("soft")) == pytest.approx(10.0 * wanted)


@given(evolved_genomes(), st.sampled_from(["enforced", "free", "fixed", "developmental"]))
def test_nothing_but_soft_glia_is_penalised(genome, glia):
    assert ratio_penalty(genome, grown(genome, mode(glia)), mode(glia)) == 0.0


# The energy behind it


def lived(genome, config, energy, seconds=4):
    """Return the simulator of a genome whose outputs would fire at 33 Hz for ever."""
    traits = genome.neurons.traits.copy()
    traits[:, NEURONS.column("bias")] = 1.3
    neurons = genome.neurons.with_traits(traits)
    genome = Genome(0, genome.regions, neurons, genome.astrocytes, genome.synapses)
    simulation = SimulationConfig(energy=energy)
    simulator = Simulator(develop(genome, config), simulation)
    simulator.step(np.zeros(simulator.network.n_inputs), 1000 * seconds)
    return simulator


def test_more_glia_than_needed_cost_their_upkeep_and_change_nothing_else():
    """The region's pool is full either way; what differs is the astrocytes' own upkeep."""
    energy = EnergyConfig()
    genome = founder(splits=0)
    some = lived(with_ratios(genome, 2.0), DevelopmentConfig(), energy)
    many = lived(with_ratios(genome, 3.0), DevelopmentConfig(), energy)
    assert np.array_equal(some.ledger().count("spikes"), many.ledger().count("spikes"))
    extra = many.network.n_astrocytes - some.network.n_astrocytes
    assert extra > 0
    upkeep = extra * (energy.astrocyte + energy.build_astrocyte / energy.lifetime)
    spent = many.ledger().power(energy) - some.ledger().power(energy)
    assert spent == pytest.approx(upkeep, rel=1e-9)


def test_too_few_glia_starve_the_region():
    """In the motor region 6 cells at 33 Hz take some 220 EU/s: 12 astrocytes feed them, 1 not."""
    genome = founder(splits=0)
    rates = []
    for ratio in (2.0, 1.0 / 6.0):
        simulator = lived(
            with_ratios(genome, math.log2(ratio)), DevelopmentConfig(), EnergyConfig()
        )
        rates.append(simulator.ledger().count("spikes").sum() / 6 / 4)
    fed, starved = rates
    assert fed == pytest.approx(33.0, abs=3.0)
    assert starved < 0.25 * fed


def test_a_region_of_no_glia_lives_on_what_it_was_born_with():
    genome = founder(splits=0)
    simulator = lived(genome, mode("fixed", preset="none"), EnergyConfig(), seconds=20)
    assert simulator.network.n_astrocytes == 0
    assert simulator.fill[1] < 0.05
    born_with = 6 * 10.0
    spikes = simulator.ledger().amount("spike").sum()
    assert spikes < born_with
