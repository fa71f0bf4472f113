"""Astrocytes: one glial step of the leaky-integrator astrocyte (models: B1)."""

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.compile.linking import separately_compiled
from glianeat.elementary import log
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, whole_vectors, wholes
from glianeat.simulate.glia.budget import sense_demand, share_budget
from glianeat.simulate.glia.channels import CHANNELS, run_channels
from glianeat.simulate.section import Owner, Scalar, Section, Whole, parameter, scratch
from glianeat.simulate.slow_gain import hear, modulate
from glianeat.simulate.slow_limits import LEAST_LEVEL
from glianeat.simulate.views import Astrocytes, view_astrocytes
from glianeat.typing import FloatArray, IndexArray
from glianeat.typing import Whole as Number

_TINY = 1e-30  # decaying values below are set to 0: denormal numbers would slow every step
_ASTROCYTES = ("astrocytes",)


@kernel
def glial_step(buffer: FloatArray) -> None:
    """Sense, release or deviate, supply and modulate; once every glial period (A8, 8 and 9)."""
    scalars = floats(buffer, at.SCALARS)
    glia = view_astrocytes(buffer)
    if number(buffer, at.SLOW_CELLS) == 1:
        hear(buffer)
    _sense(
        wholes(buffer, at.SENSE_START),
        wholes(buffer, at.SENSE_ASTROCYTE),
        floats(buffer, at.SENSE_NUMBER),
        floats(buffer, at.RECENT),
        floats(buffer, at.EMITTED),
        floats(buffer, at.RELEASED),
        floats(buffer, at.RELEASED_SUM),
        wholes(buffer, at.SPIKED),
        glia.sensed,
    )
    n_astrocytes = number(buffer, at.N_ASTROCYTES)
    if n_astrocytes > 0:
        sense_demand(buffer)
        update_calcium(glia)
        if scalars[at.GAP] > 0.0:
            _couple(buffer)
        if number(buffer, at.EVENTS) == 1:
            _release(glia, scalars)
            per_release = scalars[at.RELEASE_COST]
            _charge_releases(n_astrocytes, glia, floats(buffer, at.COST), per_release)
        if number(buffer, at.TONIC) == 1:
            _deviate(
                n_astrocytes,
                floats(buffer, at.CALCIUM),
                floats(buffer, at.LOG_THRESHOLD),
                floats(buffer, at.DEVIATION),
            )
        run_channels(buffer, at.FIRST_CHANNEL)
    elif number(buffer, at.BUDGET_ON) == 1:
        share_budget(buffer)  # regions without glia share, too, if they do by their neurons
    if number(buffer, at.SLOW_CELLS) == 1:
        modulate(buffer)
    refresh_drive(buffer)
    flush_denormals(floats(buffer, at.DECAYING))


separate_glial_step = separately_compiled(glial_step)


@fused_loop
def _sense(  # noqa: PLR0913, PLR0917 - arrays that do not overlap
    start: IndexArray,
    astrocyte: IndexArray,
    synapses: FloatArray,
    recent: FloatArray,
    emitted: FloatArray,
    released: FloatArray,
    released_sum: FloatArray,
    active: IndexArray,
    sensed: FloatArray,
) -> None:
    """Count the spikes on the synapses of each territory, and move recent counts to the sums."""
    n = np.uint64(0)
    for row in range(np.uint64(recent.shape[0])):
        active[n] = row  # a list first, as which rows spiked cannot be predicted
        n += np.uint64(1 if recent[row] > 0.0 else 0)
    for i in range(n):
        sender = np.uint64(active[i])
        count = recent[sender]
        for k in range(start[sender], start[sender + np.uint64(1)]):
            sensed[astrocyte[k]] += count * synapses[k]
        emitted[sender] += count
        released_sum[sender] += released[sender]
        recent[sender] = 0.0
        released[sender] = 0.0


@fused_loop
def update_calcium(glia: Astrocytes) -> None:
    """Let calcium follow what was sensed."""
    for g in range(whole_vectors(glia.calcium.shape[0])):
        keep = glia.keep_calcium[g]
        follows = (1.0 - keep) * (glia.sensed[g] * glia.sense_scale[g])
        glia.calcium[g] = keep * glia.calcium[g] + follows
        glia.sensed[g] = 0.0


@fused_loop
def _couple(buffer: FloatArray) -> None:
    """Let calcium flow through gap junctions: c ← c + D·(mean of the neighbours − c)."""
    gap = floats(buffer, at.SCALARS)[at.GAP]
    calcium = floats(buffer, at.CALCIUM)
    change = floats(buffer, at.SENSED)  # all zero between two sensings: room for the sums
    one, other = wholes(buffer, at.NEIGHBOUR_ONE), wholes(buffer, at.NEIGHBOUR_OTHER)
    share = floats(buffer, at.NEIGHBOUR_SHARE)
    for k in range(share.shape[0]):
        change[one[k]] += share[k] * (calcium[other[k]] - calcium[one[k]])
    for g in range(number(buffer, at.N_ASTROCYTES)):
        calcium[g] += gap * change[g]
        change[g] = 0.0


