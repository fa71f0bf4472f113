"""A draft: a genome that is being made, as rows of words; finding, inserting, removing them."""

from typing import NamedTuple

from glianeat.compile.decorators import fused_loop, routine
from glianeat.genome.operators import layout as at
from glianeat.typing import FloatArray, IntArray


class Draft(NamedTuple):
    """All that the making of one child works on; one record for all children of a call.

    The genes of a family are rows of words, sorted by innovation number, see `layout`. What is
    known of them is in few arrays, since functions that hand on many take long to compile.
    """

    words: IntArray  # the genes of all families
    reals: FloatArray  # the same memory, for traits
    head: IntArray  # where the families are, state of the stream: see `layout`
    rates: FloatArray  # options, then distributions: see `layout`


@routine
def distribution(draft: Draft, family: int, row: int, trait: int) -> float:
    """Return what the distributions of a family say of one of its traits."""
    first = at.N_OPTIONS + (family * at.N_ROWS + row) * draft.head[at.MOST_TRAITS]
    return float(draft.rates[first + trait])


@routine
def address(draft: Draft, family: int, row: int) -> int:
    """Return where the row of a gene begins."""
    return int(draft.head[at.BASE + family] + row * draft.head[at.WIDTH + family])


@routine
def first_trait(draft: Draft, family: int) -> int:
    """Return where the traits are in a row."""
    return int(1 + draft.head[at.N_FIELDS + family])


@fused_loop
def copy_words(target: IntArray, source: IntArray) -> None:
    """Fill in as many words as there are in the source, which is elsewhere."""
    for i in range(source.shape[0]):
        target[i] = source[i]


@routine
def find(draft: Draft, family: int, number: int) -> int:
    """Return the row of a gene, or -1."""
    row = _place_of(draft, family, number)
    if (
        row < draft.head[at.N_GENES + family]
        and draft.words[address(draft, family, row) + at.NUMBER] == number
    ):
        return row
    return -1


@routine
def _place_of(draft: Draft, family: int, number: int) -> int:
    """Return the row of the first gene whose number is not below `number`."""
    low, high = 0, draft.head[at.N_GENES + family]
    while low < high:
        middle = (low + high) // 2
        if draft.words[address(draft, family, middle) + at.NUMBER] < number:
            low = middle + 1
        else:
            high = middle
    return low


@routine
def has_room(draft: Draft, family: int, rows: int) -> bool:
    """Return whether so many genes more keep the structural cap."""
    return bool(draft.head[at.N_GENES + family] + rows <= draft.head[at.ROOM + family])


@routine
def insert(draft: Draft, family: int, number: int) -> int:
    """Make room for a gene that is not there yet; return where its row begins."""
    width = draft.head[at.WIDTH + family]
    first = address(draft, family, _place_of(draft, family, number))
    last = address(draft, family, draft.head[at.N_GENES + family])
    for i in range(last - 1, first - 1, -1):
        draft.words[i + width] = draft.words[i]
    draft.head[at.N_GENES + family] += 1
    draft.words[first + at.NUMBER] = number
    return first


@routine
def remove(draft: Draft, family: int, row: int) -> None:
    """Take a gene out."""
    width = draft.head[at.WIDTH + family]
    last = address(draft, family, draft.head[at.N_GENES + family] - 1)
    for i in range(address(draft, family, row), last):
        draft.words[i] = draft.words[i + width]
    draft.head[at.N_GENES + family] -= 1


@routine
def count_equal(draft: Draft, family: int, field: int, value: int) -> int:
    """Return how many genes of a family have a field of this value."""
    found = 0
    for row in range(draft.head[at.N_GENES + family]):
        found += draft.words[address(draft, family, row) + field] == value
    return found


@routine
def nth_equal(draft: Draft, family: int, field: int, value: int, nth: int) -> int:
    """Return the row of the n-th gene of a family that has a field of this value, or -1."""
    for row in range(draft.head[at.N_GENES + family]):
        if draft.words[address(draft, family, row) + field] == value:
            if nth == 0:
                return row
            nth -= 1
    return -1
