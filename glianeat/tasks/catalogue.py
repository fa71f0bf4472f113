"""The catalogue: which tasks are installed, in families, and what each of them needs.

Gymnasium knows a task only once the module that registers it has been imported, and makes it only
if what it is built on is installed. Nothing here makes an environment.
"""

import contextlib
import importlib
import importlib.util
import io
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gymnasium
    from gymnasium.envs.registration import EnvSpec

OWN_TASKS = {"glianeat": "glianeat_envs"}
"""Namespaces of ids whose module is imported without being asked for."""
OWN_WRAPPERS = ("glianeat_envs.faults:Faults", "glianeat_envs.gain_shift:GainShift")
"""Wrappers of ours, which only compute."""


@dataclass(frozen=True)
class Plugin:
    """A package that registers tasks when it is imported.

    Parameters
    ----------
    patterns : tuple of str
        What its ids look like, in the manner of `fnmatch`.
    module : str
        What to import.
    package : str
        What to install, as pip calls it.
    extra : str
        The extra of this package that brings it; or nothing.
    """

    patterns: tuple[str, ...]
    module: str
    package: str
    extra: str = ""


PLUGINS = (  # packages as the registry names them, ids and modules as their sources do
    Plugin(("ALE/*",), "ale_py", "ale-py", "atari"),
    Plugin(("MiniGrid-*", "BabyAI-*"), "minigrid", "minigrid", "minigrid"),
    Plugin(("popgym-*",), "popgym", "popgym", "memory"),
    Plugin(
        (
            *("mo-*", "deep-sea-treasure-*", "resource-gathering-*", "breakable-bottles-*"),
            *("fishwood-*", "four-room-*", "fruit-tree-*", "minecart-*", "water-reservoir-*"),
        ),
        "mo_gymnasium",
        "mo-gymnasium",
        "mo",
    ),
    Plugin(("bsuite/*",), "shimmy", "'shimmy[bsuite]'"),
    Plugin(("dm_control/*",), "shimmy", "'shimmy[dm-control]'"),
    Plugin(("GymV2?Environment-*",), "shimmy", "shimmy gym"),
    Plugin(("*BulletEnv-*",), "pybullet_envs_gymnasium", "pybullet-envs-gymnasium"),
    Plugin(
        (
            *("highway-*", "parking-*", "roundabout-*", "merge-*", "intersection-*"),
            *("racetrack-*", "exit-v*", "lane-keeping-*", "two-way-*", "u-turn-*", "random-road-*"),
        ),
        "highway_env",
        "highway-env",
    ),
    Plugin(("Meta-World/*",), "metaworld", "metaworld"),
    Plugin(("MiniWorld-*",), "miniworld", "miniworld"),
    Plugin(
        (
            *("Fetch*", "HandReach*", "HandManipulate*", "AdroitHand*"),
            *("AntMaze_*", "PointMaze_*", "FrankaKitchen-*"),
        ),
        "gymnasium_robotics",
        "gymnasium-robotics",
    ),
    Plugin(
        (
            *("PandaReach*", "PandaSlide*", "PandaPush*"),
            *("PandaPickAndPlace*", "PandaStack*", "PandaFlip*"),
        ),
        "panda_gym",
        "panda-gym",
    ),
    Plugin(("gym_pusht/*",), "gym_pusht", "gym-pusht"),
    Plugin(("gym_aloha/*",), "gym_aloha", "gym-aloha"),
    Plugin(("gym_xarm/*",), "gym_xarm", "gym-xarm"),
    Plugin(("gym_hil/*",), "gym_hil", "gym-hil"),
    Plugin(("Safety*",), "safety_gymnasium", "safety-gymnasium"),
    Plugin(("PyFlyt/*",), "PyFlyt.gym_envs", "pyflyt"),
    Plugin(("Vizdoom*",), "vizdoom.gymnasium_wrapper", "vizdoom"),
    Plugin(("NetHack*",), "nle", "nle"),
    Plugin(("MiniHack-*",), "minihack", "minihack"),
    Plugin(("CrafterReward-*", "CrafterNoReward-*"), "crafter", "crafter"),
    Plugin(("SuperMarioBros*",), "gym_super_mario_bros", "gym-super-mario-bros"),
    Plugin(("FlappyBird-*",), "flappy_bird_gymnasium", "flappy-bird-gymnasium"),
    Plugin(("tetris_gymnasium/*",), "tetris_gymnasium.envs", "tetris-gymnasium"),
    Plugin(("gymnasium_2048/*",), "gymnasium_2048", "gymnasium-2048"),
    Plugin(("gymnasium_search_race/*",), "gymnasium_search_race", "gymnasium-search-race"),
    Plugin(("forex-v*", "stocks-v*"), "gym_anytrading", "gym-anytrading"),
    Plugin(("TradingEnv", "MultiDatasetTradingEnv"), "gym_trading_env", "gym-trading-env"),
    Plugin(("Eplus-*",), "sinergym", "sinergym"),
    Plugin(("Cont-??-*", "Finite-??-*"), "gym_electric_motor", "gym-electric-motor"),
    Plugin(("sumo-rl-*",), "sumo_rl", "sumo-rl"),
    Plugin(("browsergym/openended",), "browsergym.core", "browsergym-core"),
)


