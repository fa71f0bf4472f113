"""Statistics against answers worked out by hand or published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.studies.statistics import (
    bootstrap_band,
    bootstrap_interval,
    holm,
    mann_whitney,
    vargha_delaney,
    vargha_delaney_interval,
)

SAMPLES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=8)


def rng():
    return np.random.default_rng(1)


def array(*values):
    return np.array(values, dtype=float)


# A12


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ([1, 2, 3], [2, 3, 4], 2 / 9),  # of nine pairs one is larger, two are equal
        ([4, 5, 6], [1, 2, 3], 1.0),
        ([1, 2], [3, 4, 5], 0.0),
        ([7], [7, 7], 0.5),
        ([np.inf, 3], [1, np.inf], 5 / 8),  # two are larger, one is equal
    ],
)
def test_a12_is_the_share_of_pairs_in_which_the_first_is_larger(first, second, share):
    assert vargha_delaney(array(*first), array(*second)) == pytest.approx(share)


@given(SAMPLES, SAMPLES)
def test_a12_of_swapped_groups_is_the_rest(first, second):
    one, other = array(*first), array(*second)
    assert vargha_delaney(one, other) + vargha_delaney(other, one) == pytest.approx(1.0)


def test_the_interval_of_a12_holds_it_and_is_narrower_for_more_runs():
    draws = rng().normal(size=(2, 200)) + np.array([[0.5], [0.0]])
    few = vargha_delaney_interval(draws[0, :10], draws[1, :10], rng())
    many = vargha_delaney_interval(draws[0], draws[1], rng())
    for interval in (few, many):
        assert interval.low < interval.value < interval.high
    assert many.high - many.low < (few.high - few.low) / 2.0


def test_the_interval_of_a12_covers_the_truth_as_often_as_it_says():
    # normal values one standard deviation apart: A12 is the normal distribution at 1 / sqrt(2)
    truth, trials = 0.7602, 60
    draws = rng().normal(size=(trials, 2, 30)) + np.array([[1.0], [0.0]])
    found = [vargha_delaney_interval(one, other, rng()) for one, other in draws]
    covered = sum(interval.low <= truth <= interval.high for interval in found)
    assert covered >= 0.87 * trials


def test_a12_of_single_runs_has_no_interval():
    interval = vargha_delaney_interval(array(2), array(1, 3), rng())
    assert interval.value == 0.5
    assert np.isnan([interval.low, interval.high]).all()


# Mann and Whitney


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([1, 2, 3], [4, 5, 6], 2 / 20),  # two of the 20 ways to choose three of six are as extreme
        ([1, 2, 3, 4], [5, 6, 7, 8], 2 / 70),
        ([1, 2, 4], [3, 5, 6], 4 / 20),
        ([5, 5, 5], [5, 5, 5], 1.0),
    ],
)
def test_mann_whitney_counts_the_ways_to_divide_the_values(first, second, p):
    assert mann_whitney(array(*first), array(*second)) == pytest.approx(p)


def test_unsolved_runs_are_ranked_behind_all_others():
    solved, unsolved = array(10, 20, 30, 40), array(np.inf, np.inf, np.inf, np.inf)
    assert mann_whitney(solved, unsolved) < 0.03
    assert vargha_delaney(unsolved, solved) == 1.0


def test_single_runs_are_not_tested():
    assert np.isnan(mann_whitney(array(1), array(2, 3)))


# Holm

# The 15 p values of Benjamini & Hochberg (1995), section 4: with the probability of any false
# finding held at 0.05, the three smallest are significant.
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
PUBLISHED += [0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


def test_holm_finds_the_three_significant_values_of_a_published_example():
    corrected = holm(PUBLISHED)
    assert [p <= 0.05 for p in corrected] == [True] * 3 + [False] * 12
    assert corrected[:4] == pytest.approx([15 * 0.0001, 14 * 0.0004, 13 * 0.0019, 12 * 0.0095])


def test_holm_keeps_the_order_of_the_tests_and_never_falls():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_does_not_count_what_was_not_tested():
    corrected = holm([0.02, float("nan"), 0.5])
    assert corrected[0] == pytest.approx(0.04)
    assert np.isnan(corrected[1])


# Bootstrap


@pytest.mark.parametrize("statistic", ["median", "mean"])
def test_bands_cover_the_truth_as_often_as_they_say(statistic):
    # 300 points of 20 curves each, of which nothing is known but that they are normal around zero
    curves = rng().normal(size=(20, 300))
    band = bootstrap_band(curves, np.random.default_rng(2), statistic)
    covered = np.mean((band.low <= 0.0) & (band.high >= 0.0))
    assert 0.88 <= covered <= 0.99


def test_bands_resample_whole_curves():
    walk = np.cumsum(rng().normal(size=(12, 1)).repeat(5, axis=1), axis=1)
    band = bootstrap_band(walk, rng(), "mean")  # five multiples of one column
    assert np.allclose(band.low, band.low[0] * np.arange(1, 6))


def test_a_point_without_values_has_no_band():
    curves = np.array([[np.nan, 1.0, 2.0], [np.nan, np.nan, 4.0]])
    band = bootstrap_band(curves, rng())
    assert np.isnan(band.middle[0])
    assert (band.middle[1], band.middle[2]) == (1.0, 3.0)
    assert np.isnan(band.low[1])
    assert (band.low[2], band.high[2]) == (2.0, 4.0)


def test_equal_seeds_give_equal_intervals():
    values = array(3, 1, 4, 1, 5, 9)
    assert bootstrap_interval(values, rng()) == bootstrap_interval(values, rng())


def test_a_median_that_half_of_the_runs_do_not_reach_is_infinite():
    interval = bootstrap_interval(array(10, 20, np.inf, np.inf, np.inf), rng())
    assert interval.value == np.inf
    assert interval.low in {10.0, 20.0}
    assert interval.high == np.inf


def test_a_median_between_reached_and_not_is_infinite():
    assert bootstrap_interval(array(10, 20, np.inf, np.inf), rng()).value == np.inf
    assert bootstrap_interval(array(10, 20, -np.inf, -np.inf), rng()).value == -np.inf


def test_one_value_has_no_interval_and_none_has_nothing():
    assert bootstrap_interval(array(7), rng()).value == 7.0
    assert np.isnan(bootstrap_interval(array(7), rng()).low)
    assert np.isnan(bootstrap_interval(array(), rng()).value)
