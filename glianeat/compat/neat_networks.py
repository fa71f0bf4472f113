"""Networks as neat-python describes them, and the genomes that do the same here.

A node of neat-python shows ``f(bias + response · Σ weight · value)`` with steeper functions than
ours: tanh(2.5 x), and 1 / (1 + exp(-5 x)) where ours has 4.9. So biases and weights are
`STEEPNESS` times theirs here, and the response of a node is part of the weights onto it. Both are
exact but for rounding; neat-python further clamps the argument of its exponential to ±60, which is
worth less than 1e-26. Its other activations are here as they are. In a network of several, biases
and weights are theirs, and every node has an activation of its own, tanh and sigmoid being those of
neat-python's, too.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from glianeat.compat.neat_activations import KNOWN, STEEPNESS, THEIRS, graded_simulation
from glianeat.errors import ConfigError, GenomeError
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY, found_genome
from glianeat.genome.genome import MAX_INDEX, Genome, check_genome
from glianeat.genome.innovation import (
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.schema import (
    ACTIVATIONS,
    FAMILIES,
    NEURONS,
    SYNAPSES,
    Family,
    Role,
    Trait,
)
from glianeat.genome.tables import table
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig
from glianeat.typing import FloatArray

ORIGIN = synapse_innovation(output_node_id(0), input_node_id(0))
"""What hidden nodes are born of, for want of knowing better: a synapse into an input, which no
genome has, so that no split of ours gives the same number."""
Row: TypeAlias = tuple[int, tuple[int, ...], FloatArray]  # innovation number, keys, traits


@dataclass(frozen=True)
class Node:
    """A node that is no input."""

    activation: str
    aggregation: str
    bias: float
    response: float = 1.0


@dataclass(frozen=True)
class Connection:
    """What one node, or an input, sends to another."""

    source: int
    target: int
    weight: float
    enabled: bool = True


@dataclass(frozen=True)
class NeatNetwork:
    """A network in neat-python's terms.

    Parameters
    ----------
    recurrent : bool
        Whether nodes show what they heard of one another in the update before, as in its
        RecurrentNetwork, or in the same one, from inputs to outputs.
    inputs, outputs : tuple of int
        Their keys, in order.
    nodes : mapping of int to Node
        By key; outputs among them, inputs not.
    connections : tuple of Connection
        In any order.
    """

    recurrent: bool
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    nodes: Mapping[int, Node]
    connections: tuple[Connection, ...]

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations of its nodes, that of the first output first."""
        names = [self.nodes[name].activation for name in (*self.outputs, *self.nodes)]
        return tuple(dict.fromkeys(names))

    @property
    def simulation(self) -> SimulationConfig:
        """What the network runs on here: graded neurons, and glia that do nothing."""
        return graded_simulation(self.activations, recurrent=self.recurrent)


def to_genome(
    network: NeatNetwork, key: int, *, clip: bool = False, mixed: bool | None = None
) -> Genome:
    """Return the genome that develops into a network.

    Inputs and outputs get the numbers of ours, in order; hidden nodes get numbers that depend on
    their keys alone, so that the genomes of one population stay aligned.

    Parameters
    ----------
    network : NeatNetwork
        With activations of neat-python's own, and sums as aggregation.
    key : int
        Key of the genome.
    clip : bool
        Whether biases and weights beyond our bounds are taken to the bound, or refused.
    mixed : bool, optional
        Whether every node is to have an activation of its own, as in populations where others
        have other ones; by default if there are several.

    Raises
    ------
    GenomeError
        Naming the node or connection that cannot be represented.
    """
    _check_shape(network)
    _check_functions(network)
    mixed = len(network.activations) > 1 if mixed is None else mixed
    scale = 1.0 if mixed else STEEPNESS.get(network.activations[0], 1.0)
    body = _body()
    neurons = [*_inputs(network), *_nodes(network, scale, clip=clip, mixed=mixed)]
    synapses = list(_connections(network, scale, clip=clip))
    genome = Genome(
        key, body.regions, table(NEURONS, neurons), body.astrocytes, table(SYNAPSES, synapses)
    )
    check_genome(genome)
    return genome


