"""Random streams: one for each purpose and number."""

from itertools import product

import numpy as np

from glianeat.streams import Purpose, sequence, standard_normal, stream

NUMBERS = (*range(200), 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**33, 2**62)
SEEDS = (0, 1, 2**32, 2**63 - 1)


def test_no_two_purposes_and_numbers_share_a_stream():
    states = {
        tuple(sequence(seed, purpose, *numbers).generate_state(4).tolist())
        for seed, purpose in product(SEEDS, Purpose)
        for numbers in ((), *((number,) for number in NUMBERS), (0, 0), (0, 1), (1, 0))
    }
    assert len(states) == len(SEEDS) * len(Purpose) * (len(NUMBERS) + 4)


def test_a_large_number_is_not_taken_for_two_small_ones():
    large = sequence(5, Purpose.TRAIN, 2**32).generate_state(4)
    assert not np.array_equal(large, sequence(5, Purpose.TRAIN, 0, 1).generate_state(4))


def test_a_stream_depends_on_its_name_alone():
    first, second = (stream(3, Purpose.MATE, 8).random(4) for _ in range(2))
    assert np.array_equal(first, second)


def test_normal_numbers_are_normal():
    drawn = standard_normal(np.random.default_rng(0), (200, 500))
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1.0) < 0.01
    for limit, share in ((1.0, 0.3173), (2.0, 0.0455), (3.0, 0.0027)):
        assert abs((np.abs(drawn) > limit).mean() - share) < 0.005
    assert abs(np.mean(drawn**3)) < 0.03
    assert abs(np.corrcoef(drawn.ravel()[:-1], drawn.ravel()[1:])[0, 1]) < 0.01
