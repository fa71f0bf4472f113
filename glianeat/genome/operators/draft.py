"""A draft: a genome that is being made, as rows of words; finding, inserting, removing them."""

from typing import NamedTuple

from glianeat.compile.decorators import fused_loop, routine
from glianeat.genome.operators import layout as at
from glianeat.typing import FloatArray, IntArray, WordArray


class Draft(NamedTuple):
    """All that the making of one child works on; one record for all children of a call.

    The genes of a family are rows of words, sorted by innovation number, see `layout`.
    """

    words: IntArray  # (W,) the genes of all families
    reals: FloatArray  # (W,) the same memory, for traits
    base: IntArray  # (4,) where each family begins
    room: IntArray  # (4,) rows it may have: its structural cap, or what there is memory for
    n_rows: IntArray  # (4,) rows it has
    width: IntArray  # (4,) words of a row
    n_fields: IntArray  # (4,)
    n_traits: IntArray  # (4,)
    seed: int  # of the generation
    state: WordArray  # (4,) of the random stream
    options: FloatArray  # (N_OPTIONS,) rates and switches
    distributions: FloatArray  # (4, N_ROWS, most traits) of the traits of each family
    marks: IntArray  # (most neurons,) room for a mark on each


@routine
def address(draft: Draft, family: int, row: int) -> int:
    """Return where the row of a gene begins."""
    return int(draft.base[family] + row * draft.width[family])


@routine
def first_trait(draft: Draft, family: int) -> int:
    """Return where the traits are in a row."""
    return int(1 + draft.n_fields[family])


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
        row < draft.n_rows[family]
        and draft.words[address(draft, family, row) + at.NUMBER] == number
    ):
        return row
    return -1


@routine
def _place_of(draft: Draft, family: int, number: int) -> int:
    """Return the row of the first gene whose number is not below `number`."""
    low, high = 0, draft.n_rows[family]
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
    return bool(draft.n_rows[family] + rows <= draft.room[family])


@routine
def insert(draft: Draft, family: int, number: int) -> int:
    """Make room for a gene that is not there yet; return where its row begins."""
    width = draft.width[family]
    first = address(draft, family, _place_of(draft, family, number))
    last = address(draft, family, draft.n_rows[family])
    for i in range(last - 1, first - 1, -1):
        draft.words[i + width] = draft.words[i]
    draft.n_rows[family] += 1
    draft.words[first + at.NUMBER] = number
    return first


@routine
def remove(draft: Draft, family: int, row: int) -> None:
    """Take a gene out."""
    width = draft.width[family]
    last = address(draft, family, draft.n_rows[family] - 1)
    for i in range(address(draft, family, row), last):
        draft.words[i] = draft.words[i + width]
    draft.n_rows[family] -= 1


@routine
def count_equal(draft: Draft, family: int, field: int, value: int) -> int:
    """Return how many genes of a family have a field of this value."""
    found = 0
    for row in range(draft.n_rows[family]):
        found += draft.words[address(draft, family, row) + field] == value
    return found


@routine
def nth_equal(draft: Draft, family: int, field: int, value: int, nth: int) -> int:
    """Return the row of the n-th gene of a family that has a field of this value, or -1."""
    for row in range(draft.n_rows[family]):
        if draft.words[address(draft, family, row) + field] == value:
            if nth == 0:
                return row
            nth -= 1
    return -1
