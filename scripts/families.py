"""Do environments of other families run through the same commands? Run by hand; a table is kept.

    python scripts/families.py
    python scripts/families.py --only MiniGrid --only Atari -o /tmp/families.txt

Every task of every installed family is examined (`glianeat doctor`), evolved for a few generations
(`run`), shown (`show`) and replayed (`replay`), by the commands that the table prints. The runs are
short: they show that a family is served, and how fast, not what can be learnt.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from glianeat.run.run import Run
from glianeat.store.provenance import provenance
from glianeat.tasks.catalogue import is_installed

RESULTS = Path(__file__).parent / "results" / "families.txt"
NOTES = (
    "doctor: whether the task is fit for evolution, and which of its checks warn.",
    "best: best mean return of the first and of the last generation, in training; of several",
    "rewards at once, which are named, their sum. Runs are short: they show that a task is served.",
    "evaluations/s: after the first generation; s: wall time of the whole run, with its start; on",
    "a machine that was busy with other work.",
)
REFUSED = 2  # exit status of `glianeat doctor`
Result = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """One task of a family.

    Parameters
    ----------
    family : str
        Name for people.
    package : str
        What to install, as pip calls it.
    module : str
        By which it is seen to be installed.
    task : str
        Gymnasium id.
    settings : tuple of str
        What the command sets beside the task.
    """

    family: str
    package: str
    module: str
    task: str
    settings: tuple[str, ...] = ()


def _minigrid(task: str) -> Example:
    wrapper = 'task.wrappers=[{entry="minigrid.wrappers:ImgObsWrapper"}]'
    return Example("MiniGrid", "minigrid", "minigrid", task, ('task.imports=["minigrid"]', wrapper))


def _popgym(task: str) -> Example:
    return Example("POPGym", "popgym", "popgym", task, ('task.imports=["popgym"]',))


def _several(task: str, *settings: str) -> Example:
    imports = 'task.imports=["mo_gymnasium"]'
    return Example(
        "MO-Gymnasium",
        "mo-gymnasium",
        "mo_gymnasium",
        task,
        (imports, "task.max_steps=200", *settings),
    )


EXAMPLES = (
    Example("toy text", "gymnasium", "gymnasium", "Blackjack-v1"),
    Example("toy text", "gymnasium", "gymnasium", "FrozenLake-v1"),
    Example("toy text", "gymnasium", "gymnasium", "Taxi-v4"),
    Example(
        "wrapped",
        "gymnasium",
        "gymnasium",
        "CartPole-v1",
        (
            'task.wrappers=[{entry="gymnasium.wrappers:TimeAwareObservation", '
            "kwargs={flatten=false}}]",
        ),
    ),
    Example("Box2D", "gymnasium[box2d]", "Box2D", "LunarLander-v3"),
    Example("Box2D", "gymnasium[box2d]", "Box2D", "BipedalWalker-v3", ("task.max_steps=400",)),
    Example("MuJoCo", "gymnasium[mujoco]", "mujoco", "InvertedPendulum-v5"),
    Example("MuJoCo", "gymnasium[mujoco]", "mujoco", "HalfCheetah-v5", ("task.max_steps=200",)),
    Example(
        "Atari",
        "ale-py",
        "ale_py",
        "ALE/Pong-v5",
        ('task.imports=["ale_py"]', 'task.kwargs.obs_type="ram"', "task.max_steps=300"),
    ),
    _minigrid("MiniGrid-Empty-5x5-v0"),
    _minigrid("MiniGrid-MemoryS7-v0"),
    _popgym("popgym-RepeatPreviousEasy-v0"),
    _popgym("popgym-CountRecallEasy-v0"),
    _popgym("popgym-BattleshipEasy-v0"),
    _several("deep-sea-treasure-v0", 'task.rewards=["treasure", "time"]'),
    _several("mo-mountaincar-v0"),
)


@click.command()
@click.option("--only", multiple=True, help="Family to try; by default all that are installed.")
@click.option("--generations", type=click.IntRange(min=2), default=8, show_default=True)
@click.option("--population", type=click.IntRange(min=4), default=20, show_default=True)
@click.option("--episodes", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File for the table.")
def main(
    *,
    only: Sequence[str],
    generations: int,
    population: int,
    episodes: int,
    output: Path | None,
) -> None:
    """Try every installed family, and keep the table."""
    size = [
        f"evolution.population={population}",
        f"evolution.generations={generations}",
        f"evaluation.episodes={episodes}",
        "evaluation.validation_top=0",
    ]
    results, missing = [], []
    for example in EXAMPLES:
        if only and example.family not in only:
            continue
        if not is_installed(example.module):
            missing.append(example.package)
            continue
        click.echo(f"{example.family}: {example.task}", err=True)
        with tempfile.TemporaryDirectory() as folder:
            results.append(try_example(example, size, Path(folder)))
        click.echo(json.dumps(results[-1]), err=True)
    text = report(results, sorted(set(missing)), size)
    click.echo(text)
    if output is None and not only:
        output = RESULTS
    if output is not None:
        output.write_text(text)


def try_example(example: Example, size: list[str], folder: Path) -> Result:
    """Examine, evolve, show and replay a task; return what was seen."""
    settings = [word for item in example.settings for word in ("--set", item)]
    result: Result = {"family": example.family, "task": example.task, "settings": settings}
    examined = _glianeat(folder, "doctor", example.task, *settings, "--json")
    result |= _examined(json.loads(examined.stdout)) if examined.stdout else {}
    chosen = [word for item in size for word in ("--set", item)]
    began = time.monotonic()
    arguments = ["run", example.task, *settings, *chosen, "--workers", "0", "--name", "tried"]
    lines = list(_timed(folder, *arguments))
    result["seconds"] = time.monotonic() - began
    made = _progress(lines)
    if not made or examined.returncode == REFUSED:
        result["failed"] = lines[-1][1] if lines else "no word"
        return result
    result["evaluations_per_second"] = _pace(made)
    shown = json.loads(_glianeat(folder, "show", "tried", "--json").stdout)
    replayed = _glianeat(folder, "replay", "tried", "--episodes", "2", "--json")
    result |= {
        "before": _first_return(folder),
        "after": shown["best_return"],
        "failures": shown["failures"],
        "rewards": list(shown["best"]["rewards"]),
        "replayed": json.loads(replayed.stdout)["mean_return"],
    }
    return result


def _first_return(folder: Path) -> float:
    with Run(folder / "runs" / "tried") as run:
        return run.summaries[0].best_return


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "glianeat", *arguments]


def _glianeat(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _command(*arguments), cwd=folder, capture_output=True, text=True, check=False
    )


def _timed(folder: Path, *arguments: str) -> Iterator[tuple[float, str]]:
    """Run a command; yield what it says on standard error, each line with its time [s]."""
    with subprocess.Popen(
        _command(*arguments),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stderr or ():
            yield time.monotonic(), line.strip()


def _progress(lines: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [(when, line) for when, line in lines if line.startswith("generation ")]


def _pace(lines: list[tuple[float, str]]) -> float:
    """Return evaluations per second since the first generation, which had to compile."""
    (began, first), (ended, last) = lines[0], lines[-1]
    made = int(_word_after(last, "evaluations")) - int(_word_after(first, "evaluations"))
    return made / max(ended - began, 1e-6)


def _word_after(line: str, word: str) -> str:
    words = line.split()
    return words[words.index(word) + 1]


def _examined(report_: dict[str, Any]) -> Result:
    """Return what the doctor found: the spaces, the size of the network, and any complaint."""
    found = {finding["check"]: finding for finding in report_["findings"]}
    spaces = found["spaces"]["text"].partition(";")[0]
    codec = found.get("codec", {}).get("values", {})
    complaints = [f["check"] for f in report_["findings"] if f["level"] != "ok"]
    return {
        "spaces": spaces.removeprefix("shows ").replace(", takes ", " → "),
        "inputs": codec.get("channels"),
        "outputs": codec.get("outputs"),
        "fit": report_["fit"],
        "complaints": complaints,
    }


def report(results: list[Result], missing: list[str], size: list[str]) -> str:
    """Return the table, and what it was made with."""
    console = Console(width=190, record=True, file=io.StringIO())
    table = Table(title="Environments of other families, through the same commands")
    names = (
        "family",
        "task",
        "spaces",
        "inputs",
        "outputs",
        "doctor",
        "evaluations/s",
        "best",
        "s",
    )
    for name in names:
        table.add_column(name, justify="left" if name in names[:3] else "right", overflow="fold")
    for result in results:
        table.add_row(*_cells(result))
    console.print(table, highlight=False)
    made = provenance()
    lines = [
        *NOTES,
        f"all: {' '.join(size)}, one process.",
        *(f"not installed here: {package}" for package in missing),
        "",
        *(f"glianeat run {r['task']} {_quoted(r['settings'])}".rstrip() for r in results),
        "",
        f"commit {made['commit'] or '(none)'}, {made['platform']}, python {made['python']}",
        f"{made['processor']}, {made['cores']} cores, {made['started']}",
        ", ".join(_versions()),
    ]
    return "".join(f"{line.rstrip()}\n" for line in [*console.export_text().splitlines(), *lines])


def _cells(result: Result) -> list[str]:
    doctor = "fit" if result.get("fit") else "refused"
    complaints = ", ".join(result.get("complaints", []))
    head = [
        result["family"],
        result["task"],
        result.get("spaces", ""),
        str(result.get("inputs", "")),
        str(result.get("outputs", "")),
        f"{doctor} ({complaints})" if complaints else doctor,
    ]
    if "failed" in result:
        return [*head, "", f"failed: {result['failed'][:80]}", f"{result['seconds']:.0f}"]
    several = f" ({', '.join(result['rewards'])})" if result["rewards"] else ""
    best = f"{result['before']:.4g} → {result['after']:.4g}{several}"
    return [*head, f"{result['evaluations_per_second']:.1f}", best, f"{result['seconds']:.0f}"]


def _quoted(settings: list[str]) -> str:
    return " ".join(word if word == "--set" else f"'{word}'" for word in settings)


def _versions() -> Iterator[str]:
    for package in ("gymnasium", "box2d", "mujoco", "ale-py", "minigrid", "popgym", "mo-gymnasium"):
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


if __name__ == "__main__":
    main()
