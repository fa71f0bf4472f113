"""Astrocytes: one glial step of the leaky-integrator astrocyte (models: B1)."""

import numpy as np

from glianeat.compile.decorators import fused_loop, kernel
from glianeat.compile.linking import separately_compiled
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import floats, number, whole_vectors, wholes
from glianeat.simulate.kernels.views import Astrocytes, Pools, view_astrocytes, view_pools
from glianeat.typing import FloatArray, IndexArray, Whole

MAX_BOOST = 2.0  # calcium at which an astrocyte supplies most (models: B8)
_TINY = 1e-30  # decaying values below are set to 0: denormal numbers would slow every step


@kernel
def glial_step(buffer: FloatArray) -> None:
    """Sense, release, supply and modulate; once every `GLIAL_PERIOD` steps (A8, 8 and 9)."""
    n_lanes = number(buffer, at.N_LANES)
    n_rows = number(buffer, at.N_INPUTS) + n_lanes
    scalars = floats(buffer, at.SCALARS, at.N_SCALARS)
    glia = view_astrocytes(buffer)
    start = wholes(buffer, at.SENSE_START, n_rows + 1)
    _sense(
        start,
        wholes(buffer, at.SENSE_ASTROCYTE, start[n_rows]),
        floats(buffer, at.SENSE_NUMBER, start[n_rows]),
        floats(buffer, at.RECENT, n_rows),
        floats(buffer, at.EMITTED, n_rows),
        floats(buffer, at.RELEASED, n_rows),
        floats(buffer, at.RELEASED_SUM, n_rows),
        wholes(buffer, at.SPIKED, n_rows),
        glia.sensed,
    )
    n_astrocytes = number(buffer, at.N_ASTROCYTES)
    if n_astrocytes > 0:
        _follow(glia)
        if scalars[at.GAP] > 0.0:
            _couple(buffer)
        _release(glia, scalars)
        _supply(n_astrocytes, glia, view_pools(buffer), scalars)
        _modulate(buffer)
    refresh_drive(buffer)
    first, last = number(buffer, at.HEAD + at.POTENTIAL), number(buffer, at.HEAD + at.RISE)
    _flush(floats(buffer, at.POTENTIAL, last - first + n_lanes))


glial_step_apart = separately_compiled(glial_step)


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
def _follow(glia: Astrocytes) -> None:
    """Let calcium follow what was sensed."""
    for g in range(whole_vectors(glia.calcium.shape[0])):
        keep = glia.keep[g]
        follows = (1.0 - keep) * (glia.sensed[g] * glia.scale[g])
        glia.calcium[g] = keep * glia.calcium[g] + follows
        glia.sensed[g] = 0.0


@fused_loop
def _couple(buffer: FloatArray) -> None:
    """Let calcium flow through gap junctions: c ← c + D·(mean of the neighbours − c)."""
    n = number(buffer, at.N_ASTROCYTES)
    n_pairs = number(buffer, at.N_NEIGHBOURS)
    gap = floats(buffer, at.SCALARS, at.N_SCALARS)[at.GAP]
    calcium = floats(buffer, at.CALCIUM, n)
    change = floats(buffer, at.SENSED, n)  # all zero between two sensings: room for the sums
    one = wholes(buffer, at.NEIGHBOUR_ONE, n_pairs)
    other = wholes(buffer, at.NEIGHBOUR_OTHER, n_pairs)
    share = floats(buffer, at.NEIGHBOUR_SHARE, n_pairs)
    for k in range(n_pairs):
        change[one[k]] += share[k] * (calcium[other[k]] - calcium[one[k]])
    for g in range(n):
        calcium[g] += gap * change[g]
        change[g] = 0.0


@fused_loop
def _release(glia: Astrocytes, scalars: FloatArray) -> None:
    """Release on the upward crossings of the threshold; `sensed` then holds how many, 0 or 1."""
    keep, refill = scalars[at.KEEP_TRANSMITTER], scalars[at.KEEP_STORE]
    uptake, baseline = scalars[at.UPTAKE], scalars[at.BASELINE]
    for g in range(whole_vectors(glia.calcium.shape[0])):
        transmitter = glia.transmitter[g] * keep
        store = 1.0 - (1.0 - glia.store[g]) * refill
        below = glia.calcium[g] < glia.threshold[g]
        crossed = 0.0 if below else (1.0 if glia.armed[g] > 0.0 else 0.0)
        more = transmitter + (1.0 - transmitter) * uptake * store
        transmitter = more if crossed > 0.0 else transmitter
        glia.transmitter[g] = transmitter
        glia.store[g] = store * (1.0 - uptake) if crossed > 0.0 else store
        glia.armed[g] = 1.0 if below else 0.0
        glia.releases[g] += crossed
        glia.sensed[g] = crossed
        glia.plasticity[g] = 1.0 + glia.plasticity_gain[g] * (transmitter - baseline)


