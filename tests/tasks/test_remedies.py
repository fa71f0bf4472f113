"""What is said of a task that is not found is enough to find it."""

import gymnasium
import pytest

import glianeat
from glianeat.errors import ConfigError
from glianeat.run.config import ExperimentConfig
from glianeat.tasks import remedies
from glianeat.tasks.catalogue import PLUGINS
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.remedies import for_missing_module, for_unknown_id
from glianeat.tasks.task import describe_task

KNOWN = {  # an id of each package, what to import and to install
    "PandaReach-v3": ("panda_gym", "panda-gym"),
    "merge-v0": ("highway_env", "highway-env"),
    "gym_pusht/PushT-v0": ("gym_pusht", "gym-pusht"),
    "FetchReach-v4": ("gymnasium_robotics", "gymnasium-robotics"),
    "SafetyPointGoal1Gymnasium-v0": ("safety_gymnasium", "safety-gymnasium"),
    "dm_control/cartpole-swingup-v0": ("shimmy", "'shimmy[dm-control]'"),
    "NetHackScore-v0": ("nle", "nle"),
    "MiniHack-River-v0": ("minihack", "minihack"),
    "CrafterReward-v1": ("crafter", "crafter"),
    "PyFlyt/QuadX-Hover-v4": ("PyFlyt.gym_envs", "pyflyt"),
    "VizdoomBasic-v1": ("vizdoom.gymnasium_wrapper", "vizdoom"),
    "SuperMarioBros-1-1-v0": ("gym_super_mario_bros", "gym-super-mario-bros"),
    "Eplus-demo-v1": ("sinergym", "sinergym"),
    "stocks-v0": ("gym_anytrading", "gym-anytrading"),
    "TradingEnv": ("gym_trading_env", "gym-trading-env"),
    "AntBulletEnv-v0": ("pybullet_envs_gymnasium", "pybullet-envs-gymnasium"),
    "tetris_gymnasium/Tetris": ("tetris_gymnasium.envs", "tetris-gymnasium"),
    "Cont-CC-PMSM-v0": ("gym_electric_motor", "gym-electric-motor"),
    "Meta-World/MT1": ("metaworld", "metaworld"),
    "MiniWorld-Hallway-v0": ("miniworld", "miniworld"),
}


@pytest.mark.parametrize("task", KNOWN)
def test_ids_of_packages_are_known_with_what_to_import_and_install(task, monkeypatch):
    monkeypatch.setattr(remedies.catalogue, "is_installed", lambda _: False)
    module, package = KNOWN[task]
    said = for_unknown_id(task, gymnasium.registry)
    assert said == f"; it needs task.imports = ['{module}'] and pip install {package}"


def test_an_extra_that_brings_a_package_is_named(monkeypatch):
    monkeypatch.setattr(remedies.catalogue, "is_installed", lambda _: False)
    assert for_unknown_id("popgym-RepeatFirstEasy-v0", ()).endswith("(or 'glianeat[memory]')")


def test_no_two_packages_claim_the_same_ids():
    patterns = [pattern for plugin in PLUGINS for pattern in plugin.patterns]
    assert len(set(patterns)) == len(patterns)


@pytest.mark.parametrize(
    ("task", "near"),
    [
        ("CartPol-v1", "CartPole-v1"),
        ("cartpole-v1", "CartPole-v1"),
        ("CartPole-v7", "CartPole-v1"),
        ("MountianCar-v0", "MountainCar-v0"),
    ],
)
def test_a_slip_or_another_version_is_told_from(task, near):
    assert for_unknown_id(task, gymnasium.registry) == f"; did you mean {near!r}?"


@pytest.mark.parametrize("task", ["Reaching-v0", "MyCar-v0", "a" * 200])
def test_what_is_only_somewhat_alike_gets_the_general_remedy(task):
    said = for_unknown_id(task, gymnasium.registry)
    for essential in ("install", "task.imports", "module:Id", "PYTHONPATH"):
        assert essential in said


def test_a_file_of_the_current_folder_that_names_the_id_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("register('Own-v0', entry_point=Own)")
    said = for_unknown_id("Own-v0", gymnasium.registry)
    assert "mine.py" in said
    assert "mine:Own-v0" in said
    assert "PYTHONPATH" in said


@pytest.mark.parametrize("place", ["own_tasks.py", "own_tasks/__init__.py"])
def test_a_module_in_the_current_folder_is_seen(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("")
    with pytest.raises(ConfigError, match=f"{place} is in this folder.*PYTHONPATH"):
        describe_task(TaskConfig(id="own_tasks:Own-v0"))
    with pytest.raises(ConfigError, match=f"{place} is in this folder.*PYTHONPATH"):
        describe_task(TaskConfig(id="CartPole-v1", imports=("own_tasks",)))


def test_a_module_of_a_known_package_is_told_how_to_get():
    assert for_missing_module("panda_gym.envs") == "; pip install panda-gym"
    assert "PYTHONPATH" in for_missing_module("nowhere")


def test_a_file_given_as_a_task_is_told_how_to_write():
    assert "write mine:Id" in for_unknown_id("mine.py", gymnasium.registry)


def make():
    return gymnasium.make("CartPole-v1")


GIVEN = {"an environment": make(), "a function": make, "a class": gymnasium.Env, "an id": "Own-v0"}


@pytest.mark.parametrize("given", GIVEN)
def test_an_object_given_as_a_task_is_answered_with_what_to_do(given):
    with pytest.raises(ConfigError, match=r"task: .*TaskConfig\(id="):
        ExperimentConfig(task=GIVEN[given])
    with pytest.raises(ConfigError, match=r"config: .*TaskConfig\("):
        glianeat.evolve(GIVEN[given])
    if given != "an id":
        with pytest.raises(ConfigError, match=r"id: must be a string.*TaskConfig\(id="):
            TaskConfig(id=GIVEN[given])
