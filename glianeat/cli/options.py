"""Options that several commands share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glianeat.cli.terminal import say
from glianeat.config import shown, suggestion
from glianeat.errors import CheckpointError, ConfigError
from glianeat.store.files import write_new as write_new_file
from glianeat.store.run_store import DATABASE
from glianeat.text import counted, is_key, safe

if TYPE_CHECKING:
    from glianeat.genome.genome import Genome
    from glianeat.run.run import Run

_LONGEST = 2000  # characters of a list of what is trusted
_FEW = 10.0  # returns below it are told apart by their second and third decimals
Command = TypeVar("Command", bound=Callable[..., Any])


class WorkersType(click.ParamType[int | str]):
    """A number of workers, or ``auto``."""

    name = "N|auto"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | str:
        """Return a number of workers or ``auto``."""
        if value == "auto":
            return "auto"
        try:
            workers = int(str(value))
        except ValueError:
            workers = -1
        if workers < 0:
            self.fail(f"must be a whole number >= 0 or 'auto', got {value!r}", param, ctx)
        return workers


def runs_option(function: Command) -> Command:
    """Add ``--runs``."""
    return click.option(
        "--runs",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("runs"),
        show_default=True,
        help="Folder of runs.",
    )(function)


def genome_option(function: Command) -> Command:
    """Add ``--genome``."""
    return click.option(
        "--genome",
        default="best",
        show_default=True,
        metavar="best|KEY|FILE.json",
        help="Which genome of the run, or a file that export has written.",
    )(function)


def trust_option(function: Command) -> Command:
    """Add ``--trust``."""
    return click.option(
        "--trust",
        is_flag=True,
        help="Let a run that was not made here import and call what its task names; it is printed.",
    )(function)


def tell_of_trust(demands: Sequence[str], *, trust: bool) -> None:
    """Print what is about to be imported and called, if the user trusts a run with it."""
    if trust and demands:
        say(f"trusted: {safe('; '.join(demands), _LONGEST)}", err=True)


def workers_options(function: Command) -> Command:
    """Add ``--workers`` and ``--address``."""
    function = click.option(
        "--address",
        default="local",
        show_default=True,
        help="Ray cluster to use, such as 10.0.0.1:6379.",
    )(function)
    return click.option(
        "--workers",
        type=WorkersType(),
        default="auto",
        show_default=True,
        help="Ray workers; 0 evaluates in this process, auto moves to Ray once it pays.",
    )(function)


def limits_options(function: Command) -> Command:
    """Add ``--set``, ``--quiet``, and options for generations, evaluations, steps and hours."""
    for option in (
        click.option("--quiet", is_flag=True, help="Show no progress."),
        click.option("--hours", type=float, help="Wall-clock time after which to stop, in hours."),
        click.option(
            "--steps", type=click.IntRange(min=1), help="Environment steps of training in all."
        ),
        click.option("--evaluations", type=click.IntRange(min=1), help="Evaluations in all."),
        click.option("--generations", type=click.IntRange(min=1), help="Generations in all."),
        click.option(
            "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting."
        ),
    ):
        function = option(function)
    return function


def return_text(value: float, beside: float | None = None) -> str:
    """Return a mean return for people: with three decimals below 10, else with one.

    Parameters
    ----------
    value : float
        The return, or its spread.
    beside : float, optional
        The return whose decimals it is to have.
    """
    scale = value if beside is None else beside
    return f"{value:.3f}" if abs(scale) < _FEW else f"{value:.1f}"


def generation_text(number: int, most: int | None) -> str:
    """Return which generation it is, counted from 1, of how many if that is known."""
    return f"generation {number + 1}" + ("" if most is None else f"/{most}")


def find_run(runs: Path, name: str) -> Path:
    """Return the folder of a run given by its name or by a path.

    Raises
    ------
    CheckpointError
        If there is none, with the nearest name among those in `runs`.
    """
    for folder in (runs / name, Path(name)):
        if (folder / DATABASE).is_file():
            return folder
    found = sorted(path.parent.name for path in runs.glob(f"*/{DATABASE}"))
    known = [name for name in found if not name.startswith(".")]
    hint = suggestion(name, known)
    if not hint and known:
        hint = f"; there are {', '.join(known[:8])}{' …' if len(known) > 8 else ''}"
    raise CheckpointError(f"run {name!r}: does not exist in {runs}{hint}")


def choose_genome(run: "Run", text: str) -> "Genome":
    """Return a genome: ``best``, one of a key, or the one in a JSON file.

    Raises
    ------
    ConfigError
        If the text is none of these, or the file's genome has other inputs or outputs than the run.
    CheckpointError
        If the run has no such genome, or the file cannot be read.
    GenomeError
        If the file breaks a rule of genomes; the message names the gene.
    """
    if text == "best":
        return run.best.genome
    if text.endswith(".json"):
        return _read_genome(run, Path(text))
    if not is_key(text):
        raise ConfigError(
            f"--genome: must be 'best', a genome key or a .json file, got {shown(text)}"
        )
    return run.solution(int(text)).genome


def _read_genome(run: "Run", path: Path) -> "Genome":
    from glianeat.genome.serial import MAX_BYTES, genome_from_json

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one byte more is refused by name
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from None
    genome = genome_from_json(data, str(path))
    fits = run.best.genome
    expected = (fits.n_inputs, fits.n_outputs)
    if (genome.n_inputs, genome.n_outputs) != expected:
        raise ConfigError(
            f"{path}: must have {counted(expected[0], 'input')} and "
            f"{counted(expected[1], 'output')} for {run.name}, "
            f"got {genome.n_inputs} and {genome.n_outputs}"
        )
    return genome


def write_new(output: Path, data: bytes) -> None:
    """Write a file that is not there yet, and say so; raise `CheckpointError` if it cannot be."""
    write_new_file(output, data)
    say(f"wrote {output}")
