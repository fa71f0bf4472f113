"""Damage: a network some of whose neurons, synapses and astrocytes have died while it lives.

Unlike a lesion, which takes away what then was never there, damage leaves everything in its place:
what astrocytes compare their afferents with, the size of the pools and the outputs stay as they
developed. What is dead does nothing and costs nothing.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glianeat.develop.lesions import Gone, wiring_left
from glianeat.develop.network import Network
from glianeat.genome.schema import NEURONS
from glianeat.typing import BoolArray


class Damaged(NamedTuple):
    """A network with its dead."""

    dead: Gone
    silent: Network
    """The same cells, synapses and astrocytes, of which the dead have no effect."""
    remaining: Network
    """The same cells, with the synapses and astrocytes that are left: what is paid and sensed."""


def damaged(network: Network, dead: Gone) -> Damaged:
    """Return a network in which some neurons, synapses and astrocytes have died.

    Parameters
    ----------
    network : Network
        The network as it has developed.
    dead : Gone
        What is dead. All synapses of a dead neuron are dead, too.
    """
    source, target = network.source, network.wiring.target
    cut = dead.synapses | dead.neurons[source] | dead.neurons[target]
    dead = Gone(dead.neurons, cut, dead.astrocytes)
    silent = _silent(network, dead)
    everyone = np.ones(network.n_neurons, dtype=np.bool_)
    return Damaged(dead, silent, replace(silent, wiring=wiring_left(network, dead, everyone)))


def _silent(network: Network, dead: Gone) -> Network:
    traits = network.cells.traits.copy()
    traits[dead.neurons, NEURONS.column("bias")] = 0.0
    size = np.where(dead.neurons, 0.0, traits[:, NEURONS.column("size")])
    region = network.cells.region
    return replace(
        network,
        cells=replace(network.cells, traits=traits),
        wiring=replace(network.wiring, weight=np.where(dead.synapses, 0.0, network.wiring.weight)),
        glia=replace(
            network.glia,
            count=np.where(dead.astrocytes, 0, network.glia.count),
            cover_share=np.where(_covers(network, dead), 0.0, network.glia.cover_share),
        ),
        mass=np.bincount(region, size, minlength=network.n_regions).astype(np.float64),
    )


def _covers(network: Network, dead: Gone) -> BoolArray:
    """Return which pairs of an astrocyte and a neuron that it ensheaths have a dead one."""
    glia = network.glia
    covers: BoolArray = dead.astrocytes[glia.cover_astrocyte] | dead.neurons[glia.cover_neuron]
    return covers
