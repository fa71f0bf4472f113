"""``glianeat replay``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import numpy as np

from glianeat.cli.options import choose_genome, find_run, genome_option, runs_option
from glianeat.cli.show import spikes_of_outputs
from glianeat.errors import EvaluationError

if TYPE_CHECKING:
    from glianeat.evaluate.protocol import Evaluation
    from glianeat.experiment.run import Run
    from glianeat.genome.genome import Genome


@click.command()
@click.argument("name", metavar="RUN")
@genome_option
@click.option("--episodes", type=click.IntRange(min=1), default=10, show_default=True)
@click.option(
    "--seed", type=click.IntRange(min=0), help="Seed of the episodes; by default the run's."
)
@click.option("--render", is_flag=True, help="Show the task in a window.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@runs_option
def replay(
    name: str,
    *,
    genome: str,
    episodes: int,
    seed: int | None,
    render: bool,
    as_json: bool,
    runs: Path,
) -> None:
    """Let a genome of RUN live through fresh episodes, which took no part in training."""
    from glianeat.experiment.run import Run

    with Run(find_run(runs, name)) as run:
        chosen = choose_genome(run, genome)
        evaluation = _replay(run, chosen, episodes, seed, render=render)
    if not evaluation.is_ok:
        raise EvaluationError(
            f"genome {chosen.key}: {evaluation.status.replace('_', ' ')}: {evaluation.reason}"
        )
    report = describe_replay(evaluation)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
        return
    click.echo(
        f"genome {report['genome']}: {episodes} episodes, mean return "
        f"{report['mean_return']:.1f} ± {report['std_return']:.1f}, {report['energy']:.0f} EU/s, "
        f"{report['spikes_per_second']:.0f} spikes/s "
        f"({spikes_of_outputs(report['output_spikes_per_second'])})"
    )


def _replay(
    run: "Run",
    genome: "Genome",
    episodes: int,
    seed: int | None,
    *,
    render: bool,
) -> "Evaluation":
    from glianeat.evaluate.protocol import EpisodePlan, Purpose
    from glianeat.evaluate.rollout import Assessor

    assessment = run.config.assessment
    if seed is not None:
        assessment = assessment.replace(seed=seed)
    assessor = Assessor(assessment, render_mode="human" if render else None)
    try:
        return assessor.assess(genome, EpisodePlan(purpose=Purpose.REPLAY, episodes=episodes))
    finally:
        assessor.close()


def describe_replay(evaluation: "Evaluation") -> dict[str, Any]:
    """Return a replay as `replay --json` prints it."""
    return {
        "genome": evaluation.key,
        "episodes": len(evaluation.returns),
        "mean_return": evaluation.mean_return,
        "std_return": float(np.std(evaluation.returns)),
        "returns": list(evaluation.returns),
        "lengths": list(evaluation.lengths),
        "energy": evaluation.power,
        "spikes_per_second": evaluation.spikes_per_second,
        "output_spikes_per_second": evaluation.output_spikes_per_second,
    }
