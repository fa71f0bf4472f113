"""Mutation: every operator takes a genome and returns a new one that shares what did not change."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.innovation import astrocyte_id, split_node_id, synapse_innovation
from glianeat.genome.schema import ASTROCYTES, NEURONS, SYNAPSES, Role
from glianeat.genome.variation import Variation
from glianeat.typing import IntArray

_TRIES = 10  # random pairs looked at before an added synapse is given up
Operator = Callable[[Genome, Variation, np.random.Generator], Genome]


def mutate(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Return a mutated genome: structure first, then the traits of every family."""
    config = variation.config
    operators: tuple[tuple[float, Operator], ...] = (
        (config.split_synapse, split_synapse),
        (config.add_synapse, add_synapse),
        (config.delete_synapse, delete_synapse),
        (config.delete_neuron, delete_neuron),
        (config.toggle_synapse, toggle_synapse),
        (config.add_astrocyte, add_astrocyte),
        (config.delete_astrocyte, delete_astrocyte),
    )
    for probability, operator in operators:
        if rng.random() < probability:
            genome = operator(genome, variation, rng)
    return mutate_traits(flip_signs(genome, variation, rng), variation, rng)


def mutate_traits(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Return a genome with traits perturbed, each at its own rate; ratios are traits of regions.

    All rates of one child are scaled by one factor, drawn anew for every child: some change little
    and keep what works, some change much. One that would not change at all, whose evaluation would
    tell nothing new, mutates at full rates.
    """
    scale = 2.0 ** (-variation.config.mutation_spread * float(rng.random()))
    mutated, touched = _perturb(genome, variation, rng, scale)
    return mutated if touched else _perturb(genome, variation, rng, 1.0)[0]


def _perturb(
    genome: Genome, variation: Variation, rng: np.random.Generator, scale: float
) -> tuple[Genome, int]:
    tables, number = [], 0
    for genes in genome.tables:
        law = variation.law(genes.family)
        traits, touched = law.perturb(genes.keys, genes.traits, rng, scale)
        tables.append(genes.with_traits(traits) if touched else genes)
        number += touched
    return Genome(genome.key, *tables), number


def split_synapse(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Put a neuron on an enabled synapse; the old synapse stays, so behaviour changes little."""
    config = variation.config
    synapses = genome.synapses
    enabled = np.flatnonzero(synapses.key("enabled"))
    full = len(genome.neurons) >= config.max_neurons or len(synapses) + 2 > config.max_synapses
    if not len(enabled) or full:
        return genome
    row = _pick(enabled, rng)
    source, target = synapses.keys[row, :2].tolist()
    old_weight = synapses.traits[row, SYNAPSES.column("weight")]
    node_id = _free_node_id(genome, int(synapses.innovation[row]))
    sign = 1 if rng.random() < config.hidden_excitatory else -1
    keys = (int(Role.HIDDEN), 0, _birth_region(genome, source, rng), sign)
    neurons = genome.neurons.insert(node_id, keys, variation.new_traits(NEURONS, keys, rng))
    child = replace(genome, neurons=neurons)
    child = _join(child, source, node_id, (config.split_weight, 1.0), variation, rng)
    return _join(child, node_id, target, (old_weight, 1.0), variation, rng)


def add_synapse(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Join two neurons that are not joined yet; outputs may be sources, inputs never targets."""
    if len(genome.synapses) >= variation.config.max_synapses:
        return genome
    sources = genome.neurons.innovation
    targets = sources[genome.neurons.key("role") != Role.INPUT]
    for _ in range(_TRIES):
        source, target = _pick(sources, rng), _pick(targets, rng)
        if synapse_innovation(source, target) not in genome.synapses:
            return _join(genome, source, target, None, variation, rng)
    return genome


def delete_synapse(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Remove one synapse gene."""
    n_synapses = len(genome.synapses)
    if not n_synapses:
        return genome
    keep = np.arange(n_synapses) != rng.integers(n_synapses)
    return replace(genome, synapses=genome.synapses.take(keep))


def delete_neuron(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Remove one hidden neuron with all its synapses."""
    neurons, synapses = genome.neurons, genome.synapses
    hidden = np.flatnonzero(neurons.key("role") == Role.HIDDEN)
    if not len(hidden):
        return genome
    row = _pick(hidden, rng)
    node_id = neurons.innovation[row]
    apart = (synapses.key("source") != node_id) & (synapses.key("target") != node_id)
    return replace(
        genome,
        neurons=neurons.take(np.arange(len(neurons)) != row),
        synapses=synapses.take(apart),
    )


def toggle_synapse(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Enable a disabled synapse or disable an enabled one; its innovation number stays."""
    if not len(genome.synapses):
        return genome
    row = int(rng.integers(len(genome.synapses)))
    enabled = int(genome.synapses.key("enabled")[row])
    return replace(genome, synapses=genome.synapses.with_key("enabled", row, 1 - enabled))


def flip_signs(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Turn hidden neurons from excitatory to inhibitory or back, all their synapses with them."""
    neurons = genome.neurons
    hidden = np.flatnonzero(neurons.key("role") == Role.HIDDEN)
    flips = hidden[rng.random(len(hidden)) < variation.config.flip_sign]
    if not len(flips):
        return genome
    keys = neurons.keys.copy()
    keys[flips, NEURONS.key_column("sign")] *= -1
    return replace(genome, neurons=neurons.with_keys(keys))


def add_astrocyte(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Give a region one astrocyte gene more; it is expressed as far as the ratio allows."""
    if len(genome.astrocytes) >= variation.config.max_astrocytes:
        return genome
    region = _pick(genome.regions.innovation, rng)
    number, occurrence = next(
        (number, occurrence)
        for occurrence in count()
        if (number := astrocyte_id(region, occurrence)) not in genome.astrocytes
    )
    keys = (region, occurrence)
    traits = variation.new_traits(ASTROCYTES, keys, rng)
    return replace(genome, astrocytes=genome.astrocytes.insert(number, keys, traits))


def delete_astrocyte(genome: Genome, variation: Variation, rng: np.random.Generator) -> Genome:
    """Take an astrocyte gene from a region that has more than one."""
    astrocytes = genome.astrocytes
    _, region, counts = np.unique(astrocytes.key("region"), return_inverse=True, return_counts=True)
    spare = np.flatnonzero(counts[region] > 1)
    if not len(spare):
        return genome
    row = _pick(spare, rng)
    keep = np.arange(len(astrocytes)) != row
    return replace(genome, astrocytes=astrocytes.take(keep))


def _free_node_id(genome: Genome, synapse: int) -> int:
    """Return the id of the first split of `synapse` that this genome does not have yet."""
    ids = (split_node_id(synapse, occurrence) for occurrence in count())
    return next(node_id for node_id in ids if node_id not in genome.neurons)


def _birth_region(genome: Genome, source: int, rng: np.random.Generator) -> int:
    """Return a hidden source's region, for other sources one without inputs and outputs if any."""
    row = genome.neurons.find(source)
    if genome.neurons.key("role")[row] == Role.HIDDEN:
        return int(genome.neurons.key("region")[row])
    occupied = genome.neurons.key("region")[genome.neurons.key("role") != Role.HIDDEN]
    between = genome.regions.innovation[~np.isin(genome.regions.innovation, occupied)]
    return _pick(between if len(between) else genome.regions.innovation, rng)


def _pick(numbers: IntArray, rng: np.random.Generator) -> int:
    """Return one of some numbers, all as likely."""
    return int(numbers[rng.integers(len(numbers))])


def _join(
    genome: Genome,
    source: int,
    target: int,
    weight_and_delay: tuple[float, float] | None,
    variation: Variation,
    rng: np.random.Generator,
) -> Genome:
    keys = (source, target, 1)
    traits = variation.new_traits(SYNAPSES, keys, rng)
    if weight_and_delay is not None:
        traits[[SYNAPSES.column("weight"), SYNAPSES.column("delay")]] = weight_and_delay
    number = synapse_innovation(source, target)
    return replace(genome, synapses=genome.synapses.insert(number, keys, traits))
