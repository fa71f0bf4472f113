import numpy as np
import pytest

from glianeat.codec.codec import CodecConfig, n_outputs
from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.task import describe_task, make_environment
from tests.evaluate.badenvs import ODD, TYPED

CODEC = CodecConfig()


def odd(**kwargs):
    return TaskConfig(id=ODD, kwargs=kwargs)


def test_a_task_is_described_by_its_spaces():
    spec = describe_task(TaskConfig(id="CartPole-v1"))
    assert (spec.n_observations, n_outputs(CODEC, spec), spec.acted[0].kind) == (4, 2, "choice")


def test_a_box_action_takes_a_pair_of_outputs_a_number_or_a_single_one():
    spec = describe_task(odd(action="endless"))
    assert n_outputs(CODEC, spec) == 4
    assert n_outputs(CODEC.replace(box="single"), spec) == 2


def test_the_limit_and_the_threshold_are_the_tasks_own():
    spec = describe_task(TaskConfig(id="CartPole-v1"))
    assert (spec.max_steps, spec.solved_return) == (500, 475.0)


@pytest.mark.parametrize("limit", [3, 700])
def test_a_configured_limit_replaces_the_tasks_own(limit):
    config = TaskConfig(id=TYPED, max_steps=limit)
    environment = make_environment(config)
    environment.reset(seed=0)
    steps = next(i for i in range(1, 1000) if environment.step(0)[3])
    assert steps == limit == describe_task(config).max_steps


def test_an_unknown_task_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no task 'CartPoel-v1' .*did you mean 'CartPole-v"):
        describe_task(TaskConfig(id="CartPoel-v1"))


def test_an_unknown_version_is_refused():
    with pytest.raises(ConfigError, match="no task 'CartPole-v9' is registered"):
        describe_task(TaskConfig(id="CartPole-v9"))


def test_a_module_that_is_not_installed_is_named():
    with pytest.raises(ConfigError, match=r"module 'nowhere.at_all' of .* is not found"):
        describe_task(TaskConfig(id="nowhere.at_all:X-v0"))


def test_a_submodule_that_is_missing_is_named():
    with pytest.raises(ConfigError, match=r"tests.nowhere"):
        describe_task(TaskConfig(id="tests.nowhere:X-v0"))


def test_arguments_that_the_environment_refuses_are_named():
    with pytest.raises(ConfigError, match=r"cannot be made: .*'speed'"):
        describe_task(odd(speed=3))


def test_an_environment_that_raises_when_made_cannot_be_made():
    with pytest.raises(ConfigError, match="cannot be made: KeyError: 'nothing'"):
        describe_task(odd(observation="nothing"))


@pytest.mark.parametrize(("space", "number"), [("none", 0), ("image", 4160)])
@pytest.mark.parametrize("side", ["observation", "action"])
def test_a_space_of_too_few_or_many_numbers_is_refused(side, space, number):
    with pytest.raises(
        ConfigError, match=f"an {side} must hold 1 to 4096 numbers, got {number}; .* a wrapper"
    ):
        describe_task(odd(**{side: space}))


@pytest.mark.parametrize("space", ["whole", "discrete", "dict", "tuple", "several", "bits"])
@pytest.mark.parametrize("side", ["observation", "action"])
def test_all_other_spaces_are_served(side, space):
    spec = describe_task(odd(**{side: space}))
    assert (spec.observed if side == "observation" else spec.acted)[0].n_numbers >= 1


@pytest.mark.parametrize("ranges", [((1.0, 1.0),), ((2.0, 1.0),), ((0.0, float("inf")),)])
def test_ranges_that_are_none_are_refused(ranges):
    with pytest.raises(ConfigError, match="ranges"):
        TaskConfig(ranges=ranges)


def test_ranges_of_another_number_than_observations_are_refused():
    config = TaskConfig(id="CartPole-v1", ranges=((0.0, 1.0),))
    with pytest.raises(ConfigError, match=r"task.ranges: must have 4 pairs for CartPole-v1, got 1"):
        describe_task(config)


def test_the_first_action_is_kept():
    spec = describe_task(TaskConfig(id=TYPED, kwargs={"start": -3}))
    assert (spec.acted[0].n_choices, spec.acted[0].low.tolist()) == ([3], [-3.0])


def test_bounds_are_flat_whatever_the_shape():
    spec = describe_task(TaskConfig(id=TYPED, kwargs={"shape": [2, 1]}))
    assert np.array_equal(spec.low, [-5.0, -5.0])


@pytest.mark.parametrize("name", ["", ".x", "x.", "a b", "a..b", "os;x", "x:y", "/tmp/x"])
def test_imports_are_the_full_names_of_modules(name):
    with pytest.raises(ConfigError, match=r"imports\[0\]: must be the full name of a module"):
        TaskConfig(imports=(name,))
    if ":" not in name and name:
        with pytest.raises(ConfigError, match="must be a Gymnasium id or module:Id"):
            describe_task(TaskConfig(id=f"{name}:Task-v0"))


@pytest.mark.parametrize("entry", ["", "x", ":x", "x:", ".x:Y", "x:Y:Z", "x:.y", "x:y()"])
def test_wrappers_are_written_module_and_name(entry):
    with pytest.raises(ConfigError, match="entry: must be written module:Name"):
        WrapperConfig(entry=entry)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("builtins:print", "a builtin_function_or_method"),
        ("builtins:exit", "a Quitter"),
        ("timeit:timeit", "a function"),
        ("unittest.mock:MagicMock", "another class"),
        ("gymnasium:Env", "another class"),
        ("gymnasium:wrappers", "a module"),
    ],
)
def test_what_is_no_wrapper_is_refused_before_it_is_called(entry, kind):
    with pytest.raises(ConfigError, match=rf"derived from gymnasium.Wrapper, got .* is {kind}"):
        make_environment(TaskConfig(wrappers=(WrapperConfig(entry=entry),)))


def test_a_module_that_raises_when_it_is_imported_is_named(tmp_path, monkeypatch):
    (tmp_path / "leaves.py").write_text("raise SystemExit(4)")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match="'leaves' cannot be imported: SystemExit: 4"):
        make_environment(TaskConfig(imports=("leaves",)))
