"""Checksums: what tells whether storage, or somebody, has changed a row."""

import hashlib

import msgspec


def checksum(*values: object) -> int:
    """Return a number that goes with a row and tells whether the row was changed."""
    digest = hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)
