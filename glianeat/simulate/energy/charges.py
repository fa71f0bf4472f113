"""What is charged: the one account of energy that pools and ledger share.

A charge says of what kind it is, what sets it off, and what amount one such event is. The pools pay
the price of the amounts as they are set off (costs, packed beside the senders); the ledger sums up
the same amounts over what was counted. Sums run in the order of neurons and synapses: a matrix
product would leave the last bits to the linear algebra library of the machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np

from glianeat.develop.network import Network
from glianeat.energetics.cost import EnergyConfig
from glianeat.genome.schema import NEURONS
from glianeat.simulate.layout import Layout
from glianeat.typing import BoolArray, FloatArray, IntArray

Event = Literal["spike", "delivery", "transmission", "output", "release", "second"]


@dataclass(frozen=True, eq=False)
class Payer:
    """A network that pays for what it does; the first `n_graded` neurons transmit gradedly."""

    network: Network
    energy: EnergyConfig
    n_graded: int

    @cached_property
    def is_graded(self) -> BoolArray:
        """Which neurons transmit gradedly, shape (N,)."""
        return np.arange(self.network.n_neurons) < self.n_graded

    @cached_property
    def relative_weight(self) -> FloatArray:
        """Magnitude of each synapse's weight over the reference weight, shape (S,)."""
        weight: FloatArray = np.abs(self.network.wiring.weight) / self.energy.reference_weight
        return weight

    @cached_property
    def synapse_is_graded(self) -> BoolArray:
        """Which synapses transmit gradedly, shape (S,)."""
        return self.network.source < self.n_graded

    @cached_property
    def target_region(self) -> IntArray:
        """Region that each synapse reaches, shape (S,)."""
        region: IntArray = self.network.cells.region[self.network.wiring.target]
        return region

    def onto_region(self, per_synapse: FloatArray | None = None) -> FloatArray:
        """Sum one value a synapse by the region that it reaches, shape (R,)."""
        n = self.network.n_regions
        return np.bincount(self.target_region, per_synapse, n).astype(np.float64)

    @cached_property
    def synapses(self) -> FloatArray:
        """Number of synapses that reach each region, shape (R,)."""
        return self.onto_region()

    @cached_property
    def astrocytes(self) -> FloatArray:
        """Number of astrocytes of each region, shape (R,)."""
        return self.of_astrocytes(self.network.glia.count)

    def by_region(self, per_neuron: FloatArray) -> FloatArray:
        """Sum one value a neuron by its region, shape (R,)."""
        region, n = self.network.cells.region, self.network.n_regions
        return np.bincount(region, per_neuron, n).astype(np.float64)

    def of_astrocytes(self, each: FloatArray | IntArray) -> FloatArray:
        """Sum one value an astrocyte by its region, shape (R,)."""
        return np.bincount(self.network.glia.region, each, self.network.n_regions).astype(
            np.float64
        )

    def price(self, kind: str) -> float:
        """Return the price of one unit of a kind [EU], or [EU/s] of what costs time alone."""
        price: float = getattr(self.energy, kind)
        return price


@dataclass(frozen=True)
class Charge:
    """One row of the account.

    Parameters
    ----------
    kind : str
        The kind that it is charged to, a cost of `EnergyConfig`.
    event : str
        What sets it off: a ``spike``; the ``delivery`` of one through a synapse; a
        ``transmission`` of a graded unit through a synapse; an ``output`` that shows a graded
        unit; a ``release`` of gliotransmitter; or each ``second``.
    amount : callable
        Of a `Payer`, the amount of one event: of each neuron, shape (N,); of each synapse, (S,);
        of each region, (R,), by the second; a number of outputs and releases.
    """

    kind: str
    event: Event
    amount: Callable[[Payer], FloatArray | float]


def _size(payer: Payer) -> FloatArray:
    size = payer.network.cells.traits[:, NEURONS.column("size")]
    return np.where(payer.is_graded, 0.0, size)


def _exciting(payer: Payer) -> FloatArray:
    other = payer.network.inhibits | payer.synapse_is_graded
    return np.where(other, 0.0, payer.relative_weight)


def _inhibiting(payer: Payer) -> FloatArray:
    inhibits = payer.network.inhibits & ~payer.synapse_is_graded
    return np.where(inhibits, payer.relative_weight, 0.0)


def _transmitting(payer: Payer) -> FloatArray:
    return np.where(payer.synapse_is_graded, payer.relative_weight, 0.0)


def _built(payer: Payer) -> float:
    return 1.0 / payer.energy.lifetime


CHARGES: tuple[Charge, ...] = (
    Charge("spike", "spike", _size),
    Charge("excitatory", "delivery", _exciting),
    Charge("inhibitory", "delivery", _inhibiting),
    Charge("graded", "transmission", _transmitting),
    Charge("graded", "output", lambda payer: payer.energy.graded_rate),
    Charge("release", "release", lambda _: 1.0),
    Charge("rest", "second", lambda payer: payer.network.mass),
    Charge("astrocyte", "second", lambda payer: payer.astrocytes),
    Charge("connection", "second", lambda payer: payer.synapses),
    Charge("wire", "second", lambda payer: payer.onto_region(payer.network.wiring.length)),
    Charge("build_neuron", "second", lambda payer: payer.network.mass * _built(payer)),
    Charge("build_synapse", "second", lambda payer: payer.synapses * _built(payer)),
    Charge("build_astrocyte", "second", lambda payer: payer.astrocytes * _built(payer)),
)
"""All charges; nothing is charged for plasticity as long as no weight changes."""


@cache
def charges_at(event: Event) -> tuple[Charge, ...]:
    """Return the charges that an event sets off."""
    return tuple(charge for charge in CHARGES if charge.event == event)


def spike_cost(payer: Payer, layout: Layout) -> FloatArray:
    """Return what one spike of each sender costs its own region [EU], shape (I + M,)."""
    cost = np.zeros(layout.n_senders)
    for charge in charges_at("spike"):
        each = charge.amount(payer) * payer.price(charge.kind) * payer.energy.housekeeping
        cost[layout.senders] += each
    return cost


def event_cost(payer: Payer, layout: Layout) -> FloatArray:
    """Return what one spike, or graded unit, of each sender costs each region, (I + M, R) [EU]."""
    n_regions = payer.network.n_regions
    cost = np.zeros((layout.n_senders, n_regions))
    code = layout.senders[payer.network.source] * n_regions + payer.target_region
    for charge in [*charges_at("delivery"), *charges_at("transmission")]:
        sums = np.bincount(code, charge.amount(payer), minlength=cost.size).astype(np.float64)
        price = payer.price(charge.kind) * payer.energy.housekeeping
        cost += sums.reshape(cost.shape) * price
    return cost


def upkeep(payer: Payer) -> FloatArray:
    """Return what time alone costs each region [EU/ms], shape (R,)."""
    per_second = sum(payer.price(c.kind) * c.amount(payer) for c in charges_at("second"))
    return np.asarray(per_second) * (payer.energy.housekeeping / 1000.0)


def unit_cost(payer: Payer, event: Event) -> float:
    """Return what one release, or one graded unit that an output shows, costs [EU]."""
    keep = payer.energy.housekeeping
    return float(sum(payer.price(c.kind) * c.amount(payer) * keep for c in charges_at(event)))
