"""What a measure as an objective does to itself among agents that solve the task.

    python scripts/experiments/measured_objective.py    # seeds with and without it

Each seed runs twice, with the objectives reward and energy, and with
``max:treves_rolls_sparseness`` besides; the measure is kept in both. Compared are the survivors
that reach the return that counts as solved.
"""

import json
import tempfile
from pathlib import Path
from statistics import median

import click

import glianeat
from glianeat.run.config import experiment_from

MEASURE = "treves_rolls_sparseness"
ARMS = {
    "reward, energy": ["reward", "energy"],
    f"and {MEASURE}": ["reward", "energy", f"max:{MEASURE}"],
}
SOLVED = 475.0


def measured(seed: int, objectives: list[str], generations: int) -> list[float]:
    """Return the measure of the solvers among the survivors of a run."""
    config = experiment_from(
        {"selection": {"objectives": objectives}, "evaluation": {"measures": [MEASURE]}},
        [
            "evolution.population=50",
            f"evolution.generations={generations}",
            "evolution.stop_when_solved=false",
            f"seed={seed}",
        ],
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        glianeat.evolve(config, runs=Path(folder)) as run,
    ):
        found = [one.evaluation for one in run.population]
    return [one.measures[MEASURE] for one in found if one.mean_return >= SOLVED]


@click.command(help=__doc__)
@click.option("--seeds", default=3, show_default=True)
@click.option("--generations", default=40, show_default=True)
def main(seeds: int, generations: int) -> None:
    """Print solvers and the median of the measure of each seed and arm."""
    for seed in range(seeds):
        row: dict[str, object] = {"seed": seed}
        for arm, objectives in ARMS.items():
            values = measured(seed, objectives, generations)
            middle = round(median(values), 3) if values else None
            row[arm] = {"solvers": len(values), "median": middle}
        click.echo(json.dumps(row))


if __name__ == "__main__":
    main()