def of_genome(genome: Genome, simulation: SimulationConfig) -> NeatNetwork:
    """Return what a genome of graded neurons is in neat-python's terms; the inverse of `to_genome`.

    Inputs are numbered -1, -2, …, outputs 0, 1, …. Imported hidden nodes keep their keys; others
    follow, in the order of their innovation numbers. Gains of receptors become part of weights.

    Parameters
    ----------
    genome : Genome
        Its glia must not matter to what it does.
    simulation : SimulationConfig
        What it runs on.

    Raises
    ------
    ConfigError
        If the neurons are not graded, or astrocytes change what they do.
    GenomeError
        If a receptor adapts or a synapse is slow, which neat-python does not know.
    """
    _check_simulation(simulation)
    recurrent = not simulation.feed_forward
    _check_expressible(genome, recurrent=recurrent)
    keys, neurons = _keys(genome), genome.neurons
    names = _names(genome, simulation.neuron.activation)
    steep = {name: STEEPNESS.get(name, 1.0) for name in names}
    scale = np.array([steep[name] for name in names])
    bias = (neurons.trait("bias") / scale).tolist()
    is_input = (neurons.field("role") == Role.INPUT).tolist()
    back = {ours: theirs for theirs, ours in THEIRS.items()}
    nodes = {
        keys[number]: Node(back.get(names[row], names[row]), "sum", bias[row])
        for row, number in enumerate(neurons.innovation.tolist())
        if not is_input[row]
    }
    source, target = genome.synapses.field("source"), genome.synapses.field("target")
    rows, scale = neurons.rows(source), scale[neurons.rows(target)]
    gain = np.where(neurons.field("role") == Role.INPUT, neurons.trait("receptor_gain"), 1.0)
    weight = genome.synapses.trait("weight") * neurons.field("sign")[rows] * gain[rows] / scale
    columns = (source, target, weight, genome.synapses.field("enabled"))
    connections = tuple(
        Connection(keys[one], keys[other], value, enabled == 1)
        for one, other, value, enabled in zip(*(c.tolist() for c in columns), strict=True)
    )
    return NeatNetwork(
        recurrent=recurrent,
        inputs=tuple(-1 - i for i in range(genome.n_inputs)),
        outputs=tuple(range(genome.n_outputs)),
        nodes={key: nodes[key] for key in sorted(nodes)},
        connections=tuple(sorted(connections, key=lambda one: (one.target, one.source))),
    )


# From neat-python


def _check_shape(network: NeatNetwork) -> None:
    """Refuse what is no network."""
    pins, inputs = (*network.inputs, *network.outputs), set(network.inputs)
    if not network.inputs or not network.outputs or len(set(pins)) != len(pins):
        raise GenomeError(
            f"network: must have inputs and outputs, each once, got {len(network.inputs)} and "
            f"{len(network.outputs)}"
        )
    for name in network.nodes:
        if name in inputs or not 0 <= name < MAX_INDEX:
            raise GenomeError(f"node {name}: keys must be >= 0 and < {MAX_INDEX}, and no input's")
    for name in network.outputs:
        if name not in network.nodes:
            raise GenomeError(f"node {name}: is an output, but there is no such node")
    ends = set[tuple[int, int]]()
    for one in network.connections:
        _check_ends(network, one, inputs)
        pair = one.source, one.target
        if pair in ends:
            raise GenomeError(f"connection {pair}: is there twice")
        ends.add(pair)


def _check_ends(network: NeatNetwork, one: Connection, inputs: set[int]) -> None:
    pair = one.source, one.target
    if one.source not in inputs and one.source not in network.nodes:
        raise GenomeError(f"connection {pair}: there is no node {one.source}")
    if one.target not in network.nodes:
        raise GenomeError(f"connection {pair}: must end in a node, got {one.target}")


def _check_functions(network: NeatNetwork) -> None:
    """Refuse functions that our graded neurons have not."""
    for name, node in network.nodes.items():
        if node.activation not in KNOWN:
            raise GenomeError(
                f"node {name}: activation must be of {', '.join(KNOWN)}, got {node.activation!r}"
            )
        if node.aggregation != "sum":
            raise GenomeError(f"node {name}: aggregation must be 'sum', got {node.aggregation!r}")


def _numbers(network: NeatNetwork) -> dict[int, int]:
    """Return the innovation number of each input and node."""
    numbers = {name: split_node_id(ORIGIN, name) for name in network.nodes}
    numbers |= {name: output_node_id(i) for i, name in enumerate(network.outputs)}
    return numbers | {name: input_node_id(i) for i, name in enumerate(network.inputs)}


def _inputs(network: NeatNetwork) -> Iterator[Row]:
    for i in range(len(network.inputs)):
        keys = Role.INPUT, i, 0, region_id(SENSORY), 1
        yield input_node_id(i), keys, _initial(NEURONS)


def _nodes(network: NeatNetwork, scale: float, *, clip: bool, mixed: bool) -> Iterator[Row]:
    column, numbers = NEURONS.column("bias"), _numbers(network)
    outputs = {name: i for i, name in enumerate(network.outputs)}
    for name, node in network.nodes.items():
        keys = Role.HIDDEN, name, ORIGIN, region_id(FIRST_ASSOCIATION), 1
        if name in outputs:
            keys = Role.OUTPUT, outputs[name], 0, region_id(MOTOR), 1
        traits = _initial(NEURONS)
        bound = _Bound(f"node {name}: bias", NEURONS.traits[column], scale)
        traits[column] = bound.kept(node.bias, clip=clip)
        if mixed:
            own = THEIRS.get(node.activation, node.activation)
            traits[NEURONS.column("activation")] = ACTIVATIONS.index(own)
        yield numbers[name], keys, traits


