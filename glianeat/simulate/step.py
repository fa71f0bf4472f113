"""One step of any network: inputs are taken, and the model of its cells advances it."""

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.compile.linking import called_at
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, padded, wholes
from glianeat.simulate.glia.astrocytes import refresh_drive
from glianeat.simulate.models import MODELS
from glianeat.simulate.receptor_delays import hear_late
from glianeat.simulate.senders import TRAINS
from glianeat.typing import FloatArray


@kernel
def take_inputs(buffer: FloatArray) -> None:
    """Turn the amplitudes of graded inputs into currents, and their cost per ms."""
    kind = number(buffer, at.RATE_INPUTS)
    if kind == 0:
        _take_graded(buffer)
    elif kind == TRAINS:
        scalars = floats(buffer, at.SCALARS)
        scalars[at.TRAIN_SINCE] = scalars[at.CLOCK]
    refresh_drive(buffer)


@fused_loop
def _take_graded(buffer: FloatArray) -> None:
    n_inputs, n_regions = number(buffer, at.N_INPUTS), number(buffer, at.N_REGIONS)
    graded_cost, amplitude = floats(buffer, at.GRADED_COST), floats(buffer, at.AMPLITUDE)
    event_cost, width = floats(buffer, at.EVENT_COST), padded(n_regions)
    per_step = floats(buffer, at.SCALARS)[at.GRADED_PER_STEP]
    for r in range(n_regions):
        graded_cost[r] = 0.0
    for i in range(n_inputs):
        x = amplitude[i]
        if x != 0.0:
            for r in range(n_regions):
                graded_cost[r] += abs(x) * per_step * event_cost[i * width + r]
    if number(buffer, at.LAGS) > 0:
        hear_late(buffer)
    else:
        _hear(buffer)


@fused_loop
def _hear(buffer: FloatArray) -> None:
    """Add what graded inputs transmit to the currents of their targets."""
    graded, amplitude = floats(buffer, at.GRADED_CURRENT), floats(buffer, at.AMPLITUDE)
    start, slot = wholes(buffer, at.SENDER_START), wholes(buffer, at.SYNAPSE_SLOT)
    weight = floats(buffer, at.WEIGHT)
    for j in range(graded.shape[0]):
        graded[j] = 0.0
    for i in range(number(buffer, at.N_INPUTS)):
        x = amplitude[i]
        if x == 0.0:
            continue
        for s in range(start[i], start[i + 1]):
            graded[slot[s]] += weight[s] * x


@called_at(lambda: at.ADVANCE_LOW)
def advance(buffer: FloatArray, n_steps: int) -> None:
    """Advance a packed network by `n_steps` of 1 ms, in place, by the step of its model."""
    MODELS[number(buffer, at.MODEL)].advance(buffer, n_steps)
