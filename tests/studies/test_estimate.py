"""How long a sweep will take."""

import pytest

from glianeat.studies.estimate import estimate
from glianeat.text import duration_text


def test_there_is_no_estimate_before_a_cell_is_finished():
    assert estimate([], [1, 1, 2]) is None


def test_cells_take_as_long_as_finished_ones_of_their_settings():
    found = estimate([(1, 10.0), (2, 100.0)], [1, 1, 2])
    assert (found.seconds, found.runs, found.basis, found.unknown) == (120.0, 3, 2, 0)


def test_of_settings_without_a_finished_cell_the_mean_of_the_others_is_taken():
    found = estimate([(1, 10.0), (1, 10.0), (2, 40.0)], [3, 3])
    assert (found.seconds, found.unknown) == (50.0, 2)


def test_one_slow_cell_does_not_move_it():
    assert estimate([(1, 90.0), (1, 2.0), (1, 2.0)], [1]).seconds == 2.0


def test_cells_that_run_at_the_same_time_share_it():
    assert estimate([(1, 10.0)], [1, 1, 1, 1], jobs=2).seconds == 20.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (89, "89 s"),
        (600, "10 min"),
        (5400, "1 h 30 min"),
        (7 * 3600, "7 h 00 min"),
        (3 * 86400, "3.0 days"),
    ],
)
def test_durations_are_said_as_people_do(seconds, text):
    assert duration_text(seconds) == text
