"""``glianeat doctor``."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from glianeat.cli.run import read_config
from glianeat.cli.terminal import say, say_json
from glianeat.text import safe

if TYPE_CHECKING:
    from glianeat.examination.report import Finding
    from glianeat.run.config import ExperimentConfig

_REFUSED = 2
_LONGEST = 2000  # characters of a finding
_COLOURS = {"ok": "green", "warning": "yellow", "refused": "red"}


@click.command()
@click.argument("task")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=1e6),
    default=180.0,
    show_default=True,
    help="Time after which the task is taken to hang [s].",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
def doctor(task: str, *, assignments: Sequence[str], timeout: float, as_json: bool) -> None:
    """Examine whether TASK, a Gymnasium id or a TOML file, is fit for evolution.

    Its environment is made and stepped in another process, where it may come to grief. The exit
    status is 0 if all is fine but for warnings, and 2 if the task is refused.
    """
    from glianeat.examination.separate_process import examine
    from glianeat.examination.task_under_test import ExaminationConfig

    config = read_config(task, assignments)
    examined = ExaminationConfig(
        task=config.task,
        codec=config.codec,
        genome=config.genome,
        development=config.development,
        simulation=config.simulation,
    )
    findings = []
    with contextlib.closing(examine(examined, timeout)) as examination:
        for finding in examination:
            findings.append(finding)
            if not as_json:
                _print(finding)
    refused = any(finding.level == "refused" for finding in findings)
    if not refused:
        for finding in _foreseen(config):
            findings.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        report = {"task": config.task.id, "fit": not refused, "findings": findings}
        say_json(report)
    else:
        say(_verdict(config.task.id, findings, refused=refused))
    if refused:
        sys.exit(_REFUSED)


def _foreseen(config: "ExperimentConfig") -> Iterator["Finding"]:
    """Yield what a few founders tell of a run on a task that is fit."""
    from glianeat.run.foresight import find_duration, find_luck, sample_founders
    from glianeat.tasks.catalogue import silence

    with silence():
        experiment = config.resolve()
        sample = sample_founders(experiment)
    yield find_luck(experiment, sample)
    yield find_duration(experiment, sample)


def _print(finding: "Finding") -> None:
    click.secho(f"{finding.level:<8} ", fg=_COLOURS[finding.level], nl=False)
    say(f"{finding.check:<14} {safe(finding.text, _LONGEST)}")


def _verdict(task: str, findings: Sequence["Finding"], *, refused: bool) -> str:
    if refused:
        return f"{task}: not fit for evolution"
    warnings = sum(finding.level == "warning" for finding in findings)
    return f"{task}: fit for evolution" + (
        f", with {warnings} warning{'s' * (warnings > 1)}" if warnings else ""
    )
