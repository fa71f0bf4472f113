"""Standings are what a strategy declares, and others read only what it says."""

import pytest

from glianeat.errors import CheckpointError, ConfigError
from glianeat.evolution.standing import Standing, StandingSchema, StandingValue
from tests.builders.algorithms import KINDS, advance, new_algorithm, new_neat, new_nsga2, of_kind

CELL = StandingValue("cell", "integer", "Cell of the archive.")
FITNESS = StandingValue("fitness", "real", "What is maximised.")


@pytest.mark.parametrize("kind", KINDS)
def test_standings_are_as_their_strategy_declares(kind):
    last = advance(of_kind(kind), 3)
    for standing in last.survivors:
        last.standing_schema.check(standing)
    assert last.standing_schema.species == ("" if kind.startswith("nsga2") else "species") or (
        kind.endswith("with species")
    )


def test_the_front_is_what_the_named_value_puts_first():
    schema = StandingSchema((CELL, FITNESS), front="cell")
    standings = [Standing(key, {"cell": key % 2, "fitness": 1.0}) for key in range(5)]
    assert schema.front_of(standings) == [0, 2, 4]


def test_without_a_front_the_best_survivor_stands_for_it():
    standings = [Standing(key, {"cell": 0, "fitness": 1.0}) for key in (7, 8)]
    assert StandingSchema((CELL, FITNESS)).front_of(standings) == [7]
    assert StandingSchema((CELL, FITNESS)).front_of([]) == []


def test_species_are_read_from_the_named_value():
    standings = [Standing(key, {"cell": cell}) for key, cell in ((3, 1), (1, 4), (2, 1), (9, -1))]
    assert StandingSchema((CELL,), species="cell").members_of(standings) == {1: [3, 2], 4: [1]}
    assert StandingSchema((CELL,)).members_of(standings) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": (CELL, CELL)}, "standing: values must have different names, got 'cell' twice"),
        (
            {"values": (StandingValue("key", "integer", ""),)},
            "standing: values must have different names, got 'key' twice",
        ),
        (
            {"values": (FITNESS,), "front": "fitness"},
            "standing: front must name an integer value, got 'fitness'",
        ),
        (
            {"values": (CELL,), "species": "niche"},
            "standing: species must name an integer value, got 'niche'",
        ),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(options, message):
    with pytest.raises(ConfigError) as caught:
        StandingSchema(**options)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cell": 1}, "genome 3: must stand by cell, fitness, got cell"),
        ({"fitness": 1.0, "cell": 1}, "genome 3: must stand by cell, fitness, got fitness, cell"),
        ({"cell": 1.5, "fitness": 1.0}, "genome 3: cell must be integer, got 1.5"),
        ({"cell": 1, "fitness": 1}, "genome 3: fitness must be real, got 1"),
    ],
)
def test_a_standing_of_other_values_is_refused(values, message):
    with pytest.raises(CheckpointError) as caught:
        StandingSchema((CELL, FITNESS)).check(Standing(3, values))
    assert str(caught.value) == message


def test_one_objective_makes_no_front():
    assert new_nsga2().standing_schema.front == "rank"
    assert new_nsga2(method="reward").standing_schema.front == ""
    assert new_nsga2(objectives=("reward",)).standing_schema.front == ""
    assert new_neat().standing_schema.front == ""


@pytest.mark.parametrize("options", [{"method": "reward"}, {"objectives": ("reward",)}])
def test_without_a_front_the_first_rank_has_one_survivor(options):
    """Files of older versions count their fronts by rank, whatever the strategy was."""
    last = advance(new_algorithm(**options), 4)
    assert [s.key for s in last.survivors if s["rank"] == 0] == last.front
