"""How a board does with other settings, or by another version: rows of scoreboards side by side.

    python scripts/compare_boards.py BEFORE.jsonl AFTER.jsonl -o scripts/results/tonic_boards

Files hold rows as `scoreboard.py -o` writes them, each with the name of its board as ``board``. A12
is how probable it is that a run after is larger; p by Mann and Whitney, two-sided, uncorrected.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from results_file import keep, kept_rows
from scoreboard import BOARDS

from glianeat.studies.statistics import mann_whitney, vargha_delaney_interval

Row = dict[str, Any]
HEADER = f"{'board':24}{'':>14}{'before':>14}{'after':>14}   A12 (95 % interval)    p"


def needed(row: Row) -> float:
    """Return evaluations to solve, or the whole budget."""
    return float(row["evaluations"] if row["solved"] else BOARDS[row["board"]].budget)


NUMBERS: dict[str, Callable[[Row], float]] = {
    "evaluations": needed,
    "return": lambda row: float(row["claim_return"]),
    "EU/s": lambda row: float(row["energy"]),
}


def compared(board: str, before: list[Row], after: list[Row]) -> list[str]:
    """Return the lines of one board."""
    lines = []
    for name, number in NUMBERS.items():
        first, second = (np.array([number(row) for row in rows]) for rows in (after, before))
        effect = vargha_delaney_interval(first, second, np.random.default_rng(0))
        lines.append(
            f"{board:24}{name:>14}{median(second):14.5g}{median(first):14.5g}   {effect.value:.2f} "
            f"({effect.low:.2f} to {effect.high:.2f})   {mann_whitney(first, second):.3f}"
        )
    solved = (f"{sum(row['solved'] for row in rows)} of {len(rows)}" for rows in (before, after))
    lines.append(f"{board:24}{'solved':>14}" + "".join(f"{text:>14}" for text in solved))
    return lines


@click.command(help=__doc__)
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File stem for the results.")
def main(before: Path, after: Path, output: Path | None) -> None:
    """Print medians and how they differ, and keep them with all rows."""
    old, new = kept_rows([before]), kept_rows([after])
    lines = [HEADER]
    for board in dict.fromkeys(row["board"] for row in new):
        lines += compared(board, *([r for r in rows if r["board"] == board] for rows in (old, new)))
    text = "\n".join(lines) + "\n"
    click.echo(text)
    if output is not None:
        rows = [
            {"version": name} | row for name, of in (("before", old), ("after", new)) for row in of
        ]
        keep(output, text, rows, [before, after])


if __name__ == "__main__":
    main()
