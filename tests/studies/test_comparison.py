"""What a comparison says of made-up runs."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from glianeat.studies.comparison import compare_groups
from glianeat.studies.curves import aligned, common_evaluations
from glianeat.studies.grouping import group_runs
from glianeat.studies.page import comparison_data
from glianeat.studies.record import ObjectiveName
from glianeat.studies.tables import runs_csv
from tests.studies.records import REWARD_AND_ENERGY, make_record, with_population

CONTRACT = Path(__file__).parents[2] / "web" / "src" / "contract.ts"


def compared(records, **options):
    return compare_groups(group_runs(records), **options)


def two_groups(first, second):
    """Return runs of two populations with these final returns."""
    return [
        *(make_record(n, final, settings=with_population(50)) for n, final in enumerate(first)),
        *(make_record(n, final, settings=with_population(99)) for n, final in enumerate(second)),
    ]


def estimates(comparison, place=0):
    return {one.measure: one for one in comparison.groups[place].estimates}


def pairs_of(comparison):
    return {test.measure: test for test in comparison.tests}


def test_medians_are_of_each_group():
    found = compared(two_groups([1, 2, 9], [4, 5, 6]))
    medians = [estimates(found, place)["final_return"].median for place in (0, 1)]
    assert medians == [2.0, 5.0]
    assert [group.name for group in found.groups] == ["population=50", "population=99"]


def test_pairs_of_groups_are_tested_and_better_means_more_return():
    test = pairs_of(compared(two_groups([1, 2, 3], [4, 5, 6])))["final_return"]
    assert (test.first, test.second) == ("population=50", "population=99")
    assert (test.a12, test.n_first, test.n_second) == (0.0, 3, 3)
    assert test.p == pytest.approx(0.1)


def test_better_means_fewer_evaluations_and_less_power():
    records = two_groups([500] * 4, [500] * 4)
    quick = [msgspec.structs.replace(one, solved_at=50) for one in records[:4]]
    slow = [msgspec.structs.replace(one, solved_at=80) for one in records[4:7]]
    found = pairs_of(compared([*quick, *slow, records[7]]))
    assert found["evaluations_to_solve"].a12 == 1.0
    thrifty = [make_record(n, power=10.0 + n, settings=with_population(50)) for n in range(3)]
    lavish = [make_record(n, power=90.0 + n, settings=with_population(99)) for n in range(3)]
    assert pairs_of(compared([*thrifty, *lavish]))["power_at_equal_return"].a12 == 1.0


def test_p_values_are_corrected_over_the_pairs_of_a_measure():
    runs = [
        make_record(n, 100.0 * group + n, settings=with_population(group))
        for group in (2, 3, 4)
        for n in range(3)
    ]
    found = [test for test in compared(runs).tests if test.measure == "final_return"]
    assert [test.p for test in found] == pytest.approx([0.1] * 3)
    assert [test.p_holm for test in found] == pytest.approx([0.3] * 3)


def test_a_run_that_never_solved_counts_as_worse_than_all_that_did():
    runs = [make_record(n, solved_at=at) for n, at in enumerate([100, 300, None])]
    found = estimates(compared(runs))["evaluations_to_solve"]
    assert (found.median, found.told, found.high) == (300.0, 2, None)
    runs = [make_record(n, solved_at=at) for n, at in enumerate([100, None, None])]
    assert estimates(compared(runs))["evaluations_to_solve"].median is None


def test_a_measure_that_no_run_has_is_left_out():
    assert "evaluations_to_solve" not in estimates(compared([make_record()]))


def test_a_goal_of_ones_own_counts_from_training_returns():
    run = make_record(evaluations=(10, 20, 30), best_returns=(1.0, 5.0, 9.0), solved_at=None)
    found = compared([run], goal=5.0)
    assert (found.goal, found.groups[0].runs[0].solved_at) == (5.0, 20)
    assert "in training" in found.notes[0]


def test_runs_with_several_goals_keep_their_own():
    runs = [make_record(0, goal=10.0, solved_at=50), make_record(1, goal=20.0, solved_at=100)]
    found = compared(runs)
    assert found.goal is None
    assert [run.solved_at for run in found.groups[0].runs] == [50, 100]
    assert "(10, 20)" in found.notes[0]


# Power at equal return


def test_power_is_compared_at_the_goal_if_all_groups_reach_it():
    assert compared(two_groups([480, 490], [475, 500])).equal_return == 475.0


def test_else_at_what_the_median_run_of_each_group_reaches():
    assert compared(two_groups([480, 490], [100, 200, 900])).equal_return == 200.0


def test_the_thriftiest_survivor_that_reaches_it_counts():
    one = make_record(0, 480.0, power=90.0)
    worths = [
        msgspec.structs.replace(one.best, mean_return=r, power=p)
        for r, p in ((479.0, 30.0), (475.0, 20.0), (474.0, 10.0))
    ]
    run = msgspec.structs.replace(one, survivors=(*one.survivors, *worths))
    assert compared([run]).groups[0].runs[0].power_at_equal_return == 20.0


# Hypervolume and attainment


def test_hypervolumes_have_one_reference_for_all_runs():
    runs = [
        make_record(0, points=((10.0, 5.0),), reference=(0.0, -10.0)),
        make_record(1, points=((10.0, 5.0),), reference=(-5.0, -8.0)),
    ]
    found = compared(runs)
    assert found.reference == [-5.0, 10.0]  # in the units of the objectives
    assert [run.hypervolume for run in found.groups[0].runs] == [15.0 * 5.0] * 2


def test_surfaces_are_what_a_share_of_the_runs_reach_in_their_own_units():
    runs = [
        make_record(0, points=((1.0, 6.0), (4.0, 9.0))),
        make_record(1, points=((2.0, 7.0), (3.0, 8.0))),
    ]
    [quarter, half, most] = compared(runs).groups[0].attainment
    assert quarter.points == half.points == [[1.0, 6.0], [2.0, 7.0], [3.0, 8.0], [4.0, 9.0]]
    assert (most.share, most.points) == (0.75, [[1.0, 7.0], [3.0, 9.0]])


def test_fronts_of_different_objectives_are_not_compared():
    other = (REWARD_AND_ENERGY[0], ObjectiveName("spikes", -1, "Hz"))
    found = compared([make_record(0), make_record(1, objectives=other)])
    assert "hypervolume" not in estimates(found)
    assert (found.objectives, found.groups[0].attainment) == ([], [])
    assert any("different objectives" in note for note in found.notes)


@pytest.mark.parametrize("reference", [(1.0,), (1.0, 2.0, 3.0), (np.nan, -10.0), (-np.inf, 0.0)])
def test_references_that_are_none_are_passed_over(reference):
    runs = [
        make_record(0, points=((10.0, 5.0),), reference=(0.0, -10.0)),
        make_record(1, points=((10.0, 5.0),), reference=reference),
    ]
    assert compared(runs).reference == [0.0, 10.0]


# Curves


def test_curves_are_aligned_on_evaluations():
    run = make_record(evaluations=(10, 30), best_returns=(1.0, 3.0))
    values = aligned(run, np.array([5, 10, 29, 30, 99]))
    assert np.array_equal(values, [np.nan, 1.0, 1.0, 3.0, 3.0], equal_nan=True)


def test_an_unfinished_run_has_no_value_beyond_where_it_is():
    run = make_record(evaluations=(10, 30), best_returns=(1.0, 3.0), finished="")
    assert np.array_equal(aligned(run, np.array([30, 31])), [3.0, np.nan], equal_nan=True)


def test_a_generation_that_failed_has_no_value():
    run = make_record(evaluations=(10, 30), best_returns=(-np.inf, 3.0))
    assert np.array_equal(aligned(run, np.array([10, 30])), [np.nan, 3.0], equal_nan=True)


def test_many_generations_are_thinned_out_but_not_the_ends():
    run = make_record(evaluations=tuple(range(1, 5001)))
    found = common_evaluations([run])
    assert (len(found), found[0], found[-1]) == (200, 1, 5000)


def test_a_curve_has_the_median_or_the_mean_and_a_band():
    runs = [make_record(n, final) for n, final in enumerate([10.0, 20.0, 90.0])]
    [median], [mean] = compared(runs).groups, compared(runs, statistic="mean").groups
    assert median.curve.middle == [10.0, 20.0]
    assert mean.curve.middle == [20.0, 40.0]
    assert median.curve.low[1] == 10.0
    assert median.curve.high[1] == 90.0


# What a reader must know


def test_runs_of_which_every_genome_failed_count_as_worst():
    failed = make_record(2, best=None, survivors=(), points=(), best_returns=(-np.inf, -np.inf))
    found = compared([make_record(0), make_record(1), failed])
    run = found.groups[0].runs[2]
    assert (run.final_return, run.hypervolume, run.note) == (None, 0.0, "every genome failed")
    assert estimates(found)["final_return"].told == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"goal": None}, "--goal chooses one"),
        ({"finished": "hours"}, "2 runs ended by wall-clock time"),
        ({}, "fewer than 5 runs"),
    ],
)
def test_notes_say_what_a_reader_must_know(changes, sentence):
    notes = compared([make_record(n, **changes) for n in range(2)]).notes
    assert any(sentence in note for note in notes)


def test_equal_runs_give_equal_comparisons_as_json():
    runs = two_groups([1, 2, 9], [4, 5, 6])
    assert msgspec.json.encode(compared(runs)) == msgspec.json.encode(compared(runs))


# Page and CSV


def keys_of(interface):
    """Return the keys of an interface of the contract, by the depth at which they stand."""
    body = CONTRACT.read_text().partition(f"export interface {interface} {{")[2]
    body = re.sub(r"//[^\n]*", "", body.partition("\n}")[0])
    return set(re.findall(r"(\w+)\??:", body))


def nested_keys(value):
    if isinstance(value, dict):
        return set(value).union(*map(nested_keys, value.values()))
    return set().union(*map(nested_keys, value)) if isinstance(value, list) else set()


def test_the_page_is_given_what_the_contract_says():
    runs = [make_record(0, points=((1.0, 2.0),)), make_record(1)]
    assert nested_keys(comparison_data(compared(runs))) == keys_of("Comparison")


def test_tables_of_the_page_have_as_many_cells_as_columns():
    data = comparison_data(compared(two_groups([1, 2], [3, 4])))
    for table in (data["table"], data["tests"]):
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert data["groups"][0]["settings"] == [["evolution.population", "50"]]
    assert data["notes"][0].endswith("median of the runs")


def test_the_page_takes_only_what_json_holds():
    failed = make_record(1, best=None, survivors=(), points=(), best_returns=(-np.inf, -np.inf))
    data = comparison_data(compared([make_record(0), failed]))
    assert msgspec.json.decode(msgspec.json.encode(data)) == data


def test_csv_has_a_row_for_each_run_and_no_formula():
    runs = [make_record(0), make_record(1, name='=HYPERLINK("x")\u202e')]
    runs.append(make_record(2, name="\t =1+1"))
    head, *rows = runs_csv(compared(runs)).decode().splitlines()
    assert head.startswith("group,run,seed,finished")
    assert rows[0].startswith("all runs,run-0,0,generations,2,100,,100.0,100,50.0")
    assert "'=HYPERLINK" in rows[1]
    assert "\\u202e" in rows[1]
    assert ",'=1+1," in rows[2]