@fused_loop
def _release(glia: Astrocytes, scalars: FloatArray) -> None:
    """Release on the upward crossings of the threshold; `sensed` then holds how many, 0 or 1."""
    keep, refill = scalars[at.KEEP_TRANSMITTER], scalars[at.KEEP_STORE]
    uptake = scalars[at.UPTAKE]
    for g in range(whole_vectors(glia.calcium.shape[0])):
        transmitter = glia.transmitter[g] * keep
        store = 1.0 - (1.0 - glia.store[g]) * refill
        below = glia.calcium[g] < glia.calcium_threshold[g]
        crossed = 0.0 if below else (1.0 if glia.armed[g] > 0.0 else 0.0)
        more = transmitter + (1.0 - transmitter) * uptake * store
        transmitter = more if crossed > 0.0 else transmitter
        glia.transmitter[g] = transmitter
        glia.store[g] = store * (1.0 - uptake) if crossed > 0.0 else store
        glia.armed[g] = 1.0 if below else 0.0
        glia.releases[g] += crossed
        glia.sensed[g] = crossed


@fused_loop
def _charge_releases(
    n_astrocytes: Number, glia: Astrocytes, cost: FloatArray, per_release: float
) -> None:
    """Charge the releases to the regions of their astrocytes."""
    for g in range(np.uint64(n_astrocytes)):
        if glia.sensed[g] > 0.0:
            cost[glia.astrocyte_region[g]] += glia.copies[g] * per_release
            glia.sensed[g] = 0.0


@fused_loop
def _deviate(
    n_astrocytes: Number, calcium: FloatArray, log_threshold: FloatArray, deviation: FloatArray
) -> None:
    """Measure how far calcium is from its set point: ln(θ / max(c, c_min))."""
    for g in range(np.uint64(n_astrocytes)):
        deviation[g] = log_threshold[g] - log(max(calcium[g], LEAST_LEVEL))


@kernel
def refresh_drive(buffer: FloatArray) -> None:
    """Add up what drives cells steadily: bias, graded and slow inward current, injected current."""
    _add_drive(
        floats(buffer, at.DRIVE),
        floats(buffer, at.BIAS),
        floats(buffer, at.GRADED_CURRENT),
        floats(buffer, at.EFFICACY),
        floats(buffer, at.SLOW_INWARD),
        floats(buffer, at.EXTERNAL),
    )


@fused_loop
def _add_drive(
    drive: FloatArray,
    bias: FloatArray,
    graded: FloatArray,
    efficacy: FloatArray,
    inward: FloatArray,
    external: FloatArray,
) -> None:
    for j in range(whole_vectors(drive.shape[0])):
        drive[j] = bias[j] + graded[j] * efficacy[j] + inward[j] + external[j]


@fused_loop
def flush_denormals(state: FloatArray) -> None:
    """Set decayed values to 0; `state` holds all decaying sections, which stand together."""
    for j in range(whole_vectors(state.shape[0])):
        state[j] = 0.0 if abs(state[j]) < _TINY else state[j]


ASTROCYTES = Owner(
    name="astrocytes",
    wholes=(
        *(Whole(f"{channel.name}_on", "1: the channel is on") for channel in CHANNELS),
        Whole("events", "1: gliotransmitter is released on upward crossings of the threshold"),
        Whole("tonic", "1: a channel follows how far calcium is from its set point"),
    ),
    scalars=(
        Scalar("keep_store", "1", "exp(-dt_g / τ_x), gliotransmitter store"),
        Scalar("keep_transmitter", "1", "exp(-dt_g / τ_G), gliotransmitter"),
        Scalar("uptake", "1", "U_A, share of the store that a release takes"),
        Scalar("release_cost", "EU", "of one release"),
        Scalar("gap", "1", "D, share of the calcium gap closed each step"),
    ),
    sections=(
        Section("calcium", _ASTROCYTES, "f/f_ref", "c", initial=None, resets=True),
        Section("transmitter", _ASTROCYTES, "1", "G", resets=True),
        Section("store", _ASTROCYTES, "1", "x_A", initial=1.0, resets=True),
        Section("armed", _ASTROCYTES, "1", "1: may release", initial=1.0, resets=True),
        Section("releases", _ASTROCYTES, "1", "number"),
        Section("sensed", _ASTROCYTES, "1", "spikes sensed in this glial step", resets=True),
        scratch("deviation", _ASTROCYTES, "ln(θ_c / c)"),
        parameter("log_threshold", _ASTROCYTES, "1", "ln θ_c"),
        parameter("keep_calcium", _ASTROCYTES, "1", "ρ_c"),
        parameter("calcium_threshold", _ASTROCYTES, "f/f_ref", "θ_c"),
        parameter("copies", _ASTROCYTES, "1", "astrocytes it stands for"),
        parameter("sense_scale", _ASTROCYTES, "1", "1 / (|S_g| dt_g f_ref)"),
        parameter("astrocyte_region", _ASTROCYTES, "1", "region of each", "u4"),
        parameter("cover_start", ("slot_bounds",), "1", "first pair of each slot", "u4"),
        parameter("cover_astrocyte", ("covers",), "1", "astrocyte of each pair", "u4"),
        parameter("sense_start", ("sender_bounds",), "1", "first pair of each sender", "u4"),
        parameter("sense_astrocyte", ("sensed",), "1", "astrocyte of each pair", "u4"),
        parameter("sense_number", ("sensed",), "1", "synapses from a sender into a territory"),
        parameter("neighbour_one", ("neighbours",), "1", "one astrocyte of each pair", "u4"),
        parameter("neighbour_other", ("neighbours",), "1", "the other", "u4"),
        parameter("neighbour_share", ("neighbours",), "1", "1 over the number of neighbours"),
    ),
)
