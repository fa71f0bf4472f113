"""Traits: how they are born and perturbed, by the distributions of their family."""

import math

from glianeat.compile.decorators import routine
from glianeat.elementary import exp
from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.randomness import below, normal, uniform
from glianeat.genome.kernels.rows import address, distribution
from glianeat.typing import FloatArray, IntArray


@routine
def within(words: IntArray, reals: FloatArray, family: int, trait: int, value: float) -> float:
    """Return a value folded, rounded and clipped into the bounds of its trait."""
    if distribution(words, reals, family, at.MAGNITUDE, trait) > 0.0:
        value = abs(value)
    if distribution(words, reals, family, at.INTEGER, trait) > 0.0:
        value = float(round(value))
    value = max(value, distribution(words, reals, family, at.LOW, trait))
    return min(value, distribution(words, reals, family, at.HIGH, trait))


@routine
def role_of(words: IntArray, family: int, first: int) -> int:
    """Return the role of a neuron, and 0 for genes of other families."""
    return int(words[first + at.ROLE]) if family == at.NEURONS else 0


@routine
def draw_traits(words: IntArray, reals: FloatArray, family: int, first: int) -> None:
    """Give a new gene, whose row begins at `first`, its traits; its fields are there already."""
    role = role_of(words, family, first)
    place = first + 1 + words[at.N_FIELDS + family]
    for trait in range(words[at.N_TRAITS + family]):
        value = distribution(words, reals, family, at.INIT_MEAN, trait)
        spread = distribution(words, reals, family, at.INIT_STDEV, trait)
        if spread > 0.0 and distribution(words, reals, family, at.VARIES + role, trait) > 0.0:
            value += spread * normal(words)
        reals[place + trait] = within(words, reals, family, trait, value)
    if family == at.NEURONS and role != at.INPUT and reals[at.OPTIONS + at.ANY_AT_BIRTH] > 0.0:
        trait = int(reals[at.OPTIONS + at.ACTIVATION])
        reals[place + trait] = _some_activation(words, reals, reals[place + trait])


@routine
def _some_activation(words: IntArray, reals: FloatArray, value: float) -> float:
    """Return one of the activations that the settings allow, or the same if they allow none."""
    number = int(reals[at.OPTIONS + at.N_ACTIVATIONS])
    if number == 0:
        return value
    return float(reals[at.OPTIONS + at.ACTIVATIONS + below(number, words)])


@routine
def perturb(words: IntArray, reals: FloatArray, scale: float, power: float) -> int:
    """Perturb the traits of all genes; return how many.

    Each is at its own rate times `scale`, by its own power times `power`.
    """
    touched = 0
    for family in range(at.N_FAMILIES):
        for row in range(words[at.COUNT + family]):
            first = address(words, family, row)
            touched += _perturb_gene(words, reals, family, first, scale, power)
    return touched


@routine
def _perturb_gene(
    words: IntArray, reals: FloatArray, family: int, first: int, scale: float, power: float
) -> int:
    role = role_of(words, family, first)
    place = first + 1 + words[at.N_FIELDS + family]
    touched = 0
    for trait in range(words[at.N_TRAITS + family]):
        if distribution(words, reals, family, at.VARIES + role, trait) <= 0.0:
            continue
        mutate = scale * distribution(words, reals, family, at.MUTATE_RATE, trait)
        either = mutate + scale * distribution(words, reals, family, at.REPLACE_RATE, trait)
        if either <= 0.0:
            continue
        chance = uniform(words)
        if chance < either:
            value = reals[place + trait]
            by = power if chance < mutate else 0.0
            changed = _changed(words, reals, family, trait, value, by)
            reals[place + trait] = within(words, reals, family, trait, changed)
            touched += 1
    return touched


@routine
def _changed(
    words: IntArray, reals: FloatArray, family: int, trait: int, value: float, power: float
) -> float:
    """Return a trait perturbed by its power times `power`, or drawn anew if that is 0."""
    most = distribution(words, reals, family, at.MAX_STEP, trait)
    if most < 0.0:
        return _some_activation(words, reals, value)
    noise = normal(words)
    if power == 0.0:
        mean = distribution(words, reals, family, at.INIT_MEAN, trait)
        return mean + distribution(words, reals, family, at.INIT_STDEV, trait) * noise
    if most > 0.0:  # a whole step, all as likely, up or down
        step = 1.0 + math.floor(uniform(words) * most)
        return value + (step if noise > 0.0 else -step)
    factor = exp(distribution(words, reals, family, at.LOG_POWER, trait) * power * noise)
    return (
        value * factor + distribution(words, reals, family, at.LINEAR_POWER, trait) * power * noise
    )
