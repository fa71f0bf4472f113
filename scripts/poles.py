"""Two poles without velocities: evaluations until one of a generation's best generalises.

The protocol of the literature: fitness is Gruau's, over 1,000 steps from one start; after each
generation the champion is tested, or the best few that were not tested before, and a genome has
solved the task if it balances for 100,000 steps and then for 1,000 steps from at least 200 of 625
starts. The tests are not counted as evaluations, as in the literature; how many are tested makes a
difference, and is said.

    python scripts/poles.py graded --tested 10 --seeds 0-39
    python scripts/poles.py spiking --set selection.reward_floor=0.9
"""

import io
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

import click
from results_file import keep, kept_option, kept_rows
from rich.console import Console
from rich.table import Table

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan, training_plan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.run.api import algorithm_of, make_evaluator
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.run.experiment import Experiment
from glianeat.streams import Purpose

HERE = Path(__file__).parent
BOARD = HERE / "scoreboard"
HOLD, STARTS, NEEDED, STEPS = 100_000, 625, 200, 1000
Result = dict[str, Any]


@dataclass(frozen=True)
class Arm:
    """A way to try."""

    title: str
    budget: int
    published: str
    base: str = ""
    """A file of settings under scripts/configs/."""
    settings: list[str] = field(default_factory=list)


TASK = {
    "id": "glianeat/DoublePole-v0",
    "kwargs": {"velocities": False, "fitness": "damping"},
}
GLIAL = ["evolution.population=150", "codec.hold=20"]
ARMS = {
    "graded": Arm(
        "classic NEAT, graded neurons",
        60_000,
        "NEAT 33,184 (286 starts)",
        "classic_neat.toml",
        [
            "evolution.population=150",
            "neat.elite_size=0",  # so that every generation has a champion to test
            "species.target=15",
            "genome.add_synapse=0.3",  # or the output may never come to hear itself
            "genome.delete_synapse=0.08",
            "codec.scaling.centre=[0.0, 0.0, 0.0]",
            "codec.scaling.scale=[48.0, 5.2, 5.2]",
            "genome.traits.synapses.weight.init_stdev=2",
            "genome.traits.synapses.weight.mutate_rate=0.45",
            "genome.traits.synapses.weight.mutate_power=1",
            "genome.traits.synapses.weight.replace_rate=0.05",
        ],
    ),
    "membrane": Arm(
        "glianeat, adapting receptors, graded read-outs (graded, not spiking)",
        30_000,
        "CoSyNE 3,416",
        settings=[*GLIAL, "genome.traits.synapses.weight.init_stdev=2"],
    ),
    "spiking": Arm(
        "glianeat, adapting receptors, spiking outputs that twitch",
        30_000,
        "none",
        settings=[
            *GLIAL,
            "codec.readout=twitch",
            "neuron.refractory=1",
            "genome.traits.neurons.tau_membrane.init_mean=3",
            "genome.traits.neurons.bias.init_stdev=0",
            "genome.traits.synapses.weight.init_stdev=5",
        ],
    ),
}


class Judge:
    """Tests whether a genome solves the task."""

    def __init__(self, experiment: Experiment) -> None:
        task = experiment.config.task
        hold = task.replace(kwargs={**task.kwargs, "fitness": "steps"}, max_steps=None)
        grid = hold.replace(kwargs={**hold.kwargs, "starts": "grid"}, max_steps=STEPS)
        patient = experiment.evaluation.replace(timeout=600.0)
        rollout = experiment.rollout.replace(evaluation=patient)
        self._hold = RolloutWorker(rollout.replace(task=hold))
        self._grid = RolloutWorker(rollout.replace(task=grid))

    def starts_held(self, genome: Genome) -> int:
        """Return from how many starts a genome balances, or 0 if it does not for 100,000 steps."""
        one = EpisodePlan(purpose=Purpose.TEST, episodes=1)
        lengths = self._hold.evaluate(genome, one).lengths
        if not lengths or lengths[0] < HOLD:
            return 0
        seeds = tuple(range(STARTS))
        every = EpisodePlan(purpose=Purpose.TEST, episodes=STARTS, seeds=seeds)
        return sum(length >= STEPS for length in self._grid.evaluate(genome, every).lengths)

    def close(self) -> None:
        """Close the environments."""
        self._hold.close()
        self._grid.close()


