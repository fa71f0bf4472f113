"""Do glia help to remember, and how long should a step of the task last? An ablation.

Evolves agents for three tasks that need memory, with glia and without, at several hold times (the
tasks' own times stay as they are: a step of the task is as long as the hold). Rows are appended to
a file as they come, and what is there already is not run again, so that it can be interrupted, and
spread over processes by seeds.

    python scripts/experiments/memory_ablation.py --seeds 0-9
    python scripts/experiments/memory_ablation.py --table
"""

import json
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import glianeat
from glianeat.experiment.config import experiment_from

TASKS = {
    "glianeat/DelayedMatch-v0": 0.95,
    "glianeat/TemporalXor-v0": 1.0,
    "glianeat/TMaze-v0": 0.9,
}
HOLDS = (5, 10, 20, 50)  # [ms]
GLIA = {
    "on": [],
    "off": ["astrocyte.metabolic=false", "astrocyte.gain=false", "astrocyte.plasticity=false"],
}
RESULTS = Path(__file__).parents[1] / "results" / "memory_ablation.jsonl"
Row = dict[str, Any]


def run_one(task: str, glia: str, hold: int, seed: int, budget: int) -> Row:
    """Evolve once, and return how the best genome did on fresh episodes."""
    settings = [
        *GLIA[glia],
        f"codec.hold={hold}",
        f"task.kwargs.step_ms={hold}",
        f"evolution.evaluations={budget}",
        f"evolution.generations={budget}",
        "evolution.stop_when_solved=true",
        "evaluation.validation_episodes=50",
        f"seed={seed}",
    ]
    config = experiment_from({"task": {"id": task}}, settings)
    with (
        tempfile.TemporaryDirectory() as folder,
        glianeat.evolve(config, runs=Path(folder), name="ablation") as run,
    ):
        best = run.best
        return {
            "task": task,
            "glia": glia,
            "hold": hold,
            "seed": seed,
            "budget": budget,
            "evaluations": run.summaries[-1].evaluations,
            "fresh_return": best.mean_return,
            "hidden": best.evaluation.hidden,
            "energy": best.power,
        }


def read_rows(file: Path) -> list[Row]:
    """Return the rows that were kept."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def table(rows: list[Row]) -> str:
    """Return the table of what is there."""
    console = Console(width=130, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    for task, goal in TASKS.items():
        of_task = [row for row in rows if row["task"] == task]
        if not of_task:
            continue
        budget = of_task[0]["budget"]
        shown = Table(
            title=f"{task}: mean return on 50 fresh episodes after at most {budget} evaluations",
            title_justify="left",
        )
        for column in ("hold [ms]", "glia", "seeds", "mean ± sd", "median", "most", "solved"):
            shown.add_column(column, justify="right")
        for cells in _cells(of_task, goal):
            shown.add_row(*cells)
        console.print(shown)
    return "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())


def _cells(rows: list[Row], goal: float) -> Iterator[tuple[str, ...]]:
    for hold, glia in product(HOLDS, GLIA):
        found = [r["fresh_return"] for r in rows if (r["hold"], r["glia"]) == (hold, glia)]
        if found:
            spread = stdev(found) if len(found) > 1 else 0.0
            yield (
                str(hold),
                glia,
                str(len(found)),
                f"{mean(found):.3f} ± {spread:.3f}",
                f"{median(found):.3f}",
                f"{max(found):.3f}",
                str(sum(value >= goal for value in found)),
            )


@click.command()
@click.option("--seeds", default="0-9", show_default=True, help="First and last seed.")
@click.option("--budget", default=1000, show_default=True, help="Evaluations of a run.")
@click.option("--output", default=RESULTS, type=click.Path(path_type=Path), show_default=True)
@click.option("--table", "only_table", is_flag=True, help="Run nothing, print the table.")
def main(seeds: str, budget: int, output: Path, *, only_table: bool) -> None:
    """Run what is missing, and print the table."""
    first, _, last = seeds.partition("-")
    wanted = product(range(int(first), int(last or first) + 1), TASKS, HOLDS, GLIA)
    done = {(r["seed"], r["task"], r["hold"], r["glia"]) for r in read_rows(output)}
    for seed, task, hold, glia in [] if only_table else wanted:
        if (seed, task, hold, glia) in done:
            continue
        row = run_one(task, glia, hold, seed, budget)
        with output.open("a") as file:
            file.write(json.dumps(row) + "\n")
    text = table(read_rows(output))
    output.with_suffix(".txt").write_text(text)
    click.echo(text)


if __name__ == "__main__":
    main()
