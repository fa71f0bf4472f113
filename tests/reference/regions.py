"""Regions and their energy pools, plainly."""

from dataclasses import dataclass

SHUT = 1e300  # the factor on a threshold that is never reached


@dataclass
class Region:
    capacity: float  # [EU]
    energy: float  # [EU]
    upkeep: float  # [EU/ms]
    supply: float = 0.0  # [EU/ms]
    gate: float = 1.0  # factor on thresholds
    cost: float = 0.0  # of this millisecond [EU]
    graded_cost: float = 0.0  # of graded inputs [EU/ms]
    supplied_sum: float = 0.0
    spent_sum: float = 0.0
    unmet_sum: float = 0.0
    fill_sum: float = 0.0
    stores: float = 0.0  # astrocytes with a store
    stored: float = 0.0  # glycogen in them [EU]
    supplied_before: float = 0.0  # this glial step

    @property
    def fill(self):
        return self.energy * (1.0 / self.capacity)


def regions_of(network, config):
    energy = config.energy
    regions = []
    for r in range(network.n_regions):
        number = sum(1 for region in network.cells.region.tolist() if region == r)
        has_stores = config.astrocyte.glycogen
        each = energy.pool if has_stores else float(network.energy_reserve[r])
        capacity = each * max(number, 1)
        full = capacity * energy.initial_fill if config.astrocyte.metabolic else capacity
        upkeep = idle(network, energy, r) * (energy.housekeeping / 1000.0)
        region = Region(capacity, full, upkeep)
        region.stores = float(astrocytes_in(network, r))
        region.stored = region.stores * energy.glycogen * energy.initial_fill
        regions.append(region)
    return regions


def astrocytes_in(network, r):
    glia = network.glia
    return sum(n for n, g in zip(glia.count.tolist(), glia.region.tolist()) if g == r)


def idle(network, energy, r):
    """Return what a region costs by the second without any activity [EU/s]."""
    wiring = network.wiring
    mass = float(network.mass[r])
    astrocytes = astrocytes_in(network, r)
    onto = network.cells.region[wiring.target].tolist()
    synapses = sum(1.0 for region in onto if region == r)
    wire = 0.0
    for length, region in zip(wiring.length.tolist(), onto):
        wire += length if region == r else 0.0
    built = 1.0 / energy.lifetime
    total = energy.rest * mass
    total += energy.astrocyte * float(astrocytes)
    total += energy.connection * synapses
    total += energy.wire * wire
    total += energy.build_neuron * (mass * built)
    total += energy.build_synapse * (synapses * built)
    total += energy.build_astrocyte * (astrocytes * built)
    return total


def gate_of(region, energy):
    """Return the factor on the thresholds of a region, from the fill of its pool."""
    if energy.gate == "none":
        return 1.0
    if energy.gate == "hard":
        return SHUT if region.energy < energy.spike * energy.housekeeping else 1.0
    shortage = 1.0 - region.fill * (1.0 / energy.gate_onset)
    return 1.0 + energy.gate_gain * shortage if shortage > 0.0 else 1.0


def room(region):
    return min(1.0, 4.0 * (1.0 - region.fill))


def redistributes(config):
    return config.energy.budget is not None and config.energy.redistribution


def charge_pool(region, config):
    """dE = supply · min(1, 4(1 − x)) − costs, kept between empty and full."""
    spent = region.cost + region.upkeep + region.graded_cost
    inflow = region.supply * (1.0 if redistributes(config) else room(region))
    inflow = inflow if config.astrocyte.metabolic else spent
    after = region.energy + inflow - spent
    region.fill_sum += region.fill
    if after > region.capacity:
        inflow -= after - region.capacity
        after = region.capacity
    if after < 0.0:
        region.unmet_sum -= after
        after = 0.0
    region.energy = after
    region.supplied_sum += inflow
    region.spent_sum += spent
    region.cost = 0.0
