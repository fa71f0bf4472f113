"""The fused step: one millisecond after the other, in the documented order.

Order within a millisecond (models: A8): gates open or close with the fill of the pools; arrivals
enter the synaptic currents; drive moves the membrane potential; adaptation and after-depolarisation
decay; thresholds are compared; spikes enter the delay ring, inputs first, then cells by region;
outputs are read; every glial period the astrocytes follow; the pools are charged. Graded cells
have neither gates nor thresholds: they are updated, and what they show enters the ring.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.compile.linking import separately_compiled
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.astrocytes import glial_step, refresh_drive
from glianeat.simulate.kernels.cells import step_galif, step_izhikevich
from glianeat.simulate.kernels.graded import advance_graded_apart
from glianeat.simulate.kernels.outputs import read
from glianeat.simulate.kernels.pools import open_gates, settle
from glianeat.simulate.kernels.sections import flags, floats, number, padded, wholes, words
from glianeat.simulate.kernels.senders import charge_inputs, list_spikes, send
from glianeat.simulate.kernels.views import (
    view_cells,
    view_outputs,
    view_pools,
    view_senders,
)
from glianeat.typing import FloatArray, Whole


@kernel
def take_inputs(buffer: FloatArray) -> None:
    """Turn the amplitudes of graded inputs into currents, and their cost per ms."""
    if number(buffer, at.RATE_INPUTS) == 0:
        _take_graded(buffer)
    refresh_drive(buffer)


@fused_loop
def _take_graded(buffer: FloatArray) -> None:
    n_inputs, n_regions = number(buffer, at.N_INPUTS), number(buffer, at.N_REGIONS)
    graded = floats(buffer, at.GRADED_CURRENT, number(buffer, at.N_LANES))
    graded_cost = floats(buffer, at.GRADED_COST, n_regions)
    amplitude = floats(buffer, at.AMPLITUDE, n_inputs)
    start = wholes(buffer, at.ROW_START, n_inputs + 1)
    lane = wholes(buffer, at.SYNAPSE_LANE, start[n_inputs])
    weight = floats(buffer, at.WEIGHT, start[n_inputs])
    width = padded(n_regions)
    event_cost = floats(buffer, at.EVENT_COST, n_inputs * width)
    per_step = floats(buffer, at.SCALARS, at.N_SCALARS)[at.GRADED_PER_STEP]
    for j in range(graded.shape[0]):
        graded[j] = 0.0
    for r in range(n_regions):
        graded_cost[r] = 0.0
    for i in range(n_inputs):
        x = amplitude[i]
        if x == 0.0:
            continue
        for r in range(n_regions):
            graded_cost[r] += abs(x) * per_step * event_cost[i * width + r]
        for s in range(start[i], start[i + 1]):
            graded[lane[s]] += weight[s] * x


@kernel
def advance(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network by `n_steps` of 1 ms, in place."""
    if number(buffer, at.MODEL) == at.GRADED:  # in the loop below, it would slow down the others
        advance_graded_apart(buffer, n_steps)
        return
    n_inputs, n_lanes = number(buffer, at.N_INPUTS), number(buffer, at.N_LANES)
    n_slots, shown = number(buffer, at.N_SLOTS), number(buffer, at.OUTPUTS)
    scalars = floats(buffer, at.SCALARS, at.N_SCALARS)
    cells, senders = view_cells(buffer), view_senders(buffer)
    pools, outputs = view_pools(buffer), view_outputs(buffer)
    fired_words = words(buffer, at.FIRED, n_lanes // 8)
    ring = floats(buffer, at.RING, n_slots * 2 * n_lanes)
    in_vectors = padded(n_inputs)
    amplitude = floats(buffer, at.AMPLITUDE, in_vectors)
    charge = floats(buffer, at.CHARGE, in_vectors)
    input_fired = flags(buffer, at.INPUT_FIRED, in_vectors)
    input_words = words(buffer, at.INPUT_FIRED, in_vectors // 8)
    galif = number(buffer, at.MODEL) == at.GALIF
    rate_inputs, period = number(buffer, at.RATE_INPUTS), number(buffer, at.GLIAL_PERIOD)
    gate_kind, supplied = number(buffer, at.GATE), number(buffer, at.SUPPLIED)
    clock = np.int64(scalars[at.CLOCK])
    slot: Whole = clock % n_slots
    tick: Whole = (clock - np.int64(scalars[at.GLIA_SINCE])) % period
    for _ in range(n_steps):
        if gate_kind != at.NO_GATE:
            open_gates(gate_kind, pools, cells.gates, scalars)
        base = np.uint64(slot * 2 * n_lanes)
        excitatory = ring[base : base + np.uint64(n_lanes)]
        inhibitory = ring[base + np.uint64(n_lanes) : base + np.uint64(2 * n_lanes)]
        if galif:
            step_galif(n_lanes, cells, excitatory, inhibitory, scalars)
        else:
            step_izhikevich(n_lanes, cells, excitatory, inhibitory, scalars)
        n_spikes: Whole = np.uint64(0)
        if rate_inputs == 1:
            charge_inputs(amplitude, charge, input_fired, scalars[at.MAX_RATE])
            n_spikes = list_spikes(n_spikes, np.int64(0), input_words, senders)
        else:
            for i in range(n_inputs):
                senders.recent[i] += scalars[at.GRADED_PER_STEP] * abs(amplitude[i])
        n_spikes = list_spikes(n_spikes, n_inputs, fired_words, senders)
        if n_spikes > 0:
            send(n_spikes, base, scalars, senders, ring, pools.cost)
        read(shown, outputs, cells, pools, scalars)
        tick += 1
        if tick == period:
            tick = 0
            glial_step(buffer)
        settle(supplied, pools)
        scalars[at.CLOCK] += 1.0
        slot = slot + 1 if slot + 1 < n_slots else 0


advance_apart = separately_compiled(advance)
