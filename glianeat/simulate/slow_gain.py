"""Slow variables of single neurons: the same as slow calcium, but each neuron has its own.

The control for whatever astrocytes do by slow calcium: it hears the same synapses by the same
weights, has the same equations, ranges and time constants, and differs in that no neighbours share
it, and that it costs nothing. Neuron i follows, every glial step,

    c ← ρ c + (1 − ρ) n / (f_ref dt_g),  n = (1 − p) Σ_j |w_ij| s_j / Σ_j |w_ij| + p s_i

with the spikes s of a glial step, and c = θ at rest. What arrives at it is scaled by
exp(clip(γ ln(θ / c), ±ln 8)), and it gets the current clip(γ_s ln(c / θ), ±2 ln 8).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.develop.network import Network
from glianeat.elementary import exp, log, log_each
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, view_of, whole_vectors, wholes
from glianeat.simulate.decay import decay
from glianeat.simulate.section import Owner, Section, Values, Whole, parameter
from glianeat.simulate.slow_limits import LEAST_LEVEL, LOG_RANGE, MOST_CURRENT
from glianeat.typing import FloatArray, IndexArray

if TYPE_CHECKING:
    from glianeat.simulate.models.model import Cells

_CELLS = ("slots",)


class SlowCells(NamedTuple):
    """State and parameters of the slow variables, shape (M,)."""

    trace: FloatArray
    heard: FloatArray
    keep_trace: FloatArray
    per_heard: FloatArray
    own_share: FloatArray
    log_set_point: FloatArray
    slow_exponent: FloatArray
    trace_current: FloatArray


view_slow_cells = view_of(SlowCells)


@fused_loop
def hear(buffer: FloatArray) -> None:
    """Let the slow variables follow the spikes since the last glial step, and undo their effects.

    Before astrocytes sense, who forget what they have sensed; then their channels set anew what
    `modulate` goes on from.
    """
    cells = view_slow_cells(buffer)
    recent = floats(buffer, at.RECENT)
    _listen(
        wholes(buffer, at.SENDER_START),
        wholes(buffer, at.SYNAPSE_SLOT),
        floats(buffer, at.HEARD_SHARE),
        recent,
        cells.heard,
    )
    own = recent[np.uint64(number(buffer, at.N_INPUTS)) :]
    for j in range(whole_vectors(cells.trace.shape[0])):
        keep = cells.keep_trace[j]
        follows = cells.heard[j] + cells.own_share[j] * own[j]
        cells.trace[j] = keep * cells.trace[j] + (1.0 - keep) * (follows * cells.per_heard[j])
        cells.heard[j] = 0.0
    if number(buffer, at.SLOW_GAIN_OF_CELLS) == 1:
        floats(buffer, at.EFFICACY)[:] = 1.0
    if number(buffer, at.SLOW_CURRENT_OF_CELLS) == 1:
        floats(buffer, at.SLOW_INWARD)[:] = 0.0


@fused_loop
def _listen(
    start: IndexArray,
    slot: IndexArray,
    share: FloatArray,
    recent: FloatArray,
    heard: FloatArray,
) -> None:
    """Add up what each cell hears, spikes weighted by the shares of their synapses."""
    for sender in range(np.uint64(recent.shape[0])):
        count = recent[sender]
        if count > 0.0:
            for s in range(start[sender], start[sender + np.uint64(1)]):
                heard[slot[s]] += count * share[s]


@fused_loop
def modulate(buffer: FloatArray) -> None:
    """Scale what arrives at the cells, and drive them, beside what astrocytes do."""
    cells = view_slow_cells(buffer)
    efficacy, inward = floats(buffer, at.EFFICACY), floats(buffer, at.SLOW_INWARD)
    scales = number(buffer, at.SLOW_GAIN_OF_CELLS) == 1
    drives = number(buffer, at.SLOW_CURRENT_OF_CELLS) == 1
    for j in range(cells.trace.shape[0]):
        gain, current = cells.slow_exponent[j], cells.trace_current[j]
        if gain == 0.0 and current == 0.0:
            continue
        deviation = cells.log_set_point[j] - log(max(cells.trace[j], LEAST_LEVEL))
        if scales:
            efficacy[j] *= exp(min(max(gain * deviation, -LOG_RANGE), LOG_RANGE))
        if drives:
            inward[j] -= min(max(current * deviation, -MOST_CURRENT), MOST_CURRENT)


def pack_slow_cells(cells: "Cells", step: float) -> Values:
    """Return what the slow variables of a network's cells are packed as.

    Parameters
    ----------
    cells : Cells
        The cells.
    step : float
        Length of a glial step, dt_g [ms].
    """
    set_point, share = cells.trait("slow_set_point"), cells.trait("slow_postsynaptic_share")
    window = cells.trait("slow_reference_rate") * (step / 1000.0)
    sections = {
        "trace": set_point,
        "keep_trace": decay(cells.trait("tau_slow"), step),
        "per_heard": 1.0 / window,
        "own_share": share,
        "log_set_point": log_each(set_point),
        "slow_exponent": cells.trait("slow_gain"),
        "trace_current": cells.trait("slow_current"),
    }
    spread = {name: cells.spread(values) for name, values in sections.items()}
    shares = heard_share(cells.network, share)
    return Values({**spread, "heard_share": shares}, wholes={"slow_cells": 1})


def heard_share(network: Network, own_share: FloatArray) -> FloatArray:
    """Return the share of each synapse in what its target hears, shape (S,).

    Parameters
    ----------
    network : Network
        Whose synapses.
    own_share : ndarray of float64, shape (N − inputs,)
        Share of each cell's own spikes, which the synapses leave over.
    """
    weight, target = np.abs(network.wiring.weight), network.wiring.target
    total = np.bincount(target, weight, network.n_neurons)[target]
    left = 1.0 - own_share[target - network.n_inputs]
    shares: FloatArray = np.where(
        total > 0.0, left * weight / np.where(total > 0.0, total, 1.0), 0.0
    )
    return shares


SLOW_CELLS = Owner(
    name="slow_cells",
    wholes=(
        Whole("slow_cells", "1: neurons have slow variables of their own"),
        Whole("slow_gain_of_cells", "1: … which scale what arrives"),
        Whole("slow_current_of_cells", "1: … which drive"),
    ),
    sections=(
        Section("trace", _CELLS, "f/f_ref", "slow variable of a cell", initial=None, resets=True),
        Section("heard", _CELLS, "1", "spikes since the last glial step, weighted"),
        parameter("keep_trace", _CELLS, "1", "exp(-dt_g / τ_s)"),
        parameter("per_heard", _CELLS, "1", "1 / (dt_g f_ref)"),
        parameter("own_share", _CELLS, "1", "p, share of its own spikes"),
        parameter("log_set_point", _CELLS, "1", "ln θ_s"),
        parameter("slow_exponent", _CELLS, "1", "γ"),
        parameter("trace_current", _CELLS, "threshold", "γ_s"),
        parameter("heard_share", ("synapses",), "1", "of a synapse in what its target hears"),
    ),
)
