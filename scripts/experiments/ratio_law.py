"""The ratio law: evolution finds the glia-to-neuron ratio that the energy budget predicts.

A region whose neurons must fire at a given rate has a demand of D EU/s per neuron; an astrocyte
supplies s and takes e itself. Fewer than r* = D / (s - e) astrocytes a neuron starve the region,
more cost their upkeep. Agents evolve that fire at 5 to 80 Hz (``glianeat/RateDemand-v0``) under
reward and energy; only ratios, weights, biases and receptors vary. The demand is not assumed, but
measured: it is what the ledger of the evolved agent charges to the region, glia apart. Three
controls: twice the supply, no metabolic channel (pools are filled by themselves), and glia that
cost nothing.

Rows are appended to a file as they come, and what is there already is not run again.

    python scripts/experiments/ratio_law.py --seeds 0-7
    python scripts/experiments/ratio_law.py --table
"""

import io
import json
import math
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import numpy as np
from rich.console import Console
from rich.table import Table

import glianeat
from glianeat.energetics.ledger import KINDS
from glianeat.genome.founders import MOTOR, SENSORY
from glianeat.run.config import experiment_from

Row = dict[str, Any]
RESULTS = Path(__file__).parents[1] / "results" / "ratio_law.jsonl"
GOOD = 0.95  # return that the agent taken must reach, of which the cheapest is
FRESH = 8  # episodes on which it is measured
GLIAL = ("astrocyte", "build_astrocyte", "release")


class Arm(NamedTuple):
    """One condition: the rate that is demanded [Hz], and what else is set."""

    name: str
    rate: float
    settings: tuple[str, ...] = ()


LAW = [Arm("law", rate) for rate in (5.0, 10.0, 20.0, 40.0, 80.0)]
CONTROLS = [
    Arm("supply x 2", 40.0, ("energy.supply=82",)),
    Arm("metabolic off", 40.0, ("astrocyte.metabolic=false",)),
    Arm("upkeep 0", 40.0, ("energy.astrocyte=0", "energy.build_astrocyte=0", "energy.release=0")),
]
FIXED = (  # structure does not vary …
    "split_synapse add_synapse delete_synapse delete_neuron toggle_synapse rewire_synapse "
    "flip_sign add_astrocyte delete_astrocyte add_region split_region remove_region"
)
SETTINGS = (
    *(f"genome.{operator}=0" for operator in FIXED.split()),
    "genome.connection=0.1",
    *(  # … nor do these traits
        f"genome.traits.{trait}.mutate_rate=0"
        for trait in (
            "regions.x",
            "regions.y",
            "regions.energy_reserve",
            "neurons.tau_membrane",
            "neurons.phasic",
            "synapses.delay",
            "astrocytes.supply_gain",
        )
    ),
    "genome.traits.regions.log2_ratio.mutate_rate=0.6",
    "genome.traits.neurons.bias.init_mean=1.0",  # founders fire of themselves
    "genome.traits.neurons.tau_membrane.init_mean=10",
    "genome.traits.synapses.weight.init_stdev=0.1",
    "genome.traits.astrocytes.supply_gain.init_mean=0",  # s does not depend on activity
    "astrocyte.gain=false",
    "energy.initial_fill=0.25",  # what a pool is born with is to count for little
    "codec.encoder=signed",
    "codec.readout=first_spike",  # a bit for each spike
    "codec.hold=5",
    "task.kwargs.cells=12",
    "task.kwargs.windows=3",
    "evaluation.episodes=1",
    "evolution.population=20",
    "selection.energy_onset=start",
    "selection.reward_floor=0.97",
    "selection.reward_minimum=0",
    "evaluation.validation_top=0",
)


