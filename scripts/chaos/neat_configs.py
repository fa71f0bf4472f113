"""Import every neat-python configuration of a folder, and run one generation of each.

Prints a line for each file that fails, and a table of how many did what. Files that are no
configuration of neat-python's at all (without a section NEAT) are not counted.

    python scripts/chaos/neat_configs.py tests/compat/configs
    python scripts/chaos/neat_configs.py FOLDER --task Acrobot-v1 --population 10 --no-run
"""

import tempfile
from collections import Counter
from pathlib import Path

import click

from glianeat.compat.neat_config import read_config
from glianeat.errors import ConfigError, GliaNeatError
from glianeat.run.api import evolve
from glianeat.run.config import ExperimentConfig

KINDS = {  # what a message says, and what kind of fault that is
    "already exists": "duplicate key or section",
    "settings of ours": "settings of ours",
    "stands in [": "key in the wrong section",
    "is missing": "key or section missing",
    "fitness_criterion": "asks for the lowest fitness",
    "cannot be read": "cannot be read",
    "no section headers": "no section",
    "parsing errors": "no INI file",
    "must be": "value out of range",
}


def kind_of(problem: str) -> str:
    """Return what kind of fault a message tells of."""
    return next((kind for words, kind in KINDS.items() if words in problem), "other")


def one_generation(config: ExperimentConfig, population: int) -> None:
    """Evolve the founders of an experiment, and nobody else."""
    evolution = config.evolution.replace(population=population, generations=1)
    evaluation = config.evaluation.replace(episodes=1, validation_top=1, validation_episodes=1)
    config = config.replace(evolution=evolution, evaluation=evaluation)
    with tempfile.TemporaryDirectory() as folder, evolve(config, runs=Path(folder)) as run:
        assert len(run.summaries) == 1


def outcome(path: Path, task: str, population: int, *, run: bool) -> str:
    """Return an empty string if a file imports and runs, else what went wrong."""
    try:
        config, _ = read_config(path, task)
    except ConfigError as error:
        return str(error)
    if run:
        try:
            one_generation(config, population)
        except GliaNeatError as error:
            return f"{path}: imported, but does not run: {error}"
    return ""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--task", default="CartPole-v1", show_default=True)
@click.option("--population", default=4, show_default=True, help="Founders of the generation.")
@click.option("--run/--no-run", default=True, show_default=True, help="Run a generation, too.")
def main(folder: Path, task: str, population: int, *, run: bool) -> None:
    """Import all files below FOLDER, and print what became of them."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [path for path in files if b"[NEAT" in path.read_bytes()]
    counts = Counter[str]()
    for path in found:
        problem = outcome(path, task, population, run=run)
        if problem:
            click.echo(problem)
        counts[kind_of(problem) if problem else "imported"] += 1
    for kind, number in counts.most_common():
        click.echo(f"{number:5} of {len(found)}  {kind}")
    share = 100.0 * counts["imported"] / max(len(found), 1)
    click.echo(f"{share:.1f} % of {len(found)} imported{' and run' if run else ''}")


if __name__ == "__main__":
    main()
