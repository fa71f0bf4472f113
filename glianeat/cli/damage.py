"""What ``glianeat replay --damage`` prints: the return by the share that dies."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec
from rich.table import Table

from glianeat.cli.options import return_text
from glianeat.cli.terminal import add_row, make_console, say, say_json

if TYPE_CHECKING:
    from glianeat.evaluate.plan import EpisodePlan
    from glianeat.evaluate.robustness import Suffered
    from glianeat.evaluate.rollout import RolloutConfig
    from glianeat.genome.genome import Genome
    from glianeat.run.changes import Differences


def check_damage_options(given: Sequence[str], *, shown: bool) -> tuple[str, ...] | None:
    """Return the damage of every episode; None if that is left to the settings of the run.

    Parameters
    ----------
    given : sequence of str
        Values of ``--damage``.
    shown : bool
        Whether the episodes are shown or filmed, which takes damage of one share.
    """
    from glianeat.evaluate.damage import NONE, damages, parse_damage

    if not given:
        return None
    if NONE in given:
        if len(given) > 1:
            raise click.UsageError("--damage none and other damage cannot be had at once.")
        return ()
    found = damages(given)
    if shown and any(len(parse_damage(one).shares) > 1 for one in found):
        raise click.UsageError("--render and --record take damage of one share.")
    return found


def tell_of_damage(rollout: "RolloutConfig", plan: "EpisodePlan") -> None:
    """Print what dies in every episode because it did in training, too."""
    damage = rollout.evaluation.damage
    if plan.damage is None and damage:
        say(f"damage as in training: {', '.join(damage)}")


def report_damage(
    rollout: "RolloutConfig",
    genome: "Genome",
    plan: "EpisodePlan",
    changes: "Differences",
    *,
    as_json: bool,
) -> None:
    """Let a genome live the same episodes share by share, and print how it does."""
    from glianeat.evaluate.robustness import robustness
    from glianeat.evaluate.rollout import RolloutWorker
    from glianeat.run.changes import described_differences, difference_text

    worker = RolloutWorker(rollout)
    try:
        found = robustness(worker, genome, plan.damage or (), plan)
    finally:
        worker.close()
    if as_json:
        changed = described_differences(changes)
        say_json({"genome": genome.key, **msgspec.to_builtins(found), "changed": changed})
    else:
        if changes:
            say(f"changed {difference_text(changes)}")
        _print(genome, found.episodes, found.rows)


def _print(genome: "Genome", episodes: int, rows: "Sequence[Suffered]") -> None:
    title = f"genome {genome.key}, {episodes} episodes each"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="")
    for head in ("damage", "return", "± SE", "kept", "EU/s"):
        table.add_column(head, justify="left" if head == "damage" else "right")
    for row in rows:
        mean, error = row.mean_return, row.standard_error
        add_row(
            table,
            row.text,
            return_text(mean),
            return_text(error, beside=mean) if math.isfinite(error) else "–",
            f"{row.kept:.0%}" if math.isfinite(row.kept) else "–",
            f"{row.power:.0f}",
        )
    make_console().print(table)
