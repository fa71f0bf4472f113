"""The network: what a genome develops into and what is simulated."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glianeat.genome.founders import region_name
from glianeat.text import counted, table_markup
from glianeat.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Cells:
    """Neurons, inputs first, then by region; arrays of shape (N,) unless said."""

    node_id: IntArray
    role: IntArray  # schema.Role
    channel: IntArray  # index of the input or output neuron; 0 for hidden neurons
    region: IntArray  # 0 … R - 1
    sign: IntArray  # 1 excitatory, -1 inhibitory
    traits: FloatArray  # (N, F), columns of schema.NEURONS
    position: FloatArray  # (N, 2) [region radii]


@dataclass(frozen=True, eq=False)
class Wiring:
    """Synapses in rows by source (CSR), sorted by target within a row."""

    offsets: IntArray  # (N + 1,) row i is [offsets[i], offsets[i + 1])
    target: IntArray  # (S,) index of the postsynaptic neuron
    weight: FloatArray  # (S,) [threshold]; magnitude, but signed without Dale's law
    delay: IntArray  # (S,) [ms], at least 1
    length: FloatArray  # (S,) [region radii]
    innovation: IntArray  # (S,)


@dataclass(frozen=True, eq=False)
class Glia:
    """Astrocytes; ones of equal genes and equal territory are kept as one with a `count`."""

    gene: IntArray  # (A,) row of the astrocyte gene
    region: IntArray  # (A,)
    count: IntArray  # (A,) how many cells it stands for
    traits: FloatArray  # (A, F), columns of schema.ASTROCYTES
    position: FloatArray  # (A, 2) [region radii]
    cover_astrocyte: IntArray  # (P,) astrocyte cover_astrocyte[p] ensheaths …
    cover_neuron: IntArray  # (P,) … neuron cover_neuron[p] with all synapses onto it
    cover_share: FloatArray  # (P,) its share of that neuron; the shares of a neuron add up to 1


@dataclass(frozen=True, eq=False)
class Network:
    """A developed network; everything the simulator needs, nothing of how it was encoded.

    Parameters
    ----------
    n_inputs : int
        Inputs that lead to an output; neurons 0 … n_inputs - 1.
    n_channels : int
        Input channels of the genome, also those that were left out.
    n_outputs : int
        Output neurons.
    cells, wiring, glia : Cells, Wiring, Glia
        The arrays.
    region_innovation : ndarray of int64, shape (R,)
        Innovation number of each region, in the order of the region indices.
    energy_reserve : ndarray of float64, shape (R,)
        Pool capacity per neuron [EU].
    mass : ndarray of float64, shape (R,)
        Neuronal mass: the sum of the sizes of the neurons.
    output_copies : int
        How many output neurons, one after the other by channel, stand for each output gene.
    efficacy : ndarray of float64, shape (N − inputs,), or None
        Factors on what arrives at the cells that are held, whatever gain there is; by default
        gain decides, and without it they are one.
    """

    n_inputs: int
    n_channels: int
    n_outputs: int
    cells: Cells
    wiring: Wiring
    glia: Glia
    region_innovation: IntArray
    energy_reserve: FloatArray
    mass: FloatArray
    output_copies: int = 1
    efficacy: FloatArray | None = None

    @cached_property
    def source(self) -> IntArray:
        """Presynaptic neuron of every synapse, shape (S,)."""
        return np.repeat(np.arange(self.n_neurons), np.diff(self.wiring.offsets))

    @cached_property
    def inhibits(self) -> BoolArray:
        """Which synapses inhibit, by their neuron's sign and their own, shape (S,)."""
        inhibiting: BoolArray = (self.cells.sign < 0)[self.source] != (self.wiring.weight < 0.0)
        return inhibiting

    @property
    def n_neurons(self) -> int:
        """Number of neurons, inputs among them."""
        return len(self.cells.node_id)

    @property
    def n_synapses(self) -> int:
        """Number of expressed synapses."""
        return len(self.wiring.target)

    @property
    def n_astrocytes(self) -> int:
        """Number of astrocytes."""
        return int(self.glia.count.sum())

    @property
    def astrocytes(self) -> IntArray:
        """Number of astrocytes of each region, shape (R,)."""
        counts = np.bincount(self.glia.region, self.glia.count, self.n_regions)
        return counts.astype(np.int64)

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return len(self.region_innovation)

    def _repr_html_(self) -> str:
        """Return a table of the regions, for notebooks."""
        neurons = np.bincount(self.cells.region, minlength=self.n_regions)
        onto = np.bincount(self.cells.region[self.wiring.target], minlength=self.n_regions)
        astrocytes = self.astrocytes
        rows = [
            (region_name(i, self.n_regions), *(int(one[i]) for one in (neurons, onto, astrocytes)))
            for i in range(self.n_regions)
        ]
        caption = (
            f"Network: {counted(self.n_neurons, 'neuron')}, {counted(self.n_synapses, 'synapse')}, "
            f"{counted(self.n_astrocytes, 'astrocyte')}"
        )
        return table_markup(
            caption, ("region", "neurons", "synapses onto them", "astrocytes"), rows
        )
