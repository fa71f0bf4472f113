"""Views of the sections of a packed state."""

import numpy as np

from glianeat.jit import inlined
from glianeat.simulate.kernels import layout as at
from glianeat.typing import AnyArray, FloatArray, IndexArray


@inlined
def number(buffer: FloatArray, name: int) -> int:
    """Return a whole number of the head."""
    return np.int64(buffer.view(np.uint32)[name])


@inlined
def floats(buffer: FloatArray, name: int, length: int) -> FloatArray:
    """Return a float64 section."""
    start = np.uint64(buffer.view(np.uint32)[at.HEAD + name])
    return buffer[start : start + np.uint64(length)]


@inlined
def wholes(buffer: FloatArray, name: int, length: int) -> IndexArray:
    """Return a uint32 section."""
    whole = buffer.view(np.uint32)
    start = np.uint64(whole[at.HEAD + name])
    return whole[start : start + np.uint64(length)]


@inlined
def flags(buffer: FloatArray, name: int, length: int) -> AnyArray:
    """Return a section of bytes."""
    start = np.uint64(buffer.view(np.uint32)[at.HEAD + name])
    return buffer.view(np.uint8)[start : start + np.uint64(length)]


@inlined
def words(buffer: FloatArray, name: int, length: int) -> AnyArray:
    """Return a section of bytes, eight at a time, as uint64; it must start at a multiple of 8."""
    start = np.uint64(buffer.view(np.uint32)[at.HEAD + name]) // np.uint64(8)
    return buffer.view(np.uint64)[start : start + np.uint64(length) // np.uint64(8)]
