"""The buffer of a packed state: the sections of the table laid out one after the other."""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from glianeat.errors import SimulationError
from glianeat.simulate.section import VECTOR, Section
from glianeat.simulate.sections import IMAGE, PADDED, SPANS, TABLE
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


class _Row(NamedTuple):
    """A section as it is packed."""

    name: str
    word: int  # of the head, where it says where it begins, and then its length
    shape: tuple[str | int, ...]
    kind: np.dtype[Any]
    itemsize: int
    fill: bytes | None  # an element as it is at first, if all are equal; empty for zero
    pads_rows: bool  # its last axis has padding, and it has others


class _Plan(NamedTuple):
    """The sections of all networks that use the same ones, such that spans stand together."""

    rows: tuple[_Row, ...]
    shapes: tuple[tuple[str | int, ...], ...]
    spans: dict[str, slice]


def join(contents: Contents) -> FloatArray:
    """Lay the sections out in one buffer, each at a multiple of 64 bytes.

    Raises
    ------
    SimulationError
        If a section is missing, or has another shape than its row says.
    """
    plan, n_head = _plan(contents.used), TABLE.constants["HEAD"]
    head, shapes = [0] * n_head, {axes: _measure(axes, contents.sizes) for axes in plan.shapes}
    starts, pieces, end = _place(plan, contents.sections, shapes, head)
    ranges = {name: (starts[rows.start], starts[rows.stop]) for name, rows in plan.spans.items()}
    first, last = ranges["restored"]
    ranges[IMAGE] = (end, end + last - first)
    for name, (start, stop) in ranges.items():
        number = 2 * TABLE.index(name)
        head[number : number + 2] = start // 8, (stop - start) // 8
    numbers = TABLE.numbers
    for name, value in contents.wholes.items():
        head[numbers[name]] = value
    octets = bytearray(ranges[IMAGE][1])  # filled in Python's own way, which is several times
    octets[: 4 * n_head] = array("I", head).tobytes()  # faster for small sections
    for start, piece in pieces:
        octets[start : start + len(piece)] = piece
    octets[end:] = octets[first:last]
    for k in range(plan.spans["restored"].start, plan.spans["restored"].stop):
        row = plan.rows[k]
        if row.name in contents.rest:
            found = _bytes(row, contents.rest[row.name], shapes[row.shape][0])
            start = starts[k] - first + end
            octets[start : start + len(found)] = found
    return _aligned_floats(octets)


def _place(
    plan: _Plan,
    given: Mapping[str, AnyArray],
    shapes: Mapping[tuple[str | int, ...], tuple[tuple[int, ...], int]],
    head: list[int],
) -> tuple[list[int], list[tuple[int, bytes]], int]:
    """Write into the head where each section begins; return that, the contents, and the end."""
    starts, pieces, place = [], [], _aligned(4 * len(head))
    for row in plan.rows:
        name, word, axes, kind, itemsize, fill, pads_rows = row
        shape, size = shapes[axes]
        head[word], head[word + 1] = place // itemsize, size
        starts.append(place)
        if name in given:
            values = given[name]
            quick = values.dtype is kind and values.shape == shape and not pads_rows
            pieces.append((place, values.tobytes() if quick else _bytes(row, values, shape)))
        elif fill:
            pieces.append((place, fill * math.prod(shape)))
        elif fill is None:
            raise SimulationError(f"section {name!r}: must be packed, its owner gives none")
        size *= itemsize
        place += -(-size // _LINE) * _LINE
        if size and size % _PAGE == 0:
            place += _LINE  # sections a page apart would fight for the same cache lines
    starts.append(place)
    return starts, pieces, place


@lru_cache(maxsize=64)  # packing is part of every evaluation
def _plan(used: frozenset[str]) -> _Plan:
    names = sorted(used, key=lambda name: (_rank(TABLE.sections[name]), name))
    sections = [TABLE.sections[name] for name in names]
    rows = [
        _Row(
            section.name,
            2 * TABLE.index(section.name),
            section.shape,
            np.dtype(section.kind),
            np.dtype(section.kind).itemsize,
            _element(section),
            section.shape[-1] in PADDED and len(section.shape) > 1,
        )
        for section in sections
    ]
    shapes = tuple({section.shape for section in sections})
    return _Plan(tuple(rows), shapes, {name: _span(name, sections) for name in SPANS})


def _element(section: Section) -> bytes | None:
    if not section.initial:
        return None if section.initial is None else b""
    return np.array(section.initial, section.kind).tobytes()


def _rank(section: Section) -> int:
    """Return a number by which sections are sorted such that those of each span stand together."""
    if not _belongs(section, "state"):
        return 5
    if not section.resets:
        return 0
    if section.initial == 0.0:
        return 2 if section.decays else 1
    return 3 if section.decays else 4


def _belongs(section: Section, span: str) -> bool:
    if section.kind != "f8" or not section.is_state:
        return False
    return {
        "state": True,
        "decaying": section.decays,
        "zeroed": section.resets and section.initial == 0.0,
        "restored": section.resets and section.initial != 0.0,
    }[span]


def _span(span: str, sections: Sequence[Section]) -> slice:
    """Return which sections belong to a span.

    Raises
    ------
    SimulationError
        If another section stands among them.
    """
    inside = [k for k, section in enumerate(sections) if _belongs(section, span)]
    if not inside:
        return slice(0, 0)
    if inside != list(range(inside[0], inside[-1] + 1)):
        raise SimulationError(f"sections that are {span} must stand together")
    return slice(inside[0], inside[-1] + 1)


def shape_of(section: Section, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the shape of a section in a network of some sizes."""
    return _shape(section.shape, sizes)


def padded_shape(section: Section, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the shape in which a section lies in memory."""
    shape = _shape(section.shape, sizes)
    return _in_vectors(shape) if section.shape[-1] in PADDED else shape


def _shape(axes: tuple[str | int, ...], sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple([sizes[axis] if isinstance(axis, str) else axis for axis in axes])


def _in_vectors(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[:-1], -(-shape[-1] // VECTOR) * VECTOR)


def _measure(axes: tuple[str | int, ...], sizes: Mapping[str, int]) -> tuple[tuple[int, ...], int]:
    """Return the shape of sections, and how many elements they have in memory with padding."""
    if len(axes) == 1 and isinstance(axes[0], str):  # nearly all
        n = sizes[axes[0]]
        return (n,), -(-n // VECTOR) * VECTOR if axes[0] in PADDED else n
    shape = _shape(axes, sizes)
    return shape, math.prod(_in_vectors(shape) if axes[-1] in PADDED else shape)


def _bytes(row: _Row, values: AnyArray, shape: tuple[int, ...]) -> bytes:
    """Return a section as it is at first; what is missing behind it is zero."""
    if values.shape != shape:
        raise SimulationError(f"section {row.name!r}: must have shape {shape}, got {values.shape}")
    if row.pads_rows:
        whole = np.zeros(_in_vectors(shape), row.kind)
        whole[..., : shape[-1]] = values
        values = whole
    return (values if values.dtype is row.kind else values.astype(row.kind)).tobytes()


def _aligned_floats(octets: bytearray) -> FloatArray:
    raw = np.empty(len(octets) // 8 + 8)
    first = (-raw.ctypes.data // 8) % 8
    buffer: FloatArray = raw[first : first + len(octets) // 8]
    buffer[:] = np.frombuffer(octets)
    return buffer


def _aligned(size: int) -> int:
    return -(-size // _LINE) * _LINE
