"""Random networks for benchmarks, with every mechanism in use."""

import numpy as np

from glianeat.develop.network import Cells, Glia, Network, Wiring
from glianeat.genome.schema import ASTROCYTES, NEURONS, Role
from glianeat.typing import IntArray

N_REGIONS = 3
Size = tuple[int, int, int, int]  # inputs, hidden, outputs, synapses


def make_network(size: Size, seed: int = 0) -> Network:
    """Return a random network in three regions with every mechanism in use, half as many glia."""
    n_inputs, n_hidden, n_outputs, n_synapses = size
    rng = np.random.default_rng(seed)
    n_cells = n_hidden + n_outputs
    n = n_inputs + n_cells
    cells = _make_cells(rng, n_inputs, n_cells, n_outputs)
    mean = 0.2 * n_cells / n_synapses  # weak: rates follow the injected current
    source = np.sort(rng.integers(0, n, n_synapses))
    target = rng.integers(n_inputs, n, n_synapses)
    order = np.lexsort((target, source))
    wiring = Wiring(
        offsets=np.searchsorted(source, np.arange(n + 1)),
        target=target[order],
        weight=rng.uniform(0.0, 2.0 * mean, n_synapses),
        delay=rng.integers(1, 11, n_synapses),
        length=rng.uniform(0.0, 2.0, n_synapses),
        innovation=np.arange(n_synapses),
    )
    size_of = cells.traits[:, NEURONS.column("size")]
    return Network(
        n_inputs=n_inputs,
        n_channels=n_inputs,
        n_outputs=n_outputs,
        cells=cells,
        wiring=wiring,
        glia=_make_glia(rng, cells.region),
        region_innovation=np.arange(N_REGIONS),
        energy_reserve=np.full(N_REGIONS, 10.0),
        mass=np.bincount(cells.region, size_of, N_REGIONS).astype(np.float64),
    )


def varied(network: Network) -> Network:
    """Return the network with gains and currents that are not zero, and differ."""
    rng = np.random.default_rng(2)
    for name, most in (("gain", 1.0), ("slow_current", 0.1), ("postsynaptic_share", 0.5)):
        column = network.glia.traits[:, ASTROCYTES.column(name)]
        column[:] = rng.uniform(0.1, 1.0, len(column)) * most
    for name, most in (("slow_gain", 1.0), ("slow_current", 0.1), ("slow_postsynaptic_share", 0.5)):
        column = network.cells.traits[:, NEURONS.column(name)]
        column[:] = rng.uniform(0.1, 1.0, len(column)) * most
    return network


def _make_cells(rng: np.random.Generator, n_inputs: int, n_cells: int, n_outputs: int) -> Cells:
    n = n_inputs + n_cells
    traits = np.array([[trait.init_mean for trait in NEURONS.traits]]).repeat(n, axis=0)
    jumps = {"adaptation": 0.02, "afterdepolarisation": 0.02, "threshold_jump": 0.01}
    for name, high in jumps.items():
        traits[:, NEURONS.column(name)] = rng.uniform(0.0, high, n)
    traits[:, NEURONS.column("tau_membrane")] = rng.uniform(10.0, 30.0, n)
    region = np.concatenate(
        [np.arange(n_inputs) % N_REGIONS, np.sort(np.arange(n_cells) % N_REGIONS)]
    )
    role = np.full(n, int(Role.HIDDEN))
    role[:n_inputs] = Role.INPUT
    outputs = rng.choice(np.arange(n_inputs, n), n_outputs, replace=False)
    role[outputs] = Role.OUTPUT
    channel = np.zeros(n, dtype=np.int64)
    channel[:n_inputs] = np.arange(n_inputs)
    channel[outputs] = np.arange(n_outputs)
    return Cells(
        node_id=np.arange(n),
        role=role,
        channel=channel,
        region=region,
        sign=np.where(rng.random(n) < 0.2, -1, 1),
        traits=traits,
        position=rng.uniform(-1.0, 1.0, (n, 2)),
    )


def _make_glia(rng: np.random.Generator, region: IntArray) -> Glia:
    """Let every two neurons that follow each other in a region share an astrocyte."""
    order = np.argsort(region, kind="stable")
    number = np.bincount(region, minlength=N_REGIONS)
    rank = np.arange(len(region)) - np.repeat(np.cumsum(number) - number, number)
    code = region[order] * len(region) + rank // 2
    kinds, owner = np.unique(code, return_inverse=True)
    n = len(kinds)
    traits = np.array([[trait.init_mean for trait in ASTROCYTES.traits]]).repeat(n, axis=0)
    return Glia(
        gene=np.arange(n),
        region=kinds // len(region),
        count=np.ones(n, dtype=np.int64),
        traits=traits,
        position=rng.uniform(-1.0, 1.0, (n, 2)),
        cover_astrocyte=owner,
        cover_neuron=order,
        cover_share=np.ones(len(region)),
    )