@fused_loop
def _supply(n_astrocytes: Whole, glia: Astrocytes, pools: Pools, scalars: FloatArray) -> None:
    """Charge the releases, and set what the astrocytes of each region supply.

    Sums run in local variables as long as the region stays the same: through memory, every
    addition would wait for the one before it to arrive there.
    """
    per_release, per_astrocyte = scalars[at.RELEASE_COST], scalars[at.ASTROCYTE_SUPPLY]
    for r in range(whole_vectors(pools.supply.shape[0])):
        pools.supply[r] = 0.0
    region = glia.region[0]
    supply, cost = 0.0, pools.cost[region]
    for g in range(np.uint64(n_astrocytes)):
        if glia.region[g] != region:
            pools.supply[region] = supply
            pools.cost[region] = cost
            region = glia.region[g]
            supply, cost = pools.supply[region], pools.cost[region]
        if glia.sensed[g] > 0.0:
            cost += glia.copies[g] * per_release
            glia.sensed[g] = 0.0
        boost = min(MAX_BOOST, glia.calcium[g])
        supply += glia.copies[g] * per_astrocyte * (1.0 + glia.supply_gain[g] * boost)
    pools.supply[region] = supply
    pools.cost[region] = cost


@fused_loop
def _modulate(buffer: FloatArray) -> None:
    """Set what the astrocytes of each cell do to it: efficacy, and slow inward current."""
    n_lanes = number(buffer, at.N_LANES)
    n_covers = number(buffer, at.N_COVERS)
    transmitter = floats(buffer, at.TRANSMITTER, number(buffer, at.N_ASTROCYTES))
    start = wholes(buffer, at.COVER_START, n_lanes + 1)
    astrocyte = wholes(buffer, at.COVER_ASTROCYTE, n_covers)
    if number(buffer, at.GAIN) == 1:
        gain = floats(buffer, at.COVER_GAIN, n_covers)
        efficacy = floats(buffer, at.EFFICACY, n_lanes)
        _gather(start, astrocyte, gain, transmitter, efficacy, 1.0)
        for j in range(whole_vectors(n_lanes)):
            # shares that add up to 1 + 1e-16 must not turn a sign
            efficacy[j] = max(0.0, efficacy[j])
    if number(buffer, at.CURRENT) == 1:
        current = floats(buffer, at.COVER_CURRENT, n_covers)
        inward = floats(buffer, at.SLOW_INWARD, n_lanes)
        _gather(start, astrocyte, current, transmitter, inward, 0.0)


@fused_loop
def _gather(
    start: IndexArray,
    astrocyte: IndexArray,
    factor: FloatArray,
    transmitter: FloatArray,
    sums: FloatArray,
    rest: float,
) -> None:
    """Set the sum over the astrocytes of each lane of their transmitter times a factor."""
    for j in range(np.uint64(sums.shape[0])):
        total = rest
        for k in range(start[j], start[j + np.uint64(1)]):
            total += factor[k] * transmitter[astrocyte[k]]
        sums[j] = total


@kernel
def refresh_drive(buffer: FloatArray) -> None:
    """Add up what drives cells steadily: bias, graded and slow inward current, injected current."""
    n = number(buffer, at.N_LANES)
    _add_drive(
        floats(buffer, at.DRIVE, n),
        floats(buffer, at.BIAS, n),
        floats(buffer, at.GRADED_CURRENT, n),
        floats(buffer, at.EFFICACY, n),
        floats(buffer, at.SLOW_INWARD, n),
        floats(buffer, at.EXTERNAL, n),
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
def _flush(state: FloatArray) -> None:
    """Set decayed values to 0; `state` holds all decaying sections, which follow each other."""
    for j in range(whole_vectors(state.shape[0])):
        state[j] = 0.0 if abs(state[j]) < _TINY else state[j]
