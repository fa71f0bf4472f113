"""The gain of pairs of outputs with which founders' actions spread over their range.

The more inputs an output is joined to, and the more these transmit, the further the outputs of
founders are apart. Weights of one size make actions of small networks fine and throw those of
large ones from one end of their range to the other; so the gain is a constant over the standard
deviation of what founders' pairs show (LeCun et al. 1998, Efficient BackProp, 4.6).
"""

import math
from collections.abc import Mapping

import numpy as np

from glianeat.codec import kernels
from glianeat.genome.schema import NEURONS, SYNAPSES, Trait
from glianeat.genome.variation import GenomeConfig
from glianeat.typing import FloatArray

_SPREAD = 1.5  # of gain times standard deviation
_TOGETHER = {  # mean of the summed squares of all channels of a number, anywhere in its range
    kernels.GAUSSIAN: 0.886,
    kernels.FLIP_FLOP: 1.0 / 3.0,
    kernels.TRIANGULAR: 2.0 / 3.0,
    kernels.ONE_HOT: 1.0,
}


def channel_squares(channels: FloatArray, squares: FloatArray) -> FloatArray:
    """Return the mean square of what channels transmit, shape (C,).

    Parameters
    ----------
    channels : ndarray of float64, shape (C, 4)
        What each channel sees and how it responds.
    squares : ndarray of float64, shape (n,)
        Mean square of each number observed, as it is scaled.
    """
    seen, kind = channels[:, 0].astype(np.int64), channels[:, 1].astype(np.int64)
    found = squares[seen]
    found[kind == kernels.RECTIFIED] *= 0.5  # of two channels, one is silent
    share = 1.0 / np.bincount(seen, minlength=len(squares))[seen]
    for response, together in _TOGETHER.items():
        chosen = kind == response
        found[chosen] = together * share[chosen]
    return found


def pair_gain(squares: FloatArray, n_outputs: int, genome: GenomeConfig | None = None) -> float:
    """Return the gain of pairs, of two significant digits.

    Parameters
    ----------
    squares : ndarray of float64, shape (C,)
        Mean square of what each channel transmits.
    n_outputs : int
        Number of outputs.
    genome : GenomeConfig, optional
        How founders are joined, and how strongly.
    """
    genome = genome or GenomeConfig()
    few = len(squares) * n_outputs <= genome.connect_fully_below
    joined = 1.0 if few else genome.connection
    weight = _told(genome, "synapses", SYNAPSES.traits[SYNAPSES.column("weight")])
    bias = _told(genome, "neurons", NEURONS.traits[NEURONS.column("bias")])
    size = weight.init_mean * weight.init_mean + weight.init_stdev * weight.init_stdev
    mean = weight.init_stdev * math.sqrt(2.0 / math.pi) if genome.dale else weight.init_mean
    apart = joined * size - joined * mean * joined * mean  # of a weight, 0 where there is none
    transmitted = apart * math.fsum(squares.tolist())
    spread = math.sqrt(2.0 * (transmitted + bias.init_stdev * bias.init_stdev))
    return float(f"{_SPREAD / max(spread, 1e-3):.2g}")


def _told(genome: GenomeConfig, family: str, trait: Trait) -> Trait:
    """Return a trait as settings say that founders have it."""
    if trait.name == "weight" and not genome.dale:
        trait = trait.replace(init_stdev=1.0)
    changes: Mapping[str, float] = genome.traits.get(family, {}).get(trait.name, {})
    return trait.replace(**changes)
