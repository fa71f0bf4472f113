"""Return against share of dead sensors and cut synapses, from a study's report.

    glianeat study scripts/studies/robustness.toml --jobs 2
    python scripts/robustness.py runs/robustness

The study runs the arms and tests the champions; this only sets out what its report.json has. What
is kept of a return is counted from the task's floor: (return − floor) / (return without damage −
floor), champion by champion, since a return of −200 on Acrobot is not twice one of −100.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import click
from results_file import keep

KEPT = Path(__file__).parent / "results"
FLOORS = {  # mean returns of random agents, which do as well as doing nothing
    "CartPole-v1": 22.0,
    "Acrobot-v1": -500.0,
    "glianeat/DoublePole-v0": 11.0,
    "LunarLander-v3": -180.0,
}
KINDS = ("sensors", "synapses")
SHARES = (0, 20, 40, 60, 80)
COLOURS = {  # Okabe and Ito
    "healthy": "#56B4E9",
    "healthy_glia": "#0072B2",
    "faulty": "#E69F00",
    "faulty_glia": "#D55E00",
    "faulty_slow": "#CC79A7",
}
Report = dict[str, Any]
Row = dict[str, Any]


def rows_of(report: Report) -> Iterator[Row]:
    """Yield a row for each champion in each test, with what it keeps."""
    for task in report["tasks"]:
        floor = FLOORS[task["id"]]
        for arm in task["arms"]:
            for run in arm["runs"]:
                healthy = run["tests"]["none"]["return"]  # None if the champion failed
                whole = 0.0 if healthy is None else healthy - floor
                for test, found in run["tests"].items():
                    yield {
                        "task": task["name"],
                        "arm": arm["name"],
                        "seed": run["seed"],
                        "test": test,
                        "return": found["return"],
                        "standard_error": found["standard_error"],
                        "kept": kept_of(found["return"], floor, whole),
                        "power": found["power"],
                        "digest": run["digest"],
                    }


def kept_of(value: float | None, floor: float, whole: float) -> float | None:
    """Return the part of a return that is kept, from the floor; None where none can be told."""
    return (value - floor) / whole if value is not None and whole > 0.0 else None


def chosen(rows: list[Row], field: str, **where: str) -> list[float]:
    """Return a field of the rows that fit, those left out that have none."""
    fitting = (row for row in rows if all(row[name] == value for name, value in where.items()))
    return [row[field] for row in fitting if row[field] is not None]


def test_name(kind: str, share: int) -> str:
    """Return what the study calls a test."""
    return f"{kind}_{share}" if share else "none"


def table(report: Report, rows: list[Row]) -> str:
    """Return medians over the champions of each arm, by the share that dies."""
    seeds = report["screen"] or f"{report['seeds'][0]}-{report['seeds'][-1]}"
    lines = [f"Robustness: medians over champions, seeds {seeds}", f"study {report['sha256']}"]
    for task in report["tasks"]:
        for kind in KINDS:
            lines += ["", f"{task['text']}: {kind}", _head()]
            for arm in task["arms"]:
                lines.append(_line(rows, task["name"], arm["name"], kind))
    return "\n".join(lines) + "\n"


def _head() -> str:
    return f"{'':14}{'n':>3}  " + "".join(f"{f'{share} %':>16}" for share in SHARES)


def _line(rows: list[Row], task: str, arm: str, kind: str) -> str:
    cells, n = "", 0
    for share in SHARES:
        where = {"task": task, "arm": arm, "test": test_name(kind, share)}
        returns, kept = chosen(rows, "return", **where), chosen(rows, "kept", **where)
        n = max(n, len(returns))
        text = f"{median(returns):.1f} ({median(kept):.0%})" if kept else "–"
        cells += f"{text:>16}"
    return f"{arm:14}{n:>3}  {cells}"


def draw(report: Report, rows: list[Row], file: Path) -> None:
    """Draw what is kept by the share that dies, an axis a task and kind."""
    from matplotlib.figure import Figure

    tasks = [task["name"] for task in report["tasks"]]
    figure = Figure(figsize=(2.6 * len(tasks) + 0.8, 5.0), layout="constrained")
    axes = figure.subplots(len(KINDS), len(tasks), sharex=True, sharey=True, squeeze=False)
    for line, kind in zip(axes, KINDS, strict=True):
        for one, task in zip(line, tasks, strict=True):
            one.set_title(f"{task}: {kind}", fontsize=8)
            one.set_ylim(0.0, 1.05)
            for arm, colour in COLOURS.items():
                _curve(one, rows, task, arm, kind, colour)
    axes[0][0].legend(fontsize=7, frameon=False)
    figure.supxlabel("share that dies [%]", fontsize=8)
    figure.supylabel("kept of the return without damage", fontsize=8)
    figure.savefig(file, dpi=150, metadata={"Software": None})


def _curve(axes: Any, rows: list[Row], task: str, arm: str, kind: str, colour: str) -> None:
    found = [
        chosen(rows, "kept", task=task, arm=arm, test=test_name(kind, share)) for share in SHARES
    ]
    if not all(found):
        return
    axes.plot(SHARES, [median(one) for one in found], color=colour, label=arm, marker="o", ms=3)
    for share, kept in zip(SHARES, found, strict=True):
        axes.scatter([share] * len(kept), kept, color=colour, s=5, alpha=0.35, linewidths=0)


@click.command()
@click.argument("study", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", default="robustness", show_default=True, help="Name of what is kept.")
def main(study: Path, name: str) -> None:
    """Set out the report of STUDY, a study's folder, and keep it."""
    report = json.loads((study / "report.json").read_text())
    rows = list(rows_of(report))
    text = table(report, rows)
    click.echo(text)
    keep(KEPT / name, text, rows)
    draw(report, rows, KEPT / f"{name}.png")


if __name__ == "__main__":
    main()
