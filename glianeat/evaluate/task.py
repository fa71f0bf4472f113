"""Tasks: Gymnasium environments, and what of their spaces evolution needs to know."""

import importlib.util
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from glianeat.config import Settings, suggestion, within
from glianeat.errors import ConfigError
from glianeat.evaluate.typical_ranges import TYPICAL_RANGES
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

MAX_OBSERVATIONS = 4096
DEFAULT_MAX_STEPS = 10_000
Range = tuple[float, float]


class TaskConfig(Settings):
    """Which environment, and how much of it."""

    id: str = "CartPole-v1"
    """Gymnasium id of the task; ``module:Id-v0`` imports the module first."""
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it
    """Arguments of `gymnasium.make`."""
    ranges: tuple[Range, ...] | None = None
    """Typical (low, high) of each observation; by default those known for the id."""
    max_steps: Annotated[int, within(at_least=1)] | None = None
    """Steps after which an episode is cut off, in place of the task's own limit; by default that
    limit, or 10,000."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for low, high in self.ranges or ():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError(f"ranges: must be finite pairs of low < high, got {(low, high)}")


@dataclass(frozen=True, eq=False)
class ActionSpec:
    """What the task takes.

    Parameters
    ----------
    n_discrete : int
        Number of discrete actions; 0 for a Box.
    start : int
        First discrete action.
    low, high : ndarray of float64, shape (A,)
        Bounds of a Box action, flattened; empty for discrete actions.
    shape : tuple of int
        Shape of a Box action.
    dtype : numpy.dtype
        Type of a Box action.
    """

    n_discrete: int
    start: int
    low: FloatArray
    high: FloatArray
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def is_discrete(self) -> bool:
        """Whether an action is one of a number, not a vector."""
        return self.n_discrete > 0

    @property
    def n_outputs(self) -> int:
        """Outputs of a network: one a discrete action, a pair a number of a Box."""
        return self.n_discrete if self.is_discrete else 2 * len(self.low)


@dataclass(frozen=True, eq=False)
class TaskSpec:
    """What evolution knows of a task.

    Parameters
    ----------
    low, high : ndarray of float64, shape (n,)
        Bounds of the observation, flattened; may be infinite.
    action : ActionSpec
        What the task takes.
    max_steps : int
        Steps after which an episode is cut off.
    solved_return : float or None
        Mean return at which the task counts as solved, if it declares one.
    """

    low: FloatArray
    high: FloatArray
    action: ActionSpec
    max_steps: int
    solved_return: float | None

    @property
    def n_observations(self) -> int:
        """Numbers in an observation."""
        return len(self.low)


def make_environment(
    config: TaskConfig, render_mode: str | None = None
) -> "gymnasium.Env[Any, Any]":
    """Make the environment of a task.

    Raises
    ------
    ConfigError
        If the id is unknown or the environment refuses its arguments.
    """
    import gymnasium

    kwargs = dict(config.kwargs)
    if render_mode is not None:
        kwargs["render_mode"] = render_mode
    try:
        return gymnasium.make(
            config.id, max_episode_steps=config.max_steps, disable_env_checker=True, **kwargs
        )
    except (gymnasium.error.UnregisteredEnv, gymnasium.error.DeprecatedEnv) as error:
        near = suggestion(config.id, gymnasium.registry)
        raise ConfigError(f"task.id: no task {config.id!r} is registered{near}") from error
    except Exception as error:  # an environment may raise anything
        raise ConfigError(f"task {config.id}: cannot be made: {error}") from error


def describe_task(config: TaskConfig) -> TaskSpec:
    """Return what evolution needs to know of a task; raise `ConfigError` if it cannot serve it."""
    module = config.id.partition(":")[0]
    if ":" in config.id and importlib.util.find_spec(module.partition(".")[0]) is None:
        raise ConfigError(f"task.id: module {module!r} of {config.id!r} is not installed")
    environment = make_environment(config)
    try:
        low, high = _observation_bounds(config, environment)
        limit = environment.spec.max_episode_steps if environment.spec else None
        solved = environment.spec.reward_threshold if environment.spec else None
        return TaskSpec(
            low=low,
            high=high,
            action=_action_spec(config, environment),
            max_steps=config.max_steps or limit or DEFAULT_MAX_STEPS,
            solved_return=solved,
        )
    finally:
        environment.close()


def declared_ranges(config: TaskConfig, spec: TaskSpec) -> tuple[Range, ...] | None:
    """Return the typical ranges of a task's observations, as configured or as known for its id."""
    ranges = config.ranges if config.ranges is not None else TYPICAL_RANGES.get(config.id)
    if ranges is not None and len(ranges) != spec.n_observations:
        raise ConfigError(
            f"task.ranges: must have {spec.n_observations} pairs for {config.id}, got {len(ranges)}"
        )
    return ranges


def _observation_bounds(
    config: TaskConfig, environment: "gymnasium.Env[Any, Any]"
) -> tuple[FloatArray, FloatArray]:
    from gymnasium.spaces import Box

    space = environment.observation_space
    if not isinstance(space, Box):
        raise ConfigError(
            f"task {config.id}: observation space must be a Box, got {type(space).__name__}"
        )
    if not 1 <= math.prod(space.shape) <= MAX_OBSERVATIONS:
        raise ConfigError(
            f"task {config.id}: an observation must hold 1 to {MAX_OBSERVATIONS} numbers, "
            f"got shape {space.shape}; reduce it with a wrapper"
        )
    return space.low.astype(np.float64).ravel(), space.high.astype(np.float64).ravel()


def _action_spec(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> ActionSpec:
    from gymnasium.spaces import Box, Discrete

    space = environment.action_space
    nothing = np.zeros(0)
    if isinstance(space, Discrete):
        kind = np.dtype(np.int64)
        return ActionSpec(int(space.n), int(space.start), nothing, nothing, (), kind)
    if isinstance(space, Box) and np.issubdtype(space.dtype, np.floating) and space.low.size:
        low, high = space.low.astype(np.float64).ravel(), space.high.astype(np.float64).ravel()
        return ActionSpec(0, 0, low, high, space.shape, np.dtype(space.dtype))
    raise ConfigError(
        f"task {config.id}: action space must be Discrete or a Box of floats, got {space}"
    )
