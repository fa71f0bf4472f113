"""What a glial channel is: its sections, how they are packed, and its step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glianeat.genome.schema import ASTROCYTES
from glianeat.simulate.section import Owner, Values
from glianeat.typing import FloatArray, IntArray

GLIAL_STEP = 10  # dt_g [ms]

if TYPE_CHECKING:
    from glianeat.develop.network import Network
    from glianeat.simulate.layout import Layout
    from glianeat.simulate.settings import SimulationConfig


@dataclass(frozen=True, eq=False)
class Glia:
    """The astrocytes of one network, as a channel packs them.

    Parameters
    ----------
    cover_astrocyte : ndarray of int64, shape (P,)
        Astrocyte of each pair of a cell and one that ensheathes it, by slot.
    cover_share : ndarray of float64, shape (P,)
        Its share of the cell.
    """

    network: "Network"
    config: "SimulationConfig"
    layout: "Layout"
    cover_astrocyte: IntArray
    cover_share: FloatArray

    def trait(self, name: str) -> FloatArray:
        """Return a trait of every astrocyte, shape (A,)."""
        values: FloatArray = self.network.glia.traits[:, ASTROCYTES.column(name)]
        return values

    def per_cover(self, name: str) -> FloatArray:
        """Return a trait of the astrocyte of each pair, times its share of the cell, shape (P,)."""
        values: FloatArray = self.cover_share * self.trait(name)[self.cover_astrocyte]
        return values


@dataclass(frozen=True, kw_only=True, eq=False)
class Channel(Owner):
    """What astrocytes do to the network around them.

    Parameters
    ----------
    step : callable
        Fused loop ``step(buffer)``: what it does in a glial step, after calcium and releases.
    pack : callable
        Gives the values of its own sections and scalars.
    reference : str
        Its slow reference in the tests, as ``module:function``.
    setting : str
        The setting that switches it, where that has another name than the channel itself.
    transmission : str
        The kind of gliotransmission that it belongs to; empty if it acts whatever that is.
    scales : bool
        Whether it sets the efficacy of cells: it is left out where that is held.
    """

    step: Callable[[FloatArray], None]
    pack: Callable[[Glia], Values]
    reference: str
    setting: str = ""
    transmission: str = ""
    scales: bool = False
