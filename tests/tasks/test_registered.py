"""What only the script that runs has is refused before workers miss it."""

import gymnasium
import pytest

from glianeat.errors import ConfigError
from glianeat.evaluate.ray import RayEvaluator
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.registered import explain_refusal, require_importable
from tests.builders.agents import rollout


def of_script():
    """Return no environment: it is never made."""


of_script.__module__ = "__main__"


@pytest.fixture
def mine():
    gymnasium.register("Mine-v0", entry_point=of_script)
    yield "Mine-v0"
    del gymnasium.registry["Mine-v0"]


@pytest.fixture
def elsewhere():
    gymnasium.register("Elsewhere-v0", entry_point="some.package:Environment")
    yield "Elsewhere-v0"
    del gymnasium.registry["Elsewhere-v0"]


def test_a_task_of_the_script_is_refused_in_one_line_that_says_what_to_do(mine):
    with pytest.raises(ConfigError, match=r"Mine-v0 is registered in this script .*task\.imports"):
        require_importable(TaskConfig(id=mine))


def test_it_is_refused_before_any_cluster_is_started(mine):
    config = rollout().replace(task=TaskConfig(id=mine))
    with pytest.raises(ConfigError, match="but not on workers"):
        RayEvaluator(config, 1, address="127.0.0.1:1")


def test_a_wrapper_of_the_script_is_refused():
    wrapper = WrapperConfig(entry="__main__:Wrapper")
    with pytest.raises(ConfigError, match=r"__main__:Wrapper is in this script"):
        require_importable(TaskConfig(wrappers=(wrapper,)))


@pytest.mark.parametrize("task", ["CartPole-v1", "nowhere:Nothing-v0", "Nothing-v0"])
def test_other_tasks_are_left_to_the_workers(task):
    require_importable(TaskConfig(id=task))


def test_a_task_that_the_program_has_imported_is_named_with_its_module(elsewhere):
    said = explain_refusal(
        "task.id: no task 'Elsewhere-v0' is registered", TaskConfig(id=elsewhere)
    )
    assert "task.imports" in said
    assert "some.package" in said


def test_other_refusals_are_passed_on():
    said = explain_refusal(
        "task.id: no task 'Nowhere-v0' is registered", TaskConfig(id="Nowhere-v0")
    )
    assert said == "task.id: no task 'Nowhere-v0' is registered"
