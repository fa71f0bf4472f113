"""Shuffled territories: astrocytes around as many neurons as before, but around other ones."""

from dataclasses import replace

import numpy as np

from glianeat.develop.network import Network
from glianeat.genome.schema import Role
from glianeat.typing import IntArray


def shuffled(network: Network, rng: np.random.Generator) -> Network:
    """Return a network whose astrocytes ensheathe neurons of their region that chance deals them.

    Inputs change places with inputs and cells with cells, so that every territory keeps its size
    and its number of cells, every neuron is ensheathed as much as before, and genes, ratios and
    costs stay. What is lost is which neurons share an astrocyte, and which astrocyte it is.

    Parameters
    ----------
    network : Network
        As it has developed.
    rng : numpy.random.Generator
        Deals out the neurons.
    """
    glia, cells = network.glia, network.cells
    dealt = np.arange(network.n_neurons)
    for region in range(network.n_regions):
        for is_input in (True, False):
            alike = (cells.region == region) & ((cells.role == Role.INPUT) == is_input)
            members: IntArray = np.flatnonzero(alike)
            dealt[members] = rng.permutation(members)
    return replace(network, glia=replace(glia, cover_neuron=dealt[glia.cover_neuron]))
