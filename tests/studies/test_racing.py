"""Racing: which tasks are given up, by what is kept of the champions of the first seeds."""

import pytest

from glianeat.studies.study import champion
from glianeat.studies.study.cells import StudyCell, cells_of_study
from glianeat.studies.study.plan import plan_from
from glianeat.studies.study.racing import Race

PLAN = plan_from(
    b"""
seeds = "1-4"
decision = { treatment = "glia", controls = ["none", "slow"] }
racing = { runs = 2, a12 = 0.4 }
arms = { glia = {}, none = {}, slow = {}, other = {} }
[tasks.pole]
primary = "plain"
settings.task.id = "CartPole-v1"
tests.plain = {}
""",
    "race.toml",
)


def race(folder, **returns):
    """Return the race in which champions of arms had these returns, seed by seed."""
    for arm, values in returns.items():
        for seed, value in enumerate(values, start=1):
            tests = {"plain": champion.Tested(episodes=1, mean_return=value)}
            sizes = {"neurons": 1, "hidden": 0, "synapses": 0, "astrocytes": 0}
            kept = champion.ChampionTests(digest="", champion=0, tests=tests, **sizes)
            champion.write_tests(folder, StudyCell.name_of("pole", arm, seed), kept)
    return Race(folder, PLAN)


@pytest.mark.parametrize(
    ("glia", "none", "slow", "is_out"),
    [
        ([5.0, 6.0], [1.0, 2.0], [1.0, 2.0], False),
        ([5.0, 6.0], [1.0, 2.0], [7.0, 8.0], True),  # one control is enough
        ([5.0, 6.0], [7.0, 8.0], [1.0, 2.0], True),
        ([1.0, 4.0], [2.0, 3.0], [2.0, 3.0], False),  # A12 is 0.5
        ([1.0, 4.0], [3.0, 5.0], [0.0, 0.0], True),  # A12 is 0.25
        ([1.0, 4.0, 9.0, 9.0], [3.0, 5.0, 0.0], [0.0, 0.0], True),  # later seeds do not count
        ([5.0, None], [1.0, 2.0], [1.0, 2.0], False),  # half of its champions failed
        ([5.0, 6.0], [7.0], [1.0, 2.0], False),  # a first run is missing
        ([5.0, 6.0], [1.0, 2.0], [], False),
    ],
)
def test_a_task_is_given_up_if_any_control_leaves_it_no_prospect(
    tmp_path, glia, none, slow, is_out
):
    found = race(tmp_path, glia=glia, none=none, slow=slow, other=[99.0, 99.0])
    assert found.is_given_up("pole") == is_out


def test_the_first_runs_of_a_task_that_is_given_up_are_wanted_and_no_others(tmp_path):
    found = race(tmp_path, glia=[1.0, 1.0], none=[2.0, 2.0], slow=[2.0, 2.0])
    assert {cell.seed for cell in cells_of_study(PLAN) if found.is_out(cell)} == {3, 4}
