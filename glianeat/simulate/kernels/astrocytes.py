"""Astrocytes: one glial step of the leaky-integrator astrocyte (models: B1)."""

from glianeat.jit import kernel
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import floats, number, wholes
from glianeat.typing import FloatArray

_TINY = 1e-30  # decaying values below are set to 0: denormal numbers would slow every step


@kernel
def glial_step(buffer: FloatArray) -> None:
    """Sense, release, supply and modulate; once every `GLIAL_PERIOD` steps (A8, 8 and 9)."""
    sense(buffer)
    if number(buffer, at.N_ASTROCYTES) > 0:
        _respond(buffer)
        _modulate(buffer)
    refresh_drive(buffer)
    _flush(buffer)


@kernel
def sense(buffer: FloatArray) -> None:
    """Count the spikes on the synapses of each territory, and move recent counts to the sums."""
    n_rows = number(buffer, at.N_INPUTS) + number(buffer, at.N_LANES)
    recent = floats(buffer, at.RECENT, n_rows)
    emitted = floats(buffer, at.EMITTED, n_rows)
    released = floats(buffer, at.RELEASED, n_rows)
    released_sum = floats(buffer, at.RELEASED_SUM, n_rows)
    start = wholes(buffer, at.SENSE_START, n_rows + 1)
    n_pairs = start[n_rows]
    astrocyte = wholes(buffer, at.SENSE_ASTROCYTE, n_pairs)
    synapses = floats(buffer, at.SENSE_NUMBER, n_pairs)
    sensed = floats(buffer, at.SENSED, number(buffer, at.N_ASTROCYTES))
    for row in range(n_rows):
        if recent[row] > 0.0:
            for k in range(start[row], start[row + 1]):
                sensed[astrocyte[k]] += recent[row] * synapses[k]
            emitted[row] += recent[row]
            released_sum[row] += released[row]
            recent[row] = 0.0
            released[row] = 0.0


@kernel
def _respond(buffer: FloatArray) -> None:
    """Let calcium follow what was sensed, release on its upward crossings, and set the supply."""
    n = number(buffer, at.N_ASTROCYTES)
    n_regions = number(buffer, at.N_REGIONS)
    scalars = floats(buffer, at.SCALARS, at.N_SCALARS)
    calcium = floats(buffer, at.CALCIUM, n)
    sensed = floats(buffer, at.SENSED, n)
    scale = floats(buffer, at.SENSE_SCALE, n)
    keep = floats(buffer, at.KEEP_CALCIUM, n)
    for g in range(n):
        calcium[g] = keep[g] * calcium[g] + (1.0 - keep[g]) * (sensed[g] * scale[g])
        sensed[g] = 0.0
    if scalars[at.GAP] > 0.0:
        _couple(buffer)
    transmitter = floats(buffer, at.TRANSMITTER, n)
    store = floats(buffer, at.STORE, n)
    armed = floats(buffer, at.ARMED, n)
    releases = floats(buffer, at.RELEASES, n)
    threshold = floats(buffer, at.CALCIUM_THRESHOLD, n)
    supply_gain = floats(buffer, at.SUPPLY_GAIN, n)
    copies = floats(buffer, at.COPIES, n)
    region = wholes(buffer, at.ASTROCYTE_REGION, n)
    supply = floats(buffer, at.SUPPLY, n_regions)
    cost = floats(buffer, at.COST, n_regions)
    supply[:] = 0.0
    for g in range(n):
        transmitter[g] *= scalars[at.KEEP_TRANSMITTER]
        store[g] = 1.0 - (1.0 - store[g]) * scalars[at.KEEP_STORE]
        if calcium[g] < threshold[g]:
            armed[g] = 1.0
        elif armed[g] > 0.0:
            transmitter[g] += (1.0 - transmitter[g]) * scalars[at.UPTAKE] * store[g]
            store[g] *= 1.0 - scalars[at.UPTAKE]
            armed[g] = 0.0
            releases[g] += 1.0
            cost[region[g]] += copies[g] * scalars[at.RELEASE_COST]
        boost = min(2.0, calcium[g])
        supply[region[g]] += (
            copies[g] * scalars[at.ASTROCYTE_SUPPLY] * (1.0 + supply_gain[g] * boost)
        )


@kernel
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


@kernel
def _modulate(buffer: FloatArray) -> None:
    """Set what each territory's cells feel: efficacy, slow inward current, plasticity factor."""
    n = number(buffer, at.N_ASTROCYTES)
    n_lanes = number(buffer, at.N_LANES)
    n_covers = number(buffer, at.N_COVERS)
    transmitter = floats(buffer, at.TRANSMITTER, n)
    plasticity = floats(buffer, at.PLASTICITY, n)
    plasticity_gain = floats(buffer, at.PLASTICITY_GAIN, n)
    baseline = floats(buffer, at.SCALARS, at.N_SCALARS)[at.BASELINE]
    for g in range(n):
        plasticity[g] = 1.0 + plasticity_gain[g] * (transmitter[g] - baseline)
    astrocyte = wholes(buffer, at.COVER_ASTROCYTE, n_covers)
    lane = wholes(buffer, at.COVER_LANE, n_covers)
    share = floats(buffer, at.COVER_SHARE, n_covers)
    if number(buffer, at.GAIN) == 1:
        gain = floats(buffer, at.GLIA_GAIN, n)
        efficacy = floats(buffer, at.EFFICACY, n_lanes)
        for k in range(n_covers):
            efficacy[lane[k]] = 1.0
        for k in range(n_covers):
            efficacy[lane[k]] += share[k] * gain[astrocyte[k]] * transmitter[astrocyte[k]]
        for k in range(n_covers):  # shares that add up to 1 + 1e-16 must not turn a sign
            efficacy[lane[k]] = max(0.0, efficacy[lane[k]])
    if number(buffer, at.CURRENT) == 1:
        slow_current = floats(buffer, at.SLOW_CURRENT, n)
        inward = floats(buffer, at.SLOW_INWARD, n_lanes)
        inward[:] = 0.0
        for k in range(n_covers):
            inward[lane[k]] += share[k] * slow_current[astrocyte[k]] * transmitter[astrocyte[k]]


@kernel
def refresh_drive(buffer: FloatArray) -> None:
    """Add up what drives cells steadily: bias, graded and slow inward current, injected current."""
    n_lanes = number(buffer, at.N_LANES)
    drive = floats(buffer, at.DRIVE, n_lanes)
    bias = floats(buffer, at.BIAS, n_lanes)
    graded = floats(buffer, at.GRADED_CURRENT, n_lanes)
    efficacy = floats(buffer, at.EFFICACY, n_lanes)
    inward = floats(buffer, at.SLOW_INWARD, n_lanes)
    external = floats(buffer, at.EXTERNAL, n_lanes)
    for j in range(n_lanes):
        drive[j] = bias[j] + graded[j] * efficacy[j] + inward[j] + external[j]


@kernel
def _flush(buffer: FloatArray) -> None:
    n_lanes = number(buffer, at.N_LANES)
    for name in range(at.POTENTIAL, at.RISE + 1):
        state = floats(buffer, name, n_lanes)
        for j in range(n_lanes):
            if abs(state[j]) < _TINY:
                state[j] = 0.0
