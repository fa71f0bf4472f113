import math
import re
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from glianeat.config import (
    Settings,
    explain,
    from_mapping,
    shown,
    suggestion,
    with_present_keys,
    within,
)
from glianeat.config_keys import ChangedKeys
from glianeat.errors import ConfigError
from glianeat.plain import assign


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Calcium(Settings):
    tau: Annotated[float, within(above=0, at_most=5000, unit="ms")] = 500.0
    """Decay time constant
    of calcium."""
    uptake: float = 0.05
    """Calcium gained per spike."""


class SlowCalcium(Calcium):
    lag: int = 3
    """Steps until calcium rises."""


class Run(Settings):
    calcium: Calcium = SlowCalcium(tau=900.0)
    """Dynamics of calcium."""
    spare: Calcium | None = None
    """A second store of calcium."""
    n_episodes: Annotated[int, within(at_least=1, at_most=1_000_000)] = 5
    """Episodes of an evaluation."""
    share: Annotated[float, within(at_least=0, at_most=1)] | None = None
    """Share of survivors, if fixed."""
    workers: Annotated[int, within(at_least=1)] | Literal["auto"] = "auto"
    """Number of processes."""
    delays: tuple[Annotated[float, within(above=0, unit="ms")], ...] = (1.0,)
    """Delays that are tried."""
    span: tuple[int, int] = (0, 1)
    """First and last step."""
    weights: dict[str, Annotated[float, within(at_least=0)]] = {}  # noqa: RUF012
    """Weight of each objective."""
    colour: Colour = Colour.RED
    """Colour of the bars."""
    options: dict[str, Any] = {}  # noqa: RUF012
    """Handed on as they are."""
    name: str = "run"
    """Name of the run."""
    keep: bool = True
    """Whether the run is kept."""


class Task(Settings):
    task: str
    """Gymnasium id."""
    run: Run = Run()
    """How it is run."""


def refusal(data, kind=Run, path=""):
    with pytest.raises(ConfigError) as caught:
        from_mapping(kind, data, path)
    return str(caught.value)


def test_settings_are_read_from_nested_tables():
    run = from_mapping(Run, {"calcium": {"tau": 20}, "n_episodes": 3})
    assert (run.calcium.tau, run.n_episodes, run.workers) == (20.0, 3, "auto")


def test_a_table_keeps_the_default_of_its_parent_where_it_is_silent():
    run = from_mapping(Run, {"calcium": {"uptake": 0.5}})
    assert run.calcium == SlowCalcium(tau=900.0, uptake=0.5)


def test_a_table_may_set_fields_of_the_kind_that_is_the_default():
    assert from_mapping(Run, {"calcium": {"lag": 4}}).calcium.lag == 4


def test_settings_that_may_be_none_are_read_from_a_table():
    assert from_mapping(Run, {"spare": {"tau": 7.0}}).spare == Calcium(tau=7.0)


def test_a_list_becomes_a_tuple():
    assert from_mapping(Run, {"delays": [1, 2]}).delays == (1.0, 2.0)


def test_a_list_given_in_python_becomes_a_tuple():
    assert Run(delays=[1, 2]).delays == (1.0, 2.0)


@pytest.mark.parametrize("value", [(1, 2), {3}, Calcium(), {"a": (1,)}, math.nan])
def test_a_value_of_any_type_is_handed_on_as_it_is(value):
    assert Run(options={"value": value}).options["value"] is value


@pytest.mark.parametrize("workers", [4, "auto"])
def test_one_of_several_types_is_enough(workers):
    assert from_mapping(Run, {"workers": workers}).workers == workers


