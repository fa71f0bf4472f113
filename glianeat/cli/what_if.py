"""``glianeat what-if``."""

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.table import Table

from glianeat.cli.options import find_run, runs_option, tell_of_trust, trust_option
from glianeat.cli.terminal import add_row, make_console, say, say_json
from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.text import is_key

if TYPE_CHECKING:
    from glianeat.evaluate.what_if import WhatIf
    from glianeat.genome.alteration import TraitChange
    from glianeat.run.run import Run, Solution

_SET = re.compile(r"(?P<family>[a-z]+)\.(?P<trait>\w+)(?::(?P<id>[^=]+))?=(?P<value>.+)")


@click.command("what-if")
@click.argument("name", metavar="RUN")
@click.option("--genome", default="best", show_default=True, metavar="best|KEY")
@click.option(
    "--without",
    multiple=True,
    metavar="KIND[:ID]",
    help="Take away a neuron, synapse, astrocyte, territory, region or channel; all without ID.",
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="FAMILY.TRAIT[:ID]=VALUE",
    help="Set a trait, such as regions.log2_ratio:motor=-1; of all genes without ID.",
)
@click.option("--episodes", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@trust_option
@runs_option
def what_if(
    name: str,
    *,
    genome: str,
    without: tuple[str, ...],
    assignments: tuple[str, ...],
    episodes: int,
    as_json: bool,
    trust: bool,
    runs: Path,
) -> None:
    """Let a genome of RUN live the same fresh episodes as it is, and with some changes."""
    from glianeat.develop.lesions import parse_lesion
    from glianeat.run.run import Run

    lesions = [parse_lesion(text, "--without") for text in without]
    traits = list(map(_trait, assignments))
    with Run(find_run(runs, name), trust=trust) as run:
        tell_of_trust(run.demands, trust=trust)
        found = _solution(run, genome).what_if(lesions=lesions, traits=traits, episodes=episodes)
    if as_json:
        say_json(msgspec.to_builtins(found))
    else:
        _print(found)


def _solution(run: "Run", text: str) -> "Solution":
    if text != "best" and not is_key(text):
        raise ConfigError(f"--genome: must be 'best' or the key of a genome, got {shown(text)}")
    return run.best if text == "best" else run.solution(int(text))


def _trait(text: str) -> "TraitChange":
    from glianeat.genome.alteration import EVERY, TraitChange

    found = _SET.fullmatch(text)
    told = {} if found is None else {**found.groupdict(), "id": found["id"] or EVERY}
    try:
        return msgspec.convert(told, TraitChange, strict=False)
    except msgspec.ValidationError:
        raise ConfigError(
            "--set: must be FAMILY.TRAIT[:ID]=VALUE, such as regions.log2_ratio:motor=-1, with "
            f"the family regions, neurons, astrocytes or synapses, got {shown(text)}"
        ) from None


def _print(found: "WhatIf") -> None:
    table = Table(box=None, pad_edge=False)
    for head in ("", "before", "after", "difference", "± SE", "unit"):
        table.add_column(head, justify="left" if head in {"", "unit"} else "right")
    for row in found.rows:
        numbers = (row.before, row.after, row.difference, row.standard_error)
        add_row(table, row.name, *map(_number, numbers), row.unit)
    make_console().print(table)
    for note in found.notes:
        say(note)


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "–"
