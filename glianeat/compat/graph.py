"""A genome's network as a graph: what all formats of graphs are written from.

Nodes are of three kinds, ``region``, ``neuron`` and ``astrocyte``, and so are edges: ``contains``
leads from a region to its neurons and astrocytes, ``synapse`` from neuron to neuron, and
``territory`` from an astrocyte to the neurons that it ensheathes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glianeat.develop.decode import develop
from glianeat.develop.network import Network
from glianeat.genome.founders import region_name
from glianeat.genome.genome import Genome
from glianeat.genome.schema import ACTIVATIONS, ASTROCYTES, NEURONS, Family, Role
from glianeat.run.config import ExperimentConfig
from glianeat.text import counted, safe
from glianeat.typing import FloatArray

Value = str | int | float | bool
Attributes = dict[str, Value]
_ROLES = {Role.INPUT: "input", Role.OUTPUT: "output", Role.HIDDEN: "hidden"}
_SIGNS = {1: "excitatory", -1: "inhibitory"}


class Edge(NamedTuple):
    """A directed edge, and what is known of it."""

    source: str
    target: str
    name: str
    attributes: Attributes


@dataclass(frozen=True)
class Graph:
    """Nodes by name, edges, and what is known of the whole."""

    attributes: Attributes
    nodes: dict[str, Attributes]
    edges: Sequence[Edge]


def graph_of(genome: Genome, config: ExperimentConfig) -> Graph:
    """Return the network of a genome as a graph; equal genomes, equal graphs."""
    network = develop(genome, config.development)
    regions, neurons, astrocytes = _regions(network), _neurons(network, config), _glia(network)
    edges = [*_contents(neurons, astrocytes), *_synapses(network), *_territories(network)]
    attributes: Attributes = {
        "genome": str(genome.key),  # as a text: some readers round long whole numbers
        "task": safe(config.task.id),
        "neuron_model": config.neuron.model,
        "feed_forward": config.genome.feed_forward,
    }
    return Graph(attributes, regions | neurons | astrocytes, edges)


def left_out(genome: Genome, config: ExperimentConfig) -> list[str]:
    """Return what a graph does not hold of a genome: what does not take part in its network."""
    network = develop(genome, config.development)
    disabled = len(genome.synapses) - len(set(network.wiring.innovation.tolist()))
    lines = []
    if disabled > 0:
        lines.append(f"{counted(disabled, 'synapse gene')} of no effect, disabled or on no way")
    shared = "dynamics that all neurons share, the energy budget and the codec"
    return [*lines, f"{shared}, which are in the run's configuration"]


def _traits(family: Family, row: FloatArray) -> Attributes:
    found: Attributes = dict(
        zip([trait.name for trait in family.traits], row.tolist(), strict=True)
    )
    if "activation" in found:
        found["activation"] = ACTIVATIONS[int(found["activation"])]
    return found


def _regions(network: Network) -> dict[str, Attributes]:
    count = network.n_regions
    return {
        f"region_{index}": {
            "kind": "region",
            "label": region_name(index, count),
            "energy_reserve": float(network.energy_reserve[index]),
            "mass": float(network.mass[index]),
            "astrocytes": int(network.astrocytes[index]),
            "innovation": str(int(network.region_innovation[index])),
        }
        for index in range(count)
    }


def _neurons(network: Network, config: ExperimentConfig) -> dict[str, Attributes]:
    cells, found = network.cells, {}
    names = {Role.INPUT: config.codec.channels, Role.OUTPUT: config.codec.outputs}
    for number in range(network.n_neurons):
        role, channel = int(cells.role[number]), int(cells.channel[number])
        place = channel // (network.output_copies if role == Role.OUTPUT else 1)
        known = names.get(role, ())
        name = f"neuron_{number}"
        x, y = cells.position[number].tolist()
        found[name] = {
            "kind": "neuron",
            "label": safe(known[place]) if place < len(known) else name,
            "role": _ROLES[role],
            "channel": channel if role != Role.HIDDEN else -1,
            "region": int(cells.region[number]),
            "sign": _SIGNS[int(cells.sign[number])],
            "x": x,
            "y": y,
            "innovation": str(int(cells.node_id[number])),
            **_traits(NEURONS, cells.traits[number]),
        }
    return found


def _glia(network: Network) -> dict[str, Attributes]:
    glia, found = network.glia, {}
    for number in range(len(glia.gene)):
        name = f"astrocyte_{number}"
        x, y = glia.position[number].tolist()
        found[name] = {
            "kind": "astrocyte",
            "label": name,
            "region": int(glia.region[number]),
            "count": int(glia.count[number]),
            "x": x,
            "y": y,
            **_traits(ASTROCYTES, glia.traits[number]),
        }
    return found


def _contents(*groups: dict[str, Attributes]) -> list[Edge]:
    return [
        Edge(f"region_{attributes['region']}", name, f"contains_{name}", {"kind": "contains"})
        for group in groups
        for name, attributes in group.items()
    ]


def _synapses(network: Network) -> list[Edge]:
    wiring, edges = network.wiring, []
    columns = (network.source, wiring.target, wiring.weight, wiring.delay, wiring.length)
    rows = zip(*(column.tolist() for column in columns), network.inhibits.tolist(), strict=True)
    innovations = wiring.innovation.tolist()
    for number, (source, target, weight, delay, length, inhibits) in enumerate(rows):
        attributes: Attributes = {
            "kind": "synapse",
            "weight": -abs(weight) if inhibits else abs(weight),
            "delay": delay,
            "length": length,
            "innovation": str(innovations[number]),
        }
        ends = f"neuron_{source}", f"neuron_{target}"
        edges.append(Edge(*ends, f"synapse_{number}", attributes))
    return edges


def _territories(network: Network) -> list[Edge]:
    glia, edges = network.glia, []
    columns = (glia.cover_astrocyte, glia.cover_neuron, glia.cover_share)
    for astrocyte, neuron, share in zip(*(column.tolist() for column in columns), strict=True):
        name = f"territory_{astrocyte}_{neuron}"
        attributes: Attributes = {"kind": "territory", "share": share}
        edges.append(Edge(f"astrocyte_{astrocyte}", f"neuron_{neuron}", name, attributes))
    return edges