@pytest.mark.parametrize("colour", ["blue", Colour.BLUE])
def test_an_enumeration_is_read_by_value_or_member(colour):
    assert Run(colour=colour).colour is Colour.BLUE


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"n_episode": 3}, "unknown key 'n_episode'; did you mean 'n_episodes'?"),
        (
            {"calcium": {"tua": 3}},
            "unknown key 'tua' in [calcium]; did you mean 'tau'?",
        ),
        ({"spare": {"lag": 3}}, "unknown key 'lag' in [spare]"),
        ({"zzz": 3}, "unknown key 'zzz'"),
        ({3: 3}, "unknown key 3"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(data, message):
    assert refusal(data) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"n_episodes": 0}, "n_episodes: must be >= 1 and <= 1000000, got 0"),
        ({"calcium": {"tau": 0.0}}, "calcium.tau: must be > 0 and <= 5000 ms, got 0.0"),
        ({"calcium": {"tau": 5001}}, "calcium.tau: must be > 0 and <= 5000 ms, got 5001.0"),
        ({"calcium": {"tau": math.inf}}, "calcium.tau: must be finite, got inf"),
        ({"spare": {"tau": -1}}, "spare.tau: must be > 0 and <= 5000 ms, got -1.0"),
        ({"share": 1.5}, "share: must be a number >= 0 and <= 1, got 1.5"),
        ({"workers": 0}, "workers: must be a whole number >= 1 or 'auto', got 0"),
        ({"delays": [1.0, -2.0]}, "delays[1]: must be > 0 ms, got -2.0"),
        ({"weights": {"reward": -1}}, "weights.reward: must be >= 0, got -1.0"),
    ],
)
def test_a_value_out_of_range_is_refused_under_its_path(data, message):
    assert refusal(data) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"n_episodes": "5"}, "n_episodes: must be a whole number, got '5'"),
        ({"n_episodes": 2.5}, "n_episodes: must be a whole number, got 2.5"),
        ({"n_episodes": True}, "n_episodes: must be a whole number, got True"),
        ({"calcium": {"tau": "fast"}}, "calcium.tau: must be a number, got 'fast'"),
        ({"calcium": {"uptake": 10**400}}, "calcium.uptake: must be a number, got 1000"),
        ({"calcium": 3}, "calcium: must be a table, got 3"),
        ({"calcium": None}, "calcium: must be a table, got None"),
        ({"spare": 3}, "spare: must be a table, got 3"),
        ({"share": "a"}, "share: must be a number >= 0 and <= 1, got 'a'"),
        ({"workers": "aut"}, "got 'aut'; did you mean 'auto'?"),
        ({"delays": "ab"}, "delays: must be a list, got 'ab'"),
        ({"delays": [1.0, None]}, "delays[1]: must be a number, got None"),
        ({"span": [1]}, "span: must be a list of 2, got [1]"),
        ({"span": [1, 1.5]}, "span[1]: must be a whole number, got 1.5"),
        ({"weights": [1]}, "weights: must be a table, got [1]"),
        ({"options": {3: 1}}, "options: must be a string, got 3"),
        ({"colour": "rod"}, "colour: must be 'red' or 'blue', got 'rod'; did you mean 'red'?"),
        ({"name": 3}, "name: must be a string, got 3"),
        ({"keep": 1}, "keep: must be true or false, got 1"),
        ([1], "configuration: must be a table, got [1]"),
    ],
)
def test_a_wrong_type_is_refused_in_plain_words(data, message):
    assert message in refusal(data)


@pytest.mark.parametrize("field", ["tau", "uptake"])
def test_nan_is_refused_with_a_range_or_without(field):
    message = f"calcium.{field}: must be a number, got nan"
    assert message == refusal({"calcium": {field: math.nan}})


def test_a_long_value_is_cut_in_the_message():
    assert len(refusal({"name": [1] * 10_000})) < 120


def test_every_message_starts_with_the_given_path():
    assert refusal({"span": 3}, path="evolution.run").startswith("evolution.run.span: ")


def test_an_unknown_key_names_the_given_path():
    assert "in [evolution.run]" in refusal({"spam": 3}, path="evolution.run")


def test_a_field_without_default_must_be_given():
    assert refusal({}, kind=Task, path="tasks") == "tasks.task: must be given"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_episodes": 0}, "n_episodes: must be >= 1"),
        ({"n_episodes": "many"}, "n_episodes: must be a whole number"),
        ({"share": math.nan}, "share: must be a number"),
        ({"share": True}, "share: must be a number"),
        ({"delays": (1.0, 0.0)}, r"delays\[1\]: must be > 0 ms"),
        ({"calcium": 1}, "calcium: must be a table"),
    ],
)
def test_python_callers_meet_the_same_rules(changes, message):
    with pytest.raises(ConfigError, match=message):
        Run(**changes)


def test_replacing_a_field_checks_it():
    with pytest.raises(ConfigError, match=r"tau: must be > 0 and <= 5000 ms, got -1\.0"):
        Calcium().replace(tau=-1.0)


def test_replacing_a_field_keeps_the_others():
    assert Calcium(uptake=0.1).replace(tau=3.0) == Calcium(tau=3.0, uptake=0.1)


def test_settings_cannot_be_changed():
    with pytest.raises(AttributeError, match="immutable"):
        Calcium().tau = 3.0


def test_a_stored_document_meets_the_same_rules():
    with pytest.raises(msgspec.ValidationError, match="tau"):
        msgspec.json.decode(b'{"tau": -1.0}', type=Calcium)


def test_a_range_has_one_lower_bound():
    with pytest.raises(ConfigError, match="one lower bound"):
        within(above=0, at_least=0)


def test_assigning_replaces_a_value_at_a_dotted_path():
    data = {"run": {"calcium": {"tau": 1.0, "uptake": 2.0}}}
    changed = assign(data, "run.calcium.tau", 3.0)
    assert changed == {"run": {"calcium": {"tau": 3.0, "uptake": 2.0}}}