def run_one(arm: Arm, seed: int, budget: int) -> Row:
    """Evolve once; return the ratio of the cheapest agent that does as demanded, and its demand."""
    settings = [
        *SETTINGS,
        *arm.settings,
        f"task.kwargs.rate={arm.rate}",
        f"evolution.evaluations={budget}",
        f"evolution.generations={budget}",
        f"seed={seed}",
    ]
    config = experiment_from({"task": {"id": "glianeat/RateDemand-v0"}}, settings)
    row: Row = {"arm": arm.name, "rate": arm.rate, "seed": seed, "budget": budget}
    with (
        tempfile.TemporaryDirectory() as folder,
        glianeat.evolve(config, runs=Path(folder), name="law") as run,
    ):
        good = [s for s in run.population if s.evaluation.mean_return >= GOOD]
        if not good:
            return row | {"best": max(s.evaluation.mean_return for s in run.population)}
        return row | measured(min(good, key=lambda solution: solution.evaluation.power), config)


def measured(solution: glianeat.Solution, config: glianeat.ExperimentConfig) -> Row:
    """Return what an agent's motor region takes and has, measured on fresh episodes."""
    evaluation, network = solution.evaluate(FRESH), solution.network()
    power = evaluation.ledger.energy(config.energy) / evaluation.seconds
    neural = [kind not in GLIAL for kind in KINDS]
    demand = float(power[neural, MOTOR].sum() / network.mass[MOTOR])
    upkeep = config.energy.astrocyte + config.energy.build_astrocyte / config.energy.lifetime
    return {
        "return": evaluation.mean_return,
        "power": evaluation.power,
        "demand": demand,
        "predicted": demand / (config.energy.supply - upkeep),
        "ratio": evaluation.ratios[MOTOR],
        "sensory": evaluation.ratios[SENSORY],
    }


def read_rows(file: Path) -> list[Row]:
    """Return the rows that were kept."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def found(rows: list[Row], name: str, rate: float | None = None) -> list[Row]:
    """Return the rows of an arm, or of one rate of it, in which an agent did as demanded."""
    return [r for r in rows if r["arm"] == name and rate in (None, r["rate"]) and "ratio" in r]


class Fit(NamedTuple):
    """A straight line through the logarithms, by least squares."""

    slope: float
    error: float
    intercept: float
    correlation: float
    number: int


def fit(demands: list[float], ratios: list[float]) -> Fit | None:
    """Return the line of log2 ratio over log2 of what predicts it; None if there are too few."""
    x, y = np.log2(demands), np.log2(ratios)
    if len(x) <= 2 or np.ptp(x) == 0.0:
        return None
    away = x - x.mean()
    slope = float((away * (y - y.mean())).sum() / (away**2).sum())
    intercept = float(y.mean() - slope * x.mean())
    left = y - intercept - slope * x
    error = math.sqrt(float((left**2).sum()) / (len(x) - 2) / float((away**2).sum()))
    return Fit(slope, error, intercept, float(np.corrcoef(x, y)[0, 1]), len(x))


def fits(rows: list[Row]) -> dict[str, Fit]:
    """Return the lines over the demand as measured, and as set by hand.

    The latter is the upkeep of a neuron and the cost of its spikes at the demanded rate.
    """
    law, energy = found(rows, "law"), glianeat.ExperimentConfig().energy
    ratios = [row["ratio"] for row in law]
    predictors = {
        "measured": [row["predicted"] for row in law],
        "set by hand": [energy.rest + energy.spike * row["rate"] for row in law],
    }
    lines = {name: fit(values, ratios) for name, values in predictors.items() if law}
    return {name: line for name, line in lines.items() if line is not None}


def report(rows: list[Row]) -> str:
    """Return the table and the fit of what is there."""
    shown = Table(
        title=f"Glia-to-neuron ratio of the motor region, cheapest agent of return >= {GOOD}",
        title_justify="left",
    )
    columns = ("arm", "rate [Hz]", "seeds", "return", "demand", "predicted r*")
    for column in (*columns, "evolved r", "least … most", "evolved / r*", "sensory r"):
        shown.add_column(column, justify="right")
    for arm in (*LAW, *CONTROLS):
        good = found(rows, arm.name, arm.rate)
        run = sum(row["arm"] == arm.name and row["rate"] == arm.rate for row in rows)
        if good:
            shown.add_row(*_cells(arm, good, run))
    console = Console(width=130, record=True, file=io.StringIO())
    console.print(shown)
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    lines += [
        f"log-log slope of the evolved ratio on demand {name}: {line.slope:.3f} ± "
        f"{line.error:.3f} (SE), r = {line.correlation:.3f}, n = {line.number}"
        for name, line in fits(rows).items()
    ]
    excess = [math.log2(row["ratio"] / row["predicted"]) for row in found(rows, "law")]
    if excess:
        lines.append(f"evolved / predicted, geometric mean: {2.0 ** float(np.mean(excess)):.3f}")
    return "\n".join(lines) + "\n"


def _cells(arm: Arm, good: list[Row], run: int) -> tuple[str, ...]:
    ratios = [row["ratio"] for row in good]
    return (
        arm.name,
        f"{arm.rate:g}",
        f"{len(good)} of {run}",
        f"{median(row['return'] for row in good):.3f}",
        f"{median(row['demand'] for row in good):.1f}",
        f"{median(row['predicted'] for row in good):.3f}",
        f"{median(ratios):.3f}",
        f"{min(ratios):.3f} … {max(ratios):.3f}",
        f"{median(row['ratio'] / row['predicted'] for row in good):.2f}",
        f"{median(row['sensory'] for row in good):.2f}",
    )


def draw(rows: list[Row], file: Path) -> None:
    """Draw evolved over predicted ratios."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 4.6), layout="constrained")
    axes = figure.subplots()
    span = np.array([0.1, 4.0])
    axes.loglog(span, span, color="0.6", linestyle="--", label="evolved = predicted", base=2)
    line = fits(rows).get("measured")
    if line is not None:
        label = f"fit: slope {line.slope:.2f} ± {line.error:.2f} (SE)"
        axes.loglog(span, 2.0**line.intercept * span**line.slope, color="0.2", label=label)
    colours = ("#56B4E9", "#0072B2", "#009E73", "#E69F00", "#D55E00")  # Okabe and Ito
    for arm, colour in zip(LAW, colours, strict=True):
        _scatter(axes, found(rows, arm.name, arm.rate), colour, "o", f"{arm.rate:g} Hz")
    for arm, marker in zip(CONTROLS, ("D", "v", "^"), strict=True):
        label = f"{arm.rate:g} Hz, {arm.name}"
        _scatter(axes, found(rows, arm.name, arm.rate), "#CC79A7", marker, label)
    axes.set_xlabel("predicted ratio, D / (s − e)  [astrocytes per neuron]")
    axes.set_ylabel("evolved ratio  [astrocytes per neuron]")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(file, dpi=150, metadata={"Software": None})


