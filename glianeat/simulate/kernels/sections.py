"""Views of the sections of a packed state."""

import numpy as np

from glianeat.compile.decorators import inline
from glianeat.compile.intrinsics import head_number, section_of
from glianeat.simulate.kernels import layout as at
from glianeat.typing import AnyArray, FloatArray, IndexArray, Whole


@head_number
def number(buffer: FloatArray, name: int) -> int:
    """Return a whole number of the head."""
    return int(buffer.view(np.uint32)[name])


@section_of(np.float64, 8, at.HEAD)
def floats(buffer: FloatArray, name: int, length: int) -> FloatArray:
    """Return a float64 section."""
    start = int(buffer.view(np.uint32)[at.HEAD + name])
    return buffer[start : start + int(length)]


@section_of(np.uint32, 4, at.HEAD)
def wholes(buffer: FloatArray, name: int, length: int) -> IndexArray:
    """Return a uint32 section."""
    whole = buffer.view(np.uint32)
    start = int(whole[at.HEAD + name])
    return whole[start : start + int(length)]


@section_of(np.uint8, 1, at.HEAD)
def flags(buffer: FloatArray, name: int, length: int) -> AnyArray:
    """Return a section of bytes."""
    start = int(buffer.view(np.uint32)[at.HEAD + name])
    return buffer.view(np.uint8)[start : start + int(length)]


@section_of(np.uint64, 1, at.HEAD)
def words(buffer: FloatArray, name: int, length: int) -> AnyArray:
    """Return `length` times eight bytes of a section of bytes, as uint64."""
    start = int(buffer.view(np.uint32)[at.HEAD + name]) // 8
    return buffer.view(np.uint64)[start : start + int(length)]


@inline
def padded(length: int) -> int:
    """Return a length rounded up to full vectors, which spares loops their remainder."""
    return (length + at.LANES - 1) // at.LANES * at.LANES


@inline
def whole_vectors(length: Whole) -> Whole:
    """Return a length that is a multiple of `LANES` as one that the compiler knows to be."""
    return np.uint64(length) // np.uint64(at.LANES) * np.uint64(at.LANES)
