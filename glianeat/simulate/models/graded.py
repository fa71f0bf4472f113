"""Graded cells: they transmit a number every millisecond, as the neurons of classic NEAT do.

    v_j(t) = f_j(bias_j + Σ_inputs w·x(t) + Σ_cells w·v(t − delay))

with signs in the weights. There is no leak, no threshold and no pause: one millisecond is one
update of all cells at once. Feed-forward networks have delays of 0 in the ring: cells are updated
in topological order, so that what a cell sends arrives within the same update.
"""

from typing import NamedTuple

import numpy as np

from glianeat.compile.decorators import fused_loop, inline, kernel
from glianeat.elementary import logistic, tanh
from glianeat.genome.schema import ACTIVATIONS
from glianeat.simulate import at
from glianeat.simulate.access import flags, floats, number, view_of
from glianeat.simulate.energy.pools import update_pools
from glianeat.simulate.glia.astrocytes import separate_glial_step
from glianeat.simulate.layout import topological_order
from glianeat.simulate.models import activations
from glianeat.simulate.models.activations import MIXED, STEEPNESS, separate_activate
from glianeat.simulate.models.model import Cells, NeuronModel
from glianeat.simulate.outputs import read
from glianeat.simulate.section import Section, Values, Whole, parameter
from glianeat.simulate.senders import charge
from glianeat.simulate.views import Senders, view_outputs, view_pools, view_senders
from glianeat.typing import AnyArray, FloatArray, IndexArray
from glianeat.typing import Whole as Number


class Graded(NamedTuple):
    """State and parameters of graded cells, shape (M,), and what arrives at them."""

    activity: FloatArray
    drive: FloatArray
    efficacy: FloatArray
    ring: FloatArray  # (D, 2, M)
    order: IndexArray  # (C,)
    own_activation: IndexArray  # (M,) if the activations differ


view_graded = view_of(Graded)


@inline
def _respond(activation: Number, x: float) -> float:
    if activation == activations.TANH:
        return tanh(x)
    if activation == activations.SIGMOID:
        return logistic(STEEPNESS * x)
    return separate_activate(activation, x)


@fused_loop
def _update(buffer: FloatArray, base: Number, own: Graded, senders: Senders) -> None:
    """Update the cells one after the other, and send what they show.

    `base` is where the ring's present begins.
    """
    cost = floats(buffer, at.COST)
    per_step = floats(buffer, at.SCALARS)[at.GRADED_PER_STEP]
    activation, n_inputs = number(buffer, at.ACTIVATION), number(buffer, at.N_INPUTS)
    mixed = activation == activations.MIXED
    size = np.uint64(own.ring.shape[0])
    for k in range(np.uint64(own.order.shape[0])):
        slot = np.uint64(own.order[k])
        arrived = np.uint64(base) + slot
        x = own.drive[slot] + own.ring[arrived] * own.efficacy[slot]
        own.ring[arrived] = 0.0
        v = _respond(np.int64(own.own_activation[slot]) if mixed else activation, x)
        own.activity[slot] = v
        sender = np.uint64(n_inputs) + slot
        sent = per_step * abs(v)
        senders.recent[sender] += sent
        charge(sender, sent, senders, cost)
        for s in range(senders.sender_start[sender], senders.sender_start[sender + np.uint64(1)]):
            place = np.uint64(base) + np.uint64(senders.synapse_ring[s])
            place = place - size if place >= size else place
            own.ring[place] += senders.weight[s] * v


@kernel
def advance_graded(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network of graded cells by `n_steps` of 1 ms, in place."""
    n_inputs, n_slots = number(buffer, at.N_INPUTS), number(buffer, at.N_SLOTS)
    n_delays, period = number(buffer, at.N_DELAYS), number(buffer, at.GLIAL_PERIOD)
    scalars, amplitude = floats(buffer, at.SCALARS), floats(buffer, at.AMPLITUDE)
    own, senders = view_graded(buffer), view_senders(buffer)
    pools, outputs = view_pools(buffer), view_outputs(buffer)
    fired, inflow = flags(buffer, at.FIRED), number(buffer, at.INFLOW)
    for _ in range(n_steps):
        clock = np.int64(scalars[at.CLOCK])
        _update(buffer, clock % n_delays * 2 * n_slots, own, senders)
        for i in range(n_inputs):
            senders.recent[i] += scalars[at.GRADED_PER_STEP] * abs(amplitude[i])
        read(at.READ_MEMBRANE, outputs, own.activity, fired, pools, scalars)
        if (clock + 1 - np.int64(scalars[at.GLIA_SINCE])) % period == 0:
            separate_glial_step(buffer)
        update_pools(inflow, pools)
        scalars[at.CLOCK] += 1.0


def _pack(cells: Cells) -> Values:
    network, config = cells.network, cells.config
    everyone = np.arange(network.n_inputs, network.n_neurons)
    order = topological_order(network) if config.feed_forward else everyone
    activation, own = _activations(cells)
    return Values(
        {"order": cells.layout.slots[order].astype(np.uint32), "own_activation": own},
        wholes={"activation": activation},
    )


def _activations(cells: Cells) -> tuple[int, AnyArray]:
    """Return which activation all cells have, or `MIXED` and those of the slots if they differ."""
    own = cells.trait("activation").astype(np.int64)
    shared = ACTIVATIONS.index(cells.config.neuron.activation)
    each = np.where(own == 0, shared, own)
    if len(each) > 0 and bool((each != each[0]).any()):
        return MIXED, cells.spread(each.astype(np.float64)).astype(np.uint32)
    return int(each[0]) if len(each) else shared, np.zeros(0, dtype=np.uint32)


GRADED = NeuronModel(
    name="graded",
    wholes=(Whole("activation", "of all cells, see `activations`; MIXED: each has its own"),),
    sections=(
        Section("activity", ("slots",), "1", "what cells show", resets=True, decays=True),
        parameter("order", ("ordered",), "1", "slots, in the order of their updates", "u4"),
        parameter("own_activation", ("mixed",), "1", "of each slot, if they differ", "u4"),
    ),
    observed="activity",
    advance=advance_graded,
    pack=_pack,
    reference="tests.reference.neurons:step_graded",
    is_graded=True,
)
