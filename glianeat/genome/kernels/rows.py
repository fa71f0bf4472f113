"""A draft: a genome that is being made, as rows of words; finding, inserting, removing them.

A draft is one buffer, seen as int64 (`words`) and as float64 (`reals`), since compiled functions
that hand on a dozen arrays take long to compile, and to call. Its head is named in `layout`.
"""

from glianeat.compile.decorators import fused_loop, routine
from glianeat.genome.kernels import layout as at
from glianeat.typing import FloatArray, IntArray


@routine
def address(words: IntArray, family: int, row: int) -> int:
    """Return where the row of a gene begins."""
    return int(words[at.BASE + family] + row * words[at.WIDTH + family])


@fused_loop
def copy_words(target: IntArray, source: IntArray) -> None:
    """Fill in as many words as there are in the source, which is elsewhere."""
    for i in range(source.shape[0]):
        target[i] = source[i]


@routine
def distribution(words: IntArray, reals: FloatArray, family: int, field: int, trait: int) -> float:
    """Return what the distributions of a family say of one of its traits."""
    row = (family * at.N_ROWS + field) * words[at.MOST_TRAITS]
    return float(reals[words[at.DISTRIBUTIONS] + row + trait])


@routine
def find(words: IntArray, family: int, number: int) -> int:
    """Return the row of a gene, or -1."""
    row = _place_of(words, family, number)
    if row < words[at.COUNT + family] and words[address(words, family, row) + at.NUMBER] == number:
        return row
    return -1


@routine
def _place_of(words: IntArray, family: int, number: int) -> int:
    """Return the row of the first gene whose number is not below `number`."""
    low, high = 0, words[at.COUNT + family]
    while low < high:
        middle = (low + high) // 2
        if words[address(words, family, middle) + at.NUMBER] < number:
            low = middle + 1
        else:
            high = middle
    return low


@routine
def has_room(words: IntArray, family: int, rows: int) -> bool:
    """Return whether so many genes more keep the structural cap."""
    return bool(words[at.COUNT + family] + rows <= words[at.ROOM + family])


@routine
def insert(words: IntArray, family: int, number: int) -> int:
    """Make room for a gene that is not there yet; return where its row begins."""
    width = words[at.WIDTH + family]
    first = address(words, family, _place_of(words, family, number))
    last = address(words, family, words[at.COUNT + family])
    for i in range(last - 1, first - 1, -1):
        words[i + width] = words[i]
    words[at.COUNT + family] += 1
    words[first + at.NUMBER] = number
    return first


@routine
def remove(words: IntArray, family: int, row: int) -> None:
    """Take a gene out."""
    width = words[at.WIDTH + family]
    last = address(words, family, words[at.COUNT + family] - 1)
    for i in range(address(words, family, row), last):
        words[i] = words[i + width]
    words[at.COUNT + family] -= 1


@routine
def count_equal(words: IntArray, family: int, field: int, value: int) -> int:
    """Return how many genes of a family have a field of this value."""
    found = 0
    for row in range(words[at.COUNT + family]):
        found += words[address(words, family, row) + field] == value
    return found


@routine
def nth_equal(words: IntArray, family: int, field: int, value: int, nth: int) -> int:
    """Return the row of the n-th gene of a family that has a field of this value, or -1."""
    for row in range(words[at.COUNT + family]):
        if words[address(words, family, row) + field] == value:
            if nth == 0:
                return row
            nth -= 1
    return -1
