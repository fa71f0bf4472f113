"""glianeat beside peers, on the same budgets of environment steps. Run by hand; rows are kept.

    python scripts/control_board.py HalfCheetah --methods cma_tanh16,neat --seeds 1000-1009
    python scripts/control_board.py --table

Everybody trains for as many steps of the environment; a generation that would exceed them is not
begun. Candidates for the best are then compared on fresh episodes, whose steps are counted apart,
and the chosen one is tested on episodes that nobody used, the same for all methods. Rows that are
kept under scripts/scoreboard/control/ are not made again. Each row is made in a process of its own,
on one thread. Without names, `--table` writes the tables of all tasks and of docs/recipes/ anew.
"""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from control.pages import PAGES, by_method, filled, title
from control.tasks import TASKS, BoardTask, Outcome
from results_file import kept_rows

from glianeat.store.provenance import provenance

RESULTS = Path(__file__).parent / "scoreboard" / "control"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
HEADER = (
    f"{'method':28}{'runs':>5}{'steps':>12}{'CPU s':>8}{'training':>10}"
    f"{'fresh: median':>15}{'lowest':>9}{'highest':>9}{'goal':>9}"
)
Row = dict[str, Any]


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(TASKS)))
@click.option("--methods", default="glianeat,cma_tanh16,cma_linear,neat", show_default=True)
@click.option("--seeds", default="1000-1009", show_default=True, help="First and last.")
@click.option("--times", default=1.0, show_default=True, help="Budgets in place of one.")
@click.option("--set", "assignments", multiple=True, help="Change a setting of glianeat.")
@click.option("--label", default="", help="Name of such rows, beside the method's.")
@click.option("--folder", type=click.Path(path_type=Path), default=RESULTS, help="Of the rows.")
@click.option("--table", "only_table", is_flag=True, help="Only print what is kept.")
@click.option("--row", "as_row", is_flag=True, hidden=True)
def main(  # noqa: PLR0913, PLR0917 - one argument for each option
    names: Sequence[str],
    methods: str,
    seeds: str,
    times: float,
    assignments: Sequence[str],
    label: str,
    folder: Path,
    only_table: bool,  # noqa: FBT001
    as_row: bool,  # noqa: FBT001
) -> None:
    """Make the rows that are missing, one after the other, and print tables."""
    first, _, last = seeds.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    if as_row:
        click.echo(json.dumps(row(TASKS[names[0]], methods, numbers[0], times, assignments)))
        return
    for name in () if only_table else names:
        for seed in numbers:
            for method in methods.split(","):
                options = [f"--times={times}", *(f"--set={one}" for one in assignments)]
                _make(folder / f"{name}.jsonl", name, (method, seed, label), options)
    tables = (table(TASKS[name], _kept(folder / f"{name}.jsonl")) for name in names or TASKS)
    text = "\n".join(filter(None, tables))
    click.echo(text)
    if folder == RESULTS and not names:
        folder.with_suffix(".txt").write_text(text)
        for page in PAGES.glob("*.md"):
            page.write_text(filled(page.read_text()))


def _make(file: Path, name: str, wanted: tuple[str, int, str], options: Sequence[str]) -> None:
    """Make a row in a process of its own, unless it is kept."""
    method, seed, label = wanted
    named = f"{method}{' ' if label else ''}{label}"
    if any((one["method"], one["seed"]) == (named, seed) for one in _kept(file)):
        return
    asked = [name, f"--methods={method}", f"--seeds={seed}", *options, "--row"]
    command = [sys.executable, __file__, *asked]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        click.echo(f"{name}, {named}, seed {seed}: failed, see above", err=True)
        return
    made = {**json.loads(done.stdout.splitlines()[-1]), "method": named}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        if not _kept(file) or label or method == "glianeat":
            out.write(json.dumps({"provenance": provenance()}) + "\n")
        out.write(json.dumps(made) + "\n")
    shown = {key: made[key] for key in ("method", "seed", "steps", "cpu_seconds", "fresh_return")}
    click.echo(f"{name}: {json.dumps(shown)}", err=True)


def _kept(file: Path) -> list[Row]:
    return kept_rows([file]) if file.exists() else []


def row(
    task: BoardTask, method: str, seed: int, times: float, assignments: Sequence[str] = ()
) -> Row:
    """Train, test, and return what came out."""
    outcome, returns = trained(task, method, seed, int(task.steps * times), assignments)
    return {
        "task": task.name,
        "method": method,
        "seed": seed,
        "budget": int(task.steps * times),
        **dataclasses.asdict(outcome),
        "fresh_return": float(np.mean(returns)),
        "fresh_error": float(np.std(returns, ddof=1)) / len(returns) ** 0.5,
        "fresh_episodes": len(returns),
        "settings": list(assignments),
    }


def trained(
    task: BoardTask, method: str, seed: int, steps: int, assignments: Sequence[str]
) -> tuple[Outcome, list[float]]:
    """Return what came out of training, and the returns of the test."""
    if method == "glianeat":
        from control.ours import evolved

        return evolved(task, seed, steps, list(assignments))
    from control.play import Player, Use, seeds

    if method == "ppo":
        from control.ppo import ppo

        outcome, policy = ppo(task, seed, steps)
    elif method == "neat":
        from control.neat_peer import neat_python

        outcome, policy = neat_python(task, seed, steps)
    else:
        from control.cma_peer import cma_es

        outcome, policy = cma_es(task, seed, steps, 16 if method == "cma_tanh16" else 0)
    return outcome, Player(task).play(policy, seeds(seed, Use.TEST, task.tested))


def table(task: BoardTask, rows: Iterable[Row]) -> str:
    """Return the table of a task, medians over seeds; nothing if there are no rows."""
    rows = list(rows)
    if not rows:
        return ""
    head = f"{task.name}, {task.steps:,} steps of the environment, goal {task.goal:g}"
    lines = [head, HEADER]
    lines += (_line(method, found, task.goal) for method, found in by_method(rows).items())
    seeds = sorted({row["seed"] for row in rows})
    fresh = rows[0]["fresh_episodes"]
    lines.append(f"seeds {seeds[0]} to {seeds[-1]}; fresh: {fresh} episodes that nobody used\n")
    return "\n".join(lines)


def _line(method: str, rows: Sequence[Row], goal: float) -> str:
    middle = {
        key: median(row[key] for row in rows)
        for key in ("steps", "cpu_seconds", "training_return", "fresh_return")
    }
    fresh = [row["fresh_return"] for row in rows]
    reached = sum(value >= goal for value in fresh)
    return (
        f"{title(method):28}{len(rows):5}{middle['steps']:12,.0f}{middle['cpu_seconds']:8.0f}"
        f"{middle['training_return']:10.4g}{middle['fresh_return']:15.4g}{min(fresh):9.4g}"
        f"{max(fresh):9.4g}{reached:4} of {len(rows)}"
    )


if __name__ == "__main__":
    main()
