"""Regional energy pools: what activity takes, and what glia give (models: B8).

Loops over regions run over full vectors and without branches: on three regions, branches took as
long as a dozen neurons.
"""

from glianeat.compile.decorators import fused_loop
from glianeat.simulate.access import whole_vectors
from glianeat.simulate.section import Owner, Section, Whole, parameter
from glianeat.simulate.views import Pools

_REGIONS = ("regions",)
AS_SPENT, AS_ROOM, AS_OFFERED = range(3)
"""What flows into a pool: what is spent; what is supplied, less as it fills; all supplied."""


@fused_loop
def update_pools(kind: int, pools: Pools) -> None:
    """Charge a step to the pools: dE = supply · min(1, 4(1 − x)) − costs, 0 ≤ E ≤ E_max.

    What a pool could not pay is kept as unmet, so that E_end = E_0 + supplied − spent + unmet.
    Pools that do not live on glia are given what they spend. Where what some refuse is offered to
    others, that is so in what is supplied, and a pool takes it all until it is full.
    """
    for r in range(whole_vectors(pools.energy.shape[0])):
        spent = pools.cost[r] + pools.upkeep[r] + pools.graded_cost[r]
        pools.cost[r] = 0.0
        before = pools.energy[r]
        fill = before * pools.per_capacity[r]
        inflow = pools.supply[r] * (min(1.0, 4.0 * (1.0 - fill)))
        inflow = pools.supply[r] if kind == AS_OFFERED else inflow
        inflow = spent if kind == AS_SPENT else inflow
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


POOLS = Owner(
    name="pools",
    wholes=(Whole("inflow", "what flows into pools, see `AS_SPENT`"),),
    sections=(
        Section("energy", _REGIONS, "EU", "E", initial=None),
        Section("supply", _REGIONS, "EU/ms", "of glia", initial=None, resets=True),
        Section("cost", _REGIONS, "EU", "of this step"),
        Section("graded_cost", _REGIONS, "EU/ms", "of graded inputs"),
        Section("supplied_sum", _REGIONS, "EU", "all that came in"),
        Section("spent_sum", _REGIONS, "EU", "all that activity and upkeep took"),
        Section("unmet_sum", _REGIONS, "EU", "what a pool could not pay"),
        Section("fill_sum", _REGIONS, "1", "sum of the fill over steps"),
        parameter("capacity", _REGIONS, "EU", "E_max"),
        parameter("per_capacity", _REGIONS, "/EU", "1 / E_max"),
        parameter("upkeep", _REGIONS, "EU/ms", "what time alone costs"),
        parameter("region_start", ("region_bounds",), "1", "first slot of each region", "u4"),
    ),
)
