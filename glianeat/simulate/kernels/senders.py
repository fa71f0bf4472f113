"""Senders: what one spike sets off, and what it costs."""

import math

import numpy as np

from glianeat.jit import inlined, vectorised
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.views import Senders
from glianeat.typing import FloatArray


@inlined
def _release(row: int, scalars: FloatArray, senders: Senders) -> float:
    """Return the transmitter a spike releases, relative to a rested synapse (models: A6).

    Tsodyks–Markram: between spikes u decays and x recovers; at a spike u ← u + U₀(1 − u),
    r = u·x, x ← x − r. The first spike of a rested synapse releases U₀, here 1.
    """
    gap = scalars[at.CLOCK] - senders.last_spike[row]
    u = senders.utilisation[row] * math.exp(-scalars[at.FACILITATION] * gap)
    x = 1.0 - (1.0 - senders.resource[row]) * math.exp(-scalars[at.RECOVERY] * gap)
    u += scalars[at.BASE_UTILISATION] * (1.0 - u)
    released = u * x
    senders.utilisation[row] = u
    senders.resource[row] = x - released
    senders.last_spike[row] = scalars[at.CLOCK]
    return released / scalars[at.BASE_UTILISATION]


@vectorised
def send(
    row: int, base: int, scalars: FloatArray, senders: Senders, ring: FloatArray, cost: FloatArray
) -> None:
    """Charge a spike, count it, and put it on the delay ring, one addition for each synapse.

    `base` is where the ring's present slot begins; the row's channel and each synapse's own slot
    say how much later, and at which lane, the spike arrives.
    """
    scale = 1.0
    if scalars[at.BASE_UTILISATION] > 0.0:
        scale = _release(row, scalars, senders)
    senders.recent[row] += 1.0
    senders.released[row] += scale
    n_regions = cost.shape[0]
    cost[senders.region[row]] += senders.spike_cost[row]
    for r in range(n_regions):
        cost[r] += scale * senders.event_cost[row * n_regions + r]
    size = np.uint64(ring.shape[0])
    start = np.uint64(base) + np.uint64(senders.channel[row])
    for s in range(senders.row_start[row], senders.row_start[row + 1]):
        place = start + np.uint64(senders.slots[s])
        place = place - size if place >= size else place
        ring[place] += senders.weight[s] * scale
