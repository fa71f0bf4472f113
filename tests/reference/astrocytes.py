"""Leaky-integrator astrocytes, plainly."""

import math
from dataclasses import dataclass, field

from glianeat.elementary import exp, log
from glianeat.genome.schema import ASTROCYTES
from glianeat.simulate.glia.budget import BUDGET, LEAST_ROOM
from glianeat.simulate.glia.channel import GLIAL_STEP
from tests.reference.regions import redistributes, room
from tests.reference.registered import reference_of


@dataclass
class Astrocyte:
    number: int
    region: int
    count: int  # equal astrocytes that it stands for
    traits: dict
    place: tuple
    territory: list = field(default_factory=list)  # (neuron, share)
    afferents: dict = field(default_factory=dict)  # neuron → its synapses into the territory
    neighbours: list = field(default_factory=list)
    weights: dict = field(default_factory=dict)  # neuron → what its spikes count
    scale: float = 0.0
    calcium: float = 0.0
    demand: float = 0.0  # calcium by which a budget is shared
    transmitter: float = 0.0
    store: float = 1.0
    armed: bool = True
    releases: float = 0.0


def astrocytes_of(network, config):
    glia = network.glia
    names = [trait.name for trait in ASTROCYTES.traits]
    astrocytes = [
        Astrocyte(g, region, count, dict(zip(names, traits)), tuple(place))
        for g, (region, count, traits, place) in enumerate(
            zip(
                glia.region.tolist(),
                glia.count.tolist(),
                glia.traits.tolist(),
                glia.position.tolist(),
            )
        )
    ]
    for g, neuron, share in zip(glia.cover_astrocyte, glia.cover_neuron, glia.cover_share):
        astrocytes[g].territory.append((int(neuron), float(share)))
    for astrocyte in astrocytes:
        find_afferents(astrocyte, network)
        weigh(astrocyte, network, config.astrocyte)
        if config.astrocyte.transmission == "tonic":
            astrocyte.calcium = astrocyte.traits["calcium_threshold"]
        if config.astrocyte.gap_junction > 0.0:
            astrocyte.neighbours = [a for a in astrocytes if touch(a, astrocyte)]
    return astrocytes


def find_afferents(astrocyte, network):
    """An astrocyte senses all synapses onto the cells of its territory, and its inputs."""
    wiring = network.wiring
    ensheathed = {neuron for neuron, _ in astrocyte.territory}
    for source in range(network.n_neurons):
        row = slice(int(wiring.offsets[source]), int(wiring.offsets[source + 1]))
        number = sum(1 for target in wiring.target[row].tolist() if target in ensheathed)
        number += source in ensheathed and source < network.n_inputs
        if number:
            astrocyte.afferents[source] = number


def weigh(astrocyte, network, config):
    """Set what a spike of each sender counts, and the calcium that one of them is."""
    window = GLIAL_STEP / 1000.0
    if config.sensing == "counted":
        total = sum(astrocyte.afferents.values())
        astrocyte.weights = dict(astrocyte.afferents)
        astrocyte.scale = 1.0 / (total * (window * config.reference_rate)) if total else 0.0
        return
    share = astrocyte.traits["postsynaptic_share"]
    astrocyte.scale = 1.0 / (window * astrocyte.traits["reference_rate"])
    astrocyte.weights = {}
    synapses = list(weighted_afferents(astrocyte, network))
    own = astrocyte.territory if share > 0.0 else []
    for rows, part in ((synapses, 1.0 - share), (own, share)):
        total = 0.0
        for _, weight in rows:
            total += weight
        for source, weight in rows:
            before = astrocyte.weights.get(source, 0.0)
            astrocyte.weights[source] = before + weight * (part / total if total else 0.0)


def weighted_afferents(astrocyte, network):
    wiring = network.wiring
    ensheathed = {neuron for neuron, _ in astrocyte.territory}
    for source in range(network.n_neurons):
        for s in range(int(wiring.offsets[source]), int(wiring.offsets[source + 1])):
            if int(wiring.target[s]) in ensheathed:
                yield source, abs(float(wiring.weight[s]))
    for neuron, _ in astrocyte.territory:
        if neuron < network.n_inputs:
            yield neuron, 1.0


