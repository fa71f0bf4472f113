"""Regional energy pools: what activity takes, what glia give, and the gate between (models: B8).

Loops over regions run over full vectors and without branches: on three regions, branches took as
long as a dozen neurons.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.sections import whole_vectors
from glianeat.simulate.kernels.views import Pools
from glianeat.typing import FloatArray

_SHUT = 1e300  # factor on a threshold that no potential reaches


@fused_loop
def open_gates(gate_kind: int, pools: Pools, gates: FloatArray, scalars: FloatArray) -> None:
    """Set the factor on the thresholds of each region from the fill of its pool.

    Threshold gate: 1 + gain · max(0, 1 − x/onset). Hard gate: the region is silent while its pool
    holds less than one spike costs.
    """
    soft = gate_kind == at.THRESHOLD_GATE
    per_onset, gain = scalars[at.PER_ONSET], scalars[at.GATE_GAIN]
    limit = scalars[at.HARD_LIMIT]
    for r in range(whole_vectors(pools.energy.shape[0])):
        shortage = 1.0 - pools.energy[r] * pools.per_capacity[r] * per_onset
        rise = gain * shortage
        raised = 1.0 + (rise if shortage > 0.0 else 0.0)
        shut = _SHUT if pools.energy[r] < limit else 1.0
        pools.gate[r] = raised if soft else shut
    for r in range(np.uint64(pools.region_start.shape[0] - 1)):
        first, last = pools.region_start[r], pools.region_start[r + np.uint64(1)]
        if first != last and gates[first] != pools.gate[r]:
            for j in range(first, last):
                gates[j] = pools.gate[r]


@fused_loop
def settle(supplied: int, pools: Pools) -> None:
    """Charge a step to the pools: dE = supply · min(1, 4(1 − x)) − costs, 0 ≤ E ≤ E_max.

    What a pool could not pay is kept as unmet, so that E_end = E_0 + supplied − spent + unmet.
    Pools that do not live on glia are given what they spend.
    """
    for r in range(whole_vectors(pools.energy.shape[0])):
        spent = pools.cost[r] + pools.upkeep[r] + pools.graded_cost[r]
        pools.cost[r] = 0.0
        before = pools.energy[r]
        fill = before * pools.per_capacity[r]
        inflow = pools.supply[r] * (min(1.0, 4.0 * (1.0 - fill)))
        inflow = spent if supplied == 0 else inflow
        after = before + inflow - spent
        full = pools.capacity[r]
        inflow = inflow - (after - full) if after > full else inflow
        after = min(after, full)
        unmet = pools.unmet_sum[r]
        pools.unmet_sum[r] = unmet - after if after < 0.0 else unmet
        pools.energy[r] = max(after, 0.0)
        pools.supplied_sum[r] += inflow
        pools.spent_sum[r] += spent
        pools.fill_sum[r] += fill
