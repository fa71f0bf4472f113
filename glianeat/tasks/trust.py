"""What making a task imports and calls, and how a stranger's run is kept from asking for it.

A task is code. One that comes with Gymnasium, with glianeat or with another installed package, with
numbers for arguments, is code that is installed already; a module, a wrapper, or a word that leads
an environment to a file or a module is whatever the author of the run chose.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from glianeat.config import shown
from glianeat.errors import TrustError
from glianeat.tasks.catalogue import OWN_WRAPPERS, own_module

if TYPE_CHECKING:
    from glianeat.tasks.config import TaskConfig

# Families whose environments only choose by the words they are given. Others read files they name,
# such as MuJoCo's `xml_file`, or make further environments, such as shimmy's `env_id`.
_ONLY_CHOOSE = ("gymnasium.envs.classic_control", "gymnasium.envs.toy_text", "gymnasium.envs.box2d")


def demands(task: "TaskConfig") -> tuple[str, ...]:
    """Return what making a task imports and calls beyond what is installed with it.

    Nothing is imported to find out, but Gymnasium.

    Parameters
    ----------
    task : TaskConfig
        Of a run that may be a stranger's.

    Returns
    -------
    tuple of str
        Such as ``imports evil (task.imports)``; empty if the task is harmless.
    """
    found = [f"imports {module} (task.imports)" for module in task.imports]
    module, sign, _ = task.id.rpartition(":")
    if sign:
        found.append(f"imports {module} (task.id)")
    foreign = (one.entry for one in task.wrappers if one.entry not in OWN_WRAPPERS)
    found += [f"calls {entry} (task.wrappers)" for entry in foreign]
    if found or not _only_chooses(task.id):
        for name, value in (("kwargs", task.kwargs), ("reset_options", task.reset_options)):
            if not _is_wordless(value):
                found.append(f"hands {shown(value)} to the task (task.{name})")
    return tuple(found)


def require_trust(task: "TaskConfig") -> None:
    """Raise `TrustError` if making a stranger's task would run what is not known to be harmless."""
    found = demands(task)
    if found:
        raise TrustError(
            f"task {shown(task.id)}: its run was not made here, or was changed since, and making "
            f"it {', '.join(found)}; if you trust whoever made it, allow it with --trust "
            "(trust=True from Python)"
        )


def _only_chooses(task: str) -> bool:
    import gymnasium

    if own_module(task) is not None:
        return True
    spec = gymnasium.registry.get(task)
    return spec is not None and str(spec.entry_point).startswith(_ONLY_CHOOSE)


def _is_wordless(value: Any) -> bool:
    """Return whether a value is made of numbers, truth values and nothing, keys left out."""
    if isinstance(value, Mapping):
        return all(map(_is_wordless, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_wordless, value))
    return value is None or isinstance(value, bool | int | float)
