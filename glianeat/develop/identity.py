"""What the neurons and synapses of a network are called: by their genes, and by which copy."""

import numpy as np

from glianeat.develop.network import Network
from glianeat.typing import IntArray

_DIGITS = 16


def gene_id(innovation: int) -> str:
    """Return what a gene is called: its innovation number, hexadecimal."""
    return f"{innovation:0{_DIGITS}x}"


def neuron_ids(network: Network) -> list[str]:
    """Return what each neuron is called: its gene, and ``.1``, ``.2``, … of several copies."""
    return _ids(network.cells.node_id)


def synapse_ids(network: Network) -> list[str]:
    """Return what each synapse is called: its gene, and ``.1``, ``.2``, … of several copies."""
    return _ids(network.wiring.innovation)


def _ids(innovation: IntArray) -> list[str]:
    _, gene, number = np.unique(innovation, return_inverse=True, return_counts=True)
    order = np.argsort(gene, kind="stable")
    first = np.cumsum(number) - number
    copy = np.empty(len(innovation), dtype=np.int64)
    copy[order] = np.arange(len(innovation)) - first[gene[order]]
    is_copy = number[gene] > 1
    return [
        f"{gene_id(one)}.{k + 1}" if several else gene_id(one)
        for one, k, several in zip(
            innovation.tolist(), copy.tolist(), is_copy.tolist(), strict=True
        )
    ]