def configure(arm: Arm, assignments: Sequence[str]) -> ExperimentConfig:
    """Return the experiment of an arm."""
    data: dict[str, Any] = {}
    if arm.base:
        data = tomllib.loads((HERE / "configs" / arm.base).read_text())
    data["task"] = TASK
    settings = ["evaluation.episodes=1", *arm.settings, *assignments]
    return experiment_from(data, settings)


def solve(arm: Arm, tested: int, assignments: Sequence[str]) -> Result:
    """Evolve until a genome solves the task; return the evaluations, and what it is made of."""
    config = configure(arm, assignments)
    experiment = config.resolve()
    evolution, judge = algorithm_of(experiment), Judge(experiment)
    evaluator = make_evaluator(experiment, 0, "local")
    seen: set[int] = set()
    best_held = tests = 0
    best: Evaluation | None = None
    try:
        while not best and evolution.evaluated + evolution.next_evaluations <= arm.budget:
            asked = evolution.ask()
            plan = training_plan(experiment.evaluation, prune_below=asked.prune_below)
            evolution.tell(evaluator.evaluate(asked, plan))
            alive = [individual for individual, _ in evolution.survivors]
            alive.sort(key=lambda one: (-one.evaluation.mean_return, one.key))
            candidates = alive[:1] if tested == 1 else alive
            for one in [one for one in candidates if one.key not in seen][:tested]:
                seen.add(one.key)
                tests += 1
                held = judge.starts_held(one.genome)
                best_held = max(best_held, held)
                if held >= NEEDED:
                    best = one.evaluation
                    break
    finally:
        evaluator.close()
        judge.close()
    return {
        "seed": config.seed,
        "solved": best is not None,
        "evaluations": evolution.evaluated,
        "tests": tests,
        "starts": best_held,
        "hidden": best.hidden if best else None,
        "synapses": best.synapses if best else None,
        "energy": best.power if best else None,
        "spikes_per_second": best.spikes_per_second if best else None,
        "output_spikes_per_second": best.output_spikes_per_second if best else None,
    }


def table(arm: Arm, tested: int, rows: list[Result]) -> str:
    """Return the table of some runs."""
    console = Console(width=130, record=True, file=io.StringIO())
    title = f"Double pole without velocities: {arm.title}; {tested} tested a generation"
    shown = Table(title=title, title_justify="left")
    columns = ("seed", "evaluations", "tests", "starts of 625", "hidden", "synapses", "EU/s")
    for column in (*columns, "spikes/s", "of outputs"):
        shown.add_column(column, justify="right")
    for row in rows:
        numbers = [row["energy"], row["spikes_per_second"], row["output_spikes_per_second"]]
        shown.add_row(
            str(row["seed"]),
            str(row["evaluations"]) if row["solved"] else "not solved",
            *(str(row[name]) for name in ("tests", "starts", "hidden", "synapses")),
            *("" if number is None else f"{number:.0f}" for number in numbers),
        )
    console.print(shown)
    needed = [row["evaluations"] if row["solved"] else arm.budget for row in rows]
    solved = sum(row["solved"] for row in rows)
    console.print(
        f"solved {solved}/{len(rows)} within {arm.budget}; evaluations, unsolved ones counted as "
        f"that: median {median(needed):g}, mean {mean(needed):.0f}. Published: {arm.published}\n"
    )
    return "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())


@click.command()
@click.argument("name", type=click.Choice(list(ARMS)))
@click.option("--tested", default=10, show_default=True, help="Genomes tested a generation.")
@click.option("--seeds", default="0-39", show_default=True, help="First and last seed.")
@click.option("--set", "assignments", multiple=True, help="Change a setting.")
@kept_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File stem for the results.")
def main(
    name: str,
    tested: int,
    seeds: str,
    assignments: Sequence[str],
    kept: Sequence[Path],
    output: Path | None,
) -> None:
    """Run one way to try over some seeds; keep the table under scripts/scoreboard/."""
    arm = ARMS[name]
    first, _, last = seeds.partition("-")
    rows = kept_rows(kept)
    for seed in () if kept else range(int(first), int(last or first) + 1):
        rows.append(solve(arm, tested, [*assignments, f"seed={seed}"]))
        click.echo(json.dumps(rows[-1]), err=True)
    text = table(arm, tested, rows)
    click.echo(text)
    if output is None and not assignments and seeds == "0-39":
        output = BOARD / f"double_pole_hidden_{name}_{tested}"
    if output is not None:
        keep(output, text, rows, kept)


if __name__ == "__main__":
    main()
