"""Names of what is observed and done, for people; no result depends on them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.contract import quoted
from glianeat.tasks.known import KNOWN_TASKS, UNKNOWN_TASK, KnownTask
from glianeat.tasks.spaces import Part, n_action_names
from glianeat.text import counted

if TYPE_CHECKING:
    import gymnasium

LONGEST_NAME = 60  # characters
_NUMBERED_CHANNEL = re.compile(r"obs (?P<number>\d{1,4})(?P<mark>| ?[+−]| \[\d+\])")
_NUMBERED_OUTPUT = re.compile(r"act(?:=| )(?P<number>\d{1,4})(?P<mark>[+−]?)")


def shown_names(
    config: TaskConfig, channels: Sequence[str], outputs: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what channels and outputs of a run are called for people.

    Runs that were made before the task had names keep numbers, such as ``obs 2+`` and ``act=0``:
    where the names are known for the id, they stand in their place. No environment is made.

    Parameters
    ----------
    config : TaskConfig
        The task of the run.
    channels, outputs : sequence of str
        The names that the run keeps.
    """
    known = UNKNOWN_TASK if config.wrappers else KNOWN_TASKS.get(config.id, UNKNOWN_TASK)
    return (
        _renamed(channels, known.observation_names, _NUMBERED_CHANNEL),
        _renamed(outputs, known.action_names, _NUMBERED_OUTPUT),
    )


def _renamed(
    names: Sequence[str], known: Sequence[str] | None, numbered: re.Pattern[str]
) -> tuple[str, ...]:
    """Return numbered names by the known ones, or as they are if not all are numbered."""
    found = [numbered.fullmatch(name) for name in names]
    if known is None or not all(one and int(one["number"]) < len(known) for one in found):
        return tuple(names)
    return tuple(
        f"{known[int(one['number'])]} {one['mark'].strip()}".rstrip() for one in found if one
    )


def with_fitting_names(
    known: KnownTask,
    config: TaskConfig,
    environment: "gymnasium.Env[Any, Any]",
    parts: tuple[tuple[Part, ...], tuple[Part, ...]],
) -> KnownTask:
    """Return what is known of a task with those names that fit its observations and actions.

    Names that an environment declares must fit; those known for the id need not, since its
    arguments may change its spaces, nor those that a wrapper has made of either.

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
        given = getattr(known, attribute)
        declared = (
            not config.wrappers and getattr(environment.unwrapped, attribute, None) is not None
        )
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
