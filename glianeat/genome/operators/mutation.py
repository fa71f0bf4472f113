"""Mutation: each operator at its rate, structure first."""

from glianeat.compile.decorators import routine
from glianeat.elementary import exp2
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.astrocytes import add_astrocyte, delete_astrocyte
from glianeat.genome.operators.draft import Draft
from glianeat.genome.operators.neurons import delete_neuron, flip_signs, split_synapse
from glianeat.genome.operators.regions import add_region, remove_region, split_region
from glianeat.genome.operators.stream import uniform
from glianeat.genome.operators.synapses import (
    add_synapse,
    delete_synapse,
    rewire_synapse,
    toggle_synapse,
)
from glianeat.genome.operators.traits import perturb


@routine
def mutate(draft: Draft) -> int:
    """Apply each operator at its rate, structure first; return the set of those that changed."""
    done = 0
    for operator in range(at.FLIP_SIGN):
        if uniform(draft.head) < draft.rates[at.RATES + operator] and _apply(draft, operator):
            done |= 1 << operator
    flips = draft.rates[at.RATES + at.FLIP_SIGN]
    if flips > 0.0 and flip_signs(draft, flips):
        done |= 1 << at.FLIP_SIGN
    varies = draft.rates[at.RATES + at.TRAITS]
    if uniform(draft.head) < varies and _mutate_traits(draft) > 0:
        done |= 1 << at.TRAITS
    return done


@routine
def _apply(draft: Draft, operator: int) -> bool:  # noqa: C901, PLR0911, PLR0912 - one line each
    if operator == at.SPLIT_SYNAPSE:
        return split_synapse(draft)
    if operator == at.ADD_SYNAPSE:
        return add_synapse(draft)
    if operator == at.DELETE_SYNAPSE:
        return delete_synapse(draft)
    if operator == at.DELETE_NEURON:
        return delete_neuron(draft)
    if operator == at.TOGGLE_SYNAPSE:
        return toggle_synapse(draft)
    if operator == at.REWIRE_SYNAPSE:
        return rewire_synapse(draft)
    if operator == at.ADD_ASTROCYTE:
        return add_astrocyte(draft)
    if operator == at.DELETE_ASTROCYTE:
        return delete_astrocyte(draft)
    if operator == at.ADD_REGION:
        return add_region(draft)
    if operator == at.SPLIT_REGION:
        return split_region(draft)
    return remove_region(draft)


@routine
def _mutate_traits(draft: Draft) -> int:
    """Perturb traits at rates that are scaled by one factor, drawn anew for every child.

    Some children change little and keep what works, some change much. One that would not change at
    all, whose evaluation would tell nothing new, mutates at full rates.
    """
    scale = exp2(-draft.rates[at.MUTATION_SPREAD] * uniform(draft.head))
    power, octaves = 1.0, draft.rates[at.POWER_SPREAD]
    if octaves > 0.0:
        power = exp2(-octaves * uniform(draft.head))
    touched = perturb(draft, scale, power)
    return touched if touched > 0 else perturb(draft, 1.0, power)