def touch(one, other):
    if one is other or one.region != other.region:
        return False
    dx, dy = one.place[0] - other.place[0], one.place[1] - other.place[1]
    return math.sqrt(dx * dx + dy * dy) <= one.traits["reach"] + other.traits["reach"]


def supply_at_rest(network, config):
    glia, budget = network.glia, config.energy.budget
    if budget is not None:
        counts = network.mass if config.energy.sharing == "uniform" else network.astrocytes
        weights = [float(count) for count in counts]
        total = sum(weights)
        return [weight * (budget / 1000.0 / total if total > 0.0 else 0.0) for weight in weights]
    copies = [0] * network.n_regions
    for region, count in zip(glia.region.tolist(), glia.count.tolist()):
        copies[region] += count
    return [number * (config.energy.supply / 1000.0) for number in copies]


def glial_step(reference):
    sense(reference)
    if reference.astrocytes:
        couple(reference.astrocytes, reference.config.astrocyte.gap_junction)
        if reference.config.astrocyte.transmission == "events":
            respond(reference)
        for channel in reference.config.channels:
            reference_of(channel)(reference)
    elif BUDGET in reference.config.channels:
        share(reference)


def sense(reference):
    """c ← ρc + (1 − ρ)·n, where n is 1 at the reference rate."""
    glia = reference.config.astrocyte
    for astrocyte in reference.astrocytes:
        sensed = 0.0
        for source in sorted(astrocyte.weights):
            sensed += reference.neurons[source].recent * astrocyte.weights[source]
        keep = exp(-GLIAL_STEP / (astrocyte.traits["tau_calcium"] * glia.time_scale))
        astrocyte.calcium = keep * astrocyte.calcium + (1.0 - keep) * (sensed * astrocyte.scale)
        keep = exp(-GLIAL_STEP / (astrocyte.traits["tau_supply"] * glia.time_scale))
        astrocyte.demand = keep * astrocyte.demand + (1.0 - keep) * (sensed * astrocyte.scale)
    for neuron in reference.neurons:
        neuron.spikes_sum += neuron.recent
        neuron.delivered_sum += neuron.recent_delivered
        neuron.recent = neuron.recent_delivered = 0.0


def couple(astrocytes, gap):
    """Calcium moves towards the mean of the neighbours, all at once."""
    if gap == 0.0:
        return
    changes = []
    for astrocyte in astrocytes:
        change = 0.0
        for other in astrocyte.neighbours:
            change += 1.0 / len(astrocyte.neighbours) * (other.calcium - astrocyte.calcium)
        changes.append(change)
    for astrocyte, change in zip(astrocytes, changes):
        astrocyte.calcium += gap * change


def respond(reference):
    """Release on upward crossings of the calcium threshold."""
    glia, energy = reference.config.astrocyte, reference.config.energy
    keep_transmitter = exp(-GLIAL_STEP / (glia.tau_transmitter * glia.time_scale))
    keep_store = exp(-GLIAL_STEP / (glia.tau_store * glia.time_scale))
    for astrocyte in reference.astrocytes:
        region = reference.regions[astrocyte.region]
        astrocyte.transmitter *= keep_transmitter
        astrocyte.store = 1.0 - (1.0 - astrocyte.store) * keep_store
        if astrocyte.calcium < astrocyte.traits["calcium_threshold"]:
            astrocyte.armed = True
        elif astrocyte.armed:
            astrocyte.transmitter += (1.0 - astrocyte.transmitter) * glia.uptake * astrocyte.store
            astrocyte.store *= 1.0 - glia.uptake
            astrocyte.armed = False
            astrocyte.releases += 1.0
            region.cost += astrocyte.count * (energy.release * energy.housekeeping)


