"""Single neurons in a few lines, and what their spike trains look like; times in ms."""

from itertools import pairwise

import numpy as np

from glianeat.elementary import exp


def galif(current, n_steps=1000, tau=20.0, slow=(0.0, 150.0), fast=(0.0, 5.0), rise=(0.0, 200.0)):
    """Return the spike times of a GALIF neuron; pairs are a jump and its time constant."""
    (j_a, tau_a), (j_u, tau_u), (beta, tau_h) = slow, fast, rise
    v = a = u = h = 0.0
    waiting, times = 0, []
    for t in range(n_steps):
        if waiting > 0:
            waiting, v = waiting - 1, 0.0
        else:
            v += (1.0 - exp(-1.0 / tau)) * (current + u - a - v)
        a, u, h = (x * exp(-1.0 / t_x) for x, t_x in ((a, tau_a), (u, tau_u), (h, tau_h)))
        if v >= 1.0 + beta * h:
            times.append(t)
            v, waiting = 0.0, 2
            a, u, h = a + j_a, u + j_u, h + 1.0
    return times


def izhikevich(preset, current, n_steps=1000, half_steps=2):
    """Return the spike times of an Izhikevich neuron of parameters a, b, c and d."""
    a, b, c, d = preset
    v, times = -65.0, []
    u = b * v
    for t in range(n_steps):
        for _ in range(half_steps):
            v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / half_steps
        u += a * (b * v - u)
        if v >= 30.0:
            times.append(t)
            v, u = c, u + d
    return times


def intervals(spikes):
    """Return the intervals between the spikes of a raster column, or of a list of times."""
    spikes = np.asarray(spikes)
    return np.diff(np.flatnonzero(spikes) if spikes.dtype == bool else spikes)


def burst_fraction(spikes):
    """Return the share of intervals below 10 ms."""
    gaps = intervals(spikes)
    return float(np.mean(gaps < 10)) if len(gaps) else 0.0


def burst_sizes(spikes):
    """Return how many spikes stand together, at most 10 ms apart."""
    breaks = np.flatnonzero(intervals(spikes) > 10)
    edges = np.concatenate([[-1], breaks, [len(intervals(spikes))]])
    return np.diff(edges).tolist()


def phase(times, n_steps):
    """Return the phase of a spike train in each millisecond, in radians; NaN outside."""
    angle = np.full(n_steps, np.nan)
    for k, (start, end) in enumerate(pairwise(times)):
        angle[start:end] = 2.0 * np.pi * (k + np.arange(end - start) / (end - start))
    return angle
