"""Where the neurons of a network stand in its packed state, and sums over that order."""

from dataclasses import dataclass

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import SimulationError
from glianeat.genome.schema import ASTROCYTES
from glianeat.simulate.kernels import layout as at
from glianeat.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Places:
    """Where the neurons of a network stand in its packed state."""

    row: IntArray  # (N,) row of each neuron
    lane: IntArray  # (N,) lane of each cell; -1 for inputs
    region_start: IntArray  # (R + 1,) lanes
    n_rows: int

    @property
    def n_lanes(self) -> int:
        """Number of lanes, padding included."""
        return int(self.region_start[-1])


def place(network: Network) -> Places:
    """Give every cell a lane, region by region, padded to whole vectors."""
    region = network.cells.region[network.n_inputs :]
    count = np.bincount(region, minlength=network.n_regions)
    padded = -(-count // at.LANES) * at.LANES
    start = np.concatenate([[0], np.cumsum(padded)])
    first = np.concatenate([[0], np.cumsum(count)])
    lane = np.arange(len(region)) - first[region] + start[region]
    inputs = np.arange(network.n_inputs)
    return Places(
        row=np.concatenate([inputs, network.n_inputs + lane]),
        lane=np.concatenate([np.full_like(inputs, -1), lane]),
        region_start=start,
        n_rows=network.n_inputs + int(start[-1]),
    )


def event_weights(
    network: Network, places: Places, reference: float, apart: BoolArray
) -> FloatArray:
    """Return Σ|w|/w_ref of each row's synapses into each region, shape (2, I + M, R).

    The second sums are over the synapses that are `apart`, shape (S,), the first over all others.
    """
    values = np.abs(network.wiring.weight) / reference
    rows = places.row[network.source] + places.n_rows * apart
    code = rows * network.n_regions + network.cells.region[network.wiring.target]
    sums = np.bincount(code, values, minlength=2 * places.n_rows * network.n_regions)
    return sums.astype(np.float64).reshape(2, places.n_rows, network.n_regions)


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


def upkeep(network: Network, energy: EnergyConfig) -> dict[str, FloatArray]:
    """Return what costs time alone, by the kind of charge, each of shape (R,)."""
    n = network.n_regions
    onto = network.cells.region[network.wiring.target]
    synapses = np.bincount(onto, minlength=n).astype(np.float64)
    astrocytes = np.bincount(network.glia.region, network.glia.count, minlength=n)
    built = 1.0 / energy.lifetime
    return {
        "rest": network.mass,
        "astrocyte": astrocytes.astype(np.float64),
        "connection": synapses,
        "wire": np.bincount(onto, network.wiring.length, minlength=n).astype(np.float64),
        "build_neuron": network.mass * built,
        "build_synapse": synapses * built,
        "build_astrocyte": astrocytes.astype(np.float64) * built,
    }


NO_PAIRS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def sensed_pairs(network: Network, places: Places) -> tuple[IntArray, IntArray]:
    """Return a (row, astrocyte) pair for every synapse in a territory, and one for every input."""
    glia, wiring = network.glia, network.wiring
    order = np.argsort(glia.cover_neuron, kind="stable")
    neuron, astrocyte = glia.cover_neuron[order], glia.cover_astrocyte[order]
    first = np.searchsorted(neuron, np.arange(network.n_neurons + 1))
    source = places.row[network.source]
    several = np.diff(first)[wiring.target]
    rows = np.repeat(source, several)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(several) - several, several)
    onto = astrocyte[np.repeat(first[wiring.target], several) + within]
    afferent = neuron < network.n_inputs
    return np.concatenate([rows, neuron[afferent]]), np.concatenate([onto, astrocyte[afferent]])


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
