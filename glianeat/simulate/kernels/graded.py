"""Graded cells: they transmit a number every millisecond, as the neurons of classic NEAT do.

    v_j(t) = f_j(bias_j + Σ_inputs w·x(t) + Σ_cells w·v(t − delay))

with signs in the weights. There is no leak, no threshold and no pause: one millisecond is one
update of all cells at once. Feed-forward networks have delays of 0 in the ring: cells are updated
in topological order, so that what a cell sends arrives within the same update.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop, inline, kernel
from glianeat.compile.linking import separately_compiled
from glianeat.elementary import logistic, tanh
from glianeat.simulate.kernels import activations
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.activations import STEEPNESS, activate_apart
from glianeat.simulate.kernels.astrocytes import glial_step_apart
from glianeat.simulate.kernels.outputs import read
from glianeat.simulate.kernels.pools import settle
from glianeat.simulate.kernels.sections import floats, number, wholes
from glianeat.simulate.kernels.senders import charge
from glianeat.simulate.kernels.views import (
    Cells,
    Senders,
    view_cells,
    view_outputs,
    view_pools,
    view_senders,
)
from glianeat.typing import FloatArray, Whole


@inline
def _respond(activation: Whole, x: float) -> float:
    if activation == activations.TANH:
        return tanh(x)
    if activation == activations.SIGMOID:
        return logistic(STEEPNESS * x)
    return activate_apart(activation, x)


@fused_loop
def _update(
    buffer: FloatArray, base: Whole, cells: Cells, senders: Senders, cost: FloatArray
) -> None:
    """Update the cells one after the other, and send what they show.

    `base` is where the ring's present slot begins.
    """
    order = wholes(buffer, at.ORDER, number(buffer, at.N_ORDERED))
    ring = floats(buffer, at.RING, number(buffer, at.N_SLOTS) * 2 * number(buffer, at.N_LANES))
    per_step = floats(buffer, at.SCALARS, at.N_SCALARS)[at.GRADED_PER_STEP]
    activation, n_inputs = number(buffer, at.ACTIVATION), number(buffer, at.N_INPUTS)
    mixed = activation == activations.MIXED
    own = wholes(buffer, at.OWN_ACTIVATION, number(buffer, at.N_LANES) if mixed else 0)
    size = np.uint64(ring.shape[0])
    for k in range(np.uint64(order.shape[0])):
        lane = np.uint64(order[k])
        arrived = np.uint64(base) + lane
        x = cells.drive[lane] + ring[arrived] * cells.efficacy[lane]
        ring[arrived] = 0.0
        v = _respond(np.int64(own[lane]) if mixed else activation, x)
        cells.potential[lane] = v
        row = np.uint64(n_inputs) + lane
        sent = per_step * abs(v)
        senders.recent[row] += sent
        charge(row, sent, senders, cost)
        for s in range(senders.row_start[row], senders.row_start[row + np.uint64(1)]):
            place = np.uint64(base) + np.uint64(senders.slots[s])
            place = place - size if place >= size else place
            ring[place] += senders.weight[s] * v


@kernel
def advance_graded(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network of graded cells by `n_steps` of 1 ms, in place."""
    n_inputs, n_lanes = number(buffer, at.N_INPUTS), number(buffer, at.N_LANES)
    n_slots, period = number(buffer, at.N_SLOTS), number(buffer, at.GLIAL_PERIOD)
    scalars = floats(buffer, at.SCALARS, at.N_SCALARS)
    amplitude = floats(buffer, at.AMPLITUDE, n_inputs)
    cells, senders = view_cells(buffer), view_senders(buffer)
    pools, outputs = view_pools(buffer), view_outputs(buffer)
    supplied = number(buffer, at.SUPPLIED)
    for _ in range(n_steps):
        clock = np.int64(scalars[at.CLOCK])
        _update(buffer, clock % n_slots * 2 * n_lanes, cells, senders, pools.cost)
        for i in range(n_inputs):
            senders.recent[i] += scalars[at.GRADED_PER_STEP] * abs(amplitude[i])
        read(at.MEMBRANES, outputs, cells, pools, scalars)
        if (clock + 1 - np.int64(scalars[at.GLIA_SINCE])) % period == 0:
            glial_step_apart(buffer)
        settle(supplied, pools)
        scalars[at.CLOCK] += 1.0


advance_graded_apart = separately_compiled(advance_graded)
