"""Senders: which spike in a step, what a spike sets off, and what it costs."""

import numpy as np

from glianeat.compile.decorators import fused_loop, inline
from glianeat.compile.intrinsics import lowest_bit
from glianeat.elementary import exp
from glianeat.simulate import at
from glianeat.simulate.access import whole_vectors
from glianeat.simulate.views import Senders
from glianeat.typing import AnyArray, FloatArray, Whole

TRAINS = 2  # of `rate_inputs`: inputs spike in trains


@inline
def _release(sender: Whole, scalars: FloatArray, senders: Senders) -> float:
    """Return the transmitter a spike releases, relative to a rested synapse (models: A6).

    Tsodyks–Markram: between spikes u decays and x recovers; at a spike u ← u + U₀(1 − u),
    r = u·x, x ← x − r. The first spike of a rested synapse releases U₀, here 1.
    """
    gap = scalars[at.CLOCK] - senders.last_spike[sender]
    u = senders.utilisation[sender] * exp(-scalars[at.FACILITATION_RATE] * gap)
    x = 1.0 - (1.0 - senders.resource[sender]) * exp(-scalars[at.RECOVERY_RATE] * gap)
    u += scalars[at.BASE_UTILISATION] * (1.0 - u)
    released = u * x
    senders.utilisation[sender] = u
    senders.resource[sender] = x - released
    senders.last_spike[sender] = scalars[at.CLOCK]
    relative: float = released / scalars[at.BASE_UTILISATION]
    return relative


@fused_loop
def charge_inputs(amplitude: FloatArray, charge: FloatArray, fired: AnyArray, rate: float) -> None:
    """Charge the inputs, and flag those that spike.

    A perfect integrator, of one spike a step at most: there is no dead zone, and the residual
    charge is kept.
    """
    for i in range(whole_vectors(charge.shape[0])):
        filled = charge[i] + min(1.0, max(0.0, rate * amplitude[i]))
        fired[i] = 1 if filled >= 1.0 else 0
        charge[i] = filled - 1.0 if filled >= 1.0 else filled


@fused_loop
def start_trains(amplitude: FloatArray, fired: AnyArray, place: float, most: float) -> None:
    """Flag the inputs whose trains have a spike at a `place`, counted from 0, of at most `most`."""
    due = place < most
    for i in range(amplitude.shape[0]):
        fired[i] = 1 if due and place < most * amplitude[i] else 0


@fused_loop
def list_spikes(n: Whole, first_sender: Whole, fired: AnyArray, senders: Senders) -> Whole:
    """Append the senders that are flagged to a list of `n`; return its new length.

    `fired` holds eight flags a word; reading out the lowest set bit skips the cells in between.
    """
    for w in range(np.uint64(fired.shape[0])):
        left = fired[w]
        while left != 0:
            place = np.uint64(8) * w + np.uint64(lowest_bit(left)) // np.uint64(8)
            senders.spiked[n] = np.uint64(first_sender) + place
            n += np.uint64(1)
            left &= left - np.uint64(1)
    return n


@fused_loop
def send(
    n_spikes: Whole,
    base: Whole,
    scalars: FloatArray,
    senders: Senders,
    ring: FloatArray,
    cost: FloatArray,
) -> None:
    """Charge and count the listed spikes, and put them on the delay ring, synapse by synapse.

    `base` is where the ring's present begins; each synapse's own place says how much later, by
    which sign, and at which slot, the spike arrives.
    """
    plastic = scalars[at.BASE_UTILISATION] > 0.0
    size = np.uint64(ring.shape[0])
    for k in range(np.uint64(n_spikes)):
        sender = np.uint64(senders.spiked[k])
        scale = _release(sender, scalars, senders) if plastic else 1.0
        senders.recent[sender] += 1.0
        senders.released[sender] += scale
        charge(sender, scale, senders, cost)
        for s in range(senders.sender_start[sender], senders.sender_start[sender + np.uint64(1)]):
            place = np.uint64(base) + np.uint64(senders.synapse_ring[s])
            place = place - size if place >= size else place
            ring[place] += senders.weight[s] * scale


@inline
def charge(sender: Whole, scale: float, senders: Senders, cost: FloatArray) -> None:
    """Add the cost of a spike to its own region's, then that of its deliveries to each region's."""
    region, spike_cost = senders.sender_region[sender], senders.spike_cost[sender]
    width = whole_vectors(cost.shape[0])
    for r in range(width):
        own = cost[r] + (spike_cost if r == region else 0.0)
        cost[r] = own + scale * senders.event_cost[sender * width + r]