def test_assigning_makes_the_tables_on_the_way():
    assert assign({}, "run.calcium.tau", 3.0) == {"run": {"calcium": {"tau": 3.0}}}


def test_assigning_leaves_the_given_mapping_alone():
    data = {"run": {"calcium": {"tau": 1.0}}}
    assign(data, "run.calcium.tau", 3.0)
    assert data == {"run": {"calcium": {"tau": 1.0}}}


def test_assigning_through_a_value_names_the_whole_path():
    with pytest.raises(ConfigError, match=re.escape("run.name.x: run.name must be a table, got 3")):
        assign({"run": {"name": 3}}, "run.name.x", 1)


def test_explain_lists_every_field_of_nested_settings_in_order():
    assert [field.path for field in explain(Run)][:5] == [
        "calcium.tau",
        "calcium.uptake",
        "calcium.lag",
        "spare.tau",
        "spare.uptake",
    ]


def test_explain_gives_the_docstring_below_each_field():
    texts = {field.path: field.text for field in explain(Run, "run")}
    assert texts["run.calcium.tau"] == "Decay time constant of calcium."


def test_explain_leaves_no_field_without_text():
    assert [field.path for field in explain(Task) if not field.text] == []


def test_explain_gives_the_default_that_holds_here():
    defaults = {field.path: field.default for field in explain(Run)}
    assert (defaults["calcium.tau"], defaults["spare.tau"]) == (900.0, 500.0)


def test_explain_marks_a_field_that_must_be_given():
    assert next(explain(Task)).default is msgspec.NODEFAULT


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("calcium.tau", "a number > 0 and <= 5000 ms"),
        ("n_episodes", "a whole number >= 1 and <= 1000000"),
        ("workers", "a whole number >= 1 or 'auto'"),
        ("share", "a number >= 0 and <= 1"),
        ("colour", "'red' or 'blue'"),
        ("delays", "a list"),
        ("weights", "a table"),
        ("keep", "true or false"),
    ],
)
def test_explain_states_the_rule_of_a_field(path, rule):
    assert {field.path: field.rule for field in explain(Run)}[path] == rule


def test_explain_works_without_source():
    kind = msgspec.defstruct("Kind", [("x", int, 1)], bases=(Settings,), kw_only=True, frozen=True)
    assert [field.text for field in explain(kind)] == [""]


def test_a_far_word_gets_no_suggestion():
    assert suggestion("zzz", ["tau"]) == ""


def test_a_huge_word_gets_no_suggestion():
    assert suggestion("tau" * 10**6, ["tau" * 10**6]) == ""


def test_a_long_value_is_shown_in_one_line():
    assert len(shown("x" * 10**6)) == 80


class Calendar(Settings):
    changed_keys = ChangedKeys({"renew": "resample", "size": "window"}, removed=("colour",))

    resample: int = 1
    window: int = 2


class Office(Settings):
    changed_keys = ChangedKeys({"diary": "calendar"})

    calendar: Calendar = Calendar(window=9)
    spare: Calendar | None = None


def present(data):
    notices = []
    return with_present_keys(Office, data, notices), notices


def test_renamed_keys_are_read_under_their_new_names():
    office = from_mapping(Office, {"diary": {"renew": 5}, "spare": {"size": 7}})
    assert (office.calendar, office.spare) == (Calendar(resample=5, window=9), Calendar(window=7))


def test_each_renamed_key_gives_one_notice():
    data, notices = present({"diary": {"renew": 5}, "spare": {"size": 7}})
    assert data == {"calendar": {"resample": 5}, "spare": {"window": 7}}
    assert notices == [
        "diary is now calendar",
        "calendar.renew is now calendar.resample",
        "spare.size is now spare.window",
    ]


def test_present_keys_give_no_notice():
    data = {"calendar": {"resample": 5, "window": 1}, "spare": None}
    assert present(data) == (data, [])


def test_removed_keys_are_left_out_with_a_notice():
    data = {"calendar": {"colour": "red"}}
    assert present(data) == ({"calendar": {}}, ["calendar.colour has no effect any more"])
    assert from_mapping(Office, data) == Office()


def test_a_key_given_under_both_names_is_refused():
    message = refusal({"calendar": {"renew": 1, "resample": 1}}, Office)
    assert message == (
        "calendar.resample: must be given once, got it as calendar.renew, its old name, too"
    )


def test_a_wrong_value_of_a_renamed_key_is_refused_under_its_new_name():
    message = refusal({"diary": {"renew": "x"}}, Office)
    assert message == "calendar.resample: must be a whole number, got 'x'"


def test_old_keys_are_not_explained():
    assert [field.path for field in explain(Calendar)] == ["resample", "window"]
