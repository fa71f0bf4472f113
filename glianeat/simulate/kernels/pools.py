"""Regional energy pools: what activity takes, what glia give, and the gate between (models: B8)."""

from glianeat.jit import vectorised
from glianeat.simulate.kernels import layout as at
from glianeat.simulate.kernels.views import Pools
from glianeat.typing import FloatArray

_SHUT = 1e300  # factor on a threshold that no potential reaches


@vectorised
def open_gates(gate_kind: int, pools: Pools, gates: FloatArray, scalars: FloatArray) -> None:
    """Set the factor on the thresholds of each region from the fill of its pool.

    Threshold gate: 1 + gain · max(0, 1 − x/onset). Hard gate: the region is silent while its pool
    holds less than one spike costs.
    """
    for r in range(pools.energy.shape[0]):
        first = pools.region_start[r]
        last = pools.region_start[r + 1]
        if first == last:
            continue
        factor = 1.0
        if gate_kind == at.THRESHOLD_GATE:
            shortage = 1.0 - pools.energy[r] * pools.per_capacity[r] * scalars[at.PER_ONSET]
            factor += scalars[at.GATE_GAIN] * shortage if shortage > 0.0 else 0.0
        elif pools.energy[r] < scalars[at.HARD_LIMIT]:
            factor = _SHUT
        if gates[first] != factor:
            for j in range(first, last):
                gates[j] = factor


@vectorised
def settle(supplied: int, pools: Pools) -> None:
    """Charge a step to the pools: dE = supply · min(1, 4(1 − x)) − costs, 0 ≤ E ≤ E_max.

    What a pool could not pay is kept as unmet, so that E_end = E_0 + supplied − spent + unmet.
    Pools that do not live on glia are given what they spend.
    """
    for r in range(pools.energy.shape[0]):
        spent = pools.cost[r] + pools.upkeep[r] + pools.graded_cost[r]
        pools.cost[r] = 0.0
        before = pools.energy[r]
        fill = before * pools.per_capacity[r]
        throttle = 4.0 * (1.0 - fill)
        inflow = pools.supply[r] * (min(1.0, throttle))
        if supplied == 0:
            inflow = spent
        after = before + inflow - spent
        if after > pools.capacity[r]:
            inflow -= after - pools.capacity[r]
            after = pools.capacity[r]
        if after < 0.0:
            pools.unmet_sum[r] -= after
            after = 0.0
        pools.energy[r] = after
        pools.supplied_sum[r] += inflow
        pools.spent_sum[r] += spent
        pools.fill_sum[r] += fill
