"""The slow current channel by events: gliotransmitter drives a current into ensheathed cells."""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats
from glianeat.simulate.glia.channel import Channel, Glia
from glianeat.simulate.glia.covers import sum_covers
from glianeat.simulate.section import Values, parameter
from glianeat.typing import FloatArray


@fused_loop
def drive_cells(buffer: FloatArray) -> None:
    """Set the slow inward current of each cell: Σ share · γ_s · transmitter."""
    sum_covers(buffer, floats(buffer, at.COVER_CURRENT), floats(buffer, at.SLOW_INWARD), 0.0)


def _pack(glia: Glia) -> Values:
    return Values({"cover_current": glia.per_cover("slow_current")})


SLOW_CURRENT = Channel(
    name="slow_current",
    sections=(parameter("cover_current", ("covers",), "threshold", "share · γ_s, by slot"),),
    step=drive_cells,
    pack=_pack,
    reference="tests.reference.astrocytes:drive",
    transmission="events",
)
