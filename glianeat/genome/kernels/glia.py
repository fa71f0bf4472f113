"""Mutations of astrocytes and regions; each returns whether it changed anything."""

import math

from glianeat.compile.decorators import routine
from glianeat.elementary import cos, sin
from glianeat.genome.kernels import layout as at
from glianeat.genome.kernels.hashes import ASTROCYTE, REGION, structural_hash
from glianeat.genome.kernels.randomness import below, uniform
from glianeat.genome.kernels.rows import address, count_equal, find, has_room, insert, remove
from glianeat.genome.kernels.traits import draw_traits, within
from glianeat.typing import FloatArray, IntArray

_SPACING = 3.0  # distance between neighbouring regions [region radii]


@routine
def add_astrocyte(words: IntArray, reals: FloatArray) -> bool:
    """Give a region one astrocyte gene more; it is expressed as far as the ratio allows."""
    if not has_room(words, at.ASTROCYTES, 1):
        return False
    row = address(words, at.REGIONS, below(words[at.COUNT + at.REGIONS], words))
    home, occurrence = words[row + at.NUMBER], 0
    number = structural_hash(ASTROCYTE, home, occurrence)
    while find(words, at.ASTROCYTES, number) >= 0:
        occurrence += 1
        number = structural_hash(ASTROCYTE, home, occurrence)
    draw_traits(words, reals, at.ASTROCYTES, _bear_astrocyte(words, number, home, occurrence))
    return True


@routine
def _bear_astrocyte(words: IntArray, number: int, home: int, occurrence: int) -> int:
    place = insert(words, at.ASTROCYTES, number)
    words[place + at.HOME] = home
    words[place + at.OCCURRENCE] = occurrence
    return place


@routine
def delete_astrocyte(words: IntArray) -> bool:
    """Take an astrocyte gene from a region that has more than one."""
    spare = 0
    for row in range(words[at.COUNT + at.ASTROCYTES]):
        spare += _is_spare(words, row)
    nth = below(spare, words)
    for row in range(words[at.COUNT + at.ASTROCYTES]):
        if _is_spare(words, row):
            if nth == 0:
                remove(words, at.ASTROCYTES, row)
                return True
            nth -= 1
    return False


@routine
def _is_spare(words: IntArray, row: int) -> bool:
    home = words[address(words, at.ASTROCYTES, row) + at.HOME]
    return count_equal(words, at.ASTROCYTES, at.HOME, home) > 1


@routine
def _bear_region(words: IntArray, reals: FloatArray, near: int) -> int:
    """Add a region beside another; return where its row begins, or -1 if there is no room.

    Its traits are fresh, its index is the first that this genome does not have.
    """
    if not has_room(words, at.REGIONS, 1):
        return -1
    index = at.FIRST_ASSOCIATION
    while count_equal(words, at.REGIONS, at.INDEX, index) > 0:
        index += 1
    number = structural_hash(REGION, index, 0)
    if find(words, at.REGIONS, number) >= 0:
        return -1  # a collision
    place = insert(words, at.REGIONS, number)
    words[place + at.INDEX] = index
    draw_traits(words, reals, at.REGIONS, place)
    angle = 2.0 * math.pi * uniform(words)
    origin = address(words, at.REGIONS, find(words, at.REGIONS, near))
    _put(words, reals, place, origin, at.X, _SPACING * cos(angle))
    _put(words, reals, place, origin, at.Y, _SPACING * sin(angle))
    return place


@routine
def _put(
    words: IntArray, reals: FloatArray, place: int, origin: int, axis: int, shift: float
) -> None:
    trait = int(reals[at.OPTIONS + axis])
    column = 1 + words[at.N_FIELDS + at.REGIONS] + trait
    moved = reals[origin + column] + shift
    reals[place + column] = within(words, reals, at.REGIONS, trait, moved)


@routine
def add_region(words: IntArray, reals: FloatArray) -> bool:
    """Add an association region, with one astrocyte gene; neurons may be born in it."""
    if not has_room(words, at.ASTROCYTES, 1):
        return False
    beside = address(words, at.REGIONS, below(words[at.COUNT + at.REGIONS], words))
    place = _bear_region(words, reals, words[beside + at.NUMBER])
    if place < 0:
        return False
    home = words[place + at.NUMBER]
    number = structural_hash(ASTROCYTE, home, 0)
    draw_traits(words, reals, at.ASTROCYTES, _bear_astrocyte(words, number, home, 0))
    return True


