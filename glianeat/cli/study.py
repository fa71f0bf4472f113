"""``glianeat study``."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glianeat.cli.cells import list_states, resumable, tell_failures
from glianeat.cli.options import runs_option, tell_of_trust, trust_option, workers_options
from glianeat.cli.terminal import say, say_json
from glianeat.errors import CheckpointError, ConfigError
from glianeat.text import counted

if TYPE_CHECKING:
    from glianeat.run.api import Workers
    from glianeat.studies.study.study import Study


@click.command()
@click.argument("what", metavar="FILE.toml|FOLDER")
@click.option("--name", help="Name of the study's folder; by default that of the file.")
@click.option("--only", multiple=True, metavar="TASK", help="Work on this task of the study.")
@click.option(
    "--screen",
    default="",
    metavar="SEEDS",
    help="Run other seeds than the file's, such as 0-3, as a study of its own: it decides nothing.",
)
@click.option("--list", "only_list", is_flag=True, help="Say where each run stands; run nothing.")
@click.option("--report", "only_report", is_flag=True, help="Report what there is; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; its field names are stable.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Runs at the same time, each in a process of its own; then --workers auto is 0.",
)
@trust_option
@workers_options
@runs_option
def study(
    what: str,
    *,
    name: str | None,
    only: Sequence[str],
    screen: str,
    only_list: bool,
    only_report: bool,
    as_json: bool,
    quiet: bool,
    jobs: int,
    trust: bool,
    workers: "Workers",
    address: str,
    runs: Path,
) -> None:
    """Run arms x tasks x seeds as FILE.toml says, test the champions, and decide by its rule.

    The file is fixed when the study begins; the same command goes on with it. The report is shown,
    and kept in the study's folder as report.md and report.json.
    """
    from glianeat.cli.sweep_progress import SweepProgress
    from glianeat.studies.cell_work import Computing

    if only_list and _list_planned(what, name, screen, runs, only):
        return
    looks = only_list or only_report
    found = _study(what, name, screen, runs, only, begins=not looks)
    if only_list:
        list_states(found.states)
        return
    if not only_report:
        tell_of_trust(found.demands, trust=trust)
        workers = 0 if jobs > 1 and workers == "auto" else workers
        with (
            resumable(f" the same command: glianeat study {what}"),
            SweepProgress(quiet=quiet) as progress,
        ):
            found.run(Computing(workers, address, trust, jobs), progress)
    _report(found, keep=not only_report, as_json=as_json)
    if found.failures:
        sys.exit(1)


def _list_planned(
    what: str, name: str | None, screen: str, runs: Path, only: Sequence[str]
) -> bool:
    """List the runs of a study that has not begun; return whether it is one."""
    from glianeat.studies.study.cells import cells_of_study
    from glianeat.studies.study.files import has_study, read_plan
    from glianeat.studies.study.study import default_name

    begun = (runs / what, Path(what), runs / (name or default_name(what, screen)))
    if not what.endswith(".toml") or any(map(has_study, begun)):
        return False
    cells = cells_of_study(read_plan(Path(what), screen).plan)
    for cell in cells:
        if cell.task in (only or (cell.task,)):
            say(f"{cell.name}  missing")
    say(f"0 of {counted(len(cells), 'run')} are finished; the study has not begun")
    return True


def _study(
    what: str, name: str | None, screen: str, runs: Path, only: Sequence[str], *, begins: bool
) -> "Study":
    """Return the study that a file or a folder means."""
    from glianeat.studies.study.files import has_study, read_plan
    from glianeat.studies.study.study import Study, default_name, make_study

    for folder in (runs / what, Path(what)):
        if has_study(folder):
            if name is not None or screen:
                raise ConfigError(f"study {folder}: has its name and its seeds")
            return Study(folder, only)
    if not what.endswith(".toml"):
        raise CheckpointError(f"study {what!r}: must be a file FILE.toml or the folder of a study")
    file = read_plan(Path(what), screen)
    chosen = name or default_name(what, screen)
    if not begins and not has_study(runs / chosen):
        raise CheckpointError(f"study {runs / chosen}: has not begun")
    return Study(make_study(file, chosen, runs=runs).folder, only)


def _report(found: "Study", *, keep: bool, as_json: bool) -> None:
    """Show the report, and keep it in the study's folder."""
    import msgspec

    from glianeat.cli.study_report import print_report
    from glianeat.store.files import write_whole
    from glianeat.studies.study.markdown import report_markdown

    tell_failures(found.failures)
    report = found.report()
    if keep:
        document = msgspec.json.format(msgspec.json.encode(report), indent=1)
        write_whole(found.folder / "report.json", document)
        write_whole(found.folder / "report.md", report_markdown(report).encode())
    if as_json:
        say_json(report)
    else:
        print_report(report)
        say(f"report: {found.folder / 'report.md'}" if keep else "")
