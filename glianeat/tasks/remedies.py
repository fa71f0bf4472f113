"""What to do if a task is not found, or something else is given in its place."""

import difflib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from glianeat.tasks import catalogue
from glianeat.text import safe

_VERSION = re.compile(r"-v\d+$")
_NEAR = 0.8  # of 1, from which two names are taken to be meant to be one
_MOST_FILES, _MOST_BYTES = 50, 200_000  # of the current folder that are searched for an id
_LONGEST_ID = 100  # characters; a longer one is no slip of the pen
ELSEWHERE = (
    "if it belongs to a package, install that and name its module in task.imports = ['module']; if "
    "a file of yours registers it, write module:Id, with the file's folder in PYTHONPATH"
)
"""The general remedy."""


def for_unknown_id(task: str, registered: Iterable[str]) -> str:
    """Return what to do, after a semicolon, about an id that nobody has registered."""
    if task.endswith(".py"):
        return f"; that is a file: write {safe(Path(task).stem)}:Id, Id as the file registers it"
    plugin = catalogue.plugin_of(task)
    if plugin is not None and plugin.module not in sys.modules:
        return f"; it needs task.imports = ['{plugin.module}']{_install(plugin)}"
    near = _near(task, registered)
    if near:
        return f"; did you mean {near!r}?"
    file = _naming(task)
    if file is not None:
        return (
            f"; {file.name} in this folder names it: if it registers it, write "
            f"{file.stem}:{task}, after export PYTHONPATH=$PWD"
        )
    return f"; {ELSEWHERE}"


def for_missing_module(module: str) -> str:
    """Return what to do, after a semicolon, about a module that cannot be found."""
    root = module.partition(".")[0]
    here = Path.cwd()
    for place in (f"{root}.py", f"{root}/__init__.py"):
        if _is_file(here / place):
            return (
                f"; {safe(place)} is in this folder, where Python does not look for modules: "
                "export PYTHONPATH=$PWD, and on every machine of a cluster"
            )
    known = next((one for one in catalogue.PLUGINS if one.module.partition(".")[0] == root), None)
    if known is not None:
        return f"; pip install {known.package}"
    return "; install the package that has it, or add the folder of its file to PYTHONPATH"


def for_object(value: object) -> str:
    """Return what to do, after a semicolon, with an object given where a task's id is wanted."""
    if hasattr(value, "reset") and hasattr(value, "step"):
        name = "" if isinstance(value, type) else getattr(getattr(value, "spec", None), "id", "")
        how = f"TaskConfig(id={name!r})" if name else _REGISTER
        return f"; an environment is named, not given: {how}"
    if isinstance(value, str):
        return f"; write TaskConfig(id={safe(value)!r}), or in a file [task] and id = ..."
    if callable(value):
        return f"; a function that makes environments is registered first: {_REGISTER}"
    return ""


_REGISTER = (
    "gymnasium.register('Mine-v0', entry_point=...) in a module, say mine.py, then "
    "TaskConfig(id='mine:Mine-v0')"
)


def _install(plugin: catalogue.Plugin) -> str:
    if catalogue.is_installed(plugin.module):
        return ""
    extra = f" (or 'glianeat[{plugin.extra}]')" if plugin.extra else ""
    return f" and pip install {plugin.package}{extra}"


def _near(task: str, registered: Iterable[str]) -> str:
    """Return the registered id that is most like another, if it is so but for a slip or version."""
    if len(task) > _LONGEST_ID:
        return ""
    name = _VERSION.sub("", task).casefold()
    best, merit = "", (_NEAR, -1)
    for other in registered:
        matcher = difflib.SequenceMatcher(None, name, _VERSION.sub("", other).casefold())
        if matcher.real_quick_ratio() >= merit[0]:
            version = _VERSION.search(other)
            found = matcher.ratio(), int(version[0][2:]) if version else 0
            best, merit = max((best, merit), (other, found), key=lambda one: one[1])
    return best


def _naming(task: str) -> Path | None:
    """Return a Python file of the current folder that holds an id in quotes."""
    for file in sorted(Path.cwd().glob("*.py"))[:_MOST_FILES]:
        try:
            if file.stat().st_size <= _MOST_BYTES:
                text = file.read_text(encoding="utf-8", errors="replace")
                if file.stem.isidentifier() and (f'"{task}"' in text or f"'{task}'" in text):
                    return file
        except OSError:
            continue
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
