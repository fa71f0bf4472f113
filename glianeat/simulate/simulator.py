"""The simulator: one network and its state, around the compiled step."""

import math
from functools import cached_property

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger
from glianeat.errors import SimulationError
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.step import advance, take_inputs
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.pack import Packer
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.tally import Activity, tally
from glianeat.typing import BoolArray, FloatArray, IndexArray, IntArray


class Simulator:
    """A network in motion.

    Parameters
    ----------
    network : Network
        What is simulated; never changed.
    config : SimulationConfig
        Neuron, synapse and astrocyte dynamics, and the energy budget.
    interface : NetworkIO
        How inputs come in and outputs go out.

    Attributes
    ----------
    buffer : ndarray of float64
        The packed state (see `simulate.kernels.layout`); kernels advance it in place.
    """

    def __init__(
        self,
        network: Network,
        config: SimulationConfig | None = None,
        interface: NetworkIO | None = None,
    ) -> None:
        self.network = network
        self.config = config or SimulationConfig()
        self.interface = interface or NetworkIO()
        packer = Packer(network, self.config, self.interface)
        self.places, self._n_graded = packer.places, packer.n_graded
        self.buffer = packer.pack()
        self._whole = self.buffer.view(np.uint32)
        self._state = self.buffer[self.offset(at.SCALARS) : self.offset(at.N_STATE)]
        take_inputs(self.buffer)  # the drive at rest is the bias
        self._initial = self._state.copy()
        fired = self.offset(at.FIRED)
        self._octets = self.buffer.view(np.uint8)[fired : fired + self.places.n_lanes]
        self.amplitude = self.section(at.AMPLITUDE, network.n_inputs)
        self.readout = self.section(at.READOUT, network.n_outputs)

    def offset(self, name: int) -> int:
        """Return where a section of the packed state begins, in units of its type."""
        return int(self._whole[at.HEAD + name])

    def section(self, name: int, length: int) -> FloatArray:
        """Return a view of a float64 section."""
        start = self.offset(name)
        return self.buffer[start : start + length]

    def reset(self) -> None:
        """Return to rest: potentials, currents, calcium, pools and counters as at the start."""
        self._state[:] = self._initial
        self._octets[:] = 0

    def state(self) -> FloatArray:
        """Return a copy of everything that changes while the network runs."""
        return self._state.copy()

    def restore(self, state: FloatArray) -> None:
        """Go on from what `state` returned.

        Raises
        ------
        SimulationError
            If it is the state of another network.
        """
        _check("state", state, len(self._initial))
        self._state[:] = state
        self._octets[:] = 0

    def step(self, amplitude: FloatArray, n_steps: int) -> FloatArray:
        """Advance by `n_steps` of 1 ms under steady input.

        Parameters
        ----------
        amplitude : ndarray of float64, shape (n_inputs,)
            Amplitude of each input of the network.
        n_steps : int
            Milliseconds to simulate.

        Returns
        -------
        ndarray of float64, shape (n_outputs,)
            A view of the outputs: leaky spike counts, membrane potentials [threshold], or what
            graded neurons transmit.

        Raises
        ------
        SimulationError
            If an amplitude is missing or not finite.
        """
        _check("amplitude", amplitude, self.network.n_inputs)
        self.amplitude[:] = amplitude
        take_inputs(self.buffer)
        advance(self.buffer, n_steps)
        return self.readout

    def inject(self, current: FloatArray) -> None:
        """Drive cells by a steady current from now on.

        Parameters
        ----------
        current : ndarray of float64, shape (N,)
            Current into each neuron of the network [threshold]; inputs take none.

        Raises
        ------
        SimulationError
            If a current is missing or not finite.
        """
        _check("current", current, self.network.n_neurons)
        external = self.section(at.EXTERNAL, self.places.n_lanes)
        external[self.places.lane[self.network.n_inputs :]] = current[self.network.n_inputs :]
        take_inputs(self.buffer)

    @property
    def time(self) -> int:
        """Simulated time since the last reset [ms]."""
        return int(self.section(at.SCALARS, at.N_SCALARS)[at.CLOCK])

    @property
    def fired(self) -> BoolArray:
        """Which neurons spiked in the last millisecond, shape (N,); inputs always read False."""
        n_inputs = self.network.n_inputs
        fired = np.zeros(self.network.n_neurons, dtype=np.bool_)
        fired[n_inputs:] = self._octets[self.places.lane[n_inputs:]] == 1
        return fired

    def cells(self, name: int) -> FloatArray:
        """Return a copy of a section of cells in the order of the network, shape (N − inputs,)."""
        lanes = self.places.lane[self.network.n_inputs :]
        values: FloatArray = self.section(name, self.places.n_lanes)[lanes]
        return values

    @property
    def fill(self) -> FloatArray:
        """Fill of each region's pool, 0 … 1, shape (R,)."""
        n = self.network.n_regions
        fill: FloatArray = self.section(at.ENERGY, n) / self.section(at.CAPACITY, n)
        return fill

    @property
    def is_finite(self) -> bool:
        """Whether every number of the state is finite."""
        return bool(np.isfinite(self._state).all())

    def emitted(self) -> FloatArray:
        """Return the spikes of every neuron since the reset, shape (N,).

        What is graded counts as many as the spikes that its transmission stands for.
        """
        earlier, recent = self._emitted
        emitted: FloatArray = (earlier + recent)[self.places.row]
        return emitted

    def emitted_in(self, rows: IntArray) -> float:
        """Return the spikes of some rows of `places` since the reset; graded cells have none."""
        if self.config.neuron.model == "graded":
            return 0.0
        earlier, recent = self._emitted
        return math.fsum(earlier[rows].tolist()) + math.fsum(recent[rows].tolist())

    @cached_property
    def _emitted(self) -> tuple[FloatArray, FloatArray]:
        n = self.places.n_rows
        return self.section(at.EMITTED, n), self.section(at.RECENT, n)

    def ledger(self) -> Ledger:
        """Return what was done since the reset, by kind and region."""
        return self.tally(self.activity())

    def activity(self) -> Activity:
        """Return what every neuron, read-out and astrocyte did since the reset."""
        n, places = self.places.n_rows, self.places
        delivered = self.section(at.RELEASED_SUM, n) + self.section(at.RELEASED, n)
        return Activity(
            emitted=self.emitted(),
            delivered=delivered[places.row],
            shown=self._shown(),
            releases=self.section(at.RELEASES, len(self.network.glia.gene)).copy(),
            seconds=self.time / 1000.0,
        )

    def tally(self, activity: Activity) -> Ledger:
        """Return the ledger of what this network did, such as the sum of several episodes."""
        return tally(self.network, self.config.energy, activity, n_graded=self._n_graded)

    def _shown(self) -> FloatArray:
        """Return graded transmission by outputs that are not counted, by region, shape (R,)."""
        start = self.offset(at.OUTPUT_REGION)
        region: IndexArray = self._whole[start : start + self.network.n_outputs]
        shown = self.section(at.GRADED_SUM, self.network.n_outputs)
        transmitted = shown * self.config.energy.graded_rate
        return np.bincount(region, transmitted, self.network.n_regions).astype(np.float64)


def _check(name: str, values: FloatArray, number: int) -> None:
    if values.shape != (number,):
        raise SimulationError(f"{name}: must have shape ({number},), got {values.shape}")
    if not np.isfinite(values).all():
        raise SimulationError(f"{name}: must be finite")
