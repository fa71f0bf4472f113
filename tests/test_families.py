"""Tasks of other families, and what docs/tasks.md says of tasks."""

import configparser
import importlib.util
import re
import sys
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from click.testing import CliRunner
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Text, Tuple

import glianeat
from glianeat.cli.options import return_text
from glianeat.cli.show import describe_run, show
from glianeat.errors import ConfigError
from glianeat.examination.random_policy import check_under_random_actions
from glianeat.examination.task_under_test import ExaminationConfig, TaskUnderTest
from glianeat.run.config import experiment_from, load_experiment
from glianeat.tasks.catalogue import is_installed
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import describe_task

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "tasks.md").read_text()
TINY = ["evolution.population=4", "evolution.generations=1", "evaluation.episodes=1"]
TINY += ["evaluation.validation_top=0"]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


families = script("families")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def evolve(tmp_path, task, *settings, name="run"):
    config = experiment_from({"task": {"id": task}}, [*TINY, *settings])
    return glianeat.evolve(config, runs=tmp_path, name=name)


class Nested(gymnasium.Env):
    """All spaces that are served, one within the other; ends itself after 20 steps."""

    observation_space = Dict(
        {
            "place": Box(-1.0, 1.0, (2, 2), np.float64),
            "inside": Tuple((Discrete(3, start=1), Dict({"keys": MultiBinary(2)}))),
            "dials": MultiDiscrete([2, 3]),
        }
    )
    action_space = Dict({"arm": Box(-1.0, 1.0, (1,), np.float32), "grip": Discrete(2)})

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._left = 20
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action):
        assert self.action_space.contains(action)
        self._left -= 1
        reward = float(action["arm"][0]) + action["grip"]
        return self.observation_space.sample(), reward, False, self._left == 0, {}


class Spoken(Nested):
    """One part is a text."""

    observation_space = Dict({"place": Box(-1.0, 1.0, (2,), np.float64), "word": Text(5)})


class Named(gymnasium.Env):
    """The whole observation is a text."""

    observation_space = Text(5)
    action_space = Discrete(2)


class Paired(Nested):
    """Gives two rewards at once."""

    reward_space = Box(-2.0, 2.0, (2,), np.float64)

    def step(self, action):
        shown, _, *rest = super().step(action)
        return shown, np.array([float(action["arm"][0]), 1.0]), *rest


for kind in (Nested, Spoken, Named, Paired):
    gymnasium.register(f"families/{kind.__name__}-v0", kind)


@pytest.mark.filterwarnings("ignore")  # of others; those of SWIG, raised, end the process
@pytest.mark.parametrize("example", families.EXAMPLES, ids=lambda e: f"{e.family}-{e.task}")
def test_every_installed_family_is_served(tmp_path, monkeypatch, example):
    monkeypatch.chdir(tmp_path)  # where MuJoCo leaves a log
    if not is_installed(example.module):
        pytest.skip(f"{example.package} is not installed")
    with evolve(tmp_path, example.task, *example.settings) as run:
        assert run.summaries[-1].failures == 0


def test_nested_spaces_are_served_on_both_sides(tmp_path):
    with evolve(tmp_path, "families/Nested-v0") as run:
        assert run.config.codec.encoders == {
            "place": "paired",
            "inside.0": "one_hot",
            "inside.1.keys": "one_hot",
            "dials": "one_hot",
        }
        evaluation = run.best.evaluate(2)
        assert evaluation.is_ok
        assert evaluation.lengths == (20, 20)


def test_a_part_that_is_refused_comes_with_the_wrapper_that_leaves_it_out():
    with pytest.raises(ConfigError) as refused:
        describe_task(TaskConfig(id="families/Spoken-v0"))
    message = str(refused.value)
    assert "'word' is a space of kind Text, which has no numbers" in message
    advised = re.search(r"filter_keys = (\[.*?\])", message).group(1)
    wrapper = "{entry = 'gymnasium.wrappers:FilterObservation', kwargs = {filter_keys = KEYS}}"
    wrapper = wrapper.replace("KEYS", advised)
    assert wrapper in message
    config = experiment_from(
        {"task": {"id": "families/Spoken-v0"}}, [f"task.wrappers = [{wrapper}]"]
    )
    assert [part.name for part in describe_task(config.task).observed] == ["place"]