_BUILT_ON = {  # what the tasks in a module of Gymnasium's need, and the extra that brings it
    "gymnasium.envs.box2d": ("Box2D", "gymnasium[box2d]"),
    "gymnasium.envs.mujoco": ("mujoco", "gymnasium[mujoco]"),
    "gymnasium.envs.phys2d": ("jax", "gymnasium[jax]"),
    "gymnasium.envs.tabular": ("jax", "gymnasium[jax]"),
}
_LONGEST_SPACE = 40  # characters
_VERSION = re.compile(r"^(?P<name>.+)-v(?P<number>\d+)$")


@dataclass(frozen=True)
class Entry:
    """A task in the catalogue.

    Parameters
    ----------
    id : str
        Gymnasium id.
    family : str
        What it belongs to, such as ``classic control``.
    solved_return : float or None
        Mean return at which it counts as solved, if it says so.
    needs : str
        What to do before it can be made, such as ``pip install gymnasium[box2d]``; or nothing.
    module : str
        The module that registers it, to be named in `task.imports`; or nothing.
    """

    id: str
    family: str
    solved_return: float | None
    needs: str
    module: str


def own_module(task: str) -> str | None:
    """Return the module that registers a task of ours, None for the tasks of others."""
    return OWN_TASKS.get(task.partition("/")[0])


def plugin_of(task: str) -> Plugin | None:
    """Return the package that is known to register such a task, None if there is none."""
    found = (p for p in PLUGINS if any(fnmatchcase(task, pattern) for pattern in p.patterns))
    return next(found, None)


def declared_return(task: str) -> float | None:
    """Return the return at which a task is registered to be solved, None if nothing says one.

    Nothing is made, and nothing imported but Gymnasium and the module of tasks of ours.
    """
    import gymnasium

    module = own_module(task)
    if module is not None:
        _registered_by(module)
    spec = gymnasium.registry.get(task)
    solved = None if spec is None else spec.reward_threshold
    return None if solved is None else float(solved)


def is_installed(module: str) -> bool:
    """Return whether a module could be imported, without importing it."""
    try:
        return importlib.util.find_spec(module.partition(".")[0]) is not None
    except (ImportError, ValueError):  # a broken package is none
        return False


