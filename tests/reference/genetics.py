"""Variation and comparison the slow way: a gene is a dictionary, a family a dictionary of them.

Children draw from their stream in the order in which the kernels do, so that they are equal to
theirs bit for bit. Rates, traits and bounds come from the settings and the schema by name.
"""

import math

from glianeat.elementary import exp, exp2
from glianeat.genome.schema import FAMILIES
from tests.reference.draft import Draft, genes_of, some_activation, varies, within
from tests.reference.operators import OPERATORS, flip_signs
from tests.reference.stream import Stream

STRUCTURE = {
    "regions": ("index",),
    "neurons": ("role", "channel", "origin"),
    "astrocytes": ("region", "occurrence"),
    "synapses": ("source", "target"),
}


def child_of(fitter, other, config, *, seed, key, rates, mutated=True):
    """Return a child and the set of operators that changed it.

    `rates` holds the rate of each operator by name.
    """
    draft = Draft(fitter, config, Stream.of(seed, key))
    known = [parent.words.tolist() for parent in (fitter, other) if parent is not None]
    if other is not None:
        recombine(draft, genes_of(other))
    done = set()
    for _ in range(5 if mutated else 0):
        done |= mutate(draft, rates)
        if draft.genome(key).words.tolist() not in known:
            break
    return draft.genome(key), done


def recombine(draft, others):
    for family, keys in STRUCTURE.items():
        mine, theirs = draft.genes[family], others[family]
        for number in sorted(mine.keys() & theirs.keys()):
            gene, candidate = mine[number], theirs[number]
            if any(gene[key] != candidate[key] for key in keys):
                continue
            enabled = gene.get("enabled")
            if enabled != candidate.get("enabled"):
                enabled = int(draft.stream.uniform() >= draft.config.inherit_disabled)
            fits = family != "neurons" or candidate["region"] in draft.genes["regions"]
            if draft.stream.uniform() < 0.5 and fits:
                mine[number] = dict(candidate)
            if family == "synapses":
                mine[number]["enabled"] = enabled


def mutate(draft, rates):
    done = set()
    for name, operator in OPERATORS.items():
        if draft.stream.uniform() < rates[name] and operator(draft):
            done.add(name)
    if rates["flip_sign"] > 0.0 and flip_signs(draft, rates["flip_sign"]):
        done.add("flip_sign")
    if draft.stream.uniform() < rates["traits"] and mutate_traits(draft):
        done.add("traits")
    return done


def mutate_traits(draft):
    scale = exp2(-draft.config.mutation_spread * draft.stream.uniform())
    power, octaves = 1.0, draft.config.power_spread
    if octaves > 0.0:
        power = exp2(-octaves * draft.stream.uniform())
    return perturb(draft, scale, power) or perturb(draft, 1.0, power)


def perturb(draft, scale, power):
    touched = 0
    for family, genes in draft.genes.items():
        for number in sorted(genes):
            for trait in draft.traits[family]:
                touched += perturb_trait(draft, trait, genes[number], scale, power)
    return touched


def perturb_trait(draft, trait, gene, scale, power):
    stream, mutate, replace = draft.stream, scale * trait.mutate_rate, scale * trait.replace_rate
    if trait.scale == "option" and not draft.config.activations:
        return 0
    if not varies(trait, gene) or mutate + replace <= 0.0:
        return 0
    chance = stream.uniform()
    if chance >= mutate + replace:
        return 0
    if trait.scale == "option":
        gene[trait.name] = some_activation(stream, draft.config, gene[trait.name])
        return 1
    noise, value = stream.normal(), gene[trait.name]
    if chance >= mutate:
        value = trait.init_mean + trait.init_stdev * noise
    elif trait.scale == "integer":
        step = 1.0 + math.floor(stream.uniform() * max(math.floor(trait.mutate_power), 1))
        value += step if noise > 0.0 else -step
    elif trait.scale == "log":
        value *= exp(trait.mutate_power * power * noise)
    else:
        value += trait.mutate_power * power * noise
    gene[trait.name] = within(trait, value)
    return 1


def distance(first, second, config):
    """Return the compatibility distance of two genomes."""
    total, unmatched, larger = 0.0, 0, 0
    one, two = genes_of(first), genes_of(second)
    for family in FAMILIES:
        mine, theirs, keys = one[family.name], two[family.name], STRUCTURE[family.name]
        pairs = [(mine[n], theirs[n]) for n in mine.keys() & theirs.keys()]
        pairs = [(a, b) for a, b in pairs if all(a[key] == b[key] for key in keys)]
        for trait in family.traits:
            if trait.scale == "option":
                others = sum(a[trait.name] != b[trait.name] for a, b in pairs)
                total += config.activation * others / max(len(pairs), 1)
                continue
            gaps = [abs(a[trait.name] - b[trait.name]) for a, b in pairs if varies(trait, a)]
            total += sum(gaps) / max(len(pairs), 1) * worth(trait, family, config)
        alone = len(mine) + len(theirs) - 2 * len(pairs)
        if family.name == "regions":
            total += config.region * alone
        elif family.name != "astrocytes":
            unmatched += alone
            larger += max(len(mine), len(theirs))
    share = unmatched if larger < config.small else unmatched / max(larger, 1)
    return total + config.disjoint * share


def worth(trait, family, config):
    """Return what a mean difference of one unit of a trait adds to the distance."""
    own = {"weight": config.weight, "log2_ratio": config.ratio}
    if trait.name in own:
        return own[trait.name]
    numbers = [trait for trait in family.traits if trait.scale != "option"]
    others = sum(candidate.name not in own for candidate in numbers)
    return config.trait / others / len(FAMILIES) / (trait.max_value - trait.min_value)