def test_no_wrapper_is_advised_where_none_would_help():
    with pytest.raises(ConfigError, match=r"with a wrapper \(task.wrappers\)$"):
        describe_task(TaskConfig(id="families/Named-v0"))


def test_a_task_that_ends_itself_is_not_said_to_end_only_at_our_limit():
    task_under_test = TaskUnderTest(ExaminationConfig(task=TaskConfig(id="families/Nested-v0")))
    task_under_test.spec = describe_task(task_under_test.config.task)
    found = {finding.check: finding for finding in check_under_random_actions(task_under_test)}
    assert (found["episodes"].level, found["episodes"].values["limit"]) == ("ok", 10_000)


@pytest.mark.parametrize(
    ("settings", "names"),
    [([], ["reward_1", "reward_2"]), (['task.rewards=["red", "blue"]'], ["red", "blue"])],
)
def test_several_rewards_are_shown_by_name_without_the_environment(tmp_path, settings, names):
    with evolve(tmp_path, "families/Paired-v0", *settings) as run:
        report = describe_run(run)
        assert "task_spec" not in vars(run)
    assert report["rewards"] == names
    for row in report["front"]:
        assert list(row["rewards"]) == names
        assert sum(row["rewards"].values()) == pytest.approx(row["mean_return"])
    printed = CliRunner().invoke(show, ["run", "--runs", str(tmp_path)]).output
    assert f"Pareto front: {', '.join(names)} and energy" in printed
    assert "sum of the rewards" in printed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.94828, "0.948"),
        (-9.9994, "-9.999"),
        (10.0, "10.0"),
        (-131.26, "-131.3"),
        (float("-inf"), "-inf"),
    ],
)
def test_small_returns_are_shown_with_three_decimals(value, text):
    assert return_text(value) == text


def test_a_spread_has_the_decimals_of_its_return():
    assert return_text(5.25, beside=-131.0) == "5.2"
    assert return_text(0.05, beside=0.9) == "0.050"


def test_the_example_of_a_twin_plays_as_its_environment(tmp_path, monkeypatch):
    program = next(text for text in blocks("python") if "CompiledDynamics(" in text)
    (tmp_path / "hover.py").write_text(program)
    monkeypatch.syspath_prepend(tmp_path)
    returns = []
    for compiled in ("auto", "off"):
        chosen = f"task.compiled={compiled}"
        with evolve(tmp_path, "hover:Hover-v0", chosen, name=compiled) as run:
            assert (run.task_spec.compiled is not None) == (compiled == "auto")
            assert run.config.codec.scaling.squash == ("tanh", "tanh")  # from typical ranges
            returns.append(run.best.evaluate(range(5)).returns)
    assert returns[0] == returns[1]


def test_settings_in_the_page_are_settings(tmp_path):
    tasks = []
    for number, text in enumerate(blocks("toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(text)
        tasks.append(load_experiment(path).task)
    foreign, faulty = tasks
    assert foreign.imports == ("minigrid",)
    assert faulty.wrappers[0].entry == "glianeat_envs.faults:Faults"
    commands = re.findall(r"`(glianeat run [^`]+)`", DOCUMENT)
    assert len(commands) >= 6
    for command in commands:
        settings = re.findall(r"--set (?:'([^']*)'|(\S+))", command)
        experiment_from({}, ["".join(pair) for pair in settings])


def test_every_extra_in_the_page_exists():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    named = set(re.findall(r"glianeat\[(\w+)\]", DOCUMENT))
    assert named == {"box2d", "mujoco", "atari", "minigrid", "memory", "mo"}
    assert named <= set(config["options.extras_require"])


def test_our_tasks_are_listed_with_the_return_at_which_they_count_as_solved():
    import glianeat_envs  # noqa: F401 - which registers them

    own = {i: s for i, s in gymnasium.registry.items() if i.startswith("glianeat/")}
    rows = re.findall(r"^\| `(glianeat/\S+)`.*\| (\S+) \|$", DOCUMENT, re.MULTILINE)
    assert {task for task, _ in rows} == set(own)
    for task, solved in rows:
        threshold = own[task].reward_threshold
        assert solved == ("–" if threshold is None else f"{threshold:,g}")


def test_every_linked_file_exists():
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", DOCUMENT)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
