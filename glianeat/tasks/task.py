"""Tasks: Gymnasium environments, and what evolution needs to know of them."""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError, EvaluationError
from glianeat.interrupts import is_from_outside
from glianeat.tasks import catalogue, contract, remedies
from glianeat.tasks.blame import described, exited, misfitting
from glianeat.tasks.compiled import find_compiled
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.config import (
    MODULE_RULE,
    ForeignTask,
    Range,
    TaskConfig,
    WrapperConfig,
    is_dotted,
)
from glianeat.tasks.known import KNOWN_TASKS, UNKNOWN_TASK, KnownTask, declared
from glianeat.tasks.names import with_fitting_names
from glianeat.tasks.spaces import Part, parts_of, served_keys
from glianeat.tasks.trust import require_trust
from glianeat.tasks.wrapping import known_around
from glianeat.text import counted
from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium

DEFAULT_MAX_STEPS = 10_000


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
    compiled : CompiledDynamics or None
        The compiled task, if there is one.
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
    compiled: CompiledDynamics | None = None

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
    TrustError
        If it is a stranger's, and making it would import or call what is not known to be harmless.
    """
    import gymnasium

    if isinstance(config, ForeignTask):
        require_trust(config)
    _check_id(config.id)
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
    except BaseException as error:  # an environment may raise anything
        if is_from_outside(error):
            raise
        raise ConfigError(_refusal(config.id, error)) from error
    for wrapper in config.wrappers:
        environment = _wrap(environment, wrapper)
    return environment


def _refusal(task: str, error: BaseException) -> str:
    """Return why an environment cannot be made."""
    import gymnasium

    if isinstance(error, gymnasium.error.UnregisteredEnv | gymnasium.error.DeprecatedEnv):
        near = remedies.for_unknown_id(task, gymnasium.registry)
        return f"task.id: no task {task!r} is registered{near}"
    plain = isinstance(error, gymnasium.error.Error | SystemExit)
    words = str(error) if plain else described(error)
    old = f"; {contract.OLD_API}" if "Gym is incompatible" in words else ""
    lacks = "; give it in task.kwargs" if " required positional argument" in words else ""
    return f"task {task}: cannot be made: {words}{old}{lacks}"


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


def _import(module: str, setting: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = (
            isinstance(error, ModuleNotFoundError)
            and error.name == module.split(".", maxsplit=1)[0]
        )
        near = remedies.for_missing_module(module) if missing else ""
        raise ConfigError(f"{setting}: {module!r} cannot be imported: {error}{near}") from error
    except (Exception, SystemExit) as error:  # a module may raise anything
        said = described(error)
        raise ConfigError(f"{setting}: {module!r} cannot be imported: {said}") from error


def _wrap(
    environment: "gymnasium.Env[Any, Any]", config: WrapperConfig
) -> "gymnasium.Env[Any, Any]":
    kind = _wrapper_class(config.entry)
    try:
        return kind(environment, **config.kwargs)
    except (Exception, SystemExit) as error:  # a wrapper may raise anything
        raise ConfigError(f"task.wrappers: {config.entry} refuses: {error}") from error


def _wrapper_class(entry: str) -> "type[gymnasium.Wrapper[Any, Any, Any, Any]]":
    """Return the class that an entry names; nothing is called before it proves to be a wrapper."""
    import gymnasium

    module, _, name = entry.partition(":")
    kind: Any = _import(module, "task.wrappers")
    for part in name.split("."):
        found = getattr(kind, part, None)
        if found is None:
            near = suggestion(part, vars(kind) if hasattr(kind, "__dict__") else ())
            raise ConfigError(f"task.wrappers: {module} has no {name!r}{near}")
        kind = found
    if not isinstance(kind, type) or not issubclass(kind, gymnasium.Wrapper):
        raise ConfigError(
            f"task.wrappers: must be classes derived from gymnasium.Wrapper, "
            f"got {entry}, which is {_kind_of(kind)}"
        )
    return kind


def _kind_of(thing: object) -> str:
    return "another class" if isinstance(thing, type) else f"a {type(thing).__name__}"


def _check_id(task: str) -> None:
    module, sign, name = task.partition(":")
    if sign and (not is_dotted(module) or ":" in name):
        raise ConfigError(
            "task.id: must be a Gymnasium id or module:Id, where the module "
            f"{MODULE_RULE}, got {shown(task)}"
        )


def describe_task(config: TaskConfig) -> TaskSpec:
    """Return what evolution needs to know of a task, as `open_task` does.

    Raises
    ------
    ConfigError
        If the task cannot be made or closed, or cannot serve evolution.
    TrustError
        If it is a stranger's, and making it would import or call what is not known to be harmless.
    """
    spec, environment = open_task(config)
    _close(config, environment)
    return spec


def open_task(config: TaskConfig) -> "tuple[TaskSpec, gymnasium.Env[Any, Any]]":
    """Return what evolution needs to know of a task, and the environment that said so.

    Raises
    ------
    ConfigError
        If the task cannot be made, or cannot serve evolution.
    TrustError
        If it is a stranger's, and making it would import or call what is not known to be harmless.
    """
    if isinstance(config, ForeignTask):
        require_trust(config)
    _check_id(config.id)
    module = config.id.partition(":")[0]
    if ":" in config.id and importlib.util.find_spec(module.partition(".")[0]) is None:
        near = remedies.for_missing_module(module)
        raise ConfigError(f"task.id: module {module!r} of {config.id!r} is not found{near}")
    environment = make_environment(config)
    try:
        spec = _described(config, environment)
    except BaseException:
        close_quietly(environment)
        raise
    return spec, environment


def _close(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> None:
    try:
        environment.close()
    except SystemExit as error:
        raise ConfigError(f"task {config.id}: on being closed, {exited(error)}") from error
    except BaseException as error:  # an environment may raise anything
        if is_from_outside(error):
            raise
        raise ConfigError(f"task {config.id}: cannot be closed: {described(error)}") from error


def _described(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> TaskSpec:
    limit = environment.spec.max_episode_steps if environment.spec else None
    solved = environment.spec.reward_threshold if environment.spec else None
    rewards = _reward_names(config, environment)
    observed = _observed(config, environment)
    acted = parts_of(environment.action_space, f"task {config.id}: an action")
    known = known_around(_known(config, environment), environment, len(config.wrappers))
    return TaskSpec(
        observed=observed,
        acted=acted,
        action_space=environment.action_space,
        max_steps=config.max_steps or limit or DEFAULT_MAX_STEPS,
        solved_return=None if rewards else solved,
        ranges=_fitting_ranges(config, known, observed),
        rewards=rewards,
        known=with_fitting_names(known, config, environment, (observed, acted)),
        reserve=getattr(environment.unwrapped, "metabolic_reserve", None),
        compiled=None if config.compiled == "off" or rewards else find_compiled(environment),
    )


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
    return declared(environment, KNOWN_TASKS.get(config.id, UNKNOWN_TASK))


def _fitting_ranges(
    config: TaskConfig, known: KnownTask, observed: tuple[Part, ...]
) -> tuple[Range, ...] | None:
    """Return the typical ranges as configured, or as known; they must fit the observation."""
    ranges = known.ranges if config.ranges is None else config.ranges
    number = sum(part.n_numbers for part in observed if part.kind == "box")
    if ranges is not None and len(ranges) != number:
        raise ConfigError(
            f"task.ranges: must have {counted(number, 'pair')} for {config.id}, got {len(ranges)}"
        )
    return ranges


def _reward_names(config: TaskConfig, environment: "gymnasium.Env[Any, Any]") -> tuple[str, ...]:
    """Return the names of the rewards, none if a step gives one number."""
    space = getattr(environment.unwrapped, "reward_space", None)
    if space is None and not config.rewards:
        return ()
    number = _n_rewards(config.id, environment)
    names = config.rewards or tuple(f"reward_{i + 1}" for i in range(number))
    if number and len(set(names)) == len(names) == number:
        return names
    if not number and not config.rewards:
        return ()  # a wrapper has made one number of them
    raise ConfigError(
        f"task.rewards: must be {_names(number)} for {config.id}, "
        f"which gives so many rewards at once, got {list(names)}"
    )


def _names(number: int) -> str:
    return counted(number, "different name") if number else "no different names"


def _n_rewards(task: str, environment: "gymnasium.Env[Any, Any]") -> int:
    """Return how many numbers a step's reward has, 0 for one that is no vector."""
    try:
        contract.begin(environment, 0, None)
        environment.action_space.seed(0)
        reward: Any = contract.advance(environment, environment.action_space.sample())[1]
    except EvaluationError as error:
        raise ConfigError(f"task {task}: {misfitting(error, environment)}") from error
    except SystemExit as error:
        raise ConfigError(f"task {task}: {exited(error)}") from error
    except Exception as error:  # an environment may raise anything
        raise ConfigError(f"task {task}: fails in its first step: {described(error)}") from error
    shape = np.shape(reward)
    return int(shape[0]) if len(shape) == 1 else 0
