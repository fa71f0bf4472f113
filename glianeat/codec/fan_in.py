"""Gains with which founders' actions spread: of pairs of outputs, and of receptors.

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

_SPREAD = 1.4  # of gain times standard deviation
_MEAN_OF_NORMAL = 0.8  # of the size of a normal number, in standard deviations
_LEAST_CURRENT, _MOST_CURRENT = 1.0, 8.0  # [threshold] into an output
_MOST_GAIN = 50.0
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
    joined = _joined(genome, len(squares) * n_outputs)
    weight = _told(genome, "synapses", SYNAPSES.traits[SYNAPSES.column("weight")])
    bias = _told(genome, "neurons", NEURONS.traits[NEURONS.column("bias")])
    size = weight.init_mean * weight.init_mean + weight.init_stdev * weight.init_stdev
    mean = weight.init_stdev * _MEAN_OF_NORMAL if genome.dale else weight.init_mean
    apart = joined * size - joined * mean * joined * mean  # of a weight, 0 where there is none
    transmitted = apart * math.fsum(squares.tolist())
    spread = math.sqrt(2.0 * (transmitted + bias.init_stdev * bias.init_stdev))
    return float(f"{_SPREAD / max(spread, 1e-3):.2g}")


def input_gain(
    channels: FloatArray, squares: FloatArray, n_outputs: int, genome: GenomeConfig | None = None
) -> float:
    """Return the gain of receptors with which outputs that spike are neither silent nor all alike.

    It is 1 unless the mean current into founders' outputs is far from their threshold: below it
    they are silent, and far beyond it all fire as fast as they can.

    Parameters
    ----------
    channels : ndarray of float64, shape (C, 4)
        What each channel sees and how it responds.
    squares : ndarray of float64, shape (n,)
        Mean square of each number observed, as it is scaled.
    n_outputs : int
        Number of outputs.
    genome : GenomeConfig, optional
        How founders are joined, and how strongly.
    """
    genome = genome or GenomeConfig()
    weight = _told(genome, "synapses", SYNAPSES.traits[SYNAPSES.column("weight")])
    mean = abs(weight.init_mean) + weight.init_stdev * _MEAN_OF_NORMAL
    sizes = _channel_means(channels, squares)
    current = max(_joined(genome, len(sizes) * n_outputs) * mean * math.fsum(sizes.tolist()), 1e-9)
    gain = min(max(1.0, _LEAST_CURRENT / current), _MOST_CURRENT / current)
    return float(f"{min(gain, _MOST_GAIN):.2g}")


def _channel_means(channels: FloatArray, squares: FloatArray) -> FloatArray:
    """Return the mean size of what channels transmit, shape (C,)."""
    seen, kind = channels[:, 0].astype(np.int64), channels[:, 1].astype(np.int64)
    found = _MEAN_OF_NORMAL * np.sqrt(squares[seen])
    found[kind == kernels.RECTIFIED] *= 0.5
    share = 1.0 / np.bincount(seen, minlength=len(squares))[seen]
    together = np.isin(kind, list(_TOGETHER))  # of which one or two at a time respond
    found[together] = share[together]
    return found


def _joined(genome: GenomeConfig, pairs: int) -> float:
    """Return the share of inputs that an output of founders is joined to."""
    return 1.0 if pairs <= genome.connect_fully_below else genome.connection


def _told(genome: GenomeConfig, family: str, trait: Trait) -> Trait:
    """Return a trait as settings say that founders have it."""
    if trait.name == "weight" and not genome.dale:
        trait = trait.replace(init_stdev=1.0)
    changes: Mapping[str, float] = genome.traits.get(family, {}).get(trait.name, {})
    return trait.replace(**changes)