def _scatter(axes: Any, rows: list[Row], colour: str, marker: str, label: str) -> None:
    if rows:
        x, y = [row["predicted"] for row in rows], [row["ratio"] for row in rows]
        axes.scatter(x, y, s=18, color=colour, marker=marker, alpha=0.8, label=label, zorder=3)


@click.command()
@click.option("--seeds", default="0-7", show_default=True, help="First and last seed.")
@click.option("--budget", default=2000, show_default=True, help="Evaluations of a run.")
@click.option("--output", default=RESULTS, type=click.Path(path_type=Path), show_default=True)
@click.option("--table", "only_table", is_flag=True, help="Run nothing, print the table.")
def main(seeds: str, budget: int, output: Path, *, only_table: bool) -> None:
    """Run what is missing, print the table, and draw the figure."""
    first, _, last = seeds.partition("-")
    done = {(row["seed"], row["arm"], row["rate"]) for row in read_rows(output)}
    for seed in range(int(first), int(last or first) + 1):
        for arm in (*LAW, *CONTROLS):
            if only_table or (seed, arm.name, arm.rate) in done:
                continue
            row = run_one(arm, seed, budget)
            with output.open("a") as file:
                file.write(json.dumps(row) + "\n")
    rows = read_rows(output)
    text = report(rows)
    output.with_suffix(".txt").write_text(text)
    draw(rows, output.with_suffix(".png"))
    click.echo(text)


if __name__ == "__main__":
    main()
