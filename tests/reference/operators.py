"""Structural mutation the slow way: each operator changes a draft and returns whether it did.

All draw from the stream in the order in which the kernels do.
"""

import math

from glianeat.elementary import cos, sin
from glianeat.genome.innovation import astrocyte_id, region_id, split_node_id, synapse_innovation
from glianeat.genome.schema import Role
from tests.reference.draft import within

SPACING = 3.0


def split_synapse(draft):
    synapses, neurons = draft.genes["synapses"], draft.genes["neurons"]
    enabled = draft.numbers("synapses", enabled=1)
    if not enabled or not draft.has_room("neurons", 1) or not draft.has_room("synapses", 2):
        return False
    split = draft.stream.choice(enabled)
    old, occurrence = synapses[split], 0
    while split_node_id(split, occurrence) in neurons:
        occurrence += 1
    number, source, target = split_node_id(split, occurrence), old["source"], old["target"]
    if draft.config.split_disables:
        old["enabled"] = 0
    region = birth_region(draft, source)
    share = draft.config.hidden_excitatory if draft.config.dale else 1.0
    sign = 1 if draft.stream.uniform() < share else -1
    keys = {"role": int(Role.HIDDEN), "channel": occurrence, "origin": split}
    draft.bear("neurons", number, **keys, region=region, sign=sign)
    join(draft, source, number).update(weight=draft.config.split_weight, delay=1.0)
    join(draft, number, target).update(weight=old["weight"], delay=1.0)
    return True


def birth_region(draft, source):
    neurons = draft.genes["neurons"]
    if neurons[source]["role"] == Role.HIDDEN:
        return neurons[source]["region"]
    taken = {gene["region"] for gene in neurons.values() if gene["role"] != Role.HIDDEN}
    regions = sorted(draft.genes["regions"])
    return draft.stream.choice([r for r in regions if r not in taken] or regions)


def join(draft, source, target):
    number = synapse_innovation(source, target)
    return draft.bear("synapses", number, source=source, target=target, enabled=1)


def targets(draft):
    neurons = draft.genes["neurons"]
    return [number for number in sorted(neurons) if neurons[number]["role"] != Role.INPUT]


def add_synapse(draft):
    if not draft.has_room("synapses", 1):
        return False
    for _ in range(10):
        source = draft.stream.choice(draft.numbers("neurons"))
        target = draft.stream.choice(targets(draft))
        if may_join(draft, source, target):
            join(draft, source, target)
            return True
    return False


def may_join(draft, source, target):
    """Return whether two neurons are not joined yet, and joining them closes no cycle."""
    synapses = draft.genes["synapses"]
    if synapse_innovation(source, target) in synapses:
        return False
    return not draft.config.feed_forward or source not in reached(synapses.values(), target)


def reached(synapses, start):
    """Return the neurons that can be reached from one, itself included."""
    found, edge = {start}, [start]
    while edge:
        source = edge.pop()
        onward = {gene["target"] for gene in synapses if gene["source"] == source} - found
        found |= onward
        edge += onward
    return found


def delete_synapse(draft):
    if not draft.genes["synapses"]:
        return False
    del draft.genes["synapses"][draft.stream.choice(draft.numbers("synapses"))]
    return True


def delete_neuron(draft):
    hidden = draft.numbers("neurons", role=Role.HIDDEN)
    if not hidden:
        return False
    gone, synapses = draft.stream.choice(hidden), draft.genes["synapses"]
    del draft.genes["neurons"][gone]
    for number in [n for n, s in synapses.items() if gone in (s["source"], s["target"])]:
        del synapses[number]
    return True


def toggle_synapse(draft):
    if not draft.genes["synapses"]:
        return False
    gene = draft.genes["synapses"][draft.stream.choice(draft.numbers("synapses"))]
    gene["enabled"] = 1 - gene["enabled"]
    return True


def rewire_synapse(draft):
    synapses = draft.genes["synapses"]
    if not synapses:
        return False
    number = draft.stream.choice(draft.numbers("synapses"))
    gene, target = synapses[number], draft.stream.choice(targets(draft))
    if not may_join(draft, gene["source"], target):
        return False
    del synapses[number]
    synapses[synapse_innovation(gene["source"], target)] = {**gene, "target": target}
    return True


