"""Tasks: Gymnasium environments, and what evolution needs to know of them."""

import importlib
import importlib.util
import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from glianeat.config import Settings, suggestion, within
from glianeat.errors import ConfigError
from glianeat.evaluate import catalogue
from glianeat.evaluate.known_tasks import KNOWN_TASKS, UNKNOWN_TASK, KnownTask
from glianeat.evaluate.spaces import Part, parts_of, served_keys
from glianeat.evaluate.twin import Twin
from glianeat.evaluate.twins import twin_of
from glianeat.interrupts import is_from_outside
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

DEFAULT_MAX_STEPS = 10_000
Range = tuple[float, float]


class WrapperConfig(Settings):
    """A wrapper around the environment."""

    entry: str
    """Where it is: ``module:Name``, such as ``gymnasium.wrappers:FlattenObservation``."""
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it
    """Arguments beside the environment."""


class TaskConfig(Settings):
    """Which environment, and how much of it."""

    id: str = "CartPole-v1"
    """Gymnasium id of the task; ``module:Id-v0`` imports the module first."""
    imports: tuple[str, ...] = ()
    """Modules to import before the task is made, which register it, such as ``ale_py``."""
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it
    """Arguments of `gymnasium.make`."""
    wrappers: tuple[WrapperConfig, ...] = ()
    """Wrappers around the environment, the innermost first."""
    reset_options: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it
    """Options of every reset."""
    ranges: tuple[Range, ...] | None = None
    """Typical (low, high) of each number observed, choices left out; by default those that the
    environment declares as `typical_ranges`, or those known for the id."""
    max_steps: Annotated[int, within(at_least=1)] | None = None
    """Steps after which an episode is cut off, in place of the task's own limit; by default that
    limit, or 10,000."""
    rewards: tuple[str, ...] = ()
    """Names of the rewards of a task that gives several at once; each is an objective."""
    compiled: Literal["auto", "off"] = "auto"
    """Whether whole episodes run in compiled code where the task has a compiled twin."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for low, high in self.ranges or ():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError(f"ranges: must be finite pairs of low < high, got {(low, high)}")


@dataclass(frozen=True, eq=False)
class TaskSpec:
    """What evolution knows of a task.

    Parameters
    ----------
    observed, acted : tuple of Part
        What observations and actions are made of.
    action_space : gymnasium.Space
        Space of the actions.
    max_steps : int
        Steps after which an episode is cut off.
    solved_return : float or None
        Mean return at which the task counts as solved, if it declares one.
    ranges : tuple of (float, float), optional
        Typical range of each number observed, choices left out, if they are declared.
    rewards : tuple of str
        Names of the rewards, if the task gives several at once.
    known : KnownTask
        What learning takes, as far as it is known.
    reserve : float or None
        Energy in the body of a newborn agent, if the task feeds agents [EU].
    twin : Twin or None
        The compiled twin, if there is one.
    """

    observed: tuple[Part, ...]
    acted: tuple[Part, ...]
    action_space: "gymnasium.Space[Any]"
    max_steps: int
    solved_return: float | None = None
    ranges: tuple[Range, ...] | None = None
    rewards: tuple[str, ...] = ()
    known: KnownTask = UNKNOWN_TASK
    reserve: float | None = None
    twin: Twin | None = None

    @property
    def low(self) -> FloatArray:
        """Lowest value of each number observed, shape (n,); may be infinite."""
        return np.concatenate([part.low for part in self.observed])

    @property
    def high(self) -> FloatArray:
        """Highest value of each number observed, shape (n,); may be infinite."""
        return np.concatenate([part.high for part in self.observed])

    @property
    def n_observations(self) -> int:
        """Numbers in an observation."""
        return sum(part.n_numbers for part in self.observed)


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

    for module in config.imports:
        _import(module, "task.imports")
    own = catalogue.own_module(config.id)
    if own is not None:
        _import(own, "task.id")
    kwargs = dict(config.kwargs)
    if render_mode is not None:
        kwargs["render_mode"] = render_mode
    try:
        environment = gymnasium.make(
            config.id, max_episode_steps=config.max_steps, disable_env_checker=True, **kwargs
        )
    except (gymnasium.error.UnregisteredEnv, gymnasium.error.DeprecatedEnv) as error:
        near = catalogue.advice(config.id) or suggestion(config.id, gymnasium.registry)
        raise ConfigError(f"task.id: no task {config.id!r} is registered{near}") from error
    except BaseException as error:  # an environment may raise anything
        if is_from_outside(error):
            raise
        raise ConfigError(f"task {config.id}: cannot be made: {error}") from error
    for wrapper in config.wrappers:
        environment = _wrap(environment, wrapper)
    return environment


def runs_foreign_code(config: TaskConfig) -> bool:
    """Return whether a task's environment, or a wrapper, is neither Gymnasium's nor ours."""
    import gymnasium

    known = ("gymnasium", *catalogue.OWN_TASKS.values())
    own = catalogue.own_module(config.id)
    if own is not None:
        _import(own, "task.id")
    spec = gymnasium.registry.get(config.id.rpartition(":")[2])
    entries = [wrapper.entry for wrapper in config.wrappers]
    if spec is None or spec.additional_wrappers or config.imports or ":" in config.id:
        return True
    entries.append(spec.entry_point if isinstance(spec.entry_point, str) else "")
    return any(entry.partition(":")[0].partition(".")[0] not in known for entry in entries)


def _import(module: str, setting: str) -> Any:  # noqa: ANN401 - a module, or what stands for one
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(f"{setting}: {module!r} cannot be imported: {error}") from error


def _wrap(
    environment: "gymnasium.Env[Any, Any]", config: WrapperConfig
) -> "gymnasium.Env[Any, Any]":
    module, sign, name = config.entry.partition(":")
    if not sign or not module or not name:
        raise ConfigError(f"task.wrappers: must be written module:Name, got {config.entry!r}")
    kind = getattr(_import(module, "task.wrappers"), name, None)
    if kind is None:
        near = suggestion(name, vars(importlib.import_module(module)))
        raise ConfigError(f"task.wrappers: {module} has no {name!r}{near}")
    try:
        wrapped: gymnasium.Env[Any, Any] = kind(environment, **config.kwargs)
    except Exception as error:  # a wrapper may raise anything
        raise ConfigError(f"task.wrappers: {config.entry} refuses: {error}") from error
    return wrapped


def describe_task(config: TaskConfig) -> TaskSpec:
    """Return what evolution needs to know of a task; raise `ConfigError` if it cannot serve it."""
    module = config.id.partition(":")[0]
    if ":" in config.id and importlib.util.find_spec(module.partition(".")[0]) is None:
        raise ConfigError(f"task.id: module {module!r} of {config.id!r} is not installed")
    environment = make_environment(config)
    try:
        limit = environment.spec.max_episode_steps if environment.spec else None
        solved = environment.spec.reward_threshold if environment.spec else None
        rewards = _reward_names(config, environment)
        observed = _observed(config, environment)
        return TaskSpec(
            observed=observed,
            acted=parts_of(environment.action_space, f"task {config.id}: an action"),
            action_space=environment.action_space,
            max_steps=config.max_steps or limit or DEFAULT_MAX_STEPS,
            solved_return=None if rewards else solved,
            ranges=_declared_ranges(config, environment, observed),
            rewards=rewards,
            known=_known(config, environment),
            reserve=getattr(environment.unwrapped, "metabolic_reserve", None),
            twin=None if config.compiled == "off" or rewards else twin_of(environment),
        )
    finally:
        close_quietly(environment)


def close_quietly(environment: "gymnasium.Env[Any, Any]") -> None:
    """Close an environment; if it cannot be closed, that is no reason to do without it."""
    try:
        environment.close()
    except BaseException as error:  # an environment may raise anything
        if is_from_outside(error):
            raise


def _observed(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> tuple[Part, ...]:
    """Return what observations are made of; raise `ConfigError` with a wrapper that would help."""
    space = environment.observation_space
    try:
        return parts_of(space, f"task {config.id}: an observation")
    except ConfigError as error:
        keys = served_keys(space)
        if not keys:
            raise
        raise ConfigError(
            f"{error}, such as {{entry = 'gymnasium.wrappers:FilterObservation', "
            f"kwargs = {{filter_keys = {keys}}}}}"
        ) from None


def _known(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> KnownTask:
    """Return what learning takes, as the environment declares it, or as it is known for the id."""
    known = KNOWN_TASKS.get(config.id, UNKNOWN_TASK)
    inner = environment.unwrapped
    names = [field.name for field in fields(known) if field.name not in {"ranges", "squash"}]
    declared = {name: getattr(inner, name, getattr(known, name)) for name in names}
    return replace(known, squash=getattr(inner, "typical_squash", known.squash), **declared)


def _declared_ranges(
    config: TaskConfig, environment: "gymnasium.Env[Any, Any]", observed: tuple[Part, ...]
) -> tuple[Range, ...] | None:
    """Return the typical ranges as configured, as the environment says, or as known for the id."""
    ranges = config.ranges
    if ranges is None and not config.wrappers:
        known = KNOWN_TASKS.get(config.id, UNKNOWN_TASK).ranges
        ranges = getattr(environment.unwrapped, "typical_ranges", known)
    number = sum(part.n_numbers for part in observed if part.kind == "box")
    if ranges is not None and len(ranges) != number:
        raise ConfigError(
            f"task.ranges: must have {number} pairs for {config.id}, got {len(ranges)}"
        )
    return ranges


def _reward_names(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> tuple[str, ...]:
    """Return the names of the rewards, none if a step gives one number."""
    space = getattr(environment.unwrapped, "reward_space", None)
    if space is None and not config.rewards:
        return ()
    number = _n_rewards(environment)
    names = config.rewards or tuple(f"reward_{i + 1}" for i in range(number))
    if number and len(set(names)) == len(names) == number:
        return names
    if not number and not config.rewards:
        return ()  # a wrapper has made one number of them
    raise ConfigError(
        f"task.rewards: must be {number or 'no'} different names for {config.id}, "
        f"which gives so many rewards at once, got {list(names)}"
    )


def _n_rewards(environment: "gymnasium.Env[Any, Any]") -> int:
    """Return how many numbers a step's reward has, 0 for one that is no vector."""
    environment.reset(seed=0)
    environment.action_space.seed(0)
    reward: Any = environment.step(environment.action_space.sample())[1]
    shape = np.shape(reward)
    return int(shape[0]) if len(shape) == 1 else 0
