"""``glianeat run`` and ``glianeat resume``."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat import interrupts
from glianeat.cli.failures import failure_lines
from glianeat.cli.leaving import leave_at_once
from glianeat.cli.options import (
    find_run,
    limits_options,
    return_text,
    runs_option,
    tell_of_trust,
    trust_option,
    workers_options,
)
from glianeat.cli.progress import Progress
from glianeat.cli.show import ended_by, spikes_of_outputs
from glianeat.cli.start_from import read_start, start_option
from glianeat.cli.terminal import say
from glianeat.errors import FolderTakenError, WorkersLostError
from glianeat.store.run_store import DATABASE
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.run.api import Workers
    from glianeat.run.config import ExperimentConfig
    from glianeat.run.run import Run


@click.command()
@click.argument("task")
@click.option("--name", help="Name of the run; by default the task and a number.")
@click.option("--seed", type=click.IntRange(min=0), help="Root of all randomness.")
@start_option
@limits_options
@workers_options
@runs_option
def run(
    task: str,
    *,
    assignments: Sequence[str],
    name: str | None,
    sources: Sequence[str],
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
    from glianeat.run.api import evolve, free_folder
    from glianeat.store.run_store import check_name

    config = read_config(task, [*assignments, *limits_of(numbers)])
    if name is not None:
        check_name(name)
    start = read_start(runs, sources)
    progress = Progress(config.evolution.most_generations, quiet=quiet)
    lost = (FolderTakenError,) if name is None else ()  # another process may take a free name first
    finished = None
    while finished is None:
        folder = runs / name if name is not None else free_folder(runs, config.task.id)
        with contextlib.suppress(*lost), resumable(folder, runs), progress:
            finished = evolve(
                config,
                name=folder.name,
                runs=runs,
                workers=workers,
                address=address,
                reporters=[progress],
                start=start,
            )
    with resumable(folder, runs):
        _report(finished, runs)


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "--fork",
    metavar="NAME",
    help="Begin a new run of this name from the last population of RUN, which stays as it is.",
)
@limits_options
@trust_option
@workers_options
@runs_option
def resume(
    name: str,
    *,
    fork: str | None,
    assignments: Sequence[str],
    quiet: bool,
    workers: "Workers",
    address: str,
    trust: bool,
    runs: Path,
    **numbers: float | None,
) -> None:
    """Go on with RUN as if it had never been interrupted.

    Only what does not change what its results mean may be changed, such as --generations or --set
    evaluation.timeout=60. With --fork, whatever leaves networks their inputs and outputs: the new
    run counts its generations and evaluations from its own beginning.
    """
    from glianeat.run.api import resume as go_on
    from glianeat.run.forking import fork as begin_from
    from glianeat.run.stored import foreign_demands

    folder = find_run(runs, name)
    chosen = [*assignments, *limits_of(numbers)]

    def changes(config: "ExperimentConfig") -> "ExperimentConfig":
        tell_of_trust(foreign_demands(config.task), trust=trust)
        changed = _changed(config, chosen, "" if fork is None else f"{fork} of {folder.name}")
        progress.generations = changed.evolution.most_generations
        return changed

    carry_on = go_on if fork is None else partial(begin_from, name=fork, runs=runs)
    place = folder if fork is None else runs / fork
    with resumable(place, runs), Progress(0, quiet=quiet) as progress:
        finished = carry_on(
            folder,
            trust=trust,
            changes=changes,
            workers=workers,
            address=address,
            reporters=[progress],
        )
    with resumable(place, runs):
        _report(finished, runs)


def _changed(
    config: "ExperimentConfig", assignments: Sequence[str], fork: str
) -> "ExperimentConfig":
    """Return the settings of a run with some changed; of a fork, say which."""
    from glianeat.run.changes import assigned, difference_text
    from glianeat.run.config import differences

    changed = assigned(config, assignments)
    if fork:
        found = difference_text(differences(config, changed)) or "nothing"
        say(f"fork {safe(fork)}: changed {found}")
    return changed


def read_config(task: str, assignments: Sequence[str]) -> "ExperimentConfig":
    """Return the experiment in a TOML file, or the default one for a task."""
    from glianeat.run.config import experiment_from, load_experiment

    if task.endswith(".toml"):
        return load_experiment(Path(task), assignments)
    return experiment_from({"task": {"id": task}}, assignments)


def limits_of(numbers: Mapping[str, float | None]) -> list[str]:
    """Return the assignments that the short options stand for."""
    paths = {
        "seed": "seed",
        "generations": "evolution.generations",
        "evaluations": "evolution.evaluations",
        "steps": "evolution.steps",
        "hours": "evolution.hours",
    }
    return [f"{paths[key]}={value}" for key, value in numbers.items() if value is not None]


@contextmanager
def resumable(folder: Path, runs: Path) -> Iterator[None]:
    """Say how to go on if the block is interrupted."""
    interrupts.at_the_last(lambda number: _give_up(number, folder, runs))
    try:
        yield
        interrupts.check()
    except (interrupts.Interrupted, KeyboardInterrupt):
        say(f"\n{_farewell(folder, runs)}", err=True)
        raise
    except WorkersLostError as error:
        if not (folder / DATABASE).is_file():
            raise
        raise WorkersLostError(
            f"{error}; all finished generations are saved, go on with: "
            f"glianeat resume {folder.name}{_elsewhere(runs)}"
        ) from error


def _farewell(folder: Path, runs: Path) -> str:
    if not (folder / DATABASE).is_file():
        return "interrupted; there is nothing to save yet"
    return (
        "interrupted; all finished generations are saved, go on with: "
        f"glianeat resume {folder.name}{_elsewhere(runs)}"
    )


def _give_up(number: int, folder: Path, runs: Path) -> None:
    """End the process, which does not end by itself."""
    os.write(2, f"\n{_farewell(folder, runs)}\n".encode())
    leave_at_once(number)


def _elsewhere(runs: Path) -> str:
    return "" if runs == Path("runs") else f" --runs {runs}"


def _report(finished: "Run", runs: Path) -> None:
    """Say what has come out of a run; exit with 1 if every genome failed."""
    elsewhere = _elsewhere(runs)
    with finished:
        last, all_failed = finished.summaries[-1], finished.has_only_failures
        lines = [
            f"run {finished.name}: {counted(last.number + 1, 'generation')}, "
            f"{counted(last.evaluations, 'evaluation')}, "
            f"{last.steps:,} environment steps ({ended_by(finished.finished)})"
        ]
        task = finished.config.task.id
        lines += failure_lines(finished.failures, task, all_failed=all_failed)
        lines += [] if all_failed else [_best(finished)]
        lines.append(f"  glianeat show {finished.name}{elsewhere}")
        if not all_failed:
            lines.append(f"  glianeat replay {finished.name}{elsewhere} --render")
            lines.append(f"  glianeat inspect {finished.name}{elsewhere} --open")
        say("\n".join(lines) + _going_on(finished, elsewhere))
    if all_failed:
        sys.exit(1)


def _best(finished: "Run") -> str:
    best = finished.best
    tried = "on fresh episodes" if best.validation is not None else "in training"
    return (
        f"best genome {best.key}: mean return {return_text(best.mean_return)} {tried}, "
        f"{best.power:.0f} EU/s, {best.evaluation.spikes_per_second:.0f} spikes/s "
        f"({spikes_of_outputs(best.evaluation.output_spikes_per_second)})"
    )


def _going_on(finished: "Run", elsewhere: str) -> str:
    """Return how to go on with a run whose time was up, since it is not over."""
    hours = finished.config.evolution.hours
    if finished.finished != "hours" or hours is None:
        return ""
    return f"\n  glianeat resume {finished.name}{elsewhere} --hours {2 * hours:g}"
