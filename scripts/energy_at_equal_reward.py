"""What does it save to let evolution pay for energy? CartPole, at equal reward.

For each seed, two runs of as many evaluations: one whose only objective is the reward, one with
energy beside it. Of both runs those candidates count that reach the return over 100 fresh episodes:
of the first its winner, the best in these, of the second the cheapest of the last population. What
they spend is measured over 500 further episodes.

    python scripts/energy_at_equal_reward.py --seeds 0-9
"""

import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import click
from results_file import keep, kept_option, kept_rows

import glianeat
from glianeat.evaluate.plan import EpisodePlan
from glianeat.run.config import experiment_from
from glianeat.run.run import Run, Solution
from glianeat.streams import Purpose

RESULTS = Path(__file__).parent / "scoreboard" / "energy_at_equal_reward"
GOAL = 475.0
Row = dict[str, Any]


def judged(run: Run, candidates: list[Solution]) -> list[tuple[Solution, float]]:
    """Return the candidates that reach the goal over fresh episodes, with these returns."""
    plan = EpisodePlan(purpose=Purpose.VALIDATE, episodes=100)
    rollout_worker = run.rollout_worker()
    able = [one for one in candidates if one.evaluation.mean_return >= GOAL]
    returns = [(one, rollout_worker.evaluate(one.genome, plan).mean_return) for one in able]
    rollout_worker.close()
    return [(one, found) for one, found in returns if found >= GOAL]


def spent(run: Run, solution: Solution) -> tuple[float, float, int]:
    """Return mean return and power over 500 further episodes, and the synapses."""
    rollout_worker = run.rollout_worker()
    claim = rollout_worker.evaluate(
        solution.genome, EpisodePlan(purpose=Purpose.TEST, episodes=500)
    )
    rollout_worker.close()
    return claim.mean_return, claim.power, claim.synapses


def compare(seed: int, budget: int, settings: list[str]) -> Row:
    """Run both ways once."""
    common = [
        f"evolution.evaluations={budget}",
        f"evolution.generations={budget}",
        f"evolution.solved_return={GOAL}",
        f"seed={seed}",
        *settings,
    ]
    row: Row = {"seed": seed}
    for name, objectives in (("reward", '["reward"]'), ("energy", '["reward", "energy"]')):
        config = experiment_from({}, [*common, f"selection.objectives={objectives}"])
        with (
            tempfile.TemporaryDirectory() as folder,
            glianeat.evolve(config, runs=Path(folder), name="run") as run,
        ):
            able = judged(run, run.population)
            if not able:
                row[name] = None
                continue
            if name == "reward":
                chosen = max(able, key=lambda pair: (pair[1], -pair[0].key))[0]
            else:
                chosen = min(able, key=lambda pair: (pair[0].evaluation.power, pair[0].key))[0]
            returned, power, synapses = spent(run, chosen)
            row[name] = {"return": returned, "power": power, "synapses": synapses}
    return row


def table(rows: list[Row], budget: int) -> str:
    """Return the table of some seeds."""
    lines = [f"CartPole-v1, {budget} evaluations: EU/s (return over 500 further episodes)", ""]
    ratios = []
    for row in rows:
        cells = [
            f"{row[name]['power']:7.1f} ({row[name]['return']:.1f})" if row[name] else "unsolved"
            for name in ("reward", "energy")
        ]
        ratio = ""
        if row["reward"] and row["energy"]:
            ratios.append(row["energy"]["power"] / row["reward"]["power"])
            ratio = f"{ratios[-1]:.2f}"
        lines.append(
            f"seed {row['seed']:3d}  reward only {cells[0]}  with energy {cells[1]}  {ratio}"
        )
    if ratios:
        lines += ["", f"median ratio {median(ratios):.2f} over {len(ratios)} seeds"]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--seeds", default="0-9", show_default=True, help="First and last seed.")
@click.option("--budget", default=2500, show_default=True, help="Evaluations of a run.")
@click.option("--set", "settings", multiple=True, help="Change a setting.")
@kept_option
@click.option("-o", "--output", default=RESULTS, type=click.Path(path_type=Path))
def main(
    seeds: str, budget: int, settings: tuple[str, ...], kept: tuple[Path, ...], output: Path
) -> None:
    """Run all seeds, and print and keep the table."""
    rows = kept_rows(kept)
    first, _, last = seeds.partition("-")
    for seed in () if kept else range(int(first), int(last or first) + 1):
        rows.append(compare(seed, budget, list(settings)))
        click.echo(json.dumps(rows[-1]), err=True)
    text = table(rows, budget)
    click.echo(text)
    keep(output, text, rows, kept)


if __name__ == "__main__":
    main()
