"""The direct encoding: every gene of a neuron or synapse stands for itself."""

from typing import NamedTuple

import numpy as np

from glianeat.develop.encodings.encoding import Encoding
from glianeat.develop.glia import express_glia
from glianeat.develop.network import Cells, Network, Wiring
from glianeat.develop.ratios import expressed_counts
from glianeat.develop.settings import DevelopmentConfig
from glianeat.develop.shuffling import shuffled
from glianeat.elementary import cos_each, sin_each
from glianeat.errors import DevelopmentError
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import apply_operator
from glianeat.genome.schema import NEURONS, Role
from glianeat.genome.variation import Variation
from glianeat.streams import Purpose, stream
from glianeat.typing import BoolArray, FloatArray, IntArray

_MOST_CHARGE = 1.5  # of after-depolarisation, in charges of adaptation


def _develop(genome: Genome, config: DevelopmentConfig, age: float) -> Network:
    """Develop a genome into a network.

    Neurons from which no output can be reached stay in the genome but are left out: they cannot
    matter and cost nothing. Bursting neurons are kept from running away (see `_limit_bursts`).
    """
    source = genome.neurons.rows(genome.synapses.field("source"))
    target = genome.neurons.rows(genome.synapses.field("target"))
    enabled = genome.synapses.field("enabled") == 1
    alive = _leads_to_output(genome, source[enabled], target[enabled])
    n_inputs = int((alive & (genome.neurons.field("role") == Role.INPUT)).sum())
    if n_inputs == 0:
        raise DevelopmentError(f"genome {genome.key}: no path from any input to any output")
    region_rows = np.argsort(genome.regions.field("index"), kind="stable")
    cells, grown = _cells(genome, alive, region_rows, config)
    expressed = np.flatnonzero(enabled & alive[source] & alive[target])
    wiring = _wiring(genome, expressed, source[expressed], target[expressed], cells, grown)
    size = cells.traits[:, NEURONS.column("size")]
    mass = np.bincount(cells.region, size, minlength=len(region_rows)).astype(np.float64)
    counts = expressed_counts(genome, region_rows, mass, config, age)
    network = Network(
        n_inputs=n_inputs,
        n_channels=genome.n_inputs,
        n_outputs=genome.n_outputs * _copies(config),
        output_copies=_copies(config),
        cells=cells,
        wiring=wiring,
        glia=express_glia(genome, region_rows, cells, counts),
        region_innovation=genome.regions.innovation[region_rows],
        energy_reserve=genome.regions.trait("energy_reserve")[region_rows],
        mass=mass,
    )
    if config.territories == "shuffled":
        return shuffled(network, stream(0, Purpose.TERRITORIES, genome.key))
    return network


def _leads_to_output(genome: Genome, source: IntArray, target: IntArray) -> BoolArray:
    alive: BoolArray = genome.neurons.field("role") == Role.OUTPUT
    while True:
        reached = alive.copy()
        reached[source[alive[target]]] = True
        if np.array_equal(reached, alive):
            return alive
        alive = reached


class _Grown(NamedTuple):
    """What became of each neuron gene, shape (genes,)."""

    first: IntArray  # place of its first neuron in the network, or -1
    number: IntArray  # how many neurons it grew into


def _copies(config: DevelopmentConfig) -> int:
    return config.output_copies or 1


def _cells(
    genome: Genome, alive: BoolArray, region_rows: IntArray, config: DevelopmentConfig
) -> tuple[Cells, _Grown]:
    """Return the living neurons in order, and where those of each gene stand."""
    neurons = genome.neurons
    rank = np.argsort(region_rows)  # region row → region index
    region = rank[genome.regions.rows(neurons.field("region"))]
    role = neurons.field("role")
    channel = np.where(role == Role.HIDDEN, 0, neurons.field("channel"))
    genes = np.flatnonzero(alive)
    is_hidden, is_cell = role[genes] == Role.HIDDEN, role[genes] != Role.INPUT
    genes = genes[np.lexsort((channel[genes], is_hidden, region[genes], is_cell))]
    number = np.where(role == Role.OUTPUT, _copies(config), 1)
    rows = np.repeat(genes, number[genes])
    first = np.full(len(neurons), -1, dtype=np.int64)
    first[genes] = np.cumsum(number[genes]) - number[genes]
    copy = np.arange(len(rows)) - first[rows]
    traits = _limit_bursts(neurons.traits[rows])
    _set_outputs(traits, role[rows] == Role.OUTPUT, copy, config)
    centre = np.stack([genome.regions.trait("x"), genome.regions.trait("y")], axis=1)
    cells = Cells(
        node_id=neurons.innovation[rows],
        role=role[rows],
        channel=channel[rows] * number[rows] + copy,
        region=region[rows],
        sign=neurons.field("sign")[rows],
        traits=traits,
        position=centre[region_rows][region[rows]] + _scatter(neurons.innovation[rows] + copy),
    )
    return cells, _Grown(first, number)


