"""Mutations of synapses; each returns whether it changed anything."""

from glianeat.compile.decorators import routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.draft import (
    Draft,
    address,
    count_equal,
    find,
    first_trait,
    has_room,
    insert,
    remove,
)
from glianeat.genome.operators.hashes import SYNAPSE, structural_hash
from glianeat.genome.operators.stream import below
from glianeat.genome.operators.traits import draw_traits

_TRIES = 10  # random pairs looked at before a new synapse is given up


@routine
def add_synapse(draft: Draft) -> bool:
    """Join two neurons that are not joined yet; outputs may be sources, inputs never targets."""
    if not has_room(draft, at.SYNAPSES, 1):
        return False
    n_targets = draft.head[at.N_GENES + at.NEURONS] - count_equal(
        draft, at.NEURONS, at.ROLE, at.INPUT
    )
    for _ in range(_TRIES):
        row = address(draft, at.NEURONS, below(draft.head[at.N_GENES + at.NEURONS], draft.head))
        source, target = draft.words[row + at.NUMBER], some_target(draft, n_targets)
        number = structural_hash(SYNAPSE, source, target)
        if find(draft, at.SYNAPSES, number) < 0 and may_join(draft, source, target):
            insert_synapse(draft, number, source, target)
            return True
    return False


@routine
def rewire_synapse(draft: Draft) -> bool:
    """Let a synapse end elsewhere; its weight and delay stay."""
    if draft.head[at.N_GENES + at.SYNAPSES] == 0:
        return False
    row = below(draft.head[at.N_GENES + at.SYNAPSES], draft.head)
    place = address(draft, at.SYNAPSES, row)
    source, enabled = draft.words[place + at.SOURCE], draft.words[place + at.ENABLED]
    n_targets = draft.head[at.N_GENES + at.NEURONS] - count_equal(
        draft, at.NEURONS, at.ROLE, at.INPUT
    )
    target = some_target(draft, n_targets)
    number = structural_hash(SYNAPSE, source, target)
    if find(draft, at.SYNAPSES, number) >= 0 or not may_join(draft, source, target):
        return False
    n_traits, first = draft.head[at.N_TRAITS + at.SYNAPSES], first_trait(draft, at.SYNAPSES)
    new = insert(draft, at.SYNAPSES, number)
    old = place if place < new else place + draft.head[at.WIDTH + at.SYNAPSES]
    draft.words[new + at.SOURCE], draft.words[new + at.TARGET] = source, target
    draft.words[new + at.ENABLED] = enabled
    for trait in range(n_traits):
        draft.reals[new + first + trait] = draft.reals[old + first + trait]
    remove(
        draft,
        at.SYNAPSES,
        (old - draft.head[at.BASE + at.SYNAPSES]) // draft.head[at.WIDTH + at.SYNAPSES],
    )
    return True


@routine
def delete_synapse(draft: Draft) -> bool:
    """Remove one synapse gene."""
    if draft.head[at.N_GENES + at.SYNAPSES] == 0:
        return False
    remove(draft, at.SYNAPSES, below(draft.head[at.N_GENES + at.SYNAPSES], draft.head))
    return True


@routine
def toggle_synapse(draft: Draft) -> bool:
    """Enable a disabled synapse or disable an enabled one; its innovation number stays."""
    if draft.head[at.N_GENES + at.SYNAPSES] == 0:
        return False
    place = address(draft, at.SYNAPSES, below(draft.head[at.N_GENES + at.SYNAPSES], draft.head))
    draft.words[place + at.ENABLED] = 1 - draft.words[place + at.ENABLED]
    return True


@routine
def may_join(draft: Draft, source: int, target: int) -> bool:
    """Return whether a synapse keeps a feed-forward network free of cycles.

    Disabled synapses count, so that none of them can close a cycle later.
    """
    if draft.rates[at.FEED_FORWARD] == 0.0:
        return True
    for row in range(draft.head[at.N_GENES + at.NEURONS]):
        draft.head[at.MARKS + row] = 0
    draft.head[at.MARKS + find(draft, at.NEURONS, target)] = 1
    goal, grows = find(draft, at.NEURONS, source), True
    while grows and draft.head[at.MARKS + goal] == 0:
        grows = False
        for row in range(draft.head[at.N_GENES + at.SYNAPSES]):
            place = address(draft, at.SYNAPSES, row)
            reached = find(draft, at.NEURONS, draft.words[place + at.TARGET])
            if draft.head[at.MARKS + find(draft, at.NEURONS, draft.words[place + at.SOURCE])] == 1:
                grows = grows or draft.head[at.MARKS + reached] == 0
                draft.head[at.MARKS + reached] = 1
    return bool(draft.head[at.MARKS + goal] == 0)


@routine
def some_target(draft: Draft, n_targets: int) -> int:
    """Return the number of a neuron that is no input, all as likely."""
    nth = below(n_targets, draft.head)
    for row in range(draft.head[at.N_GENES + at.NEURONS]):
        place = address(draft, at.NEURONS, row)
        if draft.words[place + at.ROLE] != at.INPUT:
            if nth == 0:
                return int(draft.words[place + at.NUMBER])
            nth -= 1
    return -1


@routine
def insert_synapse(draft: Draft, number: int, source: int, target: int) -> int:
    """Add a synapse with traits of its own; return where its row begins."""
    place = insert(draft, at.SYNAPSES, number)
    draft.words[place + at.SOURCE] = source
    draft.words[place + at.TARGET] = target
    draft.words[place + at.ENABLED] = 1
    draw_traits(draft, at.SYNAPSES, place)
    return place


@routine
def trait_place(draft: Draft, option: int) -> int:
    """Return where a trait of synapses is in their rows."""
    return first_trait(draft, at.SYNAPSES) + int(draft.rates[option])
