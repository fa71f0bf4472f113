"""One budget, two regions: evolved ratios follow unequal demand, for a behavioural reason.

Two groups of outputs, each in a region of its own, are to fire at different rates for good
(``glianeat/TwoDemands-v0``: the worse one decides). What both need together is more than the whole
network is given (``energy.budget``). Astrocytes share it out and cost nothing here, and reward is
the only objective, so that no upkeep tells how many there should be: only what one region gets and
the other lacks does. Predicted: G1/G2 = D1/D2, over a decade.

Arms: ``shared``, what full pools refuse goes to the others, and the budget is 75 % of the demand;
``alone``, it is lost, and the budget is the demand. Controls, with the budget of ``shared``:
``uniform``, regions share by their neurons, so that ratios decide nothing; and ``plenty``, three
times the demand.

The demand of a region is what its neurons and receptors take at the demanded rate, by the ledger of
the evolved agent: costs of spikes are scaled from the rate that is shown to that demanded.

Rows are appended to a file as they come, and what is there already is not run again.

    python scripts/experiments/budget_ratio.py --seeds 1000-1007
    python scripts/experiments/budget_ratio.py --table
"""

import json
import math
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import numpy as np

import glianeat
from glianeat.energetics.ledger import KINDS
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR
from glianeat.run.config import experiment_from

Row = dict[str, Any]
RESULTS = Path(__file__).parents[1] / "results" / "budget_ratio.jsonl"
CELLS = 8  # neurons of a group
TOTAL = 60.0  # demand of a neuron of each group together [EU/s]
RATIOS = tuple(10.0**power for power in (-0.5, -0.25, 0.0, 0.25, 0.5))  # a decade
FRESH = 4  # episodes on which an agent is measured; they differ only where demands alternate


class Arm(NamedTuple):
    """One condition: the budget over what is demanded, and what else is set."""

    name: str
    enough: float
    settings: tuple[str, ...] = ()


ARMS = (
    Arm("shared", 0.75),
    Arm("alone", 1.0, ("energy.redistribution=false",)),
    Arm("uniform", 0.75, ("energy.sharing=uniform",)),
    Arm("plenty", 3.0),
)
FIXED = (  # structure does not vary …
    "split_synapse add_synapse delete_synapse delete_neuron toggle_synapse rewire_synapse "
    "flip_sign add_astrocyte delete_astrocyte add_region split_region remove_region"
)
STILL = "regions.x regions.y neurons.tau_membrane neurons.phasic synapses.delay"  # … nor do these
SETTINGS = (
    *(f"genome.{operator}=0" for operator in FIXED.split()),
    *(f"genome.traits.{trait}.mutate_rate=0" for trait in STILL.split()),
    "genome.output_regions=2",
    "genome.connection=0.1",
    "genome.traits.regions.log2_ratio.mutate_rate=0.6",
    "genome.traits.neurons.bias.init_mean=1.0",  # founders fire of themselves
    "genome.traits.neurons.tau_membrane.init_mean=10",
    "genome.traits.synapses.weight.init_stdev=0.1",
    "genome.traits.astrocytes.supply_gain.init_mean=0",  # shares do not depend on activity
    "genome.traits.astrocytes.supply_gain.mutate_rate=0",
    "genome.traits.regions.energy_reserve.init_mean=5",
    "genome.traits.regions.energy_reserve.mutate_rate=0",
    "astrocyte.gain=false",
    "energy.astrocyte=0",  # astrocytes cost nothing: ratios are not a matter of upkeep
    "energy.build_astrocyte=0",
    "energy.initial_fill=0.25",
    "codec.readout=first_spike",  # a bit for each spike
    "codec.hold=5",
    "evaluation.episodes=1",
    "evaluation.validation_top=0",
    "evolution.population=20",
    'selection.objectives=["reward"]',
)


def rates_of(ratio: float) -> tuple[float, float]:
    """Return the demanded rates at which demands are in a ratio [Hz]."""
    energy = glianeat.ExperimentConfig().energy
    idle = energy.rest + energy.build_neuron / energy.lifetime
    first = TOTAL * ratio / (1.0 + ratio)
    return (first - idle) / energy.spike, (TOTAL - first - idle) / energy.spike


def run_one(arm: Arm, ratio: float, seed: int, evaluations: int) -> Row:
    """Evolve once; return the ratio of the best agent, and of what its regions demand."""
    rates = rates_of(ratio)
    settings = [
        *SETTINGS,
        *arm.settings,
        f"energy.budget={arm.enough * CELLS * TOTAL}",
        f"evolution.evaluations={evaluations}",
        f"evolution.generations={evaluations}",
        f"seed={seed}",
    ]
    kwargs = {"rates": rates, "alternate_s": None, "cells": CELLS, "seconds": 3.0}
    task = {"id": "glianeat/TwoDemands-v0", "kwargs": kwargs}
    config = experiment_from({"task": task}, settings)
    row: Row = {"arm": arm.name, "set": ratio, "seed": seed, "evaluations": evaluations}
    with (
        tempfile.TemporaryDirectory() as folder,
        glianeat.evolve(config, runs=Path(folder), name="ratio") as run,
    ):
        return row | measured(run.best, config, rates)


