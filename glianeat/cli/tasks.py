"""``glianeat tasks``."""

import contextlib
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from glianeat.cli.terminal import add_row, make_console, say, say_json
from glianeat.text import counted

if TYPE_CHECKING:
    from glianeat.tasks.catalogue import Entry

_MOST_MADE = 20  # tasks that are made to be looked at: some take seconds
_WIDE = 250  # characters of a line that no terminal folds


@click.command()
@click.argument("text", default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
def tasks(text: str, *, as_json: bool) -> None:
    """List the installed Gymnasium tasks whose id or family contains TEXT.

    Of each there is only the newest version. If TEXT leaves at most 20, they are looked at more
    closely: what they show and take, and whether they have a compiled task, which is far faster.
    """
    from glianeat.tasks.catalogue import catalogue

    entries = catalogue(text)
    closely = bool(text) and len(entries) <= _MOST_MADE
    rows = [describe_entry(entry, closely=closely) for entry in entries]
    if as_json:
        say_json(rows)
    elif rows:
        _print_rows(rows, closely=closely)
    else:
        say(_none_found(text))


def describe_entry(entry: "Entry", *, closely: bool) -> dict[str, Any]:
    """Return a task as `tasks --json` prints it; what was not made has null spaces."""
    row: dict[str, Any] = {
        "id": entry.id,
        "family": entry.family,
        "observation": None,
        "action": None,
        "compiled": None,
        "solved": entry.solved_return,
        "needs": entry.needs,
    }
    if not row["needs"] and entry.module:
        row["needs"] = f"task.imports = ['{entry.module}']"
    if closely and not entry.needs:
        row |= _closely(entry)
    return row


def _closely(entry: "Entry") -> dict[str, Any]:
    """Make a task; return what it shows and takes, and why it does not serve if so."""
    from glianeat.errors import ConfigError
    from glianeat.tasks.catalogue import short, silence
    from glianeat.tasks.compiled import find_compiled
    from glianeat.tasks.config import TaskConfig
    from glianeat.tasks.spaces import parts_of
    from glianeat.tasks.task import make_environment

    imports = (entry.module,) if entry.module else ()
    found: dict[str, Any] = {}
    try:
        # some leave logs where they are made, as MuJoCo does
        with silence(), TemporaryDirectory() as folder, contextlib.chdir(folder):
            environment = make_environment(TaskConfig(id=entry.id, imports=imports))
            found["observation"] = short(environment.observation_space)
            found["action"] = short(environment.action_space)
            found["compiled"] = find_compiled(environment) is not None
            environment.close()
            parts_of(environment.observation_space, "an observation")
            parts_of(environment.action_space, "an action")
    except ConfigError as error:
        found["needs"] = _reason(entry.id, error)
    except Exception as error:  # noqa: BLE001 - an environment may raise anything
        found["needs"] = f"{type(error).__name__}: {error}"
    return found


def _reason(task: str, error: Exception) -> str:
    """Return why a task does not serve, without its id, which stands beside it already."""
    return " ".join(str(error).removeprefix(f"task {task}: ").split())


def _print_rows(rows: list[dict[str, Any]], *, closely: bool) -> None:
    from rich.table import Table

    console = make_console()
    if not console.is_terminal:  # a task a line, for those who search in them
        console = make_console(width=_WIDE)
    table = Table(box=None, pad_edge=False, header_style="bold")
    looks = ["observation", "action", "compiled"] if closely else []
    for name in ("family", "id", *looks):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    table.add_column("solved at", justify="right")
    table.add_column("needs", overflow="fold")
    before = ""
    for row in rows:
        family = "" if row["family"] == before else row["family"]
        before = row["family"]
        cells = [family, row["id"], *(_cell(row[name]) for name in looks)]
        add_row(table, *cells, _cell(row["solved"]), row["needs"], style=None)
    console.print(table)
    if not closely:
        say(
            f"{counted(len(rows), 'task')}. What some show and take, and which have "
            "a compiled task: glianeat tasks TEXT"
        )


def _cell(value: bool | float | str | None) -> str:  # noqa: FBT001 - a cell of a table
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else value


def _none_found(text: str) -> str:
    from glianeat.tasks.catalogue import PLUGINS, is_installed

    missing = [plugin for plugin in PLUGINS if not is_installed(plugin.module)]
    others = ", ".join(f"{plugin.package} ({plugin.patterns[0]})" for plugin in missing)
    return f"no installed task contains {text!r}" + (f"; others are in {others}" if others else "")
