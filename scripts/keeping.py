"""Keep the tables of boards: the text for readers, the rows for whoever counts anew."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from glianeat.store.provenance import provenance


def keep(stem: Path, text: str, rows: Iterable[dict[str, Any]]) -> None:
    """Write a table and its rows, under one name with two endings."""
    stem.parent.mkdir(exist_ok=True)
    stem.with_suffix(".txt").write_text(text)
    lines = [json.dumps(row) for row in ({"provenance": provenance()}, *rows)]
    stem.with_suffix(".jsonl").write_text("\n".join(lines) + "\n")


def kept_rows(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the rows of boards that were run in parts."""
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [row for row in lines if "seed" in row]
