"""``glianeat import-neat``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from glianeat.cli.config import to_toml, toml_value
from glianeat.cli.options import write_new
from glianeat.cli.terminal import add_row, make_console, say
from glianeat.errors import ConfigError
from glianeat.text import counted

if TYPE_CHECKING:
    from glianeat.compat.neat_report import Entry, Report
    from glianeat.genome.genome import Genome
    from glianeat.run.config import ExperimentConfig

_WIDE = 250  # characters of a line that no terminal folds


@click.command("import-neat")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, .toml for a configuration, .json for a genome; it must not exist.",
)
@click.option("--task", help="Gymnasium id of the task, which neat-python's files do not name.")
@click.option("--clip", is_flag=True, help="Take weights and biases beyond our bounds to them.")
def import_neat(file: Path, *, output: Path | None, task: str | None, clip: bool) -> None:
    """Read FILE of neat-python's: an INI configuration, or a network exported as JSON.

    Of a configuration, print what became of each key, and write the experiment that comes nearest
    to it; of a network, write the genome that does the same.
    """
    if file.suffix == ".json":
        _import_genome(file, output, clip=clip)
    else:
        _import_config(file, output, task)


def _import_config(file: Path, output: Path | None, task: str | None) -> None:
    from glianeat.compat.neat_config import read_config

    _check_ending(output, ".toml")
    config, report = read_config(file, task)
    _print_report(report)
    if task is not None:
        say(_pins(config))
    if output is not None:
        text = "\n".join(_changes(config)).strip()
        write_new(output, f"# from {file.name}, by glianeat import-neat\n{text}\n".encode())


def _import_genome(file: Path, output: Path | None, *, clip: bool) -> None:
    from glianeat.compat.neat_python import read_genome_json
    from glianeat.genome.serial import genome_to_json

    _check_ending(output, ".json")
    genome, simulation = read_genome_json(file, clip=clip)
    how = "feed-forward" if simulation.feed_forward else "recurrent"
    hidden = len(genome.neurons) - genome.n_inputs - genome.n_outputs
    say(
        f"genome {genome.key}: {counted(genome.n_inputs, 'input')}, "
        f"{counted(genome.n_outputs, 'output')}, {counted(hidden, 'hidden neuron')}, "
        f"{counted(len(genome.synapses), 'synapse')}; graded, "
        f"{_activations_of(genome, simulation.neuron.activation)}, {how}"
    )
    if output is not None:
        write_new(output, genome_to_json(genome))


def _activations_of(genome: "Genome", shared: str) -> str:
    """Return the names of all activations of a genome's cells."""
    from glianeat.genome.schema import ACTIVATIONS, Role

    cells = genome.neurons.field("role") != Role.INPUT
    own = genome.neurons.trait("activation")[cells].astype(int).tolist()
    names = dict.fromkeys(ACTIVATIONS[number] if number else shared for number in own)
    return " ".join(names)


def _print_report(report: "Report") -> None:
    from rich.table import Table

    console = make_console()
    if not console.is_terminal:  # a key a line, for those who search in them
        console = make_console(width=_WIDE)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("section", "key", "value", "here", "settings"):
        table.add_column(name, overflow="fold", no_wrap=name == "here")
    before = ""
    for entry in report.entries:
        section = "" if entry.section == before else entry.section
        before = entry.section
        add_row(table, section, entry.key, entry.text, entry.outcome.status, _told(entry))
    console.print(table)
    numbers = (
        f"{report.number(status)} {status}" for status in ("mapped", "approximated", "not mapped")
    )
    say("; ".join(numbers))


def _told(entry: "Entry") -> str:
    settings, note = entry.outcome.settings, entry.outcome.note
    few = [f"{path} = {toml_value(value)}" for path, value in settings.items()]
    if len(few) > 5:
        few = [f"{len(few)} settings"]
    return "; ".join([*few, *([note] if note else [])])


def _pins(config: "ExperimentConfig") -> str:
    """Return how many inputs and outputs the networks of an experiment have."""
    experiment = config.resolve()
    return (
        f"{config.task.id}: {counted(experiment.n_inputs, 'input')} and "
        f"{counted(experiment.n_outputs, 'output')}"
    )


def _changes(config: "ExperimentConfig") -> list[str]:
    """Return what is not by default so, as lines of TOML."""
    from glianeat.plain import assign
    from glianeat.run.config import ExperimentConfig, differences

    changed: dict[str, Any] = {"task": {"id": config.task.id}}
    for path, (_, value) in differences(ExperimentConfig(), config).items():
        changed = assign(changed, path, value)
    return to_toml(msgspec.to_builtins(changed))


def _check_ending(output: Path | None, ending: str) -> None:
    if output is not None and output.suffix != ending:
        raise ConfigError(f"{output}: must end in {ending}, got {output.suffix or 'no ending'}")
