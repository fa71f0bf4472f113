"""``glianeat verify``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from glianeat.cli.options import find_run, runs_option, tell_of_trust, trust_option
from glianeat.cli.terminal import say, say_json
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.run.verification import Verification

_DIFFERENT = 1
_MOST_TOLD = 20


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "--replay",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Also evaluate N genomes again, spread over the generations, and compare bit for bit.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which genomes."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@trust_option
@runs_option
def verify(name: str, *, replay: int, seed: int, as_json: bool, trust: bool, runs: Path) -> None:
    """Check that RUN is what it says: compute its digest chain and its numbers anew.

    Nothing is imported or called for that; with --replay, the task is. The exit status is 0 if all
    agrees, and 1 if anything does not.
    """
    from glianeat.run.run import Run
    from glianeat.run.verification import verify as compute

    folder = find_run(runs, name)
    if trust and replay:
        with Run(folder) as run:
            tell_of_trust(run.demands, trust=trust)
    found = compute(folder, replay=replay, seed=seed, trust=trust)
    if as_json:
        say_json(describe_verification(found))
    else:
        _print(found)
    if not found.agrees:
        sys.exit(_DIFFERENT)


def describe_verification(found: "Verification") -> dict[str, Any]:
    """Return a verification as `verify --json` prints it."""
    checked: dict[str, Any] = msgspec.to_builtins(found.checked)
    mismatches = [*checked.pop("mismatches"), *found.mismatches]
    return {
        "name": found.name,
        "agrees": found.agrees,
        **checked,
        "replayed": found.replayed,
        "other_numerics": found.other_numerics,
        "mismatches": mismatches,
    }


def _print(found: "Verification") -> None:
    checked = found.checked
    wrong = [*checked.mismatches, *found.mismatches]
    for text in wrong[:_MOST_TOLD]:
        say(f"differs  {safe(text)}")
    if len(wrong) > _MOST_TOLD:
        say(f"and {len(wrong) - _MOST_TOLD} more")
    size = f"run {safe(found.name)}: {checked.generations} generations, {checked.genomes} genomes"
    if checked.mismatches:
        say(f"{size}: not what it says it is")
        return
    again = f"; of {checked.unknown} generations evaluated again only in part" * bool(
        checked.unknown
    )
    say(f"{size}: digests, checksums and derived numbers agree{again}")
    if found.other_numerics:
        of = counted(found.other_numerics, "generation")
        say(f"{of} computed by other numerics, and so not evaluated again")
    if found.replayed:
        equal = len(found.replayed) - len(found.mismatches)
        say(f"evaluated again: {equal} of {len(found.replayed)} genomes equal bit for bit")
