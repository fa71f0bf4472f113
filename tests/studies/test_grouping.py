"""Groups of runs and their names."""

import pytest

from glianeat.errors import ConfigError
from glianeat.studies.grouping import group_runs
from glianeat.studies.short_names import short_names
from tests.studies.records import make_record, with_population


def grouped(records, *args):
    return [
        (group.name, [one.seed for one in group.records]) for group in group_runs(records, *args)
    ]


def test_runs_that_differ_in_the_seed_alone_are_one_group():
    assert grouped([make_record(0), make_record(1)]) == [("all runs", [0, 1])]


def test_groups_are_named_by_the_settings_in_which_they_differ():
    runs = [make_record(n, settings=with_population(50 * (1 + n % 2))) for n in range(4)]
    assert grouped(runs) == [("population=50", [0, 2]), ("population=100", [1, 3])]
    assert group_runs(runs)[1].settings == {"evolution.population": "100"}


def test_a_key_puts_together_what_agrees_in_it_and_says_what_is_mixed():
    runs = [
        make_record(0, settings={"a.x": "1", "b.y": "1"}),
        make_record(1, settings={"a.x": "1", "b.y": "2"}),
        make_record(2, settings={"a.x": "2", "b.y": "1"}),
    ]
    groups = group_runs(runs, ["a.x"])
    assert [(group.name, len(group.records)) for group in groups] == [("x=1", 2), ("x=2", 1)]
    assert [group.mixed for group in groups] == [["b.y"], []]


def test_a_table_stands_for_all_of_its_keys():
    runs = [make_record(n, settings={"a.x": "1", "a.y": str(n), "b.z": str(n)}) for n in range(2)]
    assert [group.name for group in group_runs(runs, ["a"])] == ["y=0", "y=1"]


def test_an_unknown_key_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"popolation.*did you mean 'evolution.population'"):
        group_runs([make_record()], ["evolution.popolation"])


def test_a_setting_that_some_runs_do_not_have_tells_them_apart():
    runs = [make_record(0, settings={"a": "1"}), make_record(1, settings={"a": "1", "b.c": "2"})]
    assert [group.name for group in group_runs(runs)] == ["c=not set", "c=2"]


def test_wanted_settings_name_groups_if_they_tell_them_apart():
    runs = [make_record(n, settings={"a": str(n), "b": str(n), "c": str(n // 2)}) for n in range(4)]
    assert [group.name for group in group_runs(runs, (), ["b"])] == ["b=0", "b=1", "b=2", "b=3"]
    assert group_runs(runs, (), ["c"])[0].name == "a=0, b=0, c=0"


def test_groups_whose_names_would_be_equal_are_numbered():
    runs = [make_record(n, settings={"a": f'"{"x" * 60}{n}"'}) for n in range(2)]
    names = [group.name for group in group_runs(runs)]
    assert names[0] != names[1]
    assert names[0].endswith("… (1)")


def test_short_names_are_the_shortest_ends_that_differ():
    names = short_names(["neuron.model", "synapse.model", "evolution.population"])
    assert list(names.values()) == ["neuron.model", "synapse.model", "population"]


def forked(seed, tournament):
    """Return a fork of a run of the same seed."""
    origin = {"start.run": f'"old-{seed}"', "start.digest": f'"{seed}"', "start.genomes": '"g"'}
    return make_record(seed, settings={**origin, "selection.tournament": str(tournament)})


def test_forks_of_several_runs_are_one_group_if_the_same_was_changed():
    runs = [forked(seed, tournament) for seed in range(3) for tournament in (2, 4)]
    assert grouped(runs) == [("tournament=2", [0, 1, 2]), ("tournament=4", [0, 1, 2])]
    assert [name for name, _ in grouped(runs, ["start.run"])] == [
        "run=old-0",
        "run=old-1",
        "run=old-2",
    ]


def test_runs_that_start_from_other_genomes_are_groups_of_their_own():
    runs = [make_record(n, settings={"start.genomes": f'"{n}"', "start.run": '""'}) for n in (0, 1)]
    assert [name for name, _ in grouped(runs)] == ["genomes=0", "genomes=1"]