def _set_outputs(
    traits: FloatArray, is_output: BoolArray, copy: IntArray, config: DevelopmentConfig
) -> None:
    """Move the biases of outputs, and spread those of copies evenly."""
    column, last = NEURONS.column("bias"), _copies(config) - 1
    spread = config.copy_spread * (2.0 * copy / last - 1.0) if last else 0.0
    moved = traits[:, column] + (config.output_bias or 0.0) + spread
    moved = np.clip(moved, NEURONS.low[column], NEURONS.high[column])
    traits[:, column] = np.where(is_output, moved, traits[:, column])


def _limit_bursts(traits: FloatArray) -> FloatArray:
    """Cap J_u at 1.5·J_a·τ_a/τ_u: of cells beyond 2, most fire for ever (models: A2).

    Of 3,000 random cells, 69 exceed the cap; capped at 2 itself, 7 of them still run away.
    """
    columns = ("adaptation", "tau_adaptation", "afterdepolarisation", "tau_afterdepolarisation")
    slow, tau_slow, fast, tau_fast = (traits[:, NEURONS.column(name)] for name in columns)
    traits = traits.copy()
    traits[:, NEURONS.column("afterdepolarisation")] = np.minimum(
        fast, _MOST_CHARGE * slow * tau_slow / tau_fast
    )
    return traits


def _scatter(node_id: IntArray) -> FloatArray:
    """Return a place in the unit disc for each node id: heritable, because the id is."""
    bits = node_id.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(29)
    angle = 2.0 * np.pi * (bits >> np.uint64(40)).astype(np.float64) / 2.0**24
    radius = np.sqrt((bits & np.uint64(0xFFFFFF)).astype(np.float64) / 2.0**24)
    return np.stack([radius * cos_each(angle), radius * sin_each(angle)], axis=1)


def _wiring(
    genome: Genome,
    rows: IntArray,
    source: IntArray,
    target: IntArray,
    cells: Cells,
    grown: _Grown,
) -> Wiring:
    """Return the synapses of some genes, between all copies of their neurons.

    What several copies of a source transmit together is what one would.
    """
    n_sources, n_targets = grown.number[source], grown.number[target]
    times = n_sources * n_targets
    gene = np.repeat(np.arange(len(rows)), times)
    pair = np.arange(len(gene)) - np.repeat(np.cumsum(times) - times, times)
    source = grown.first[source][gene] + pair // n_targets[gene]
    target = grown.first[target][gene] + pair % n_targets[gene]
    order = np.lexsort((target, source))
    gene, source, target = gene[order], source[order], target[order]
    gap = cells.position[source] - cells.position[target]
    return Wiring(
        offsets=np.searchsorted(source, np.arange(len(cells.node_id) + 1)),
        target=target,
        weight=genome.synapses.trait("weight")[rows[gene]] / n_sources[gene],
        delay=genome.synapses.trait("delay")[rows[gene]].astype(np.int64),
        length=np.sqrt(np.square(gap).sum(axis=1)),
        innovation=genome.synapses.innovation[rows[gene]],
    )


def _found(
    key: int, n_inputs: int, n_outputs: int, variation: Variation, rng: np.random.Generator
) -> Genome:
    """Return a founder, with as many hidden neurons as the settings say."""
    genome = found_genome(key, n_inputs, n_outputs, variation, rng)
    for _ in range(variation.config.founder_neurons):
        genome = apply_operator("split_synapse", genome, variation, rng)
    return genome


DIRECT = Encoding("direct", _found, _develop)
