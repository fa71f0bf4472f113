import json
import subprocess
import sys
from importlib.util import find_spec

import gymnasium
import pytest

from glianeat.errors import ConfigError
from glianeat.tasks import catalogue as module
from glianeat.tasks.catalogue import Plugin, catalogue, short
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import make_environment
from tests.cli.test_commands import glianeat


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that registers tasks, prints, and warns."""
    (tmp_path / "noisy_tasks.py").write_text(
        "import gymnasium, os, warnings\n"
        "print('hello')\n"
        "warnings.warn('beware')\n"
        "class Task(gymnasium.Env):\n"
        "    observation_space = action_space = gymnasium.spaces.Discrete(2)\n"
        "    def __init__(self, broken=False):\n"
        "        print('made')\n"
        "        os.write(1, b'made in C')\n"
        "        os.write(2, b'made in C')\n"
        "        if broken:\n"
        "            raise SystemExit('no\\nway')\n"
        "gymnasium.register('Noisy/Good-v10', Task)\n"
        "gymnasium.register('Noisy/Good-v2', Task)\n"
        "gymnasium.register('Noisy/Broken-v0', Task, kwargs={'broken': True})\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(
        module, "PLUGINS", (Plugin(("Noisy/*",), "noisy_tasks", "noisy"), *module.PLUGINS)
    )
    yield
    for task in [task for task in gymnasium.registry if task.startswith("Noisy/")]:
        del gymnasium.registry[task]
    sys.modules.pop("noisy_tasks", None)


def rows(tmp_path, *arguments):
    done = glianeat(tmp_path, "tasks", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {row["id"]: row for row in json.loads(done.stdout)}


def test_all_tasks_are_listed_without_being_made(tmp_path):
    listed = rows(tmp_path)
    assert {"CartPole-v1", "LunarLander-v3", "glianeat/Forage-v0"} <= listed.keys()
    assert {row["observation"] for row in listed.values()} == {None}
    assert listed["CartPole-v1"]["solved"] == 475.0
    assert listed["CartPole-v1"]["family"] == "classic control"


def test_only_the_newest_version_is_listed(tmp_path):
    listed = rows(tmp_path)
    assert "CartPole-v0" not in listed
    assert "Ant-v5" in listed
    assert "Ant-v4" not in listed


def test_few_tasks_are_looked_at_more_closely(tmp_path):
    row = rows(tmp_path, "cartpole-V1")["CartPole-v1"]
    assert (row["observation"], row["action"], row["compiled"]) == ("Box 4", "Discrete 2", True)
    assert rows(tmp_path, "FrozenLake-v1")["FrozenLake-v1"]["compiled"] is False


def test_a_family_is_found_by_its_name(tmp_path):
    assert len(rows(tmp_path, "toy text")) == 6


def test_a_missing_dependency_is_named(tmp_path, monkeypatch):
    there = module.is_installed
    monkeypatch.setattr(module, "is_installed", lambda name: name != "Box2D" and there(name))
    row = rows(tmp_path, "LunarLander-v3")["LunarLander-v3"]
    assert row["needs"] == "pip install gymnasium[box2d]"
    assert row["observation"] is None


@pytest.mark.skipif(not find_spec("Box2D"), reason="gymnasium[box2d] is not installed")
def test_a_task_too_large_is_told_to_be(tmp_path):
    assert "1 to 4096 numbers" in rows(tmp_path, "CarRacing")["CarRacing-v3"]["needs"]


def test_what_a_package_registers_is_listed_in_silence(installed, tmp_path, capfd):
    listed = rows(tmp_path, "noisy")
    assert capfd.readouterr() == ("", "")
    assert list(listed) == ["Noisy/Broken-v0", "Noisy/Good-v10"]
    assert listed["Noisy/Good-v10"]["needs"] == "task.imports = ['noisy_tasks']"
    assert listed["Noisy/Good-v10"]["observation"] == "Discrete 2"
    assert listed["Noisy/Broken-v0"]["needs"] == "cannot be made: no way"


def test_a_package_that_cannot_be_imported_is_passed_over(installed, tmp_path):
    (tmp_path / "noisy_tasks.py").write_text("raise SystemExit('no')")
    assert rows(tmp_path, "noisy") == {}


def test_the_table_has_a_line_for_each_task(tmp_path):
    done = glianeat(tmp_path, "tasks", "glianeat/T")
    assert [line.split()[-5:] for line in done.stdout.splitlines()[1:]] == [
        ["7", "Discrete", "2", "yes", "0.9"],
        ["3", "Discrete", "2", "yes", "1"],
        ["2", "MultiBinary", "16", "yes", "0.95"],
    ]


def test_nothing_found_is_told_with_what_could_be_installed(tmp_path):
    done = glianeat(tmp_path, "tasks", "zzz")
    assert done.returncode == 0
    assert done.stdout.startswith("no installed task contains 'zzz'; others are in ")


def test_nothing_is_left_behind(tmp_path):
    glianeat(tmp_path, "tasks", "mujoco")
    assert list(tmp_path.iterdir()) == []


def test_our_own_tasks_need_no_import():
    program = (
        "from glianeat.tasks.task import *\n"
        "print(describe_task(TaskConfig(id='glianeat/DelayedMatch-v0')).n_observations)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("3\n", "")


@pytest.mark.parametrize(
    ("task", "word"),
    [
        ("ALE/Pong-v5", r"needs task.imports = \['ale_py'\] and pip install ale-py"),
        ("MiniGrid-Empty-5x5-v0", r"needs task.imports = \['minigrid'\]"),
        ("glianeat/Forrage-v0", "did you mean 'glianeat/Forage-v0'"),
    ],
)
def test_an_unregistered_task_is_refused_with_what_it_needs(task, word):
    with pytest.raises(ConfigError, match=word):
        make_environment(TaskConfig(id=task))


def test_an_installed_package_needs_no_pip(installed):
    with pytest.raises(ConfigError, match=r"needs task.imports = \['noisy_tasks'\]$"):
        make_environment(TaskConfig(id="Noisy/Good-v10"))


def test_a_wrong_name_in_an_imported_package_is_a_slip(installed, capsys):
    catalogue()
    with pytest.raises(ConfigError, match="did you mean 'Noisy/Good-v10'"):
        make_environment(TaskConfig(id="Noisy/Godo-v10"))


def test_spaces_are_shown_in_a_few_characters():
    spaces = gymnasium.spaces
    several = spaces.Dict(a=spaces.Box(0, 1, (2, 3)), b=spaces.MultiDiscrete([3, 2]))
    assert short(several) == "Dict(a: Box 2×3, b: MultiDiscrete 3×2)"
    assert short(spaces.Tuple((spaces.MultiBinary(4), spaces.Box(0, 1, ())))) == (
        "Tuple(MultiBinary 4, Box)"
    )
    assert len(short(spaces.Tuple([spaces.Discrete(5)] * 30))) == 40
