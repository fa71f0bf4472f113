"""Scarce supply: one budget for all regions, shared out by glia (models: B8).

    supply_R = B · w_R · a_R / Σ w·a,    w_R = Σ_astrocytes (1 + κ·min(c, 2))

a is what a pool has room for, min(1, 4(1 − fill)): what full pools refuse goes to the others.
Without redistribution a is 1 here, and what a pool refuses is lost. The calcium c is not that of
the other channels, but has a time constant of its own: supply must follow demand, while gain may
remember.
"""

import numpy as np

from glianeat.compile.decorators import fused_loop
from glianeat.develop.network import Network
from glianeat.energetics.cost import EnergyConfig
from glianeat.simulate import at
from glianeat.simulate.access import floats, number, wholes
from glianeat.simulate.decay import decay
from glianeat.simulate.energy.pools import AS_OFFERED
from glianeat.simulate.glia.channel import GLIAL_STEP, Channel, Glia
from glianeat.simulate.glia.metabolic import MAX_BOOST
from glianeat.simulate.section import Section, Values, parameter
from glianeat.typing import FloatArray

LEAST_ROOM = 0.001
"""Room that counts for full pools, too: where all are full, each still has its share."""


@fused_loop
def sense_demand(buffer: FloatArray) -> None:
    """Let the calcium of supply follow what was sensed, before other calcium takes it up."""
    if number(buffer, at.BUDGET_ON) == 0:
        return
    demand, keep = floats(buffer, at.DEMAND), floats(buffer, at.KEEP_DEMAND)
    sensed, scale = floats(buffer, at.SENSED), floats(buffer, at.SENSE_SCALE)
    for g in range(np.uint64(number(buffer, at.N_ASTROCYTES))):
        demand[g] = keep[g] * demand[g] + (1.0 - keep[g]) * (sensed[g] * scale[g])


@fused_loop
def share_budget(buffer: FloatArray) -> None:
    """Set what each region is supplied with until the next glial step."""
    supply, weight = floats(buffer, at.SUPPLY), floats(buffer, at.REGION_WEIGHT)
    copies, gain = floats(buffer, at.SHARING_COPIES), floats(buffer, at.DEMAND_GAIN)
    demand, region = floats(buffer, at.DEMAND), wholes(buffer, at.ASTROCYTE_REGION)
    n_regions = np.uint64(number(buffer, at.N_REGIONS))
    for r in range(n_regions):
        supply[r] = weight[r]
    for g in range(np.uint64(number(buffer, at.N_ASTROCYTES))):
        supply[region[g]] += copies[g] * (1.0 + gain[g] * min(MAX_BOOST, demand[g]))
    if number(buffer, at.INFLOW) == AS_OFFERED:
        energy, per_capacity = floats(buffer, at.ENERGY), floats(buffer, at.PER_CAPACITY)
        for r in range(n_regions):
            room = min(1.0, 4.0 * (1.0 - energy[r] * per_capacity[r]))
            supply[r] *= max(LEAST_ROOM, room)
    total = 0.0
    for r in range(n_regions):
        total += supply[r]
    per_weight = floats(buffer, at.SCALARS)[at.ASTROCYTE_SUPPLY] / total if total > 0.0 else 0.0
    for r in range(n_regions):
        supply[r] *= per_weight


def shares_at_rest(network: Network, energy: EnergyConfig) -> FloatArray:
    """Return what each region is supplied with where no calcium is raised, shape (R,) [EU/ms]."""
    glia, n = network.glia, network.n_regions
    by_glia = np.bincount(glia.region, glia.count, n).astype(np.float64)
    weight = network.mass if energy.sharing == "uniform" else by_glia
    total = 0.0
    for one in weight.tolist():
        total += one
    budget = (energy.budget or 0.0) / 1000.0
    shares: FloatArray = weight * (budget / total if total > 0.0 else 0.0)
    return shares


def _pack(glia: Glia) -> Values:
    network, sharing = glia.network, glia.config.energy.sharing
    by_neurons = sharing == "uniform"
    tau = glia.trait("tau_supply") * glia.config.astrocyte.time_scale
    gain = glia.trait("supply_gain") if sharing == "glia" else np.zeros(len(tau))
    copies = network.glia.count.astype(np.float64)
    return Values(
        {
            "keep_demand": decay(tau, GLIAL_STEP),
            "demand_gain": gain,
            "sharing_copies": np.zeros(len(tau)) if by_neurons else copies,
            "region_weight": network.mass if by_neurons else np.zeros(network.n_regions),
        }
    )


_ASTROCYTES = ("astrocytes",)
BUDGET = Channel(
    name="budget",
    setting="metabolic",
    sections=(
        Section("demand", _ASTROCYTES, "f/f_ref", "calcium that follows demand", resets=True),
        parameter("keep_demand", _ASTROCYTES, "1", "exp(-dt_g / τ) of it"),
        parameter("demand_gain", _ASTROCYTES, "1", "κ"),
        parameter("sharing_copies", _ASTROCYTES, "1", "astrocytes that share; 0: neurons do"),
        parameter("region_weight", ("regions",), "1", "what neurons count for in the shares"),
    ),
    step=share_budget,
    pack=_pack,
    reference="tests.reference.astrocytes:share",
)
