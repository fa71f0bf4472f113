"""The bytes of a trace: a versioned header, then the arrays, compressed and with a check sum.

Layout, all numbers little-endian: ``GLIATRCE``, version (uint32), length of the header (uint32),
CRC-32 of all that follows (uint32), the header (JSON: whole numbers by name, and the shape of each
array), the arrays (zlib). Nothing in it is executed when it is read.
"""

import math
import struct
import zlib
from collections.abc import Mapping

import msgspec
import numpy as np

from glianeat.errors import CheckpointError
from glianeat.typing import AnyArray

MAGIC, VERSION = b"GLIATRCE", 1
_START = struct.Struct("<8sIII")
_LARGEST = 2**32  # bytes of one trace, unpacked


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    numbers: dict[str, int]
    shapes: dict[str, list[int]]


def write_arrays(numbers: Mapping[str, int], arrays: Mapping[str, AnyArray]) -> bytes:
    """Return whole numbers and arrays as bytes."""
    shapes = {name: list(array.shape) for name, array in arrays.items()}
    header = msgspec.json.encode(_Header(numbers=dict(numbers), shapes=shapes))
    body = b"".join(_little(array).tobytes() for array in arrays.values())
    rest = header + zlib.compress(body, 1)
    return _START.pack(MAGIC, VERSION, len(header), zlib.crc32(rest)) + rest


def read_arrays(
    data: bytes,
    numbers: tuple[str, ...],
    kinds: Mapping[str, str],
    later: Mapping[str, tuple[int, ...]] | None = None,
) -> tuple[dict[str, int], dict[str, AnyArray]]:
    """Return the whole numbers and arrays that `write_arrays` wrote.

    Parameters
    ----------
    data : bytes
        As returned by `write_arrays`.
    numbers : tuple of str
        Names of the whole numbers that must be there.
    kinds : mapping from str to str
        NumPy type code of each array that must be there, in order, such as ``<f4``.
    later : mapping from str to tuple of int, optional
        Shapes of those arrays at the end that may be missing, and then are empty.

    Raises
    ------
    CheckpointError
        If the bytes are no trace, of another version, cut, changed or of other contents.
    """
    header, packed = _open(data)
    later = later or {}
    first = [name for name in kinds if name not in later]
    whole = list(header.shapes) in (list(kinds), first)
    if set(header.numbers) != set(numbers) or not whole:
        raise CheckpointError("trace: header must name the numbers and arrays of this version")
    values = [*header.numbers.values(), *(n for s in header.shapes.values() for n in s)]
    if min(values, default=0) < 0:
        raise CheckpointError("trace: numbers and shapes must be >= 0")
    sizes = {
        name: math.prod(shape) * np.dtype(kinds[name]).itemsize
        for name, shape in header.shapes.items()
    }
    body = _unpacked(packed, sum(sizes.values()))
    arrays = {name: np.zeros(shape, kinds[name]) for name, shape in later.items()}
    start = 0
    for name, size in sizes.items():
        flat = np.frombuffer(body, kinds[name], size // np.dtype(kinds[name]).itemsize, start)
        arrays[name] = flat.reshape(header.shapes[name])
        start += size
    return header.numbers, arrays


def _open(data: bytes) -> tuple[_Header, bytes]:
    if len(data) < _START.size:
        raise CheckpointError(f"trace: must be at least {_START.size} bytes, got {len(data)}")
    magic, version, length, checksum = _START.unpack_from(data)
    if magic != MAGIC:
        raise CheckpointError(f"trace: must begin with {MAGIC!r}, got {magic!r}")
    if version != VERSION:
        raise CheckpointError(f"trace: version must be {VERSION}, got {version}")
    rest = data[_START.size :]
    if zlib.crc32(rest) != checksum:
        raise CheckpointError("trace: damaged, the check sum differs")
    try:
        return msgspec.json.decode(rest[:length], type=_Header), rest[length:]
    except msgspec.MsgspecError as error:
        raise CheckpointError(f"trace: header: {error}") from None


def _unpacked(packed: bytes, size: int) -> bytes:
    if size > _LARGEST:
        raise CheckpointError(f"trace: must hold at most {_LARGEST} bytes, got {size}")
    machine = zlib.decompressobj()
    try:
        body = machine.decompress(packed, size + 1)
    except zlib.error as error:
        raise CheckpointError(f"trace: {error}") from None
    if len(body) != size or not machine.eof or machine.unused_data:
        raise CheckpointError(f"trace: arrays must take {size} bytes, got {len(body)}")
    return body


def _little(array: AnyArray) -> AnyArray:
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
