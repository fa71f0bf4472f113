"""The gate between a region's energy pool and its cells: what a low pool does (models: B8)."""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.simulate import at
from glianeat.simulate.access import whole_vectors
from glianeat.simulate.section import Owner, Scalar, Section, Whole
from glianeat.simulate.views import Pools
from glianeat.typing import FloatArray

GATES = ("none", "threshold", "hard")
"""Gates, by number."""
_THRESHOLD = GATES.index("threshold")
_SHUT = 1e300  # factor on a threshold that no potential reaches


@fused_loop
def set_gates(gate: int, pools: Pools, gates: FloatArray, scalars: FloatArray) -> None:
    """Set the factor on the thresholds of each region from the fill of its pool.

    Threshold gate: 1 + gain · max(0, 1 − x/onset). Hard gate: the region is silent while its pool
    holds less than one spike costs.
    """
    soft = gate == _THRESHOLD
    per_onset, gain = scalars[at.PER_ONSET], scalars[at.GATE_GAIN]
    limit = scalars[at.HARD_LIMIT]
    for r in range(whole_vectors(pools.energy.shape[0])):
        shortage = 1.0 - pools.energy[r] * pools.per_capacity[r] * per_onset
        rise = gain * shortage
        raised = 1.0 + (rise if shortage > 0.0 else 0.0)
        shut = _SHUT if pools.energy[r] < limit else 1.0
        pools.region_gate[r] = raised if soft else shut
    for r in range(np.uint64(pools.region_start.shape[0] - 1)):
        first, last = pools.region_start[r], pools.region_start[r + np.uint64(1)]
        if first != last and gates[first] != pools.region_gate[r]:
            for j in range(first, last):
                gates[j] = pools.region_gate[r]


GATE = Owner(
    name="gate",
    wholes=(Whole("gate", "number of the gate, see `GATES`"),),
    scalars=(
        Scalar("per_onset", "1", "1 over the pool fill below which thresholds rise"),
        Scalar("gate_gain", "1", "relative rise of the threshold at an empty pool"),
        Scalar("hard_limit", "EU", "energy below which a hard gate shuts"),
    ),
    sections=(
        Section("gates", ("slots",), "1", "factor on the threshold of each cell", initial=1.0),
        Section("region_gate", ("regions",), "1", "factor on those of a region", initial=1.0),
    ),
)
