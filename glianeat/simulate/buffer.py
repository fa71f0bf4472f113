"""The buffer of a packed state: the sections of the table laid out one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from glianeat.errors import SimulationError
from glianeat.simulate.section import VECTOR, Section
from glianeat.simulate.sections import PADDED, SPANS, TABLE
from glianeat.typing import AnyArray, FloatArray

_LINE = 64  # bytes of a cache line, at whose multiples sections begin
_PAGE = 4096


@dataclass(frozen=True)
class Contents:
    """All that is packed.

    Parameters
    ----------
    wholes : mapping from str to int
        Whole numbers of the head; sizes are among them, as ``n_inputs``.
    sections : mapping from str to ndarray
        Sections that differ by network, each of its shape.
    rest : mapping from str to ndarray
        What a return to rest restores, where that is not what a section is at first.
    sizes : mapping from str to int
        The named sizes of shapes.
    used : frozenset of str
        The sections that the network uses; the others are empty.
    """

    wholes: Mapping[str, int]
    sections: Mapping[str, AnyArray]
    rest: Mapping[str, AnyArray]
    sizes: Mapping[str, int]
    used: frozenset[str]


def join(contents: Contents) -> FloatArray:
    """Lay the sections out in one buffer, each at a multiple of 64 bytes.

    Raises
    ------
    SimulationError
        If a section is missing, or has another shape than its row says.
    """
    rows = [TABLE.sections[name] for name in _order(contents.used)]
    arrays = {row.name: _filled(row, contents) for row in rows if row.name != "image"}
    offsets, end = _place(arrays, _aligned(4 * TABLE.constants["HEAD"]))
    spans = {name: _span(name, arrays, offsets) for name in SPANS}
    first, last = spans["restored"]
    offsets["image"], end = end, end + (last - first)
    octets = bytearray(end)  # filled in Python's own way, several times faster for small sections
    for name, array in arrays.items():
        _write(octets, offsets[name], array)
        if first <= offsets[name] < last:
            at_rest = _padded(contents.rest.get(name, array), TABLE.sections[name])
            _write(octets, offsets["image"] + offsets[name] - first, at_rest)
    octets[: 4 * TABLE.constants["HEAD"]] = _head(contents, arrays, offsets, spans).tobytes()
    return _aligned_floats(octets)


def shape_of(section: Section, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the shape of a section in a network of some sizes."""
    return tuple(sizes[axis] if isinstance(axis, str) else axis for axis in section.shape)


def padded_shape(section: Section, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the shape in which a section lies in memory."""
    shape = shape_of(section, sizes)
    if section.shape[-1] not in PADDED:
        return shape
    return (*shape[:-1], -(-shape[-1] // VECTOR) * VECTOR)


@lru_cache(maxsize=64)  # packing is part of every evaluation
def _order(used: frozenset[str]) -> tuple[str, ...]:
    """Return the sections in use such that those of each span stand together."""

    def rank(name: str) -> int:
        row = TABLE.sections[name]
        if row.kind != "f8" or not row.is_state:
            return 5
        if not row.resets:
            return 0
        zeroed = row.initial == 0.0
        return (2 if row.decays else 1) if zeroed else (3 if row.decays else 4)

    return tuple(sorted(used, key=lambda name: (rank(name), TABLE.index(name))))


def _belongs(row: Section, span: str) -> bool:
    if row.kind != "f8" or not row.is_state:
        return False
    zeroed = row.initial == 0.0
    return {
        "state": True,
        "decaying": row.decays,
        "zeroed": row.resets and zeroed,
        "restored": row.resets and not zeroed,
    }[span]


def _filled(row: Section, contents: Contents) -> AnyArray:
    """Return a section as it is at first, padded."""
    shape = shape_of(row, contents.sizes)
    array = contents.sections.get(row.name)
    if array is None:
        if row.initial is None:
            raise SimulationError(f"section {row.name!r}: must be packed, its owner gives none")
        array = np.full(shape, row.initial)
    if array.shape != shape:
        raise SimulationError(f"section {row.name!r}: must have shape {shape}, got {array.shape}")
    return _padded(array, row)


def _padded(array: AnyArray, row: Section) -> AnyArray:
    """Return an array of the type of its section, its last axis in full vectors if that is due."""
    missing = -array.shape[-1] % VECTOR if row.shape[-1] in PADDED else 0
    if missing:
        array = np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, missing)])
    return array.astype(row.kind, copy=False)


def _place(arrays: Mapping[str, AnyArray], place: int) -> tuple[dict[str, int], int]:
    """Return where each section begins, and where the last one ends [bytes]."""
    offsets = {}
    for name, array in arrays.items():
        offsets[name] = place
        place += _aligned(array.nbytes)
        if array.nbytes and array.nbytes % _PAGE == 0:
            place += _LINE  # sections a page apart would fight for the same cache lines
    return offsets, place


def _span(span: str, arrays: Mapping[str, AnyArray], offsets: Mapping[str, int]) -> tuple[int, int]:
    """Return where the sections of a span begin and end [bytes].

    Raises
    ------
    SimulationError
        If another section stands among them.
    """
    names = list(arrays)
    inside = [k for k, name in enumerate(names) if _belongs(TABLE.sections[name], span)]
    if not inside:
        return 0, 0
    if inside != list(range(inside[0], inside[-1] + 1)):
        raise SimulationError(f"sections that are {span} must stand together")
    last = names[inside[-1]]
    return offsets[names[inside[0]]], _aligned(offsets[last] + arrays[last].nbytes)


def _head(
    contents: Contents,
    arrays: Mapping[str, AnyArray],
    offsets: Mapping[str, int],
    spans: Mapping[str, tuple[int, int]],
) -> AnyArray:
    head = np.zeros(TABLE.constants["HEAD"], dtype=np.uint32)
    for name, array in arrays.items():
        k = 2 * TABLE.index(name)
        head[k : k + 2] = offsets[name] // array.itemsize, array.size
    first, last = spans["restored"]
    image = (offsets["image"], offsets["image"] + last - first)
    for name, (first, last) in {**spans, "image": image}.items():
        k = 2 * TABLE.index(name)
        head[k : k + 2] = first // 8, (last - first) // 8
    for name, value in contents.wholes.items():
        head[TABLE.index(name)] = value
    return head


def _write(octets: bytearray, place: int, array: AnyArray) -> None:
    octets[place : place + array.nbytes] = array.tobytes()


def _aligned_floats(octets: bytearray) -> FloatArray:
    raw = np.empty(len(octets) // 8 + 8)
    first = (-raw.ctypes.data // 8) % 8
    buffer: FloatArray = raw[first : first + len(octets) // 8]
    buffer[:] = np.frombuffer(octets)
    return buffer


def _aligned(size: int) -> int:
    return -(-size // _LINE) * _LINE
