"""``glianeat run`` and ``glianeat resume``."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import msgspec

from glianeat.cli.options import find_run, return_text, runs_option, workers_options
from glianeat.cli.progress import Progress
from glianeat.cli.show import ended_by, spikes_of_outputs
from glianeat.errors import WorkersLostError

if TYPE_CHECKING:
    from glianeat.experiment.api import Workers
    from glianeat.experiment.config import ExperimentConfig
    from glianeat.experiment.run import Run


@click.command()
@click.argument("task")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
@click.option("--seed", type=click.IntRange(min=0), help="Root of all randomness.")
@click.option("--generations", type=click.IntRange(min=1), help="Generations to evolve.")
@click.option("--evaluations", type=click.IntRange(min=1), help="Evaluations not to exceed.")
@click.option("--hours", type=float, help="Wall-clock time after which to stop, in hours.")
@click.option("--name", help="Name of the run; by default the task and a number.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@workers_options
@runs_option
def run(
    task: str,
    *,
    assignments: Sequence[str],
    name: str | None,
    quiet: bool,
    workers: "Workers",
    address: str,
    runs: Path,
    **numbers: float | None,
) -> None:
    """Evolve agents for TASK: a Gymnasium id such as CartPole-v1, or a TOML file.

    Settings are changed by their dotted paths: --set evolution.population=200. All of them, with
    their defaults: glianeat config explain.
    """
    from glianeat.experiment.api import evolve, free_folder

    config = read_config(task, [*assignments, *_numbers(numbers)])
    folder = runs / name if name is not None else free_folder(runs, config.task.id)
    with resumable(folder, runs), Progress(config.evolution.generations, quiet=quiet) as progress:
        finished = evolve(
            config,
            name=name or folder.name,
            runs=runs,
            workers=workers,
            address=address,
            reporters=[progress],
        )
    _report(finished, runs)


@click.command()
@click.argument("name", metavar="RUN")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
@click.option("--generations", type=click.IntRange(min=1), help="Generations to evolve in all.")
@click.option("--evaluations", type=click.IntRange(min=1), help="Evaluations not to exceed.")
@click.option("--hours", type=float, help="Wall-clock time after which to stop, in hours in all.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@workers_options
@runs_option
def resume(
    name: str,
    *,
    assignments: Sequence[str],
    quiet: bool,
    workers: "Workers",
    address: str,
    runs: Path,
    **numbers: float | None,
) -> None:
    """Go on with RUN as if it had never been interrupted.

    Only what decides when to stop may be changed, such as --generations.
    """
    from glianeat.experiment.api import resume as go_on
    from glianeat.experiment.config import experiment_from

    folder = find_run(runs, name)
    chosen = [*assignments, *_numbers(numbers)]

    def changes(config: "ExperimentConfig") -> "ExperimentConfig":
        changed = experiment_from(msgspec.to_builtins(config), chosen)
        progress.generations = changed.evolution.generations
        return changed

    with resumable(folder, runs), Progress(0, quiet=quiet) as progress:
        finished = go_on(
            folder,
            changes=changes,
            workers=workers,
            address=address,
            reporters=[progress],
        )
    _report(finished, runs)


def read_config(task: str, assignments: Sequence[str]) -> "ExperimentConfig":
    """Return the experiment in a TOML file, or the default one for a task."""
    from glianeat.experiment.config import experiment_from, load_experiment

    if task.endswith(".toml"):
        return load_experiment(Path(task), assignments)
    return experiment_from({"task": {"id": task}}, assignments)


def _numbers(numbers: dict[str, float | None]) -> list[str]:
    """Return the assignments that the short options stand for."""
    paths = {
        "seed": "seed",
        "generations": "evolution.generations",
        "evaluations": "evolution.evaluations",
        "hours": "evolution.hours",
    }
    return [f"{paths[key]}={value}" for key, value in numbers.items() if value is not None]


@contextmanager
def resumable(folder: Path, runs: Path) -> Iterator[None]:
    """Say how to go on if the block is interrupted; SIGTERM interrupts like Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Any = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except WorkersLostError as error:
        if not (folder / "run.db").is_file():
            raise
        elsewhere = "" if runs == Path("runs") else f" --runs {runs}"
        raise WorkersLostError(
            f"{error}; all finished generations are saved, go on with: "
            f"glianeat resume {folder.name}{elsewhere}"
        ) from error
    except KeyboardInterrupt:
        if (folder / "run.db").is_file():
            elsewhere = "" if runs == Path("runs") else f" --runs {runs}"
            click.echo(
                f"\ninterrupted; all finished generations are saved. Go on with:\n"
                f"  glianeat resume {folder.name}{elsewhere}",
                err=True,
            )
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, before)


def _report(finished: "Run", runs: Path) -> None:
    elsewhere = "" if runs == Path("runs") else f" --runs {runs}"
    with finished:
        best, last = finished.best, finished.summaries[-1]
        tried = "on fresh episodes" if best.validation is not None else "in training"
        click.echo(
            f"run {finished.name}: {last.number + 1} generations, {last.evaluations} evaluations "
            f"({ended_by(finished.finished)})\n"
            f"best genome {best.key}: mean return {return_text(best.mean_return)} {tried}, "
            f"{best.power:.0f} EU/s, {best.evaluation.spikes_per_second:.0f} spikes/s "
            f"({spikes_of_outputs(best.evaluation.output_spikes_per_second)})\n"
            f"  glianeat show {finished.name}{elsewhere}\n"
            f"  glianeat replay {finished.name}{elsewhere} --render\n"
            f"  glianeat draw {finished.name}{elsewhere} -o topology.svg"
            f"{_going_on(finished, elsewhere)}"
        )


def _going_on(finished: "Run", elsewhere: str) -> str:
    """Return how to go on with a run whose time was up, since it is not over."""
    hours = finished.config.evolution.hours
    if finished.finished != "hours" or hours is None:
        return ""
    return f"\n  glianeat resume {finished.name}{elsewhere} --hours {2 * hours:g}"
