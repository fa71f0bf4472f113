"""Grids of settings and seeds."""

import pytest

from glianeat.errors import ConfigError
from glianeat.store.run_store import check_name
from glianeat.studies.grid import Axis, cells_of, grid_of, parse_axis, parse_seeds
from tests.run.runs import SMALL

OBJECTIVES = 'selection.objectives=["reward"],["reward", "energy"]'


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("0-3", (0, 1, 2, 3)),
        ("0,3,7", (0, 3, 7)),
        (" 5 ", (5,)),
        ("1, 4-6, 5", (1, 4, 5, 6)),
    ],
)
def test_seeds_are_ranges_and_numbers(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "3-1", "a", "0-", "-3", "1.5", "0-99999999999", "1;2"])
def test_other_seeds_are_refused(text):
    with pytest.raises(ConfigError, match=r"^seeds: must be ranges and numbers"):
        parse_seeds(text)


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("evolution.population=50, 100", Axis("evolution.population", ("50", "100"))),
        (OBJECTIVES, Axis("selection.objectives", ('["reward"]', '["reward", "energy"]'))),
        ('task.kwargs.name="a,b",c', Axis("task.kwargs.name", ('"a,b"', "c"))),
        ("task.kwargs={x = [1, 2]}", Axis("task.kwargs", ("{x = [1, 2]}",))),
    ],
)
def test_commas_divide_values_but_not_in_brackets_or_quotes(text, axis):
    assert parse_axis(text) == axis


@pytest.mark.parametrize("text", ["evolution.population", "=3"])
def test_a_setting_without_key_or_value_is_refused(text):
    with pytest.raises(ConfigError, match=r"section\.key=value"):
        parse_axis(text)


def test_a_grid_has_every_combination_with_every_seed_one_seed_after_the_other():
    grid = grid_of(
        SMALL, [3, 4], {"evolution.population": [6, 8], "genome.feed_forward": [True, False]}
    )
    cells = cells_of(grid)
    found = [
        (one.seed, one.config.evolution.population, one.config.genome.feed_forward) for one in cells
    ]
    combinations = [(6, True), (6, False), (8, True), (8, False)]
    assert found == [(seed, *one) for seed in (3, 4) for one in combinations]
    assert [one.combination for one in cells] == [1, 2, 3, 4] * 2


def test_all_else_is_as_in_the_base():
    [cell] = cells_of(grid_of(SMALL, [7], {"evolution.population": [6]}))
    plan = SMALL.evolution.replace(population=6)
    assert cell.config == SMALL.replace(seed=7, evolution=plan)


def test_names_of_cells_differ_and_are_fit_for_runs():
    values = [f"glianeat/{'Long' * 30}-v{n}" for n in range(12)]
    cells = cells_of(grid_of(SMALL, [0, 1], {"task.id": values, "evolution.population": [6, 8]}))
    names = [one.name for one in cells]
    assert len(set(names)) == len(names) == 48
    for name in names:
        check_name(name)


def test_a_cell_is_named_by_what_varies_and_its_seed():
    settings = {"evolution.population": [6, 8], "evolution.generations": [3]}
    names = [one.name for one in cells_of(grid_of(SMALL, [0], settings))]
    assert names == ["1-population-6-seed-0", "2-population-8-seed-0"]
    assert [one.name for one in cells_of(grid_of(SMALL, [5], {}))] == ["seed-5"]


@pytest.mark.parametrize(
    ("seeds", "settings", "message"),
    [
        ([0], {"evolution.popolation": [6]}, "did you mean 'population'"),
        ([0], {"evolution.population": [6, -1]}, "population: must be"),
        ([0], {"evolution.population": [6, 6]}, "must have different values"),
        ([0], {"evolution.population": []}, "must have different values"),
        ([0], {"evolution.population": 6}, "must be a list of values, got 6"),
        ([0], {"task.id": "CartPole-v1"}, "must be a list of values"),
        ([0], {"seed": [1, 2]}, "for seeds there is --seeds"),
        ([0], {"task.kwargs": [None]}, "must be numbers, strings"),
        ([], {}, "must have 1 to 100,000 cells, got 0"),
        ([1, 1], {}, "seeds: must be different"),
        ([0], {"seed2": range(6000)}, "1 to 5,000 combinations"),
        (range(10**9), {}, "must have 1 to 100,000 cells"),
    ],
)
def test_unfit_grids_are_refused(seeds, settings, message):
    with pytest.raises(ConfigError, match=message):
        grid_of(SMALL, seeds, settings)


def test_tables_and_strings_are_values_too():
    values = [{"sutton_barto_reward": True, "words": 'say "à,b"'}]
    [cell] = cells_of(grid_of(SMALL, [0], {"task.kwargs": values}))
    assert cell.config.task.kwargs == values[0]
