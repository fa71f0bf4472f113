import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glianeat.evolution.hypervolume import attainment_surface, hypervolume, reference_point

COUNTS = st.integers(0, 6).map(float)


def fronts(objectives):
    return st.integers(1, 5).flatmap(lambda n: arrays(float, (n, objectives), elements=COUNTS))


def volume_by_cells(points, reference):
    """Count the unit cells below some point and above the reference."""
    cells = np.indices((6,) * len(reference)).reshape(len(reference), -1).T
    above = (cells >= reference).all(axis=1)
    below = (cells[:, np.newaxis] + 1 <= points[np.newaxis]).all(axis=2).any(axis=1)
    return float((above & below).sum())


@pytest.mark.parametrize(
    ("points", "reference", "volume"),
    [
        ([[3.0]], [1.0], 2.0),
        ([[1.0, 2.0], [2.0, 1.0]], [0.0, 0.0], 3.0),
        ([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]], [0.0, 0.0], 3.0),  # one is dominated
        ([[500.0, -60.0], [200.0, -20.0]], [0.0, -100.0], 500 * 40 + 200 * 40),
        ([[1.0, 1.0, 1.0], [2.0, 0.5, 0.5]], [0.0, 0.0, 0.0], 1.25),
        ([[1.0, 1.0], [9.0, -1.0]], [0.0, 0.0], 1.0),  # one is below the reference
        ([[-1.0, -1.0]], [0.0, 0.0], 0.0),
    ],
)
def test_known_volumes(points, reference, volume):
    assert hypervolume(np.array(points), np.array(reference)) == pytest.approx(volume)


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_a_volume_is_what_counting_cells_gives(objectives):
    @given(fronts(objectives), st.integers(0, 2))
    def check(points, reference):
        below = np.full(objectives, float(reference))
        assert hypervolume(points, below) == pytest.approx(volume_by_cells(points, below))

    check()


@given(fronts(2), arrays(float, (1, 2), elements=COUNTS))
def test_a_further_point_never_takes_volume_away(points, another):
    reference = np.zeros(2)
    assert hypervolume(np.vstack([points, another]), reference) >= hypervolume(points, reference)


def test_the_reference_lies_below_the_worst_by_the_span():
    founders = np.array([[9.0, -50.0], [20.0, -80.0], [12.0, -65.0]])
    assert reference_point(founders).tolist() == [9.0 - 11.0, -80.0 - 30.0]


def test_the_reference_of_equal_founders_is_one_below():
    assert reference_point(np.array([[9.0, -50.0], [9.0, -50.0]])).tolist() == [8.0, -51.0]


@given(fronts(2))
def test_every_founder_adds_to_the_hypervolume(founders):
    reference = reference_point(founders)
    assert all(hypervolume(founders[i : i + 1], reference) > 0.0 for i in range(len(founders)))


# Attainment

FIRST, SECOND = np.array([[1.0, 4.0], [4.0, 1.0]]), np.array([[2.0, 3.0], [3.0, 2.0]])


@pytest.mark.parametrize(
    ("share", "surface"),
    [
        (0.5, [[1.0, 4.0], [2.0, 3.0], [3.0, 2.0], [4.0, 1.0]]),  # what either reaches
        (1.0, [[1.0, 3.0], [3.0, 1.0]]),  # what both do: the lower of each two
    ],
)
def test_known_surfaces(share, surface):
    assert attainment_surface([FIRST, SECOND], share).tolist() == surface


def test_an_empty_front_attains_nothing_but_counts():
    empty = np.empty((0, 2))
    assert attainment_surface([FIRST, empty], 0.5).tolist() == FIRST.tolist()
    assert attainment_surface([FIRST, empty], 1.0).shape == (0, 2)
    assert attainment_surface([empty], 0.5).shape == (0, 2)


@given(st.lists(fronts(2), min_size=1, max_size=4), st.sampled_from([0.25, 0.5, 0.75, 1.0]))
def test_every_point_of_a_surface_is_reached_by_its_share_of_the_fronts(sets, share):
    for point in attainment_surface(sets, share):
        reached = sum((front >= point).all(axis=1).any() for front in sets)
        assert reached >= share * len(sets)
