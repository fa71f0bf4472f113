"""Names of what is observed and done, for people; no result depends on them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.contract import quoted
from glianeat.tasks.known import KnownTask
from glianeat.tasks.spaces import Part, n_action_names
from glianeat.text import counted

if TYPE_CHECKING:
    import gymnasium

LONGEST_NAME = 60  # characters


def with_fitting_names(
    known: KnownTask,
    config: TaskConfig,
    environment: "gymnasium.Env[Any, Any]",
    parts: tuple[tuple[Part, ...], tuple[Part, ...]],
) -> KnownTask:
    """Return what is known of a task with those names that fit its observations and actions.

    A wrapper may change both, so that with wrappers there are none. Names that an environment
    declares must fit; those known for the id need not, since its arguments may change its spaces.

    Parameters
    ----------
    known : KnownTask
        What is known of the task, names among it.
    config : TaskConfig
        The task.
    environment : gymnasium.Env
        Its environment.
    parts : tuple of two tuples of Part
        What observations and actions are made of.

    Raises
    ------
    ConfigError
        If an environment declares names that do not fit.
    """
    observed, acted = parts
    numbers = {
        "observation_names": sum(part.n_numbers for part in observed),
        "action_names": n_action_names(acted),
    }
    names: dict[str, Any] = {}
    for attribute, number in numbers.items():
        given = None if config.wrappers else getattr(known, attribute)
        declared = getattr(environment.unwrapped, attribute, None) is not None
        if given is not None and not _are_names(given, number):
            if declared:
                raise ConfigError(
                    f"task {config.id}: {attribute} must be {counted(number, 'name')} of 1 to "
                    f"{LONGEST_NAME} characters, got {quoted(given)}"
                )
            given = None
        names[attribute] = None if given is None else tuple(given)
    return replace(known, **names)


def _are_names(given: object, number: int) -> bool:
    if not isinstance(given, list | tuple) or len(given) != number:
        return False
    return all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in given)
