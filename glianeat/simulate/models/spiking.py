"""The fused step of spiking cells: one millisecond after the other, in the documented order.

Order within a millisecond (models: A8): gates open or close with the fill of the pools; arrivals
enter the synaptic currents; drive moves the membrane potential; adaptation and after-depolarisation
decay; thresholds are compared; spikes enter the delay ring, inputs first, then cells by region;
outputs are read; every glial period the astrocytes follow; the pools are charged. Trains of spikes
come before the arrivals, as if sent a millisecond ago: an encoder knows them at once.
"""

from collections.abc import Callable

import numpy as np

from glianeat.compile.decorators import fused_loop, inline
from glianeat.simulate import at
from glianeat.simulate.access import flags, floats, number, words
from glianeat.simulate.energy.gates import set_gates
from glianeat.simulate.energy.pools import update_pools
from glianeat.simulate.glia.astrocytes import glial_step
from glianeat.simulate.outputs import read
from glianeat.simulate.senders import TRAINS, charge_inputs, list_spikes, send, start_trains
from glianeat.simulate.views import (
    Arrivals,
    Senders,
    view_cells,
    view_outputs,
    view_pools,
    view_senders,
)
from glianeat.typing import FloatArray, Whole


@inline
def advance_spiking(
    buffer: FloatArray,
    n_steps: int,
    step: Callable[..., None],
    own: object,
    observed: FloatArray,
) -> None:
    """Advance a packed network of spiking cells by `n_steps` of 1 ms, in place.

    Parameters
    ----------
    buffer : ndarray of float64
        The packed state.
    n_steps : int
        Milliseconds.
    step : callable
        The model's own step of all cells, ``step(n_slots, cells, own, scalars)``, a fused loop.
    own : NamedTuple
        The model's own sections.
    observed : ndarray of float64, shape (M,)
        What outputs show that never spike.
    """
    n_inputs, n_slots = number(buffer, at.N_INPUTS), number(buffer, at.N_SLOTS)
    n_delays, shown = number(buffer, at.N_DELAYS), number(buffer, at.READOUT_KIND)
    scalars = floats(buffer, at.SCALARS)
    cells, senders = view_cells(buffer), view_senders(buffer)
    pools, outputs = view_pools(buffer), view_outputs(buffer)
    fired_words = words(buffer, at.FIRED)
    ring = floats(buffer, at.RING)
    amplitude, charge = floats(buffer, at.AMPLITUDE), floats(buffer, at.CHARGE)
    input_fired, input_words = flags(buffer, at.INPUT_FIRED), words(buffer, at.INPUT_FIRED)
    rate_inputs, period = number(buffer, at.RATE_INPUTS), number(buffer, at.GLIAL_PERIOD)
    gate, inflow = number(buffer, at.GATE), number(buffer, at.INFLOW)
    clock = np.int64(scalars[at.CLOCK])
    delay: Whole = clock % n_delays
    tick: Whole = (clock - np.int64(scalars[at.GLIA_SINCE])) % period
    for _ in range(n_steps):
        if gate != 0:
            set_gates(gate, pools, cells.gates, scalars)
        base = np.uint64(delay * 2 * n_slots)
        if rate_inputs == TRAINS:
            before = base if delay > 0 else np.uint64(n_delays * 2 * n_slots)
            _send_trains(buffer, before - np.uint64(2 * n_slots), senders, ring, pools.cost)
        arrivals = Arrivals(
            ring[base : base + np.uint64(n_slots)],
            ring[base + np.uint64(n_slots) : base + np.uint64(2 * n_slots)],
            cells.excitation,
            cells.inhibition,
            cells.drive,
            cells.efficacy,
            cells.gates,
            cells.threshold,
            cells.fired,
        )
        step(n_slots, arrivals, own, scalars)
        n_spikes: Whole = np.uint64(0)
        if rate_inputs == 1:
            charge_inputs(amplitude, charge, input_fired, scalars[at.MAX_RATE])
            n_spikes = list_spikes(n_spikes, np.int64(0), input_words, senders)
        elif rate_inputs == 0:
            for i in range(n_inputs):
                senders.recent[i] += scalars[at.GRADED_PER_STEP] * abs(amplitude[i])
        n_spikes = list_spikes(n_spikes, n_inputs, fired_words, senders)
        if n_spikes > 0:
            send(n_spikes, base, scalars, senders, ring, pools.cost)
        read(shown, outputs, observed, cells.fired, pools, scalars)
        tick += 1
        if tick == period:
            tick = 0
            glial_step(buffer)
        update_pools(inflow, pools)
        scalars[at.CLOCK] += 1.0
        delay = delay + 1 if delay + 1 < n_delays else 0


@fused_loop
def _send_trains(
    buffer: FloatArray, base: Whole, senders: Senders, ring: FloatArray, cost: FloatArray
) -> None:
    """Send what trains have at this step; `base` is where the ring's last step began."""
    scalars = floats(buffer, at.SCALARS)
    interval = number(buffer, at.TRAIN_INTERVAL)
    waited = np.int64(scalars[at.CLOCK] - scalars[at.TRAIN_SINCE])
    if waited % interval != 0:
        return
    most = float(number(buffer, at.TRAIN_SPIKES))
    fired = flags(buffer, at.INPUT_FIRED)
    start_trains(floats(buffer, at.AMPLITUDE), fired, float(waited // interval), most)
    n_spikes = list_spikes(np.uint64(0), np.int64(0), words(buffer, at.INPUT_FIRED), senders)
    if n_spikes > 0:
        send(n_spikes, base, scalars, senders, ring, cost)
