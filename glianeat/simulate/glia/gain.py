"""The gain channel by events: gliotransmitter scales the efficacy of ensheathed synapses."""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, whole_vectors
from glianeat.simulate.glia.channel import Channel, Glia
from glianeat.simulate.glia.covers import sum_covers
from glianeat.simulate.section import Values, parameter
from glianeat.typing import FloatArray


@fused_loop
def scale_efficacy(buffer: FloatArray) -> None:
    """Set the factor on what arrives at each cell: 1 + Σ share · gain · transmitter."""
    efficacy = floats(buffer, at.EFFICACY)
    sum_covers(buffer, floats(buffer, at.COVER_GAIN), efficacy, 1.0)
    for j in range(whole_vectors(number(buffer, at.N_SLOTS))):
        # shares that add up to 1 + 1e-16 must not turn a sign
        efficacy[j] = max(0.0, efficacy[j])


def _pack(glia: Glia) -> Values:
    return Values({"cover_gain": glia.per_cover("gain")})


GAIN = Channel(
    name="gain",
    sections=(parameter("cover_gain", ("covers",), "1", "share · γ, signed, by slot"),),
    step=scale_efficacy,
    pack=_pack,
    reference="tests.reference.astrocytes:scale",
    transmission="events",
    scales=True,
)
