"""Delays of graded receptors, in whole steps of the task.

What a graded receptor transmits is steady for a step of the task, so that its synapses need no ring
of milliseconds: one of delay d hears what the receptor transmitted n = ⌊(d − 1 ms) / hold⌋ steps
ago. Networks without such a synapse have none of this, and hear all receptors at once.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.develop.network import Network
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, padded, wholes
from glianeat.simulate.section import Owner, Section, Values, Whole, parameter
from glianeat.typing import FloatArray, IntArray

RECEPTOR_DELAYS = Owner(
    name="receptor_delays",
    wholes=(
        Whole("lags", "steps of the task that are kept; 0: receptors are heard at once"),
        Whole("lag_step", "duration of a step of the task [ms]"),
    ),
    sections=(
        Section("transmitted", ("lags", "inputs"), "1", "amplitudes, by step", resets=True),
        parameter("synapse_lag", ("synapses",), "1", "steps until a receptor is heard", "u4"),
    ),
)


def lags_of(network: Network, hold: int) -> IntArray:
    """Return how many steps of the task after its receptor each synapse is heard, shape (S,).

    Parameters
    ----------
    network : Network
        Its inputs transmit gradedly; synapses of other neurons have a lag of 0.
    hold : int
        Simulated time of a step of the task [ms]; 0 if receptors are heard at once.
    """
    if hold == 0:
        return np.zeros_like(network.wiring.delay)
    is_receptor = network.source < network.n_inputs
    return np.where(is_receptor, (network.wiring.delay - 1) // hold, 0)


def pack_receptor_delays(network: Network, lags: IntArray, hold: int) -> Values:
    """Return the sections of a network some of whose receptors are heard later."""
    depth = 1 + int(lags.max())
    return Values(
        sections={"transmitted": np.zeros((depth, network.n_inputs)), "synapse_lag": lags},
        wholes={"lags": depth, "lag_step": hold},
    )


@fused_loop
def hear_late(buffer: FloatArray) -> None:
    """Add what is heard of graded inputs to the currents, after noting what they transmit now.

    Called again within a step of the task, it does the same once more: the place of a step follows
    from the clock.
    """
    lags, width = number(buffer, at.LAGS), padded(number(buffer, at.N_INPUTS))
    clock = np.int64(floats(buffer, at.SCALARS)[at.CLOCK])
    now = clock // np.int64(number(buffer, at.LAG_STEP)) % lags
    graded, amplitude = floats(buffer, at.GRADED_CURRENT), floats(buffer, at.AMPLITUDE)
    transmitted, lag = floats(buffer, at.TRANSMITTED), wholes(buffer, at.SYNAPSE_LAG)
    start, slot = wholes(buffer, at.SENDER_START), wholes(buffer, at.SYNAPSE_SLOT)
    weight = floats(buffer, at.WEIGHT)
    for j in range(graded.shape[0]):
        graded[j] = 0.0
    for i in range(number(buffer, at.N_INPUTS)):
        transmitted[now * width + i] = amplitude[i]
        for s in range(start[i], start[i + 1]):
            heard = (now + lags - np.int64(lag[s])) % lags
            graded[slot[s]] += weight[s] * transmitted[heard * width + i]
