"""``--from``: which genomes a population starts from."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glianeat.cli.options import find_run
from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.store.run_store import DATABASE
from glianeat.text import is_key

if TYPE_CHECKING:
    from glianeat.run.start import StartGenome

_FORM = "RUN, RUN:KEY, RUN:front, RUN:best or GENOME.json"
Command = TypeVar("Command", bound=Callable[..., Any])


def start_option(function: Command) -> Command:
    """Add ``--from``."""
    return click.option(
        "--from",
        "sources",
        multiple=True,
        metavar="RUN[:KEY|front|best]|GENOME.json",
        help="Start from genomes of a run (by default its best), or in a file that export has "
        "written: from these and mutated copies of them; may be given several times.",
    )(function)


def read_start(runs: Path, sources: Sequence[str]) -> list["StartGenome"]:
    """Return the genomes to start from; nothing is executed, whoever made a run.

    Raises
    ------
    ConfigError
        If a text does not say which.
    CheckpointError
        If there is no such run, genome or file.
    GenomeError
        If a file breaks a rule of genomes.
    """
    return [one for text in sources for one in _genomes(runs, text)]


def _genomes(runs: Path, text: str) -> list["StartGenome"]:
    from glianeat.run.run import Run
    from glianeat.run.starting import genome_in, genomes_of

    if text.endswith(".json"):
        return [genome_in(Path(text))]
    name, sign, which = text.rpartition(":")
    if not sign or _is_run(runs, text):
        name, which = text, "best"
    if not (which in ("front", "best") or is_key(which)) or not name:
        raise ConfigError(f"--from: must be {_FORM}, got {shown(text)}")
    with Run(find_run(runs, name)) as run:
        return genomes_of(run, which)


def _is_run(runs: Path, name: str) -> bool:
    return any((folder / DATABASE).is_file() for folder in (runs / name, Path(name)))
