"""How a network meets its world."""

from dataclasses import dataclass
from typing import Literal

Readout = Literal["count", "twitch", "first_spike", "membrane"]


@dataclass(frozen=True)
class NetworkIO:
    """How a network meets its world.

    Parameters
    ----------
    rate_inputs : bool
        Inputs are spiking neurons that fire at `max_rate` times the amplitude; else they transmit
        gradedly.
    trains : bool
        Spiking inputs fire trains instead: an amplitude a makes ⌈a · `train_spikes`⌉ spikes, of
        which one falls into every `train_interval`-th millisecond from when it was set. They come
        first in a millisecond: a delay of 1 ms brings them to cells within the same.
    readout : str
        What outputs show: the leaky count of their spikes (`count`); the sum of the twitches that
        their spikes cause, each t/τ · exp(-t/τ), as of a motor unit [1]_ (`twitch`); 1 over the
        time of their first spike since `READ_SINCE` (`first_spike`); or, of outputs that never
        spike, their membrane potential (`membrane`). Graded neurons always show what they
        transmit.
    max_rate : float
        Rate of an input at amplitude 1 [/ms].
    tau_readout : float
        Time constant of the leaky spike count, contraction time τ of a twitch, or membrane time
        constant of outputs that never spike [ms]; infinite for counts that do not leak.
    train_spikes : int
        Most spikes of a train.
    train_interval : int
        Time between two spikes of a train [ms].
    hold : int
        Simulated time of a step of the task [ms], in which the delays of graded inputs of spiking
        cells are counted: a synapse of delay d hears its input ⌊(d − 1) / hold⌋ steps later. 0 if
        all are heard at once.

    References
    ----------
    .. [1] A. J. Fuglevand, D. A. Winter and A. E. Patla, "Models of recruitment and rate coding
       organization in motor-unit pools", J. Neurophysiol. 70, 1993, pp. 2470-2488.
    """

    rate_inputs: bool = False
    readout: Readout = "count"
    max_rate: float = 0.5
    tau_readout: float = 20.0
    trains: bool = False
    train_spikes: int = 8
    train_interval: int = 3
    hold: int = 0
