"""Innovation numbers as structural hashes: equal structure, equal number, anywhere, at any time.

No tracker hands them out, so nothing has to be shared, reset or saved. They are 63 bits wide (the
sign bit of int64 stays clear): with 300,000 different structures the chance of any collision is
about 5e-9. A gene keeps the structure that its number was made from, so that a collision is noticed
where two genes of equal number meet: crossover does not take it for a match, a mutation whose new
gene would collide is not made, and a file in which a number is not the hash of its structure is
refused.
"""

from enum import IntEnum

_MASK = (1 << 64) - 1


class Kind(IntEnum):
    """What a structural hash names; part of the hash."""

    SYNAPSE = 1
    SPLIT = 2
    INPUT = 3
    OUTPUT = 4
    REGION = 5
    ASTROCYTE = 6


def _mix(z: int) -> int:
    """Return the SplitMix64 finaliser of Steele, Lea and Flood, OOPSLA 2014, fig. 16."""
    z = (z + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def structural_hash(kind: int, first: int, second: int = 0) -> int:
    """Return the innovation number of a structure, in [0, 2**63)."""
    return _mix(_mix(_mix(kind) ^ first) ^ second) >> 1


def synapse_innovation(source: int, target: int) -> int:
    """Return the innovation number of the synapse that joins two node ids."""
    return structural_hash(Kind.SYNAPSE, source, target)


def split_node_id(synapse: int, occurrence: int) -> int:
    """Return the node id of the neuron born by splitting a synapse for the n-th time."""
    return structural_hash(Kind.SPLIT, synapse, occurrence)


def input_node_id(channel: int) -> int:
    """Return the node id of an input channel."""
    return structural_hash(Kind.INPUT, channel)


def output_node_id(channel: int) -> int:
    """Return the node id of an output."""
    return structural_hash(Kind.OUTPUT, channel)


def region_id(index: int) -> int:
    """Return the innovation number of a region."""
    return structural_hash(Kind.REGION, index)


def astrocyte_id(region: int, occurrence: int) -> int:
    """Return the innovation number of the n-th astrocyte gene of a region."""
    return structural_hash(Kind.ASTROCYTE, region, occurrence)
