"""Mutations of astrocyte genes; each returns whether it changed anything."""

from glianeat.compile.decorators import routine
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.draft import (
    Draft,
    address,
    count_equal,
    find,
    has_room,
    insert,
    remove,
)
from glianeat.genome.operators.hashes import ASTROCYTE, structural_hash
from glianeat.genome.operators.stream import below
from glianeat.genome.operators.traits import draw_traits


@routine
def add_astrocyte(draft: Draft) -> bool:
    """Give a region one astrocyte gene more; it is expressed as far as the ratio allows."""
    if not has_room(draft, at.ASTROCYTES, 1):
        return False
    row = address(draft, at.REGIONS, below(draft.head[at.N_GENES + at.REGIONS], draft.head))
    home, occurrence = draft.words[row + at.NUMBER], 0
    number = structural_hash(ASTROCYTE, home, occurrence)
    while find(draft, at.ASTROCYTES, number) >= 0:
        occurrence += 1
        number = structural_hash(ASTROCYTE, home, occurrence)
    draw_traits(draft, at.ASTROCYTES, insert_astrocyte(draft, number, home, occurrence))
    return True


@routine
def insert_astrocyte(draft: Draft, number: int, home: int, occurrence: int) -> int:
    """Add an astrocyte gene without traits yet; return where its row begins."""
    place = insert(draft, at.ASTROCYTES, number)
    draft.words[place + at.HOME] = home
    draft.words[place + at.OCCURRENCE] = occurrence
    return place


@routine
def delete_astrocyte(draft: Draft) -> bool:
    """Take an astrocyte gene from a region that has more than one."""
    spare = 0
    for row in range(draft.head[at.N_GENES + at.ASTROCYTES]):
        spare += _is_spare(draft, row)
    nth = below(spare, draft.head)
    for row in range(draft.head[at.N_GENES + at.ASTROCYTES]):
        if _is_spare(draft, row):
            if nth == 0:
                remove(draft, at.ASTROCYTES, row)
                return True
            nth -= 1
    return False


@routine
def _is_spare(draft: Draft, row: int) -> bool:
    home = draft.words[address(draft, at.ASTROCYTES, row) + at.HOME]
    return count_equal(draft, at.ASTROCYTES, at.HOME, home) > 1
