"""``glianeat replay``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from glianeat.cli.options import (
    choose_genome,
    find_run,
    genome_option,
    return_text,
    runs_option,
    tell_of_trust,
    trust_option,
)
from glianeat.cli.pages import draw_without_display
from glianeat.cli.show import measure_lines, spikes_of_outputs
from glianeat.cli.terminal import say, say_json
from glianeat.text import counted

if TYPE_CHECKING:
    from glianeat.evaluate.evaluation import Evaluation
    from glianeat.evaluate.plan import EpisodePlan
    from glianeat.evaluate.rollout import RolloutConfig
    from glianeat.genome.genome import Genome
    from glianeat.run.changes import Differences
    from glianeat.run.filmed import Recording


@click.command()
@click.argument("name", metavar="RUN")
@genome_option
@click.option("--episodes", type=click.IntRange(min=1), default=10, show_default=True)
@click.option(
    "--seed", type=click.IntRange(min=0), help="Seed of the episodes; by default the run's."
)
@click.option(
    "--damage",
    multiple=True,
    metavar="WHAT=SHARE@TIME",
    help="Let a share of sensors, synapses, neurons, astrocytes or region=NAME:… die in every "
    "episode, such as sensors=0.2,0.6@4s; none for nothing. Prints the return by share.",
)
@click.option("--render", is_flag=True, help="Show the task in a window.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Film the episodes: a .gif, an animated .png, or an .mp4 where ffmpeg is installed.",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change the task, or how networks live in it, such as task.max_steps=100.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@trust_option
@runs_option
def replay(
    name: str,
    *,
    genome: str,
    episodes: int,
    seed: int | None,
    damage: Sequence[str],
    render: bool,
    record: Path | None,
    assignments: Sequence[str],
    as_json: bool,
    trust: bool,
    runs: Path,
) -> None:
    """Let a genome of RUN live through fresh episodes, which took no part in training.

    With --set, in a changed task: --set task.kwargs.trials=40. The run stays as it is.
    """
    from glianeat.cli.damage import report_damage, tell_of_damage
    from glianeat.evaluate.failures import check_evaluation
    from glianeat.run.changes import assigned, replayed
    from glianeat.run.config import differences
    from glianeat.run.run import Run

    plan = _plan(episodes, damage, render=render, record=record)
    with Run(find_run(runs, name), trust=trust) as run:
        tell_of_trust(run.demands, trust=trust)
        chosen = choose_genome(run, genome)
        changed = assigned(run.config, assignments)
        changes = differences(run.config, changed)
        experiment = replayed(run.config, changed, chosen) if changes else run.experiment
        rollout = experiment.rollout
    if seed is not None:
        rollout = rollout.replace(seed=seed)
    if plan.damage and not render and record is None:
        report_damage(rollout, chosen, plan, changes, as_json=as_json)
        return
    filmed = None if record is None else _film(rollout, chosen, plan, record)
    recording, evaluation = filmed or (None, _replay(rollout, chosen, plan, render=render))
    check_evaluation(evaluation)
    if not as_json:
        tell_of_damage(rollout, plan)
    _report(evaluation, recording, changes, as_json=as_json)


def _plan(
    episodes: int, damage: Sequence[str], *, render: bool, record: Path | None
) -> "EpisodePlan":
    from glianeat.cli.damage import check_damage_options
    from glianeat.evaluate.plan import EpisodePlan
    from glianeat.streams import Purpose

    if render and record is not None:
        raise click.UsageError("--render and --record cannot be had at once.")
    suffered = check_damage_options(damage, shown=render or record is not None)
    return EpisodePlan(purpose=Purpose.REPLAY, episodes=episodes, damage=suffered)


def _film(
    rollout: "RolloutConfig", genome: "Genome", plan: "EpisodePlan", path: Path
) -> tuple["Recording", "Evaluation"]:
    from glianeat.run.recording import record

    draw_without_display()
    return record(rollout, genome, plan, path)


def _report(
    evaluation: "Evaluation",
    recording: "Recording | None",
    changes: "Differences",
    *,
    as_json: bool,
) -> None:
    from glianeat.run.changes import described_differences, difference_text

    report = describe_replay(evaluation)
    report["changed"] = described_differences(changes)
    if recording is not None:
        report["recording"] = _describe_recording(recording)
    if as_json:
        say_json(report)
        return
    if changes:
        say(f"changed {difference_text(changes)}")
    _print(report)
    if recording is not None:
        say(_of_recording(recording))


def _print(report: dict[str, Any]) -> None:
    episodes, mean = report["episodes"], report["mean_return"]
    number = counted(episodes, "episode")
    say(
        f"genome {report['genome']}: {number}, mean return {return_text(mean)} ± "
        f"{return_text(report['std_return'], beside=mean)}, {report['energy']:.0f} EU/s, "
        f"{report['spikes_per_second']:.0f} spikes/s "
        f"({spikes_of_outputs(report['output_spikes_per_second'])})"
        f"{measure_lines(report['measures'])}"
    )


def _describe_recording(recording: "Recording") -> dict[str, Any]:
    return {
        "file": str(recording.path),
        "frames": recording.frames,
        "seconds": recording.seconds,
        "complete": recording.complete,
    }


def _of_recording(recording: "Recording") -> str:
    cut = "" if recording.complete else ", cut off there: it would have grown too large"
    return f"wrote {recording.path}: {recording.frames} frames, {recording.seconds:.1f} s{cut}"


def _replay(
    rollout: "RolloutConfig", genome: "Genome", plan: "EpisodePlan", *, render: bool
) -> "Evaluation":
    from glianeat.evaluate.rollout import RolloutWorker

    rollout_worker = RolloutWorker(rollout, render_mode="human" if render else None)
    try:
        return rollout_worker.evaluate(genome, plan)
    finally:
        rollout_worker.close()


def describe_replay(evaluation: "Evaluation") -> dict[str, Any]:
    """Return a replay as `replay --json` prints it."""
    return {
        "genome": evaluation.key,
        "episodes": len(evaluation.returns),
        "mean_return": evaluation.mean_return,
        "std_return": float(np.std(evaluation.returns)),
        "returns": list(evaluation.returns),
        "lengths": list(evaluation.lengths),
        "measures": evaluation.measures,
        "energy": evaluation.power,
        "spikes_per_second": evaluation.spikes_per_second,
        "output_spikes_per_second": evaluation.output_spikes_per_second,
    }
