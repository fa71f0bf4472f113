"""Random numbers in compiled code: xoshiro256++ [1]_, seeded by SplitMix64.

NumPy's generators cannot be handed to kernels that count no references. The state is made from a
seed and a key: every child has a stream of its own.

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
from glianeat.typing import WordArray


@routine
def seed_state(state: WordArray, seed: int, key: int) -> None:
    """Fill in the state of the stream of a key."""
    word = mix(np.uint64(seed) ^ mix(np.uint64(key)))
    for i in range(4):
        word = mix(word)
        state[i] = word


@routine
def _rotate_left(word: np.uint64, by: int) -> np.uint64:
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))


@routine
def uniform(state: WordArray) -> float:
    """Return a number in [0, 1), one of 2**53."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    result = _rotate_left(a + d, 23) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    state[1] = b ^ c
    state[0] = a ^ d
    state[2] = c ^ shifted
    state[3] = _rotate_left(d, 45)
    return np.int64(result >> np.uint64(11)) * 2.0**-53


@routine
def below(n: int, state: WordArray) -> int:
    """Return one of 0 … n - 1; the bias is below n / 2**53."""
    return int(uniform(state) * n)


@routine
def normal(state: WordArray) -> float:
    """Return a standard normal number, by Marsaglia's polar method."""
    while True:
        x = 2.0 * uniform(state) - 1.0
        y = 2.0 * uniform(state) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * log(square) / square)
