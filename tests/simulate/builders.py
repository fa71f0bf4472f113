"""Networks made by hand: neurons, synapses and astrocytes one by one, straight into arrays."""

import os

import numpy as np
import pytest

from glianeat.develop.network import Cells, Glia, Network, Wiring
from glianeat.genome.schema import ASTROCYTES, NEURONS, Role

needs_compilation = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="takes minutes in plain Python"
)


def traits_of(family, changes):
    """Return one row of traits: the initial means, with some changed."""
    row = np.array([trait.init_mean for trait in family.traits])
    for name, value in changes.items():
        row[family.column(name)] = value
    return row


class Builder:
    """Collects a network; inputs must be added first, then cells region by region."""

    def __init__(self, n_regions=1, energy_reserve=10.0):
        self.n_regions, self.energy_reserve = n_regions, energy_reserve
        self.role, self.channel, self.region, self.sign = [], [], [], []
        self.traits, self.position = [], []
        self.synapses, self.astrocytes, self.covers = [], [], []

    def input(self, region=0, **traits):
        return self._neuron(Role.INPUT, region, 1, traits)

    def output(self, region=0, sign=1, **traits):
        return self._neuron(Role.OUTPUT, region, sign, traits)

    def cell(self, region=0, sign=1, **traits):
        return self._neuron(Role.HIDDEN, region, sign, traits)

    def cells(self, number, **options):
        return [self.cell(**options) for _ in range(number)]

    def _neuron(self, role, region, sign, traits):
        is_cell = role != Role.INPUT
        before = [(r != Role.INPUT, g * (r != Role.INPUT)) for r, g in zip(self.role, self.region)]
        assert (is_cell, region * is_cell) >= max(before, default=(False, 0)), "out of order"
        self.channel.append(0 if role == Role.HIDDEN else self.role.count(role))
        self.role.append(role)
        self.region.append(region)
        self.sign.append(sign)
        self.traits.append(traits_of(NEURONS, traits))
        self.position.append((3.0 * region, 0.1 * len(self.role)))
        return len(self.role) - 1

    def join(self, source, target, weight, delay=1):
        self.synapses.append((source, target, weight, delay))
        return self

    def astrocyte(self, neurons, region=0, count=1, share=1.0, **traits):
        g = len(self.astrocytes)
        self.astrocytes.append((region, count, traits_of(ASTROCYTES, traits)))
        self.covers += [(g, neuron, share) for neuron in neurons]
        return g

    def build(self):
        region = np.array(self.region, dtype=np.int64)
        traits = np.array(self.traits).reshape(-1, len(NEURONS.traits))
        mass = np.bincount(region, traits[:, NEURONS.column("size")], self.n_regions)
        return Network(
            n_inputs=self.role.count(Role.INPUT),
            n_channels=self.role.count(Role.INPUT),
            n_outputs=self.role.count(Role.OUTPUT),
            cells=self._cells(region, traits),
            wiring=self._wiring(),
            glia=self._glia(),
            region_innovation=np.arange(self.n_regions),
            energy_reserve=np.full(self.n_regions, self.energy_reserve),
            mass=mass,
        )

    def _cells(self, region, traits):
        return Cells(
            node_id=np.arange(len(region)),
            role=np.array(self.role, dtype=np.int64),
            channel=np.array(self.channel, dtype=np.int64),
            region=region,
            sign=np.array(self.sign, dtype=np.int64),
            traits=traits,
            position=np.array(self.position).reshape(-1, 2),
        )

    def _wiring(self):
        rows = sorted(self.synapses)
        source = np.array([row[0] for row in rows], dtype=np.int64)
        target = np.array([row[1] for row in rows], dtype=np.int64)
        positions = np.array(self.position).reshape(-1, 2)
        return Wiring(
            offsets=np.searchsorted(source, np.arange(len(self.role) + 1)),
            target=target,
            weight=np.array([row[2] for row in rows], dtype=np.float64),
            delay=np.array([row[3] for row in rows], dtype=np.int64),
            length=np.linalg.norm(positions[source] - positions[target], axis=1),
            innovation=np.arange(len(rows)),
        )

    def _glia(self):
        n = len(self.astrocytes)
        return Glia(
            gene=np.arange(n),
            region=np.array([row[0] for row in self.astrocytes], dtype=np.int64),
            count=np.array([row[1] for row in self.astrocytes], dtype=np.int64),
            traits=np.array([row[2] for row in self.astrocytes]).reshape(
                -1, len(ASTROCYTES.traits)
            ),
            position=np.zeros((n, 2)),
            cover_astrocyte=np.array([row[0] for row in self.covers], dtype=np.int64),
            cover_neuron=np.array([row[1] for row in self.covers], dtype=np.int64),
            cover_share=np.array([row[2] for row in self.covers], dtype=np.float64),
        )


def raster(simulator, n_steps, current=None):
    """Return which neurons spiked in each millisecond, shape (n_steps, N).

    `current` is injected: steady, of shape (N,), or anew each millisecond, of shape (n_steps, N).
    """
    network = simulator.network
    amplitude = np.array(simulator.amplitude)
    spikes = np.zeros((n_steps, network.n_neurons), dtype=bool)
    if current is not None and np.ndim(current) == 1:
        simulator.inject(current)
    for t in range(n_steps):
        if current is not None and np.ndim(current) == 2:
            simulator.inject(current[t])
        simulator.step(amplitude, 1)
        spikes[t] = simulator.fired
    return spikes
