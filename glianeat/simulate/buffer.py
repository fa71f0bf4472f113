"""The buffer of a packed state: its sections laid out one after the other."""

import numpy as np

from glianeat.simulate.kernels import layout as at
from glianeat.typing import AnyArray, FloatArray


def join(numbers: dict[int, int], sections: dict[int, AnyArray]) -> FloatArray:
    """Lay the sections out in one buffer, each at a multiple of 64 bytes."""
    sizes = {name: sections[name].nbytes for name in range(at.N_SECTIONS)}
    place, offsets = _aligned(4 * (at.HEAD + at.N_SECTIONS)), {}
    for name, size in sizes.items():
        offsets[name] = place
        place += _aligned(size)
        if size % 4096 == 0:
            place += 64  # sections a page apart would fight for the same cache lines
    raw = np.zeros(place // 8 + 8)
    first = (-raw.ctypes.data // 8) % 8
    buffer: FloatArray = raw[first : first + place // 8]
    whole, octets = buffer.view(np.uint32), buffer.view(np.uint8)
    for name, value in numbers.items():
        whole[name] = value
    for name, section in sections.items():
        whole[at.HEAD + name] = offsets[name] // section.itemsize
        octets[offsets[name] : offsets[name] + section.nbytes] = (
            np.ascontiguousarray(section).view(np.uint8).ravel()
        )
    return buffer


def in_vectors(length: int) -> int:
    """Return a length rounded up to full vectors."""
    return -(-length // at.LANES) * at.LANES


def _aligned(size: int) -> int:
    return -(-size // 64) * 64