def short(space: "gymnasium.Space[Any]") -> str:
    """Return a space in a few characters, such as ``Box 96×96×3`` or ``Discrete 4``."""
    from gymnasium import spaces

    if isinstance(space, spaces.Dict):
        inside = ", ".join(f"{key}: {short(one)}" for key, one in space.spaces.items())
        text = f"Dict({inside})"
    elif isinstance(space, spaces.Tuple):
        text = f"Tuple({', '.join(short(one) for one in space.spaces)})"
    elif isinstance(space, spaces.Discrete):
        text = f"Discrete {space.n}"
    elif isinstance(space, spaces.MultiDiscrete):
        text = f"MultiDiscrete {'×'.join(map(str, space.nvec.ravel().tolist()))}"
    else:
        shape = "×".join(map(str, space.shape or ()))
        text = f"{type(space).__name__} {shape}".rstrip()
    return text if len(text) <= _LONGEST_SPACE else f"{text[: _LONGEST_SPACE - 1]}…"


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep what is printed, and every warning, from being seen; that of compiled code, too."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        contextlib.ExitStack() as undone,
    ):
        warnings.simplefilter("ignore")
        nowhere = os.open(os.devnull, os.O_WRONLY)
        undone.callback(os.close, nowhere)
        for number in (1, 2):
            kept = os.dup(number)
            undone.callback(os.close, kept)
            undone.callback(os.dup2, kept, number)
            os.dup2(nowhere, number)
        yield


def catalogue(text: str = "") -> list[Entry]:
    """Return the installed tasks, by family and id, only the newest version of each.

    Parameters
    ----------
    text : str
        What ids or families must contain, in upper or lower case.
    """
    sources = {task: module for module in _modules() for task in _registered_by(module)}
    entries = [_entry(task, sources.get(task.id, "")) for task in _newest()]
    wanted = text.casefold()
    chosen = [e for e in entries if wanted in e.id.casefold() or wanted in e.family.casefold()]
    return sorted(chosen, key=lambda entry: (entry.family, entry.id))


def _modules() -> list[str]:
    named = [*OWN_TASKS.values(), *(plugin.module for plugin in PLUGINS)]
    return [module for module in named if is_installed(module)]


def _registered_by(module: str) -> list[str]:
    """Import a module; return the ids of the tasks that it registers, none if it is broken."""
    import gymnasium

    root = module.partition(".")[0]
    before = set(gymnasium.registry)
    with silence(), contextlib.suppress(Exception, SystemExit):
        importlib.import_module(module)
    after = gymnasium.registry
    return [task for task in after if task not in before or _root(after[task]) == root]


def _newest() -> list["EnvSpec"]:
    import gymnasium

    newest: dict[str, tuple[int, EnvSpec]] = {}
    for task, spec in gymnasium.registry.items():
        match = _VERSION.match(task)
        name, number = (match["name"], int(match["number"])) if match else (task, 0)
        if number >= newest.get(name, (-1, spec))[0]:
            newest[name] = number, spec
    return [spec for _, spec in newest.values()]


def _entry(spec: "EnvSpec", module: str) -> Entry:
    solved = spec.reward_threshold
    return Entry(
        id=spec.id,
        family=_family(spec),
        solved_return=None if solved is None else float(solved),
        needs=_needs(spec),
        module="" if own_module(spec.id) else module,
    )


def _family(spec: "EnvSpec") -> str:
    home = _home(spec)
    if home.startswith("gymnasium.envs."):
        return home.split(".")[2].replace("_", " ")
    plugin = plugin_of(spec.id)
    return spec.namespace or (plugin.module if plugin else home.partition(".")[0])


def _home(spec: "EnvSpec") -> str:
    """Return the module that a task's class is in."""
    entry: Any = spec.entry_point
    if isinstance(entry, str):
        return entry.partition(":")[0]
    return str(getattr(entry, "__module__", ""))


def _root(spec: "EnvSpec") -> str:
    return _home(spec).partition(".")[0]


def _needs(spec: "EnvSpec") -> str:
    home = _home(spec)
    module, package = _BUILT_ON.get(".".join(home.split(".")[:3]), ("", ""))
    if module:
        return "" if is_installed(module) else f"pip install {package}"
    plugin = plugin_of(spec.id)
    if plugin is not None and not is_installed(plugin.module):
        return f"pip install {plugin.package}"
    root = home.partition(".")[0]
    return "" if not root or root == "__main__" or is_installed(root) else f"the module {root}"
