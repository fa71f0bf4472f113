"""Structural hashes in compiled code; `glianeat.genome.innovation` says what they are."""

import numpy as np

from glianeat.compile.decorators import fused_loop, routine
from glianeat.typing import IntArray, WordArray

SYNAPSE, SPLIT, REGION, ASTROCYTE = 1, 2, 5, 6  # innovation.Kind


@routine
def mix(z: np.uint64) -> np.uint64:
    """Return the SplitMix64 finaliser of Steele, Lea and Flood, OOPSLA 2014, fig. 16."""
    z += np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@routine
def structural_hash(kind: int, first: int, second: int) -> int:
    """Return the innovation number of a structure, in [0, 2**63)."""
    word = mix(mix(mix(np.uint64(kind)) ^ np.uint64(first)) ^ np.uint64(second))
    return int(np.int64(word >> np.uint64(1)))


@fused_loop
def hash_words(words: IntArray, place: int) -> np.uint64:
    """Return what some words add to a digest, the first of them at `place`; `mix` the sum.

    A sum of products, so that one does not wait for the other.
    """
    total = np.uint64(0)
    for i in range(words.shape[0]):
        word = np.uint64(words[i])
        odd = (np.uint64(place + i) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
        total += (word ^ (word >> np.uint64(32))) * odd
    return total


@routine
def remember(known: WordArray, word: np.uint64) -> bool:
    """Add a word to a set; return whether it is new. The set is never full: see `breed`."""
    word |= np.uint64(1)  # an empty place holds 0
    last = np.uint64(known.shape[0] - 1)
    place = mix(word) & last
    while known[place] != 0:
        if known[place] == word:
            return False
        place = (place + np.uint64(1)) & last
    known[place] = word
    return True
