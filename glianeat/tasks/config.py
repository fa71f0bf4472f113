"""Which environment a run uses, and whose word that is."""

import math
from typing import Annotated, Any, Literal

import msgspec

from glianeat.config import Settings, shown, within
from glianeat.errors import ConfigError
from glianeat.plain import check_plain
from glianeat.tasks import contract, remedies

MODULE_RULE = "must be the full name of a module, such as ale_py or package.module"
Range = tuple[float, float]


class WrapperConfig(Settings):
    """A wrapper around the environment, a class derived from `gymnasium.Wrapper`."""

    entry: str
    """Where it is: ``module:Name``, such as ``gymnasium.wrappers:FlattenObservation``."""
    kwargs: dict[str, Any] = msgspec.field(default_factory=dict)
    """Arguments beside the environment."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_plain(self.kwargs, "kwargs")
        module, sign, name = self.entry.partition(":")
        if not sign or not is_dotted(module) or not is_dotted(name):
            raise ConfigError(f"entry: must be written module:Name, got {shown(self.entry)}")


class TaskConfig(Settings):
    """Which environment, and how much of it."""

    id: str = "CartPole-v1"
    """Gymnasium id of the task; ``module:Id-v0`` imports the module first."""
    imports: tuple[str, ...] = ()
    """Modules to import before the task is made, which register it, such as ``ale_py``."""
    kwargs: dict[str, Any] = msgspec.field(default_factory=dict)
    """Arguments of `gymnasium.make`."""
    wrappers: tuple[WrapperConfig, ...] = ()
    """Wrappers around the environment, the innermost first."""
    reset_options: dict[str, Any] = msgspec.field(default_factory=dict)
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
    """Whether whole episodes run in compiled code where the task has a compiled task."""

    @classmethod
    def remedy(cls, value: object) -> str:
        """Return what to do with an environment, or what makes one, given as a task."""
        return remedies.for_object(value)

    def __post_init__(self) -> None:
        given: object = self.id
        if not isinstance(given, str):
            near = remedies.for_object(given)
            raise ConfigError(f"id: must be a string, got {contract.quoted(given)}{near}")
        super().__post_init__()
        check_plain(self.kwargs, "kwargs")
        check_plain(self.reset_options, "reset_options")
        for low, high in self.ranges or ():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError(f"ranges: must be finite pairs of low < high, got {(low, high)}")
        for i, module in enumerate(self.imports):
            if not is_dotted(module):
                raise ConfigError(f"imports[{i}]: {MODULE_RULE}, got {shown(module)}")


class ForeignTask(TaskConfig):
    """The task of a run that was not made here; it is only made if it is harmless."""

    def trusted(self) -> TaskConfig:
        """Return the same task as one that may be made, whatever that imports and calls."""
        return TaskConfig(**{name: getattr(self, name) for name in self.__struct_fields__})


def foreign(task: TaskConfig) -> ForeignTask:
    """Return a task as that of a stranger."""
    return ForeignTask(**{name: getattr(task, name) for name in task.__struct_fields__})


def is_dotted(name: str) -> bool:
    """Return whether a name is made of identifiers with dots between them."""
    return all(part.isidentifier() for part in name.split("."))
