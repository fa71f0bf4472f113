"""Mutations of regions; each returns whether it changed anything."""

import math

from glianeat.compile.decorators import routine
from glianeat.elementary import cos, sin
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.astrocytes import insert_astrocyte
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
from glianeat.genome.operators.hashes import ASTROCYTE, REGION, structural_hash
from glianeat.genome.operators.stream import below, uniform
from glianeat.genome.operators.traits import draw_traits, within

_SPACING = 3.0  # distance between neighbouring regions [region radii]


@routine
def add_region(draft: Draft) -> bool:
    """Add an association region, with one astrocyte gene; neurons may be born in it."""
    if not has_room(draft, at.ASTROCYTES, 1):
        return False
    beside = address(draft, at.REGIONS, below(draft.head[at.N_GENES + at.REGIONS], draft.head))
    place = _insert_region(draft, draft.words[beside + at.NUMBER])
    if place < 0:
        return False
    home = draft.words[place + at.NUMBER]
    number = structural_hash(ASTROCYTE, home, 0)
    draw_traits(draft, at.ASTROCYTES, insert_astrocyte(draft, number, home, 0))
    return True


@routine
def _insert_region(draft: Draft, near: int) -> int:
    """Add a region beside another; return where its row begins, or -1 if there is no room.

    Its traits are fresh, its index is the first that this genome does not have.
    """
    if not has_room(draft, at.REGIONS, 1):
        return -1
    index = at.FIRST_ASSOCIATION
    while count_equal(draft, at.REGIONS, at.INDEX, index) > 0:
        index += 1
    number = structural_hash(REGION, index, 0)
    if find(draft, at.REGIONS, number) >= 0:
        return -1  # a collision
    place = insert(draft, at.REGIONS, number)
    draft.words[place + at.INDEX] = index
    draw_traits(draft, at.REGIONS, place)
    angle = 2.0 * math.pi * uniform(draft.head)
    origin = address(draft, at.REGIONS, find(draft, at.REGIONS, near))
    _put(draft, place, origin, at.X, _SPACING * cos(angle))
    _put(draft, place, origin, at.Y, _SPACING * sin(angle))
    return place


@routine
def _put(draft: Draft, place: int, origin: int, axis: int, shift: float) -> None:
    trait = int(draft.rates[axis])
    column = first_trait(draft, at.REGIONS) + trait
    moved = draft.reals[origin + column] + shift
    draft.reals[place + column] = within(draft, at.REGIONS, trait, moved)


@routine
def split_region(draft: Draft) -> bool:
    """Part a region in two of equal traits and astrocyte genes; hidden neurons go to either."""
    row = address(draft, at.REGIONS, below(draft.head[at.N_GENES + at.REGIONS], draft.head))
    old = draft.words[row + at.NUMBER]
    n_genes = count_equal(draft, at.ASTROCYTES, at.HOME, old)
    if _hidden_in(draft, old) < 2 or not has_room(draft, at.ASTROCYTES, n_genes):
        return False
    place = _insert_region(draft, old)
    if place < 0:
        return False
    new, origin = draft.words[place + at.NUMBER], address(draft, at.REGIONS, find(draft, 0, old))
    first = first_trait(draft, at.REGIONS)
    for trait in range(draft.head[at.N_TRAITS + at.REGIONS]):
        if trait not in (int(draft.rates[at.X]), int(draft.rates[at.Y])):
            draft.reals[place + first + trait] = draft.reals[origin + first + trait]
    _copy_astrocytes(draft, old, new)
    for neuron in range(draft.head[at.N_GENES + at.NEURONS]):
        cell = address(draft, at.NEURONS, neuron)
        hidden = draft.words[cell + at.ROLE] == at.HIDDEN
        if hidden and draft.words[cell + at.REGION] == old and uniform(draft.head) < 0.5:
            draft.words[cell + at.REGION] = new
    return True


@routine
def _hidden_in(draft: Draft, region: int) -> int:
    hidden = 0
    for row in range(draft.head[at.N_GENES + at.NEURONS]):
        place = address(draft, at.NEURONS, row)
        inside = draft.words[place + at.REGION] == region
        hidden += inside and draft.words[place + at.ROLE] == at.HIDDEN
    return hidden


@routine
def _copy_astrocytes(draft: Draft, old: int, new: int) -> None:
    """Give one region the astrocyte genes of another."""
    first, n_traits = first_trait(draft, at.ASTROCYTES), draft.head[at.N_TRAITS + at.ASTROCYTES]
    row = 0
    while row < draft.head[at.N_GENES + at.ASTROCYTES]:
        place = address(draft, at.ASTROCYTES, row)
        occurrence = draft.words[place + at.OCCURRENCE]
        number = structural_hash(ASTROCYTE, new, occurrence)
        if draft.words[place + at.HOME] == old and find(draft, at.ASTROCYTES, number) < 0:
            copy = insert_astrocyte(draft, number, new, occurrence)
            if copy <= place:  # the rows behind it have moved
                row += 1
                place += draft.head[at.WIDTH + at.ASTROCYTES]
            for trait in range(n_traits):
                draft.reals[copy + first + trait] = draft.reals[place + first + trait]
        row += 1


@routine
def remove_region(draft: Draft) -> bool:
    """Remove an association region, unless it is the last; its neurons join the nearest one."""
    n_association = 0
    for row in range(draft.head[at.N_GENES + at.REGIONS]):
        n_association += _is_association(draft, row)
    if n_association < 2:
        return False
    nth, row = below(n_association, draft.head), 0
    while nth > 0 or not _is_association(draft, row):
        nth -= _is_association(draft, row)
        row += 1
    gone = draft.words[address(draft, at.REGIONS, row) + at.NUMBER]
    heir = _nearest(draft, row)
    for neuron in range(draft.head[at.N_GENES + at.NEURONS]):
        place = address(draft, at.NEURONS, neuron)
        if draft.words[place + at.REGION] == gone:
            draft.words[place + at.REGION] = heir
    for astrocyte in range(draft.head[at.N_GENES + at.ASTROCYTES] - 1, -1, -1):
        if draft.words[address(draft, at.ASTROCYTES, astrocyte) + at.HOME] == gone:
            remove(draft, at.ASTROCYTES, astrocyte)
    remove(draft, at.REGIONS, row)
    return True


@routine
def _is_association(draft: Draft, row: int) -> bool:
    return bool(draft.words[address(draft, at.REGIONS, row) + at.INDEX] >= at.FIRST_ASSOCIATION)


@routine
def _nearest(draft: Draft, row: int) -> int:
    """Return the number of the region nearest to another; of equals the first."""
    first = first_trait(draft, at.REGIONS)
    x, y = first + int(draft.rates[at.X]), first + int(draft.rates[at.Y])
    own, best, nearest = address(draft, at.REGIONS, row), math.inf, -1
    for other in range(draft.head[at.N_GENES + at.REGIONS]):
        place = address(draft, at.REGIONS, other)
        dx = draft.reals[place + x] - draft.reals[own + x]
        dy = draft.reals[place + y] - draft.reals[own + y]
        if other != row and dx * dx + dy * dy < best:
            best, nearest = dx * dx + dy * dy, draft.words[place + at.NUMBER]
    return nearest
