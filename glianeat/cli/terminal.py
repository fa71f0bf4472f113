"""What the command line prints: every word of it passes here, and commands no terminal."""

from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from glianeat.text import safe, safe_json, safe_lines


def say(text: str = "", *, err: bool = False) -> None:
    """Print text, in which foreign characters show themselves instead of being obeyed."""
    click.echo(safe_lines(text), err=err)


def say_json(value: object) -> None:
    """Print a value as JSON."""
    document = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(safe_json(document))


def make_console(*, err: bool = False, width: int | None = None) -> Console:
    """Return a console that takes text as it stands: no markup, no emoji, no highlighting."""
    return Console(stderr=err, width=width, markup=False, emoji=False, highlight=False)


def add_row(table: Table, *cells: str, **options: Any) -> None:
    """Add a row of foreign text to a table."""
    table.add_row(*map(safe, cells), **options)