@routine
def split_region(words: IntArray, reals: FloatArray) -> bool:
    """Part a region in two of equal traits and astrocyte genes; hidden neurons go to either."""
    row = address(words, at.REGIONS, below(words[at.COUNT + at.REGIONS], words))
    old = words[row + at.NUMBER]
    n_genes = count_equal(words, at.ASTROCYTES, at.HOME, old)
    if _hidden_in(words, old) < 2 or not has_room(words, at.ASTROCYTES, n_genes):
        return False
    place = _bear_region(words, reals, old)
    if place < 0:
        return False
    new, origin = words[place + at.NUMBER], address(words, at.REGIONS, find(words, 0, old))
    first = 1 + words[at.N_FIELDS + at.REGIONS]
    for trait in range(words[at.N_TRAITS + at.REGIONS]):
        if trait not in (int(reals[at.OPTIONS + at.X]), int(reals[at.OPTIONS + at.Y])):
            reals[place + first + trait] = reals[origin + first + trait]
    _copy_astrocytes(words, reals, old, new)
    for neuron in range(words[at.COUNT + at.NEURONS]):
        cell = address(words, at.NEURONS, neuron)
        hidden = words[cell + at.ROLE] == at.HIDDEN
        if hidden and words[cell + at.REGION] == old and uniform(words) < 0.5:
            words[cell + at.REGION] = new
    return True


@routine
def _hidden_in(words: IntArray, region: int) -> int:
    hidden = 0
    for row in range(words[at.COUNT + at.NEURONS]):
        place = address(words, at.NEURONS, row)
        inside = words[place + at.REGION] == region
        hidden += inside and words[place + at.ROLE] == at.HIDDEN
    return hidden


@routine
def _copy_astrocytes(words: IntArray, reals: FloatArray, old: int, new: int) -> None:
    """Give one region the astrocyte genes of another."""
    first, n_traits = 1 + words[at.N_FIELDS + at.ASTROCYTES], words[at.N_TRAITS + at.ASTROCYTES]
    row = 0
    while row < words[at.COUNT + at.ASTROCYTES]:
        place = address(words, at.ASTROCYTES, row)
        occurrence = words[place + at.OCCURRENCE]
        number = structural_hash(ASTROCYTE, new, occurrence)
        if words[place + at.HOME] == old and find(words, at.ASTROCYTES, number) < 0:
            copy = _bear_astrocyte(words, number, new, occurrence)
            if copy <= place:  # the rows behind it have moved
                row += 1
                place += words[at.WIDTH + at.ASTROCYTES]
            for trait in range(n_traits):
                reals[copy + first + trait] = reals[place + first + trait]
        row += 1


@routine
def remove_region(words: IntArray, reals: FloatArray) -> bool:
    """Remove an association region, unless it is the last; its neurons join the nearest one."""
    n_association = 0
    for row in range(words[at.COUNT + at.REGIONS]):
        n_association += _is_association(words, row)
    if n_association < 2:
        return False
    nth, row = below(n_association, words), 0
    while nth > 0 or not _is_association(words, row):
        nth -= _is_association(words, row)
        row += 1
    gone = words[address(words, at.REGIONS, row) + at.NUMBER]
    heir = _nearest(words, reals, row)
    for neuron in range(words[at.COUNT + at.NEURONS]):
        place = address(words, at.NEURONS, neuron)
        if words[place + at.REGION] == gone:
            words[place + at.REGION] = heir
    for astrocyte in range(words[at.COUNT + at.ASTROCYTES] - 1, -1, -1):
        if words[address(words, at.ASTROCYTES, astrocyte) + at.HOME] == gone:
            remove(words, at.ASTROCYTES, astrocyte)
    remove(words, at.REGIONS, row)
    return True


@routine
def _is_association(words: IntArray, row: int) -> bool:
    return bool(words[address(words, at.REGIONS, row) + at.INDEX] >= at.FIRST_ASSOCIATION)


@routine
def _nearest(words: IntArray, reals: FloatArray, row: int) -> int:
    """Return the number of the region nearest to another; of equals the first."""
    first = 1 + words[at.N_FIELDS + at.REGIONS]
    x, y = first + int(reals[at.OPTIONS + at.X]), first + int(reals[at.OPTIONS + at.Y])
    own, best, nearest = address(words, at.REGIONS, row), math.inf, -1
    for other in range(words[at.COUNT + at.REGIONS]):
        place = address(words, at.REGIONS, other)
        dx = reals[place + x] - reals[own + x]
        dy = reals[place + y] - reals[own + y]
        if other != row and dx * dx + dy * dy < best:
            best, nearest = dx * dx + dy * dy, words[place + at.NUMBER]
    return nearest