def measured(
    solution: glianeat.Solution, config: glianeat.ExperimentConfig, rates: tuple[float, float]
) -> Row:
    """Return what an agent's motor regions have, and what they would take as demanded."""
    evaluation, network = solution.evaluate(FRESH), solution.network()
    ledger = evaluation.ledger
    power = ledger.energy(config.energy) / evaluation.seconds
    shown = ledger.count("spikes") / evaluation.seconds
    regions = (MOTOR, FIRST_ASSOCIATION)
    steady = power[KINDS.index("spike")]
    demand = [
        float(power[:, r].sum() - steady[r] + steady[r] * CELLS * rate / max(shown[r], 1.0))
        for r, rate in zip(regions, rates, strict=True)
    ]
    glia = [int(network.astrocytes[r]) for r in regions]
    return {"return": evaluation.mean_return, "demand": demand, "astrocytes": glia}


class Fit(NamedTuple):
    """A straight line through the logarithms, by least squares, and the error of its slope."""

    slope: float
    error: float
    correlation: float


def fit(predicted: list[float], evolved: list[float]) -> Fit:
    """Return the line of log evolved over log predicted ratios."""
    x, y = np.log(predicted), np.log(evolved)
    away = x - x.mean()
    slope = float((away * (y - y.mean())).sum() / (away**2).sum())
    left = y - y.mean() - slope * away
    error = math.sqrt(float((left**2).sum()) / (len(x) - 2) / float((away**2).sum()))
    spread = float(np.std(y))
    return Fit(slope, error, float(np.corrcoef(x, y)[0, 1]) if spread > 0.0 else 0.0)


def read_rows(file: Path) -> list[Row]:
    """Return the rows that were kept."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def ratio_of(row: Row, name: str) -> float:
    """Return the ratio of the two regions; one without astrocytes counts as with half of one."""
    first, second = row[name]
    return float(max(first, 0.5) / max(second, 0.5))


def report(rows: list[Row]) -> str:
    """Return the table of ratios, and the slope of each arm."""
    lines = ["G1/G2 of the best agent, medians of seeds, by D1/D2 as set:", ""]
    lines.append(f"{'arm':10}" + "".join(f"{ratio:>10.3f}" for ratio in RATIOS))
    for arm in ARMS:
        own = [row for row in rows if row["arm"] == arm.name]
        if own:
            groups = [[row for row in own if row["set"] == ratio] for ratio in RATIOS]
            found = [[ratio_of(row, "astrocytes") for row in group] for group in groups]
            cells = "".join(f"{median(one):>10.3f}" if one else f"{'-':>10}" for one in found)
            lines.append(f"{arm.name:10}{cells}")
    lines += ["", "log-log slope of G1/G2 over D1/D2 of the agent (± SE), r, runs, median return:"]
    for arm in ARMS:
        own = [row for row in rows if row["arm"] == arm.name]
        if len(own) > 2 and len({row["set"] for row in own}) > 1:
            demanded = [ratio_of(row, "demand") for row in own]
            line = fit(demanded, [ratio_of(row, "astrocytes") for row in own])
            lines.append(
                f"{arm.name:10}{line.slope:6.2f} ± {line.error:.2f}   r {line.correlation:5.2f}   "
                f"n {len(own):3}   return {median(row['return'] for row in own):.3f}"
            )
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--seeds", default="1000-1007", show_default=True, help="First and last seed.")
@click.option("--arms", default="shared,uniform,alone,plenty", show_default=True)
@click.option("--evaluations", default=600, show_default=True, help="Evaluations of a run.")
@click.option("--output", default=RESULTS, type=click.Path(path_type=Path), show_default=True)
@click.option("--table", "only_table", is_flag=True, help="Run nothing, print the table.")
def main(seeds: str, arms: str, evaluations: int, output: Path, *, only_table: bool) -> None:
    """Run what is missing, and print the table."""
    first, _, last = seeds.partition("-")
    done = {(row["arm"], row["set"], row["seed"]) for row in read_rows(output)}
    chosen = [arm for name in arms.split(",") for arm in ARMS if arm.name == name]
    numbers = range(int(first), int(last or first) + 1)
    for arm, seed, ratio in ((a, s, r) for a in chosen for s in numbers for r in RATIOS):
        if only_table or (arm.name, ratio, seed) in done:
            continue
        row = run_one(arm, ratio, seed, evaluations)
        with output.open("a") as file:
            file.write(json.dumps(row) + "\n")
    text = report(read_rows(output))
    output.with_suffix(".txt").write_text(text)
    click.echo(text)


if __name__ == "__main__":
    main()
