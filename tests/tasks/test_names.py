"""Names of what is observed and done."""

import importlib

import gymnasium
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, Tuple

from glianeat.codec.codec import CodecConfig, resolve_codec
from glianeat.codec.decoders import action_number_names, choice_names, output_names
from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig, WrapperConfig
from glianeat.tasks.known import KNOWN_TASKS
from glianeat.tasks.names import shown_names
from glianeat.tasks.spaces import n_action_names, parts_of
from glianeat.tasks.task import describe_task
from tests.evaluate import answers

importlib.import_module("glianeat_envs")  # registers the tasks
OWN = sorted(name for name in gymnasium.registry if name.startswith("glianeat/"))


def codec_of(task, settings=None, **options):
    config = TaskConfig(id=task, **options)
    return resolve_codec(settings or CodecConfig(), config, describe_task(config))


def test_channels_and_outputs_of_cart_pole_have_names():
    codec = codec_of("CartPole-v1")
    assert codec.channels == (
        *("cart position +", "cart position −", "cart velocity +", "cart velocity −"),
        *("pole angle +", "pole angle −", "pole velocity +", "pole velocity −"),
    )
    assert codec.outputs == ("push left", "push right")


@pytest.mark.parametrize(
    ("encoder", "first"),
    [("signed", "cart position"), ("gaussian", "cart position [0]"), ("flip_flop", None)],
)
def test_names_fit_every_encoder(encoder, first):
    channels = codec_of("CartPole-v1", CodecConfig(encoder=encoder)).channels
    assert channels[0] == (first or "cart position [0]")


def test_a_number_of_a_box_has_two_outputs_or_one():
    assert codec_of("Pendulum-v1").outputs == ("torque +", "torque −")
    single = CodecConfig(readout="membrane", box="single")
    assert codec_of("Pendulum-v1", single).outputs == ("torque",)


@pytest.mark.parametrize("task", OWN)
def test_our_tasks_name_what_is_observed_and_done(task):
    known = describe_task(TaskConfig(id=task)).known
    assert known.observation_names
    assert known.action_names


def test_names_follow_the_arguments_of_a_task():
    config = TaskConfig(id="glianeat/DoublePole-v0", kwargs={"velocities": False})
    names = describe_task(config).known.observation_names
    assert names == ("cart position", "long pole angle", "short pole angle")


@pytest.mark.parametrize(
    "task", [task for task in KNOWN_TASKS if not task.startswith(("CartPole-v0", "Car"))]
)
def test_known_names_fit_the_tasks(task):
    needs_box2d = task.startswith(("Lunar", "Biped"))
    if needs_box2d and importlib.util.find_spec("Box2D") is None:
        pytest.skip("Box2D is not installed")
    imports = ("popgym",) if task.startswith("popgym") else ()
    if imports and importlib.util.find_spec("popgym") is None:
        pytest.skip("popgym is not installed")
    known = describe_task(TaskConfig(id=task, imports=imports)).known
    assert known.observation_names == KNOWN_TASKS[task].observation_names
    assert known.action_names == KNOWN_TASKS[task].action_names


def test_known_names_that_do_not_fit_are_left_out(monkeypatch):
    known = KNOWN_TASKS["CartPole-v1"]
    monkeypatch.setitem(KNOWN_TASKS, "Acrobot-v1", known)
    told = describe_task(TaskConfig(id="Acrobot-v1", ranges=((-1.0, 1.0),) * 6)).known
    assert told.observation_names is None
    assert told.action_names is None


def test_a_wrapper_takes_the_names_away():
    wrapper = WrapperConfig(entry="gymnasium.wrappers:FlattenObservation")
    config = TaskConfig(id="CartPole-v1", wrappers=(wrapper,))
    assert describe_task(config).known.observation_names is None


def test_old_runs_are_shown_with_the_names_that_are_known_by_now():
    numbered = ["obs 0+", "obs 0−", "obs 3 [4]", "obs 2"]
    channels, outputs = shown_names(TaskConfig(id="CartPole-v1"), numbered, ["act=0", "act=1"])
    assert channels == ("cart position +", "cart position −", "pole velocity [4]", "pole angle")
    assert outputs == ("push left", "push right")
    pendulum = TaskConfig(id="Pendulum-v1")
    assert shown_names(pendulum, (), ["act 0+", "act 0−"])[1] == ("torque +", "torque −")


@pytest.mark.parametrize("names", [["my sensor", "obs 1+"], ["obs 7+"], ["obs 0=2"]])
def test_other_names_of_old_runs_stay(names):
    assert shown_names(TaskConfig(id="CartPole-v1"), names, ())[0] == tuple(names)
    assert shown_names(TaskConfig(id="Other-v1"), names, ())[0] == tuple(names)


def test_an_environment_declares_names(monkeypatch):
    monkeypatch.setattr(
        answers.Answers, "observation_names", ["left eye", "right eye"], raising=False
    )
    monkeypatch.setattr(answers.Answers, "action_names", ["stay", "go"], raising=False)
    codec = codec_of(answers.ANSWERS)
    assert codec.channels[:2] == ("left eye +", "left eye −")
    assert codec.outputs == ("stay", "go")


@pytest.mark.parametrize("names", [["one"], "ab", ["a", 2], ["a", ""], ["a", "b" * 61]])
def test_names_that_an_environment_declares_must_fit(monkeypatch, names):
    monkeypatch.setattr(answers.Answers, "observation_names", names, raising=False)
    with pytest.raises(ConfigError, match="observation_names must be 2 names of 1 to 60"):
        describe_task(TaskConfig(id=answers.ANSWERS))


def test_names_of_settings_stay():
    settings = CodecConfig(outputs=("a", "b"))
    assert codec_of("CartPole-v1", settings).outputs == ("a", "b")


def test_choices_bits_and_numbers_of_one_action_have_names_in_order():
    space = Dict(
        {"gear": Discrete(3, start=-1), "lamps": MultiBinary(2), "wheel": Tuple((Box(-1, 1),))}
    )
    parts = parts_of(space, "an action")
    assert n_action_names(parts) == 6
    known = ("back", "idle", "ahead", "left lamp", "right lamp", "turn")
    assert output_names(parts, single=False, known=known) == [*known[:5], "turn +", "turn −"]
    assert action_number_names(parts, known) == ["gear", "left lamp", "right lamp", "turn"]
    assert choice_names(parts, known) == [["back", "idle", "ahead"], [], [], []]
