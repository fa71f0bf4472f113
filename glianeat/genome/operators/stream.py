"""Random numbers in compiled code: xoshiro256++ [1]_, seeded by SplitMix64.

NumPy's generators cannot be handed to kernels that count no references. The state is part of the
head of a draft, and is made from a seed and a key: every child has a stream of its own.

References
----------
.. [1] D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM Trans.
   Mathematical Software 47(4), 2021, art. 36, §5.
"""

import math

import numpy as np

from glianeat.compile.decorators import routine
from glianeat.elementary import log
from glianeat.genome.operators.hashes import mix
from glianeat.genome.operators.layout import STATE
from glianeat.typing import IntArray


@routine
def seed_state(head: IntArray, seed: int, key: int) -> None:
    """Fill in the state of the stream of a key."""
    word = mix(np.uint64(seed) ^ mix(np.uint64(key)))
    for i in range(4):
        word = mix(word)
        head[STATE + i] = np.int64(word)


@routine
def _rotate_left(word: np.uint64, by: int) -> np.uint64:
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))


@routine
def uniform(head: IntArray) -> float:
    """Return a number in [0, 1), one of 2**53."""
    a, b = np.uint64(head[STATE]), np.uint64(head[STATE + 1])
    c, d = np.uint64(head[STATE + 2]), np.uint64(head[STATE + 3])
    result = _rotate_left(a + d, 23) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    head[STATE + 1] = np.int64(b ^ c)
    head[STATE + 0] = np.int64(a ^ d)
    head[STATE + 2] = np.int64(c ^ shifted)
    head[STATE + 3] = np.int64(_rotate_left(d, 45))
    return np.int64(result >> np.uint64(11)) * 2.0**-53


@routine
def below(n: int, head: IntArray) -> int:
    """Return one of 0 … n - 1; the bias is below n / 2**53."""
    return int(uniform(head) * n)


@routine
def normal(head: IntArray) -> float:
    """Return a standard normal number, by Marsaglia's polar method."""
    while True:
        x = 2.0 * uniform(head) - 1.0
        y = 2.0 * uniform(head) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * log(square) / square)
