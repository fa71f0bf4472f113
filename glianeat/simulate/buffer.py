"""The buffer of a packed state: its sections laid out one after the other."""

import numpy as np

from glianeat.simulate.kernels import layout as at
from glianeat.typing import AnyArray, FloatArray


def join(numbers: dict[int, int], sections: dict[int, AnyArray]) -> FloatArray:
    """Lay the sections out in one buffer, each at a multiple of 64 bytes."""
    place, offsets = _aligned(4 * (at.HEAD + at.N_SECTIONS)), {}
    for name in range(at.N_SECTIONS):
        size = sections[name].nbytes
        offsets[name] = place
        place += _aligned(size)
        if size % 4096 == 0:
            place += 64  # sections a page apart would fight for the same cache lines
    octets = bytearray(place)  # filled in Python's own way, several times faster for small sections
    head = np.zeros(at.HEAD + at.N_SECTIONS, dtype=np.uint32)
    for name, value in numbers.items():
        head[name] = value
    for name, section in sections.items():
        head[at.HEAD + name] = offsets[name] // section.itemsize
        octets[offsets[name] : offsets[name] + section.nbytes] = section.tobytes()
    octets[: head.nbytes] = head.tobytes()
    raw = np.empty(place // 8 + 8)
    first = (-raw.ctypes.data // 8) % 8
    buffer: FloatArray = raw[first : first + place // 8]
    buffer[:] = np.frombuffer(octets)
    return buffer


def in_vectors(length: int) -> int:
    """Return a length rounded up to full vectors."""
    return -(-length // at.LANES) * at.LANES


def _aligned(size: int) -> int:
    return -(-size // 64) * 64
