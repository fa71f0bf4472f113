"""Traits: how they are born and perturbed, by the distributions of their family."""

import math

from glianeat.compile.decorators import routine
from glianeat.elementary import exp
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.draft import Draft, address, distribution
from glianeat.genome.operators.stream import below, normal, uniform


@routine
def within(draft: Draft, family: int, trait: int, value: float) -> float:
    """Return a value folded, rounded and clipped into the bounds of its trait."""
    if distribution(draft, family, at.MAGNITUDE, trait) > 0.0:
        value = abs(value)
    if distribution(draft, family, at.INTEGER, trait) > 0.0:
        value = float(round(value))
    value = max(value, distribution(draft, family, at.LOW, trait))
    return float(min(value, distribution(draft, family, at.HIGH, trait)))


@routine
def role_of(draft: Draft, family: int, first: int) -> int:
    """Return the role of a neuron, and 0 for genes of other families."""
    return int(draft.words[first + at.ROLE]) if family == at.NEURONS else 0


@routine
def draw_traits(draft: Draft, family: int, first: int) -> None:
    """Give a new gene, whose row begins at `first`, its traits; its fields are there already."""
    role = role_of(draft, family, first)
    place = first + 1 + draft.head[at.N_FIELDS + family]
    for trait in range(draft.head[at.N_TRAITS + family]):
        value = distribution(draft, family, at.INIT_MEAN, trait)
        spread = distribution(draft, family, at.INIT_STDEV, trait)
        if spread > 0.0 and distribution(draft, family, at.VARIES + role, trait) > 0.0:
            value += spread * normal(draft.head)
        draft.reals[place + trait] = within(draft, family, trait, value)
    if family == at.NEURONS and role != at.INPUT and draft.rates[at.ANY_AT_BIRTH] > 0.0:
        trait = int(draft.rates[at.ACTIVATION])
        draft.reals[place + trait] = _some_activation(draft, draft.reals[place + trait])


@routine
def _some_activation(draft: Draft, value: float) -> float:
    """Return one of the activations that the settings allow, or the same if they allow none."""
    number = int(draft.rates[at.N_ACTIVATIONS])
    if number == 0:
        return value
    return float(draft.rates[at.ACTIVATIONS + below(number, draft.head)])


@routine
def perturb(draft: Draft, scale: float, power: float) -> int:
    """Perturb the traits of all genes; return how many.

    Each is at its own rate times `scale`, by its own power times `power`.
    """
    touched = 0
    for family in range(at.N_FAMILIES):
        for row in range(draft.head[at.N_GENES + family]):
            first = address(draft, family, row)
            touched += _perturb_gene(draft, family, first, scale, power)
    return touched


@routine
def _perturb_gene(draft: Draft, family: int, first: int, scale: float, power: float) -> int:
    role = role_of(draft, family, first)
    place = first + 1 + draft.head[at.N_FIELDS + family]
    touched = 0
    for trait in range(draft.head[at.N_TRAITS + family]):
        if distribution(draft, family, at.VARIES + role, trait) <= 0.0:
            continue
        mutate = scale * distribution(draft, family, at.MUTATE_RATE, trait)
        either = mutate + scale * distribution(draft, family, at.REPLACE_RATE, trait)
        if either <= 0.0:
            continue
        chance = uniform(draft.head)
        if chance < either:
            value = draft.reals[place + trait]
            by = power if chance < mutate else 0.0
            changed = _changed(draft, family, trait, value, by)
            draft.reals[place + trait] = within(draft, family, trait, changed)
            touched += 1
    return touched


@routine
def _changed(draft: Draft, family: int, trait: int, value: float, power: float) -> float:
    """Return a trait perturbed by its power times `power`, or drawn anew if that is 0."""
    most = distribution(draft, family, at.MAX_STEP, trait)
    if most < 0.0:
        return _some_activation(draft, value)
    noise = normal(draft.head)
    if power == 0.0:
        mean = distribution(draft, family, at.INIT_MEAN, trait)
        return float(mean + distribution(draft, family, at.INIT_STDEV, trait) * noise)
    if most > 0.0:  # a whole step, all as likely, up or down
        step = 1.0 + math.floor(uniform(draft.head) * most)
        return float(value + (step if noise > 0.0 else -step))
    factor = exp(distribution(draft, family, at.LOG_POWER, trait) * power * noise)
    summand = distribution(draft, family, at.LINEAR_POWER, trait) * power * noise
    return float(value * factor + summand)
