"""The file of a study: what it says, and how it is refused."""

import pytest

from glianeat.errors import ConfigError
from glianeat.studies.study.cells import cells_of_study, laid_over
from glianeat.studies.study.plan import plan_from
from glianeat.studies.study.study import check_study
from tests.studies.plans import SMALL, changed


def plan(text=SMALL):
    return plan_from(text.encode(), "study.toml")


def test_every_arm_is_run_in_every_task_with_every_seed():
    cells = cells_of_study(plan())
    assert [cell.name for cell in cells[:4]] == [
        "match-glia-seed-100",
        "match-none-seed-100",
        "pole-glia-seed-100",
        "pole-none-seed-100",
    ]
    assert [cell.seed for cell in cells] == [100] * 4 + [101] * 4


def test_settings_of_arms_are_laid_over_those_of_tasks_and_these_over_the_common_ones():
    text = changed("seeds =", "settings.astrocyte = { gain = true, uptake = 0.5 }\nseeds =")
    text = changed(
        "settings.task.kwargs", "settings.astrocyte.gain = true\nsettings.task.kwargs", text
    )
    glia, none, _, pole = (cell.config for cell in cells_of_study(plan(text))[:4])
    assert (glia.astrocyte.gain, none.astrocyte.gain) == (True, False)
    assert (glia.astrocyte.uptake, none.astrocyte.uptake) == (0.5, 0.5)
    assert (glia.evolution.population, none.evolution.population) == (6, 4)  # by_arm
    assert pole.evolution.population == 6
    assert (glia.task.id, pole.task.id) == ("glianeat/DelayedMatch-v0", "CartPole-v1")


def test_tables_are_joined_and_lists_replaced():
    joined = laid_over({"a": {"b": 1, "c": [1, 2]}, "d": 1}, {"a": {"c": [3]}, "d": {"e": 2}})
    assert joined == {"a": {"b": 1, "c": [3]}, "d": {"e": 2}}


def test_arms_that_a_task_names_are_run_and_others_are_not():
    text = changed("[tasks.pole]", '[arms.other]\n[tasks.pole]\narms = ["glia", "none"]')
    names = [cell.name for cell in cells_of_study(plan(text))]
    assert "match-other-seed-100" in names
    assert "pole-other-seed-100" not in names


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('controls = ["none"]', 'controls = ["non"]', "decision.controls: .*did you mean 'none'"),
        ('controls = ["none"]', 'controls = ["glia"]', "must be arms other than the treatment"),
        ('treatment = "glia"', 'treatment = "gli"', "decision.treatment: .*did you mean 'glia'"),
        ('primary = "plain"', 'primary = "plan"', "tasks.match.primary: .*did you mean 'plain'"),
        ('against = "plain"', 'against = "x"', "tasks.match.tests.longer.against: must be of"),
        ('["astrocyte"]', '["astrocite"]', "tests.lesioned.without: must be neuron, synapse"),
        ('"no_gain"', '"no_gian"', "tests.ungained.condition: .*did you mean 'no_gain'"),
        ('["sensors=1@0s"]', '["sensor=1@0s"]', "tests.blind.damage: .*did you mean 'sensors'"),
        ('measure = "power"', 'measure = "powr"', "did you mean 'power'"),
        ("episodes = 3 }", "episodes = 0 }", "tests.plain.episodes: must be >= 1"),
        ("[tasks.pole]", "[tasks.pole-1]", "names must be letters, digits and _"),
        ('seeds = "100-101"', 'seeds = "a"', "seeds: must be ranges and numbers"),
        ("plain = { episodes = 3 }", 'plain = { arms = ["glia"] }', "must run and test arm 'none'"),
        ("[tasks.pole]", '[tasks.pole]\narms = ["glia"]', "must run and test arm 'none'"),
        ("question =", "quest =", "unknown key 'quest'; did you mean 'question'"),
        ("seeds =", "seed =", "unknown key 'seed'"),
        ("[decision]", "[decision", "study.toml: "),
    ],
)
def test_mistakes_are_named_with_their_place(old, new, message):
    with pytest.raises(ConfigError, match=message):
        plan(changed(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "none.settings.astrocyte.gain",
            "none.settings.astrocyte.gian",
            "task match, arm none: unknown key 'gian'.*did you mean 'gain'",
        ),
        ("settings.evolution =", "settings.seed = 3\nsettings.evolution =", "seed: must be given"),
        ("CartPole-v1", "CartPole-v7", "task=pole, arm=glia: .*did you mean 'CartPole-v1'"),
        (
            "task.kwargs.delay_ms = 800.0",
            "evolution.population = 3",
            "task match, arm glia, test longer: evolution.population: cannot be changed",
        ),
        ("kwargs.delay_ms", "kwargs.delay", "task match, arm glia, test longer: "),
    ],
)
def test_settings_that_do_not_fit_are_found_before_anything_runs(old, new, message):
    with pytest.raises(ConfigError, match=message):
        check_study(plan(changed(old, new)))
