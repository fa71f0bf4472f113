"""Wrappers: which leave a task as it is, and which say what they change.

A wrapper may change what a task shows, takes or gives, so that around most of them the compiled
task, the typical ranges and the names of the task inside are unknown. One that knows what it
changes says so by two methods, both optional:

``known_around(known) -> KnownTask``
    What is known of the task with the wrapper around it, from what is known without.
``compiled_around(compiled) -> CompiledDynamics | None``
    The compiled task with the wrapper around it. Its `start` is handed the outermost wrapper, and
    hands on the environment inside this one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glianeat.tasks.known import KnownTask

if TYPE_CHECKING:
    import gymnasium

_HARMLESS = {  # wrappers that change neither observations nor rewards nor actions
    "gymnasium.wrappers.common.OrderEnforcing",
    "gymnasium.wrappers.common.PassiveEnvChecker",
    "gymnasium.wrappers.common.TimeLimit",
}


def full_name(thing: object) -> str:
    """Return the full name of the class of a thing, for which nothing needs to be imported."""
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def wrappers_of(environment: "gymnasium.Env[Any, Any]") -> Iterator[Any]:
    """Yield the wrappers around an environment, the outermost first."""
    wrapper: Any = environment
    while wrapper is not environment.unwrapped:
        yield wrapper
        wrapper = wrapper.env


def is_harmless(wrapper: object) -> bool:
    """Return whether a wrapper leaves observations, rewards and actions as they are."""
    return full_name(wrapper) in _HARMLESS


def known_around(
    known: KnownTask, environment: "gymnasium.Env[Any, Any]", count: int | None = None
) -> KnownTask:
    """Return what is known of a task with its wrappers around it.

    Parameters
    ----------
    known : KnownTask
        What is known of the innermost environment.
    environment : gymnasium.Env
        The environment, with its wrappers.
    count : int, optional
        How many of the outermost wrappers may have changed something; by default all but those
        that are known to be harmless.
    """
    layers = list(wrappers_of(environment))
    suspects = [one for one in layers[:count] if count is not None or not is_harmless(one)]
    for wrapper in reversed(suspects):
        tell = getattr(wrapper, "known_around", None)
        if tell is None:
            known = replace(known, ranges=None, observation_names=None, action_names=None)
        else:
            known = tell(known)
    return known
