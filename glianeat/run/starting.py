"""Where genomes to start from come from: runs, and files of genomes.

Reading them executes nothing, whoever made the run.
"""

from collections.abc import Sequence
from pathlib import Path

from glianeat.config import shown
from glianeat.errors import CheckpointError, ConfigError
from glianeat.genome.genome import Genome
from glianeat.run.run import Run
from glianeat.run.solution import Solution
from glianeat.run.start import StartGenome, distinct
from glianeat.text import is_key, safe

Startable = Genome | Solution | StartGenome
"""What a population can start from."""


def start_genomes(start: Sequence[Startable]) -> tuple[StartGenome, ...]:
    """Return the genomes to start from, the first one of those with equal genes.

    Raises
    ------
    ConfigError
        If one is neither a genome nor a solution of a run.
    """
    given: object = start
    if not isinstance(given, list | tuple):
        raise ConfigError(f"start: must be a list of genomes, got {shown(given)}")
    return distinct([_start_genome(one, number) for number, one in enumerate(start)])


def genomes_of(run: Run, which: str) -> list[StartGenome]:
    """Return genomes of a run: its ``best``, its ``front``, or the one of a key.

    Raises
    ------
    ConfigError
        If `which` is none of these.
    CheckpointError
        If the run has no such genome.
    """
    if which == "best":
        return [_of_solution(run.best)]
    if which == "front":
        front = run.front
        if not front:
            raise CheckpointError(f"run {run.folder}: has no generation yet; resume it")
        return [_of_solution(solution) for solution in front]
    if is_key(which):
        return [_of_solution(run.solution(int(which)))]
    raise ConfigError(f"genome of run {run.name}: must be best, front or a key, got {shown(which)}")


def genome_in(path: Path) -> StartGenome:
    """Return the genome in a file that ``glianeat export`` has written.

    Raises
    ------
    CheckpointError
        If the file cannot be read.
    GenomeError
        If it breaks a rule of genomes; the message names the gene.
    """
    from glianeat.genome.serial import MAX_BYTES, genome_from_json

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one byte more is refused by name
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from None
    return StartGenome(genome_from_json(data, str(path)), str(path), {"file": path.name})


def _start_genome(one: object, number: int) -> StartGenome:
    if isinstance(one, StartGenome):
        return one
    if isinstance(one, Solution):
        return _of_solution(one)
    if isinstance(one, Genome):
        return StartGenome(one, f"start[{number}]")
    raise ConfigError(f"start[{number}]: must be a genome or a solution of a run, got {shown(one)}")


def _of_solution(solution: Solution) -> StartGenome:
    run, codec = solution.run, solution.run.config.codec
    origin = {"run": run.name, "digest": run.digest, "genome": solution.key}
    title = f"genome {solution.key} of run {safe(run.name)}"
    return StartGenome(solution.genome, title, origin, codec.channels, codec.outputs)
