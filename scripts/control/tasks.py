"""The tasks of the board, and the budget of each: the same for everybody."""

from dataclasses import dataclass, field
from typing import Any

_MUJOCO: dict[str, Any] = {"tested": 20, "validated": 20, "group": "control"}


@dataclass(frozen=True, kw_only=True)
class BoardTask:
    """A task, and what everybody may spend on it.

    Parameters
    ----------
    settings : dict
        The table `task` of glianeat's configuration: id, imports, wrappers.
    steps : int
        Steps of the environment that may be spent on training.
    goal : float
        Mean return over fresh episodes that counts as reached.
    group : str
        Which recipe it belongs to.
    episodes : int
        Episodes on which peers evaluate a candidate; glianeat decides for itself.
    validated, tested : int
        Fresh episodes on which the last candidates are compared, and the chosen one is tested.
    stops : bool
        Whether training ends once a champion passes the goal on fresh episodes.
    remembers : bool
        Whether peers have recurrent networks.
    """

    settings: dict[str, Any]
    steps: int
    goal: float
    group: str
    episodes: int = 1
    validated: int = 100
    tested: int = 100
    stops: bool = False
    remembers: bool = False

    @property
    def name(self) -> str:
        """Its Gymnasium id."""
        return str(self.settings["id"])


def _popgym(name: str, goal: float) -> BoardTask:
    settings = {"id": f"popgym-{name}-v0", "imports": ["popgym"]}
    return BoardTask(
        settings=settings, steps=1_000_000, goal=goal, group="memory", episodes=5, remembers=True
    )


_WRAPPER = {"entry": "minigrid.wrappers:ImgObsWrapper"}


def _minigrid(name: str, group: str, *, remembers: bool) -> BoardTask:
    settings = {"id": name, "imports": ["minigrid"], "wrappers": [_WRAPPER]}
    return BoardTask(
        settings=settings,
        steps=1_000_000,
        goal=0.9,
        group=group,
        episodes=5,
        remembers=remembers,
    )


def _mujoco(name: str, steps: int, goal: float) -> BoardTask:
    return BoardTask(settings={"id": name}, steps=steps, goal=goal, **_MUJOCO)


def _chance(name: str, steps: int, goal: float, episodes: int) -> BoardTask:
    return BoardTask(
        settings={"id": name}, steps=steps, goal=goal, group="chance", episodes=episodes
    )


TASKS = {
    task.name.removeprefix("popgym-").rpartition("-v")[0]: task
    for task in (
        _mujoco("HalfCheetah-v5", 1_000_000, 3000.0),
        _mujoco("Swimmer-v5", 400_000, 330.0),
        _mujoco("InvertedDoublePendulum-v5", 300_000, 9100.0),
        _mujoco("Hopper-v5", 2_000_000, 2000.0),
        _mujoco("Walker2d-v5", 2_000_000, 1500.0),
        BoardTask(
            settings={"id": "BipedalWalker-v3"},
            steps=5_000_000,
            goal=200.0,
            group="control",
            validated=20,
        ),
        BoardTask(
            settings={"id": "LunarLander-v3"},
            steps=20_000_000,
            goal=200.0,
            group="control",
            episodes=5,
            stops=True,
        ),
        _chance("FrozenLake-v1", 2_000_000, 0.70, 64),
        _chance("Taxi-v4", 5_000_000, 5.0, 10),
        _chance("Blackjack-v1", 500_000, -0.06, 200),
        _popgym("RepeatPreviousEasy", 0.9),
        _popgym("PositionOnlyCartPoleEasy", 0.99),
        _popgym("VelocityOnlyCartpoleEasy", 0.99),
        _minigrid("MiniGrid-MemoryS7-v0", "memory", remembers=True),
        _minigrid("MiniGrid-DoorKey-5x5-v0", "observations", remembers=False),
        BoardTask(
            settings={"id": "CartPole-v1"},
            steps=500_000,
            goal=475.0,
            group="classic",
            episodes=3,
            stops=True,
        ),
    )
}


@dataclass
class Outcome:
    """What came out of one training; what was spent on fresh episodes is counted apart."""

    steps: int = 0
    """Steps of the environment in training."""
    fresh_steps: int = 0
    """Steps of the curve and of the validation."""
    evaluations: int = 0
    cpu_seconds: float = 0.0
    """Of training."""
    wall_seconds: float = 0.0
    training_return: float = float("nan")
    """Best mean return of the last generation, on its training episodes."""
    validation_return: float = float("nan")
    """Of the chosen candidate, on the fresh episodes on which it was chosen."""
    parameters: int = 0
    """Numbers that were learnt: of networks that grow, those of the chosen one."""
    curve: list[list[float | None]] = field(default_factory=list)
    """Points: steps, CPU seconds, best training return, return of the champion on fresh episodes
    (or nothing, where it was not tried)."""
    notes: dict[str, Any] = field(default_factory=dict)
