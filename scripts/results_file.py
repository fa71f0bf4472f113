"""Keep the tables of boards: the text for readers, the rows for whoever counts anew."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from glianeat.store.provenance import provenance

kept_option = click.option(
    "--kept",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Join the rows that were kept in files, instead of running anything.",
)


def keep(stem: Path, text: str, rows: Iterable[dict[str, Any]], parts: Sequence[Path] = ()) -> None:
    """Write a table and its rows, under one name with two endings.

    What a board was made with stands before its rows: of one that was joined, each part's.
    """
    made_with = _lines(parts, with_rows=False) if parts else [{"provenance": provenance()}]
    stem.parent.mkdir(exist_ok=True)
    stem.with_suffix(".txt").write_text(text)
    lines = [json.dumps(line) for line in (*made_with, *rows)]
    stem.with_suffix(".jsonl").write_text("\n".join(lines) + "\n")


def kept_rows(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the rows of boards that were run in parts."""
    return _lines(files, with_rows=True)


def _lines(files: Iterable[Path], *, with_rows: bool) -> list[dict[str, Any]]:
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [line for line in lines if ("provenance" not in line) == with_rows]
