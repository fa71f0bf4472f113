"""What the neurons and synapses of a network are called: by their genes, and by which copy."""

from glianeat.develop.network import Network
from glianeat.typing import IntArray


def neuron_ids(network: Network) -> list[str]:
    """Return what each neuron is called, see `gene_ids`."""
    return gene_ids(network.cells.node_id)


def synapse_ids(network: Network) -> list[str]:
    """Return what each synapse is called, see `gene_ids`."""
    return gene_ids(network.wiring.innovation)


def gene_ids(numbers: IntArray) -> list[str]:
    """Return innovation numbers in hexadecimal; what else is of one gene has a suffix.

    The first of several copies has none, the others ``-1``, ``-2``, …, in the order of the network.
    """
    seen: dict[int, int] = {}
    found = []
    for number in numbers.tolist():
        copy = seen.get(number, 0)
        seen[number] = copy + 1
        found.append(f"{number:016x}-{copy}" if copy else f"{number:016x}")
    return found
