"""Genomes that do as they are told, and what it takes to evaluate them."""

import numpy as np

from glianeat.codec.codec import CodecConfig, n_channels, n_outputs, resolve_codec
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, SYNAPSES, Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig
from glianeat.streams import Purpose
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import describe_task

# reserves are small, so that pools drain within a test
SMALL_RESERVES = {"regions": {"energy_reserve": {"init_mean": 10.0}}}
CONFIG = GenomeConfig(connect_fully_below=1000, traits=SMALL_RESERVES)
PLAN = EpisodePlan(purpose=Purpose.TRAIN, episodes=2)


def rollout(
    task="CartPole-v1", seed=0, codec=None, timeout=300.0, simulation=None, **task_options
) -> RolloutConfig:
    """Return a resolved configuration for a task."""
    task_config = TaskConfig(id=task, **task_options)
    simulation = simulation or SimulationConfig()
    spec = describe_task(task_config)
    codec = resolve_codec(codec or CodecConfig(), task_config, spec, simulation.neuron)
    return RolloutConfig(
        seed=seed,
        task=task_config,
        codec=codec,
        simulation=simulation,
        evaluation=SettledEvaluation(episodes=8, racing_episodes=2, timeout=timeout),
    )


def founders(config: RolloutConfig, number: int, seed=0, first_key=0) -> list[Genome]:
    """Return random genomes that fit a task."""
    spec = describe_task(config.task)
    rng, variation = np.random.default_rng(seed), Variation(CONFIG)
    shape = n_channels(config.codec, spec), n_outputs(config.codec, spec)
    return [found_genome(first_key + k, *shape, variation, rng) for k in range(number)]


def evaluation_of(
    genome: Genome, config: RolloutConfig, episodes=2, purpose=Purpose.TRAIN, **plan
) -> Evaluation:
    """Return how a genome does in some episodes, evaluated in this process."""
    chosen = EpisodePlan(purpose=purpose, episodes=episodes, **plan)
    evaluator = SerialEvaluator(config)
    try:
        return evaluator.evaluate([genome], chosen)[0]
    finally:
        evaluator.close()


def changed(genome: Genome, weight=None, inputs=None, outputs=None) -> Genome:
    """Return a genome with other weights, and other traits of its inputs and outputs.

    `weight` scales; `inputs` and `outputs` are traits by name, a number for all or one for each.
    """
    neurons, synapses = genome.neurons, genome.synapses
    traits = neurons.traits.copy()
    for role, changes in ((Role.INPUT, inputs), (Role.OUTPUT, outputs)):
        rows = np.flatnonzero(neurons.field("role") == role)
        rows = rows[np.argsort(neurons.field("channel")[rows])]
        for name, values in (changes or {}).items():
            traits[rows, NEURONS.column(name)] = values
    weights = synapses.traits.copy()
    weights[:, SYNAPSES.column("weight")] *= 1.0 if weight is None else weight
    return Genome(
        genome.key,
        genome.regions,
        neurons.with_traits(traits),
        genome.astrocytes,
        synapses.with_traits(weights),
    )


def decided(config: RolloutConfig, choice: int, key=0) -> Genome:
    """Return a genome whose agent always makes the same choice of a discrete action."""
    genome = founders(config, 1, seed=1, first_key=key)[0]
    bias = np.where(np.arange(genome.n_outputs) == choice, 2.0, -2.0)
    return changed(genome, weight=0.0, outputs={"bias": bias})


def undevelopable(config: RolloutConfig, key=0) -> Genome:
    """Return a genome of which no output can be reached."""
    genome = founders(config, 1, first_key=key)[0]
    keys = genome.synapses.fields.copy()
    keys[:, SYNAPSES.field_column("enabled")] = 0
    tables = (genome.regions, genome.neurons, genome.astrocytes, genome.synapses.with_fields(keys))
    return Genome(key, *tables)
