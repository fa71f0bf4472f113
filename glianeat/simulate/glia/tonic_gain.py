"""The gain channel, tonic: slow calcium scales the efficacy of ensheathed synapses.

    E = exp(clip(Σ_g share_g γ_g ln(θ_g / c_g), ±ln 8)) = Π_g (θ_g / c_g)^(share_g γ_g)

At γ = 1, what arrives is divided by what astrocytes sense of it, in units of their set point: a
slow divisive normalisation that makes up for inputs that are lost. At γ < 0 a busy territory is
potentiated for as long as its calcium stays high. At γ = 0 the efficacy is exactly 1.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.elementary import exp
from glianeat.simulate import at
from glianeat.simulate.access import floats, wholes
from glianeat.simulate.glia.channel import Channel, Glia
from glianeat.simulate.section import Values, parameter
from glianeat.simulate.slow_limits import LOG_RANGE
from glianeat.typing import FloatArray, IndexArray


@fused_loop
def scale_efficacy(buffer: FloatArray) -> None:
    """Set the factor on what arrives at each cell."""
    _scale(
        wholes(buffer, at.COVER_START),
        wholes(buffer, at.COVER_ASTROCYTE),
        floats(buffer, at.COVER_EXPONENT),
        floats(buffer, at.DEVIATION),
        floats(buffer, at.EFFICACY),
    )


@fused_loop
def _scale(
    start: IndexArray,
    astrocyte: IndexArray,
    exponent: FloatArray,
    deviation: FloatArray,
    efficacy: FloatArray,
) -> None:
    last, factor = 0.0, 1.0  # cells of one territory have one factor: exp is called once for them
    for j in range(np.uint64(efficacy.shape[0])):
        if start[j] == start[j + np.uint64(1)]:
            continue  # no cell, or no astrocyte around it: its efficacy is 1 for good
        total = 0.0
        for k in range(start[j], start[j + np.uint64(1)]):
            total += exponent[k] * deviation[astrocyte[k]]
        total = min(max(total, -LOG_RANGE), LOG_RANGE)
        if total != last:
            last = total
            factor = exp(total)
        efficacy[j] = factor


def _pack(glia: Glia) -> Values:
    return Values({"cover_exponent": glia.per_cover("gain")})


TONIC_GAIN = Channel(
    name="tonic_gain",
    sections=(parameter("cover_exponent", ("covers",), "1", "share · γ, signed, by slot"),),
    step=scale_efficacy,
    pack=_pack,
    reference="tests.reference.astrocytes:scale_tonically",
    setting="gain",
    transmission="tonic",
    scales=True,
)