def supply(reference):
    """Supply the pools, more with more calcium."""
    for region in reference.regions:
        region.supply = 0.0
    for astrocyte in reference.astrocytes:
        region = reference.regions[astrocyte.region]
        boost = 1.0 + astrocyte.traits["supply_gain"] * min(2.0, astrocyte.calcium)
        supply = reference.config.energy.supply / 1000.0
        region.supply += astrocyte.count * supply * boost


def share(reference):
    """Share one budget among the pools, as astrocytes or neurons say."""
    energy, mass = reference.config.energy, reference.network.mass.tolist()
    for region, own in zip(reference.regions, mass):
        region.supply = own if energy.sharing == "uniform" else 0.0
    for astrocyte in reference.astrocytes:
        gain = astrocyte.traits["supply_gain"] if energy.sharing == "glia" else 0.0
        boost = 1.0 + gain * min(2.0, astrocyte.demand)
        if energy.sharing != "uniform":
            reference.regions[astrocyte.region].supply += astrocyte.count * boost
    for region in reference.regions:
        if redistributes(reference.config):
            region.supply *= max(LEAST_ROOM, room(region))
    total = 0.0
    for region in reference.regions:
        total += region.supply
    for region in reference.regions:
        region.supply *= energy.budget / 1000.0 / total if total > 0.0 else 0.0


def exchange(reference):
    """Store what pools were offered and did not take, and fill low pools from the stores."""
    energy = reference.config.energy
    for region in reference.regions:
        left = GLIAL_STEP * region.supply - (region.supplied_sum - region.supplied_before)
        most = region.stores * (energy.glycogen_rate * GLIAL_STEP / 1000.0)
        charged = max(0.0, min(left, most, region.stores * energy.glycogen - region.stored))
        region.supplied_sum += charged
        region.supplied_before = region.supplied_sum
        region.stored += charged
        shortage = max(0.0, 1.0 - 2.0 * region.fill)
        moved = min(0.5 * region.stored * shortage, region.capacity * (shortage / 2.0))
        region.energy += moved
        region.stored -= moved


def scale(reference):
    """Scale the synapses of the territory."""
    for neuron in reference.neurons:
        neuron.efficacy = 1.0
    for astrocyte in reference.astrocytes:
        for number, share in astrocyte.territory:
            neuron = reference.neurons[number]
            neuron.efficacy += share * astrocyte.traits["gain"] * astrocyte.transmitter
    for neuron in reference.neurons:
        neuron.efficacy = max(0.0, neuron.efficacy)


def drive(reference):
    """Drive the cells of the territory by a slow current."""
    for neuron in reference.neurons:
        neuron.slow_inward = 0.0
    for astrocyte in reference.astrocytes:
        for number, share in astrocyte.territory:
            neuron, gain = reference.neurons[number], astrocyte.traits["slow_current"]
            neuron.slow_inward += share * gain * astrocyte.transmitter


def deviation_of(astrocyte):
    """Return ln(θ / c), c no less than a hundredth."""
    return log(astrocyte.traits["calcium_threshold"]) - log(max(astrocyte.calcium, 0.01))


def summed_deviations(reference, trait, sign):
    """Return Σ share · trait · ln(θ / c) of each neuron."""
    sums = [0.0] * len(reference.neurons)
    for astrocyte in reference.astrocytes:
        for number, share in astrocyte.territory:
            sums[number] += sign * (share * astrocyte.traits[trait] * deviation_of(astrocyte))
    return sums


def scale_tonically(reference):
    """E = Π (θ / c)^(share · γ), between an eighth and eight."""
    limit = math.log(8.0)
    for neuron, total in zip(reference.neurons, summed_deviations(reference, "gain", 1.0)):
        neuron.efficacy = exp(min(max(total, -limit), limit))


def drive_tonically(reference):
    """I = Σ share · γ_s · ln(c / θ), between -2 ln 8 and 2 ln 8."""
    limit = 2.0 * math.log(8.0)
    for neuron, total in zip(reference.neurons, summed_deviations(reference, "slow_current", -1.0)):
        neuron.slow_inward = min(max(total, -limit), limit)