def _connections(network: NeatNetwork, scale: float, *, clip: bool) -> Iterator[Row]:
    column, numbers = SYNAPSES.column("weight"), _numbers(network)
    for one in network.connections:
        ends = numbers[one.source], numbers[one.target]
        name = f"connection {(one.source, one.target)}: weight times response"
        traits = _initial(SYNAPSES)
        bound = _Bound(name, SYNAPSES.traits[column], scale)
        response = network.nodes[one.target].response
        traits[column] = bound.kept(one.weight * response, clip=clip)
        traits[SYNAPSES.column("delay")] = 1.0  # one update
        yield synapse_innovation(*ends), (*ends, int(one.enabled)), traits


def _initial(family: Family) -> FloatArray:
    return np.array([trait.init_mean for trait in family.traits])


@dataclass(frozen=True)
class _Bound:
    """What a number of neat-python's becomes here, and how large it may be."""

    name: str
    trait: Trait
    scale: float

    def kept(self, value: float, *, clip: bool) -> float:
        """Return the trait; refuse one beyond its bounds, or take it to the bound."""
        most = self.trait.max_value
        if not math.isfinite(value) or (abs(value * self.scale) > most and not clip):
            raise GenomeError(
                f"{self.name} must be within ±{most / self.scale:.4g}, since {self.scale:.4g} "
                f"times it is {self.trait.name} here, which is within ±{most:g}, got {value}; "
                "or have it clipped"
            )
        return min(max(value * self.scale, -most), most)


def _body() -> Genome:
    """Return a genome whose regions and astrocytes are the plainest there are."""
    return found_genome(0, 1, 1, Variation(plain_genomes()), np.random.default_rng(0))


def plain_genomes() -> GenomeConfig:
    """Return settings under which no trait is drawn at random but biases and weights."""
    traits = {
        family.name: {
            trait.name: {"init_stdev": 0.0, "mutate_rate": 0.0, "replace_rate": 0.0}
            for trait in family.traits
            if trait.name not in {"bias", "weight"}
        }
        for family in FAMILIES
    }
    return GenomeConfig(dale=False, traits=traits)


# To neat-python


def _names(genome: Genome, shared: str) -> list[str]:
    """Return our name of the activation of each neuron."""
    own = genome.neurons.trait("activation").astype(np.int64).tolist()
    return [ACTIVATIONS[number] if number else shared for number in own]


def _check_simulation(simulation: SimulationConfig) -> None:
    model, glia = simulation.neuron.model, simulation.astrocyte
    if model != "graded":
        raise ConfigError(
            f"neuron.model: must be 'graded' for neat-python, whose nodes do not spike, got "
            f"{model!r}"
        )
    for name in ("gain", "slow_current"):
        if getattr(glia, name):
            raise ConfigError(
                f"astrocyte.{name}: must be false for neat-python, which has no glia, got true"
            )


def _check_expressible(genome: Genome, *, recurrent: bool) -> None:
    neurons, synapses = genome.neurons, genome.synapses
    receptors = neurons.field("role") == Role.INPUT
    for name in ("phasic", "receptor_bias"):
        at_fault = np.flatnonzero(receptors & (neurons.trait(name) != 0.0))
        if len(at_fault):
            raise GenomeError(
                f"neurons {neurons.innovation[at_fault[0]]:016x}: {name} must be 0 for "
                f"neat-python, got {neurons.trait(name)[at_fault[0]]}"
            )
    of_cell = ~receptors[neurons.rows(synapses.field("source"))]
    slow = np.flatnonzero(of_cell & (synapses.trait("delay") != 1.0))
    if recurrent and len(slow):
        raise GenomeError(
            f"synapses {synapses.innovation[slow[0]]:016x}: delay must be 1 ms for neat-python, "
            f"got {synapses.trait('delay')[slow[0]]:g}"
        )


def _keys(genome: Genome) -> dict[int, int]:
    """Return neat-python's key of each neuron, by its innovation number."""
    neurons = genome.neurons
    columns = (neurons.innovation, *(neurons.field(name) for name in ("role", "channel", "origin")))
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    keys = {number: -1 - index for number, role, index, _ in rows if role == Role.INPUT}
    keys |= {number: index for number, role, index, _ in rows if role == Role.OUTPUT}
    kept = {
        number: index
        for number, role, index, origin in rows
        if role == Role.HIDDEN and origin == ORIGIN and index >= genome.n_outputs
    }
    free = 1 + max((genome.n_outputs - 1, *kept.values()))
    left = (number for number, *_ in rows if number not in keys and number not in kept)
    return keys | kept | {number: free + i for i, number in enumerate(left)}
