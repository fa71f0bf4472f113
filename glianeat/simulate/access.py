"""Compiled access to the sections of a packed state."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from glianeat.compile.decorators import inline
from glianeat.compile.intrinsics import head_number, record_of, section_of
from glianeat.simulate import at
from glianeat.typing import AnyArray, FloatArray, IndexArray, Whole

_Record = TypeVar("_Record", bound=tuple[Any, ...])


@head_number
def number(buffer: FloatArray, name: int) -> int:
    """Return a whole number of the head."""
    return int(buffer.view(np.uint32)[name])


def _section(buffer: FloatArray, name: int, kind: str) -> AnyArray:
    start, length = buffer.view(np.uint32)[2 * name : 2 * name + 2].tolist()
    return buffer.view(kind)[start : start + length]


@section_of(np.float64)
def floats(buffer: FloatArray, name: int) -> FloatArray:
    """Return a float64 section."""
    return _section(buffer, name, "f8")


@section_of(np.uint32)
def wholes(buffer: FloatArray, name: int) -> IndexArray:
    """Return a uint32 section."""
    return _section(buffer, name, "u4")


@section_of(np.uint8)
def flags(buffer: FloatArray, name: int) -> AnyArray:
    """Return a section of bytes."""
    return _section(buffer, name, "u1")


@section_of(np.uint64, stored_as=np.uint8)
def words(buffer: FloatArray, name: int) -> AnyArray:
    """Return a section of bytes, eight at a time, as uint64."""
    return _section(buffer, name, "u1").view(np.uint64)


def _row(name: str) -> tuple[int, str]:
    """Return the number and the type of a section."""
    table = import_module("glianeat.simulate.sections").TABLE
    return table.index(name), table.sections[name].kind


def view_of(record: type[_Record]) -> Callable[[FloatArray], _Record]:
    """Return a compiled function that gives the sections named by a record's fields."""

    def view(buffer: FloatArray) -> _Record:
        rows = map(_row, vars(record)["_fields"])
        return record(*[_section(buffer, *row) for row in rows])

    return record_of(record, _row)(view)


@inline
def padded(length: int) -> int:
    """Return a length rounded up to full vectors, which spares loops their remainder."""
    return (length + at.VECTOR - 1) // at.VECTOR * at.VECTOR


@inline
def whole_vectors(length: Whole) -> Whole:
    """Return a length that is a multiple of `VECTOR` as one that the compiler knows to be."""
    return np.uint64(length) // np.uint64(at.VECTOR) * np.uint64(at.VECTOR)
