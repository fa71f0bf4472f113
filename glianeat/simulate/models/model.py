"""What a neuron model is: its sections, how they are packed, and its step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glianeat.genome.schema import NEURONS
from glianeat.simulate.section import Owner, Values
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    from glianeat.develop.network import Network
    from glianeat.simulate.layout import Layout
    from glianeat.simulate.network_io import NetworkIO
    from glianeat.simulate.settings import SimulationConfig


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one network, as its model packs them."""

    network: "Network"
    config: "SimulationConfig"
    interface: "NetworkIO"
    layout: "Layout"

    def spread(self, values: FloatArray, padding: float = 0.0) -> FloatArray:
        """Spread one value a cell over the slots."""
        section = np.full(self.layout.n_slots, padding)
        section[self.layout.slots[self.network.n_inputs :]] = values
        return section

    def trait(self, name: str) -> FloatArray:
        """Return a trait of every cell, shape (N − inputs,)."""
        column = NEURONS.column(name)
        values: FloatArray = self.network.cells.traits[self.network.n_inputs :, column]
        return values


@dataclass(frozen=True, kw_only=True, eq=False)
class NeuronModel(Owner):
    """A neuron model.

    Parameters
    ----------
    observed : str
        The section of its own that traces record and outputs may show.
    advance : callable
        Kernel ``advance(buffer, n_steps)``, see `models.spiking`.
    pack : callable
        Gives the values of its own sections, scalars and whole numbers.
    reference : str
        Its slow reference in the tests, as ``module:function``.
    is_graded : bool
        Whether its cells transmit gradedly, and do not spike.
    can_show_potential : bool
        Whether outputs that never spike may show `observed`.
    is_event_driven : bool
        Whether nothing but spikes moves its cells: what arrives is added as its weight stands, and
        no current flows.
    """

    observed: str
    advance: Callable[[FloatArray, int], None]
    pack: Callable[[Cells], Values]
    reference: str
    is_graded: bool = False
    can_show_potential: bool = False
    is_event_driven: bool = False