def flip_signs(draft, rate):
    flipped = False
    for number in draft.numbers("neurons", role=Role.HIDDEN):
        if draft.stream.uniform() < rate:
            draft.genes["neurons"][number]["sign"] *= -1
            flipped = True
    return flipped


def add_astrocyte(draft):
    if not draft.has_room("astrocytes", 1):
        return False
    region, occurrence = draft.stream.choice(draft.numbers("regions")), 0
    while astrocyte_id(region, occurrence) in draft.genes["astrocytes"]:
        occurrence += 1
    number = astrocyte_id(region, occurrence)
    draft.bear("astrocytes", number, region=region, occurrence=occurrence)
    return True


def delete_astrocyte(draft):
    genes = draft.genes["astrocytes"]
    homes = [gene["region"] for gene in genes.values()]
    spare = [number for number in sorted(genes) if homes.count(genes[number]["region"]) > 1]
    chosen = draft.stream.below(len(spare))
    if spare:
        del genes[spare[chosen]]
    return bool(spare)


def bear_region(draft, near):
    """Add a region beside another; return its number, or None if there is no room."""
    if not draft.has_room("regions", 1):
        return None
    index = 2
    while draft.numbers("regions", index=index):
        index += 1
    number, beside = region_id(index), draft.genes["regions"][near]
    gene = draft.bear("regions", number, index=index)
    angle = 2.0 * math.pi * draft.stream.uniform()
    traits = {trait.name: trait for trait in draft.traits["regions"]}
    gene["x"] = within(traits["x"], beside["x"] + SPACING * cos(angle))
    gene["y"] = within(traits["y"], beside["y"] + SPACING * sin(angle))
    return number


def add_region(draft):
    if not draft.has_room("astrocytes", 1):
        return False
    number = bear_region(draft, draft.stream.choice(draft.numbers("regions")))
    if number is None:
        return False
    draft.bear("astrocytes", astrocyte_id(number, 0), region=number, occurrence=0)
    return True


def split_region(draft):
    old = draft.stream.choice(draft.numbers("regions"))
    genes, hidden = draft.numbers("astrocytes", region=old), {"role": Role.HIDDEN, "region": old}
    if len(draft.numbers("neurons", **hidden)) < 2 or not draft.has_room("astrocytes", len(genes)):
        return False
    new = bear_region(draft, old)
    if new is None:
        return False
    regions, astrocytes = draft.genes["regions"], draft.genes["astrocytes"]
    place = {axis: regions[new][axis] for axis in ("x", "y", "index")}
    regions[new] = {**regions[old], **place}
    for number in genes:
        gene = astrocytes[number]
        astrocytes[astrocyte_id(new, gene["occurrence"])] = {**gene, "region": new}
    for number in draft.numbers("neurons", **hidden):
        if draft.stream.uniform() < 0.5:
            draft.genes["neurons"][number]["region"] = new
    return True


def remove_region(draft):
    regions = draft.genes["regions"]
    association = [number for number in sorted(regions) if regions[number]["index"] >= 2]
    if len(association) < 2:
        return False
    gone = draft.stream.choice(association)
    place = regions.pop(gone)

    def distance(number):
        dx, dy = (regions[number][axis] - place[axis] for axis in ("x", "y"))
        return dx * dx + dy * dy

    heir = min(sorted(regions), key=distance)
    for gene in draft.genes["neurons"].values():
        gene["region"] = heir if gene["region"] == gone else gene["region"]
    for number in draft.numbers("astrocytes", region=gone):
        del draft.genes["astrocytes"][number]
    return True


OPERATORS = {
    operator.__name__: operator
    for operator in (
        split_synapse,
        add_synapse,
        delete_synapse,
        delete_neuron,
        toggle_synapse,
        rewire_synapse,
        add_astrocyte,
        delete_astrocyte,
        add_region,
        split_region,
        remove_region,
    )
}
