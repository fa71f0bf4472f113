"""Where the neurons of a network stand in its packed state."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glianeat.develop.network import Network
from glianeat.errors import SimulationError
from glianeat.genome.schema import ASTROCYTES
from glianeat.simulate.section import VECTOR
from glianeat.typing import IntArray


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the neurons of a network stand in its packed state."""

    senders: IntArray  # (N,) sender of each neuron
    slots: IntArray  # (N,) slot of each cell; -1 for inputs
    region_start: IntArray  # (R + 1,) slots
    n_senders: int

    @property
    def n_slots(self) -> int:
        """Number of slots, padding included."""
        return int(self.region_start[-1])


def assign_layout(network: Network) -> Layout:
    """Give every cell a slot, region by region, padded to whole vectors."""
    region = network.cells.region[network.n_inputs :]
    count = np.bincount(region, minlength=network.n_regions)
    padded = -(-count // VECTOR) * VECTOR
    start = np.concatenate([[0], np.cumsum(padded)])
    first = np.concatenate([[0], np.cumsum(count)])
    slot = np.arange(len(region)) - first[region] + start[region]
    inputs = np.arange(network.n_inputs)
    return Layout(
        senders=np.concatenate([inputs, network.n_inputs + slot]),
        slots=np.concatenate([np.full_like(inputs, -1), slot]),
        region_start=start,
        n_senders=network.n_inputs + int(start[-1]),
    )


def topological_order(network: Network) -> IntArray:
    """Return the cells such that each comes after all that it hears from.

    Those that hear from inputs alone come first, then those that hear from these, and so on; of
    equals, in the order of the network.

    Raises
    ------
    SimulationError
        If the network has a cycle.
    """
    n_inputs = network.n_inputs
    source, target = network.source - n_inputs, network.wiring.target - n_inputs
    from_cell = source >= 0
    source, target = source[from_cell], target[from_cell]
    waiting = np.ones(network.n_neurons - n_inputs, dtype=np.bool_)
    order: list[IntArray] = []
    while waiting.any():
        blocked = np.zeros_like(waiting)
        blocked[target[waiting[source]]] = True
        ready = np.flatnonzero(waiting & ~blocked)
        if not len(ready):
            raise SimulationError(
                "feed_forward: a network must have no cycles, got one that leads to neuron "
                f"{n_inputs + int(np.flatnonzero(waiting)[0])}"
            )
        order.append(ready)
        waiting[ready] = False
    return n_inputs + np.concatenate(order)


NO_PAIRS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


class SensedPairs(NamedTuple):
    """Pairs of a sender and an astrocyte, one for every synapse and every input of a territory."""

    sender: IntArray  # (K,)
    astrocyte: IntArray  # (K,)
    synapse: IntArray  # (K,) -1 for inputs


def sensed_pairs(network: Network, layout: Layout) -> SensedPairs:
    """Return what happens in each territory: synapses in their order, then inputs."""
    glia, wiring = network.glia, network.wiring
    order = np.argsort(glia.cover_neuron, kind="stable")
    neuron, astrocyte = glia.cover_neuron[order], glia.cover_astrocyte[order]
    first = np.searchsorted(neuron, np.arange(network.n_neurons + 1))
    source = layout.senders[network.source]
    several = np.diff(first)[wiring.target]
    senders = np.repeat(source, several)
    within = np.arange(len(senders)) - np.repeat(np.cumsum(several) - several, several)
    onto = astrocyte[np.repeat(first[wiring.target], several) + within]
    afferent = neuron < network.n_inputs
    synapse = np.repeat(np.arange(len(source)), several)
    return SensedPairs(
        np.concatenate([senders, neuron[afferent]]),
        np.concatenate([onto, astrocyte[afferent]]),
        np.concatenate([synapse, np.full(np.count_nonzero(afferent), -1)]),
    )


def neighbours(network: Network) -> tuple[IntArray, IntArray]:
    """Return the ordered pairs of astrocytes of a region whose reaches meet."""
    glia = network.glia
    reach = glia.traits[:, ASTROCYTES.column("reach")]
    ones, others = [NO_PAIRS[0]], [NO_PAIRS[1]]
    for g in range(len(glia.gene)):
        gap = np.sqrt(np.square(glia.position - glia.position[g]).sum(axis=1))
        near = (gap <= reach + reach[g]) & (glia.region == glia.region[g])
        near[g] = False
        others.append(np.flatnonzero(near))
        ones.append(np.full(len(others[-1]), g))
    return np.concatenate(ones), np.concatenate(others)
