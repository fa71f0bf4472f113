"""The simulator: one network and its state, around the compiled step."""

import math
from functools import cached_property

import numpy as np

from glianeat.config import suggestion
from glianeat.develop.damage import Damaged
from glianeat.develop.network import Network
from glianeat.energetics.ledger import Ledger
from glianeat.errors import SimulationError
from glianeat.simulate.buffer import padded_shape, shape_of
from glianeat.simulate.damage import Account, lose_stores, rest_dead, sense_remaining
from glianeat.simulate.energy.ledger_of import Activity, ledger_of
from glianeat.simulate.glia.sensing import weighted
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.pack import Packer
from glianeat.simulate.sections import TABLE
from glianeat.simulate.settings import SimulationConfig
from glianeat.simulate.step import take_inputs
from glianeat.typing import AnyArray, BoolArray, FloatArray, IntArray


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
    reserve : float, optional
        Energy in the body that glia supply the pools from [EU]; by default it has no end.

    Attributes
    ----------
    buffer : ndarray of float64
        The packed state (see `simulate.sections`); kernels advance it in place.
    layout : Layout
        Where neurons stand in it.
    payer : Payer
        What the network pays for.
    """

    def __init__(
        self,
        network: Network,
        config: SimulationConfig | None = None,
        interface: NetworkIO | None = None,
        reserve: float | None = None,
    ) -> None:
        self.network = network
        self.config = config or SimulationConfig()
        self.interface = interface or NetworkIO()
        packer = Packer(network, self.config, self.interface, reserve)
        self.layout, self.payer, self._model = packer.layout, packer.payer, packer.model
        self.buffer = packer.pack()
        self._sizes, self.used = packer.sizes, packer.used
        self._intact: FloatArray | None = None
        self._account: Account | None = None
        self._views: dict[str, AnyArray] = {}
        self._whole = self.buffer.view(np.uint32)
        self._state = self._stored("state", "f8")
        take_inputs(self.buffer)  # the drive at rest is the bias
        self._initial = self._state.copy()
        self._fired = self._stored("fired", "u1")
        self.amplitude = self.section("amplitude")
        self.readout = self.section("readout")

    def _stored(self, name: str, kind: str) -> AnyArray:
        """Return all that a section, or a span of sections, holds in memory, padding included."""
        place = 2 * TABLE.index(name)
        start, length = self._whole[place : place + 2].tolist()
        whole = self.buffer if kind == "f8" else self.buffer.view(kind)
        return whole[start : start + length]

    def section(self, name: str) -> AnyArray:
        """Return a view of a section of the state, by its name and of its shape.

        Raises
        ------
        SimulationError
            If there is no such section, or the network does not use it.
        """
        known = self._views.get(name)
        if known is not None:
            return known
        if name not in self.used:
            near = suggestion(name, self.used)
            raise SimulationError(f"section: must be one that the network has, got {name!r}{near}")
        row = TABLE.sections[name]
        shape = shape_of(row, self._sizes)
        stored = self._stored(name, row.kind)
        if len(shape) == 1:  # nearly all
            view = stored[: shape[0]]
        else:
            view = stored.reshape(padded_shape(row, self._sizes))[..., : shape[-1]]
        self._views[name] = view
        return view

    def scalar(self, name: str) -> float:
        """Return a scalar of the state, by its name."""
        return float(self._scalars[TABLE.constants[name.upper()]])

    def reset(self) -> None:
        """Return to rest: potentials, currents, calcium, pools and counters as at the start.

        What damage has done is undone.
        """
        if self._intact is not None:
            self.parameters[:] = self._intact
            self._intact = self._account = None
        self._state[:] = self._initial
        self._fired[:] = 0

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
        self._fired[:] = 0

    def damage(self, change: Damaged) -> None:
        """Let neurons, synapses and astrocytes die, until the next reset.

        What was spent so far stays spent; spikes under way to others arrive. Astrocytes compare
        what they sense with all the afferents that they had.

        Parameters
        ----------
        change : Damaged
            This simulator's own network with all its dead, those of earlier damage among them.
        """
        silent, remaining = (
            Simulator(network, self.config, self.interface)
            for network in (change.silent, change.remaining)
        )
        self._account = Account(self.ledger(), self.activity(), remaining.payer)
        if self._intact is None:
            self._intact = self.parameters.copy()
        scale = self.section("sense_scale").copy()
        heard = self.section("heard_share").copy() if "heard_share" in self.used else None
        lose_stores(self, silent)
        self.parameters[:] = silent.parameters
        self.section("sense_scale")[:] = scale
        if heard is not None:  # slow neurons, too, compare with all the afferents that they had
            self.section("heard_share")[:] = np.where(change.dead.synapses, 0.0, heard)
        self.section("upkeep")[:] = remaining.section("upkeep")
        if self.config.astrocyte.sensing == "weighted":
            left = weighted(self.network, self.layout, change.dead.synapses)
            self.section("sense_number")[:] = left.number
        else:
            sense_remaining(self, remaining)
        rest_dead(self, silent, change.dead)

    @cached_property
    def parameters(self) -> FloatArray:
        """View of all that does not change from step to step, which stands behind the state."""
        place = 2 * TABLE.index("state")
        start, length = self._whole[place : place + 2].tolist()
        parameters: FloatArray = self.buffer[start + length :]
        return parameters

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
        self.advance(n_steps)
        return self.readout

    def advance(self, n_steps: int) -> None:
        """Advance by `n_steps` of 1 ms under the present input."""
        self._model.advance(self.buffer, n_steps)

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
        n_inputs = self.network.n_inputs
        self.section("external")[self.layout.slots[n_inputs:]] = current[n_inputs:]
        take_inputs(self.buffer)

    @property
    def time(self) -> int:
        """Simulated time since the last reset [ms]."""
        return int(self.scalar("clock"))

    @property
    def fired(self) -> BoolArray:
        """Which neurons spiked in the last millisecond, shape (N,); inputs always read False."""
        n_inputs = self.network.n_inputs
        fired = np.zeros(self.network.n_neurons, dtype=np.bool_)
        fired[n_inputs:] = self._fired[self.layout.slots[n_inputs:]] == 1
        return fired

    def cells(self, name: str) -> FloatArray:
        """Return a copy of a section of cells in the order of the network, shape (N − inputs,)."""
        values: FloatArray = self.section(name)[self.layout.slots[self.network.n_inputs :]]
        return values

    @property
    def observed(self) -> FloatArray:
        """What traces record of every cell, shape (N − inputs,).

        Membrane potentials [threshold; Izhikevich: mV], or what graded neurons transmit.
        """
        return self.cells(self._model.observed)

    @property
    def fill(self) -> FloatArray:
        """Fill of each region's pool, 0 … 1, shape (R,)."""
        fill: FloatArray = self.section("energy") / self.section("capacity")
        return fill

    @property
    def reserve(self) -> float | None:
        """Energy in the body [EU], or None if it is without end."""
        left = self.scalar("reserve")
        return None if left < 0.0 else left

    def feed(self, energy: float) -> None:
        """Add to the body's reserve [EU], if it has one."""
        if self.reserve is not None:
            self._scalars[TABLE.constants["RESERVE"]] += energy

    @property
    def is_finite(self) -> bool:
        """Whether every number of the state is finite."""
        return bool(np.isfinite(self._state).all())

    def emitted(self) -> FloatArray:
        """Return the spikes of every neuron since the reset, shape (N,).

        What is graded counts as many as the spikes that its transmission stands for.
        """
        earlier, recent = self._emitted
        emitted: FloatArray = (earlier + recent)[self.layout.senders]
        return emitted

    def emitted_by(self, senders: IntArray) -> float:
        """Return the spikes of some senders of `layout` since the reset; graded have none."""
        if self._model.is_graded:
            return 0.0
        earlier, recent = self._emitted
        return math.fsum(earlier[senders].tolist()) + math.fsum(recent[senders].tolist())

    @cached_property
    def _emitted(self) -> tuple[FloatArray, FloatArray]:
        return self.section("emitted"), self.section("recent")

    @cached_property
    def _counted(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        return self.section("released_sum"), self.section("released"), self.section("releases")

    @cached_property
    def _scalars(self) -> FloatArray:
        return self._stored("scalars", "f8")

    def ledger(self) -> Ledger:
        """Return what was done since the reset, by kind and region."""
        activity, account = self.activity(), self._account
        return self.ledger_of(activity) if account is None else account.ledger(activity)

    @property
    def is_damaged(self) -> bool:
        """Whether anything has died since the reset."""
        return self._account is not None

    def activity(self) -> Activity:
        """Return what every neuron, read-out and astrocyte did since the reset."""
        before, since, releases = self._counted
        return Activity(
            emitted=self.emitted(),
            delivered=(before + since)[self.layout.senders],
            graded_output=self._graded_output(),
            releases=releases.copy(),
            seconds=self.time / 1000.0,
        )

    def ledger_of(self, activity: Activity) -> Ledger:
        """Return the ledger of what this network did undamaged, such as in several episodes."""
        return ledger_of(self.payer, activity)

    def _graded_output(self) -> FloatArray:
        """Return graded transmission by outputs that are not counted, by region, shape (R,)."""
        if not (self._model.is_graded or self.interface.readout == "membrane"):
            return np.zeros(self.network.n_regions)  # spikes are counted
        transmitted = self.section("graded_sum") * self.config.energy.graded_rate
        region, n_regions = self.section("output_region"), self.network.n_regions
        return np.bincount(region, transmitted, n_regions).astype(np.float64)


def _check(name: str, values: FloatArray, number: int) -> None:
    if values.shape != (number,):
        raise SimulationError(f"{name}: must have shape ({number},), got {values.shape}")
    if not np.isfinite(values).all():
        raise SimulationError(f"{name}: must be finite")
