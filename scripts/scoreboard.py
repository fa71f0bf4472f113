"""Scoreboards: does it learn, how soon, and what does it spend? Run by hand; results are kept.

    python scripts/scoreboard.py cartpole
    python scripts/scoreboard.py cartpole --seeds 0-19 --set genome.connection=1.0

Solved means: the champion of a generation reaches 475 in training, and its mean over 100 fresh
episodes (the validation) does, too. Then, as the claim, the solver lives through 500 further
episodes that took no part in training, picking or stopping.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import glianeat
from glianeat.evaluate.protocol import EpisodePlan, Purpose
from glianeat.experiment.config import experiment_from
from glianeat.store.provenance import provenance

BUDGET, CLAIM_EPISODES = 2500, 500
ARMS = {
    "default (graded receptors, spiking outputs)": [],
    "fully spiking (rate code in, spike counts out)": ["codec.transmission=spikes"],
}
RESULTS = Path(__file__).parent / "results"


@click.group()
def cli() -> None:
    """Run a scoreboard and keep its table under scripts/results/."""


@cli.command()
@click.option("--seeds", default="0-9", show_default=True, help="First and last seed.")
@click.option("--set", "assignments", multiple=True, help="Change a setting.")
@click.option("--claim-episodes", default=CLAIM_EPISODES, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File stem for the results.")
def cartpole(
    seeds: str, assignments: Sequence[str], claim_episodes: int, output: Path | None
) -> None:
    """CartPole-v1 with the full model: glia, pools, energy objective."""
    first, _, last = seeds.partition("-")
    rows = []
    for arm, settings in ARMS.items():
        for seed in range(int(first), int(last or first) + 1):
            rows.append(_solve(arm, [*settings, *assignments, f"seed={seed}"], claim_episodes))
            click.echo(json.dumps(rows[-1]), err=True)
    text = _table(rows)
    click.echo(text)
    if output is None and not assignments and seeds == "0-9":
        output = RESULTS / "cartpole"
    if output is not None:
        output.parent.mkdir(exist_ok=True)
        output.with_suffix(".txt").write_text(text)
        head = json.dumps({"provenance": provenance()})
        lines = [head, *(json.dumps(row) for row in rows)]
        output.with_suffix(".jsonl").write_text("\n".join(lines) + "\n")


def _solve(arm: str, assignments: list[str], claim_episodes: int) -> dict[str, Any]:
    limits = [f"evolution.evaluations={BUDGET}", "evolution.stop_when_solved=true"]
    config = experiment_from({"task": {"id": "CartPole-v1"}}, [*limits, *assignments])
    with (
        tempfile.TemporaryDirectory() as folder,
        glianeat.evolve(config, runs=Path(folder), name="scoreboard") as run,
    ):
        best = run.best
        assessor = run.assessor()
        plan = EpisodePlan(purpose=Purpose.TEST, episodes=claim_episodes)
        claim = assessor.assess(best.genome, plan)
        assessor.close()
        return {
            "arm": arm,
            "seed": config.seed,
            "solved": run.finished == "solved",
            "evaluations": run.summaries[-1].evaluations,
            "fresh_return": best.mean_return,
            "claim_return": claim.mean_return,
            "energy": claim.power,
            "spikes_per_second": claim.spikes_per_second,
            "output_spikes_per_second": claim.output_spikes_per_second,
            "neurons": best.evaluation.neurons,
            "hidden": best.evaluation.hidden,
            "synapses": best.evaluation.synapses,
            "astrocytes": list(best.evaluation.astrocytes),
            "ratios": [round(ratio, 3) for ratio in best.evaluation.ratios],
            "digest": run.digest,
        }


def _table(rows: list[dict[str, Any]]) -> str:
    console = Console(width=170, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    for arm in ARMS:
        of_arm = [row for row in rows if row["arm"] == arm]
        table = Table(title=f"CartPole-v1, {arm}", title_justify="left")
        for column in (
            "seed",
            "evaluations to solve",
            "return, 100 fresh",
            f"return, {CLAIM_EPISODES} more",
            "EU/s",
            "spikes/s",
            "of outputs",
            "neurons",
            "astrocytes",
            "synapses",
            "ratio sensory, motor, association",
        ):
            table.add_column(column, justify="right")
        for row in of_arm:
            table.add_row(*_cells(row))
        console.print(table)
        needed = [row["evaluations"] if row["solved"] else BUDGET for row in of_arm]
        solved = sum(row["solved"] for row in of_arm)
        console.print(
            f"solved {solved}/{len(of_arm)}, evaluations: median {median(needed):g}, "
            f"most {max(needed)}; EU/s: median {median(r['energy'] for r in of_arm):.0f}\n"
        )
    return "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        str(row["seed"]),
        str(row["evaluations"]) if row["solved"] else "not solved",
        f"{row['fresh_return']:.1f}",
        f"{row['claim_return']:.1f}",
        f"{row['energy']:.0f}",
        f"{row['spikes_per_second']:.0f}",
        f"{row['output_spikes_per_second']:.0f}",
        f"{row['neurons']} ({row['hidden']} hidden)",
        str(sum(row["astrocytes"])),
        str(row["synapses"]),
        ", ".join(f"{ratio:.2f}" for ratio in row["ratios"]),
    ]


if __name__ == "__main__":
    cli()
