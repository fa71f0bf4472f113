"""The random streams of children: against a plain reference, and as random numbers."""

import math

import numpy as np
import pytest

from glianeat.compile.decorators import kernel
from glianeat.genome.operators import layout as at
from glianeat.genome.operators.stream import below, normal, seed_state, uniform
from glianeat.typing import FloatArray, IntArray
from tests.reference.stream import Stream

# The reference implementation of D. Blackman and S. Vigna, from the state 1, 2, 3, 4
# (https://prng.di.unimi.it/xoshiro256plusplus.c).
PUBLISHED = [
    41943041,
    58720359,
    3588806011781223,
    3591011842654386,
    9228616714210784205,
    9973669472204895162,
    14011001112246962877,
    12406186145184390807,
    15849039046786891736,
    10450023813501588000,
]
SEEDS = [(0, 0), (1, 2), (2**63 - 1, 2**63 - 1), (123456789, 5)]
N = 200_000


@kernel
def seed(state: IntArray, number: int, key: int) -> None:
    seed_state(state, number, key)


@kernel
def fill_uniform(state: IntArray, numbers: FloatArray) -> None:
    for i in range(numbers.shape[0]):
        numbers[i] = uniform(state)


@kernel
def fill_normal(state: IntArray, numbers: FloatArray) -> None:
    for i in range(numbers.shape[0]):
        numbers[i] = normal(state)


@kernel
def fill_below(state: IntArray, n: int, numbers: FloatArray) -> None:
    for i in range(numbers.shape[0]):
        numbers[i] = below(n, state)


def stream(number=1, key=2):
    state = np.zeros(at.MARKS, dtype=np.int64)
    seed(state, number, key)
    return state


def drawn(fill, n, *, state=None, limit=None):
    numbers = np.zeros(n)
    state = stream() if state is None else state
    fill(state, numbers) if limit is None else fill(state, limit, numbers)
    return numbers


def test_the_twin_gives_the_published_numbers():
    reference = Stream([1, 2, 3, 4])
    assert [reference.word() for _ in range(10)] == PUBLISHED


def test_the_stream_gives_the_published_numbers_but_for_their_last_11_bits():
    state = np.zeros(at.MARKS, dtype=np.int64)
    state[at.STATE : at.STATE + 4] = [1, 2, 3, 4]
    found = drawn(fill_uniform, 10, state=state)
    assert found.tolist() == [(word >> 11) / 2**53 for word in PUBLISHED]


@pytest.mark.parametrize(("number", "key"), SEEDS)
def test_uniform_numbers_are_those_of_the_twin(number, key):
    reference = Stream.of(number, key)
    found = drawn(fill_uniform, 1000, state=stream(number, key))
    assert found.tolist() == [reference.uniform() for _ in range(1000)]


@pytest.mark.parametrize(("number", "key"), SEEDS)
def test_normal_numbers_are_those_of_the_twin(number, key):
    reference = Stream.of(number, key)
    found = drawn(fill_normal, 1000, state=stream(number, key))
    assert found.tolist() == [reference.normal() for _ in range(1000)]


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_whole_numbers_are_those_of_the_twin(limit):
    reference = Stream.of(1, 2)
    found = drawn(fill_below, 1000, limit=limit)
    assert found.tolist() == [reference.below(limit) for _ in range(1000)]


def test_uniform_numbers_lie_between_zero_and_one():
    numbers = drawn(fill_uniform, N)
    assert 0.0 <= numbers.min() < 1e-4 < 1.0 - 1e-4 < numbers.max() < 1.0


def kolmogorov_smirnov(numbers, distribution):
    """Return the largest gap between the empirical distribution and a given one, times sqrt(n)."""
    expected, n = distribution(np.sort(numbers)), len(numbers)
    below_it, above_it = np.arange(n) / n, np.arange(1, n + 1) / n
    return max((above_it - expected).max(), (expected - below_it).max()) * math.sqrt(n)


def bell(numbers):
    return np.array([0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) for x in numbers.tolist()])


CRITICAL = 1.95  # of Kolmogorov's distribution, exceeded once in a thousand times


def test_the_test_of_distributions_finds_a_small_shift():
    assert kolmogorov_smirnov(drawn(fill_uniform, N) ** 1.02, np.asarray) > CRITICAL


def test_uniform_numbers_are_uniformly_distributed():
    assert kolmogorov_smirnov(drawn(fill_uniform, N), np.asarray) < CRITICAL


def test_normal_numbers_are_normally_distributed():
    assert kolmogorov_smirnov(drawn(fill_normal, 50_000), bell) < CRITICAL


def test_normal_numbers_have_the_moments_of_a_normal_distribution():
    numbers = drawn(fill_normal, N)
    moments = [(numbers**power).mean() for power in (1, 2, 3, 4)]
    # four and a half standard errors: the variances of the powers are 1, 2, 15 and 96
    bounds = [4.5 * math.sqrt(variance / N) for variance in (1, 2, 15, 96)]
    for moment, expected, bound in zip(moments, (0.0, 1.0, 0.0, 3.0), bounds, strict=True):
        assert abs(moment - expected) < bound


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_whole_numbers_are_all_as_likely(limit):
    found, counts = np.unique(drawn(fill_below, N, limit=limit), return_counts=True)
    assert found.tolist() == list(range(limit))
    assert abs(counts / N - 1.0 / limit).max() < 4.5 * math.sqrt(1.0 / limit / N)


@pytest.mark.parametrize("fill", [fill_uniform, fill_normal])
def test_successive_numbers_are_not_correlated(fill):
    numbers = drawn(fill, N)
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 4.5 / math.sqrt(N)


@pytest.mark.parametrize("neighbours", ["keys", "seeds"])
def test_streams_of_neighbouring_keys_and_seeds_are_independent(neighbours):
    """Children have successive keys: their first numbers must be as random as those of one."""
    pairs = [(7, i) if neighbours == "keys" else (i, 7) for i in range(20_000)]
    first = np.array([drawn(fill_uniform, 1, state=stream(*pair))[0] for pair in pairs])
    assert len(set(first)) == len(first)
    assert kolmogorov_smirnov(first, np.asarray) < CRITICAL
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 4.5 / math.sqrt(len(first))


def test_seed_and_key_are_not_interchangeable():
    assert stream(1, 2).tolist() != stream(2, 1).tolist()
