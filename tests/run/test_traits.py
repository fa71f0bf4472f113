"""Traits that a configuration does not read have no effect, and those that it reads have one."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from glianeat.develop.decode import develop
from glianeat.develop.ratios import ratio_penalty
from glianeat.evaluate.agent import Agent
from glianeat.genome.schema import ALL_TRAITS, FAMILIES, FAMILY_BY_NAME
from glianeat.run.config import experiment_from
from glianeat.run.traits import read_traits
from glianeat.simulate.trace import TraceRecorder, TraceSpec
from tests.genome.strategies import LIVELY, evolve

# what leaves some traits without effect, and what gives others one
CONFIGURATIONS = {
    "default": [],
    "spikes in": ["codec.transmission=spikes"],
    "membranes out": ["codec.readout=membrane"],
    "izhikevich": ["neuron.model=izhikevich"],
    "graded": ["neuron.model=graded"],
    "graded, feed-forward": ["neuron.model=graded", "genome.feed_forward=true"],
    "pools that stay full": ["astrocyte.metabolic=false"],
    "all channels": ["astrocyte.slow_current=true"],
    "no gain": ["astrocyte.gain=false"],
    "free glia": ["development.glia=free"],
    "soft ratios": ["development.glia=soft"],
    "fixed ratios": ["development.glia=fixed", "development.preset=uniform"],
    "slow neurons": ["neuron.slow_gain=true", "neuron.slow_current=true"],
    "slow currents": ["neuron.slow_current=true", "neuron.model=izhikevich"],
    "neurons for glia": ["development.neurons_for_glia=true"],
    "no glia": ["development.glia=fixed", "development.preset=none"],
    "numbers": ["task.id=Pendulum-v1"],
    "shared gain": ["task.id=Pendulum-v1", "codec.own_gains=false"],
}
SEEDS = range(16)  # genomes among which one at least shows an effect
# read, but without effect on what is looked at here: full pools stay full, however large
IDLE = {("pools that stay full", "energy_reserve")}
EFFECTIVE = ["astrocyte.reference_rate=2", "energy.initial_fill=0.2"]  # so that glia have a say


@cache
def experiment(name):
    settings = [*EFFECTIVE, *CONFIGURATIONS[name]]
    return experiment_from({"task": {"id": "CartPole-v1"}}, settings).resolve()


@cache
def genome(name, seed):
    settled = experiment(name)
    lively = LIVELY.replace(feed_forward=settled.config.genome.feed_forward, max_synapses=60)
    shape = {"n_inputs": settled.n_inputs, "n_outputs": settled.n_outputs}
    evolved = evolve(seed, 60, config=lively, **shape)
    if seed % 2:  # fewer astrocytes than neurons, so that their reach counts
        regions = evolved.regions
        traits = regions.traits.copy()
        traits[:, regions.family.column("log2_ratio")] = -0.5
        evolved = replace(evolved, regions=regions.with_traits(traits))
    return evolved


@np.errstate(invalid="ignore", over="ignore")  # the exponential of a square may be infinite
def lived(name, genome):
    """Return all that happens while a genome's agent sees some observations."""
    settled = experiment(name)
    config = settled.config
    network = develop(genome, config.development)
    agent = Agent(network, config.simulation, settled.codec, settled.description)
    agent.reset()
    cells = tuple(range(network.n_inputs, network.n_neurons))
    recorder = TraceRecorder(agent.simulator, TraceSpec(potentials=cells))
    rng = np.random.default_rng(0)
    n = settled.description.n_observations
    actions = [
        np.ravel(agent.act_traced(rng.normal(0.0, 1.0, n), recorder)).tolist() for _ in range(20)
    ]
    penalty = ratio_penalty(genome, network, config.development)
    return recorder.trace().to_bytes(), actions, penalty


@cache
def unchanged(name, seed):
    return lived(name, genome(name, seed))


def with_other_values(genome, family, trait):
    genes = getattr(genome, family)
    column, traits = genes.family.column(trait), genes.traits.copy()
    drawn = np.random.default_rng(1).random(len(genes))
    low, high = genes.family.low[column], genes.family.high[column]
    values = low + (high - low) * drawn
    traits[:, column] = np.rint(values) if genes.family.is_integer[column] else values
    return replace(genome, **{family: genes.with_traits(traits)})


def has_effect(name, family, trait, seed):
    other = with_other_values(genome(name, seed), family, trait)
    return lived(name, other) != unchanged(name, seed)


def pairs(name):
    """Yield each trait, and whether a configuration reads it."""
    read = experiment(name).traits_read
    for family in FAMILIES:
        for trait in family.traits:
            yield family.name, trait.name, trait.name in read[family.name]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_is_not_read_has_no_effect(name):
    for family, trait, read in pairs(name):
        if not read:
            assert not any(has_effect(name, family, trait, seed) for seed in SEEDS[:3]), trait


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_is_read_has_an_effect(name):
    for family, trait, read in pairs(name):
        if read and (name, trait) not in IDLE:
            assert any(has_effect(name, family, trait, seed) for seed in SEEDS), trait


def test_names_are_in_the_order_of_the_schema():
    config = experiment("graded").config
    read = read_traits(config.simulation, config.development)
    for family, names in read.items():
        columns = [FAMILY_BY_NAME[family].column(name) for name in names]
        assert columns == sorted(columns)


def test_any_trait_may_matter_to_another_encoding():
    config = experiment("no glia").config
    development = config.development.replace(encoding="mine")
    assert read_traits(config.simulation, development, own_gains=True) == ALL_TRAITS
    gains = set(ALL_TRAITS["neurons"]) - set(read_traits(config.simulation, development)["neurons"])
    assert gains == {"output_gain"}
