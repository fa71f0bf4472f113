"""The random stream of a child, the slow way: Python's whole numbers, no arrays, no types."""

import math

from glianeat.elementary import log

MASK = (1 << 64) - 1


def mixed(z):
    """Return the finaliser of SplitMix64."""
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def turned(word, by):
    return ((word << by) | (word >> (64 - by))) & MASK


class Stream:
    """xoshiro256++ from a state of four words."""

    def __init__(self, state):
        self.state = list(state)

    @classmethod
    def of(cls, seed, key):
        """Return the stream of a child."""
        state = [mixed((seed & MASK) ^ mixed(key & MASK))]
        for _ in range(4):
            state.append(mixed(state[-1]))
        return cls(state[1:])

    def word(self):
        a, b, c, d = self.state
        result = (turned((a + d) & MASK, 23) + a) & MASK
        c, d = c ^ a, d ^ b
        self.state = [a ^ d, b ^ c, c ^ (b << 17 & MASK), turned(d, 45)]
        return result

    def uniform(self):
        return (self.word() >> 11) / 2**53

    def below(self, n):
        return int(self.uniform() * n)

    def normal(self):
        while True:
            x, y = 2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0
            square = x * x + y * y
            if 0.0 < square < 1.0:
                return x * math.sqrt(-2.0 * log(square) / square)

    def choice(self, things):
        return things[self.below(len(things))]
