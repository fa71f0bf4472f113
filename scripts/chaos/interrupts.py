"""Sends signals at random moments to runs, and counts what becomes of them.

python scripts/chaos/interrupts.py within --count 1000      # many in one process
python scripts/chaos/interrupts.py processes --count 100    # a new process for each
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

import glianeat
from glianeat.interrupts import interruptible

_PATIENCE = 10.0  # [s] within which every signal is to be obeyed
_GENERATIONS = 6
_NUMBERS = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM}
_WAYS = (signal.SIGINT, signal.SIGTERM)
_CHECKED_EVERY = 20  # runs of which one is resumed to its end


class Shot(NamedTuple):
    """A signal, or two."""

    number: signal.Signals
    delay: float
    again: float | None


def shots(kind: str, count: int, longest: float, seed: int, *, twice: bool) -> Iterator[Shot]:
    """Yield signals at random moments; every second one is sent twice, if so wished."""
    rng = random.Random(seed)
    for index in range(count):
        again = rng.uniform(0.0, 0.3) if twice and index % 2 else None
        yield Shot(_NUMBERS[kind], rng.uniform(0.0, longest), again)


def fire(shot: Shot, process: int, over: threading.Event) -> float:
    """Send what is to be sent; return when the first was."""
    over.wait(shot.delay)
    sent = time.monotonic()
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, shot.number)
        if shot.again is not None and not over.wait(shot.again):
            os.kill(process, shot.number)
    return sent


def configuration(task: str) -> glianeat.ExperimentConfig:
    """Return a small and quick experiment."""
    config = glianeat.ExperimentConfig(seed=5)
    return config.replace(
        task=config.task.replace(id=task),
        evolution=config.evolution.replace(
            population=20, generations=_GENERATIONS, stop_when_solved=False
        ),
        evaluation=config.evaluation.replace(validation_top=1, validation_episodes=4),
    )


class Range:
    """Where signals are shot at runs in this process."""

    def __init__(self, folder: Path, task: str, workers: int) -> None:
        self._folder, self._workers, self._config = folder, workers, configuration(task)
        self.counts: Counter[str] = Counter()
        began = time.monotonic()
        for name in ("warm", "whole"):  # the first has to compile
            began = time.monotonic()
            with self._evolve(name) as run:
                self._digest = run.digest
        self.length = time.monotonic() - began

    def _evolve(self, name: str) -> glianeat.Run:
        return glianeat.evolve(self._config, name=name, runs=self._folder, workers=self._workers)

    def shoot(self, index: int, shot: Shot) -> None:
        """Run, be shot at, and see what became of it."""
        over, missed, sent = threading.Event(), [0], [0.0]

        def miss(_number: int, _frame: object) -> None:
            missed[0] += 1  # it came before the run, or after it

        def pull() -> None:
            sent[0] = fire(shot, os.getpid(), over)

        before = {number: signal.signal(number, miss) for number in _WAYS}
        gun, name, way = threading.Thread(target=pull), f"run-{index}", "ran to its end"
        gun.start()
        try:
            with interruptible(over=(miss,)):
                self._evolve(name).close()
        except (KeyboardInterrupt, SystemExit) as error:
            way = repr(error)
        gone = time.monotonic()
        self.counts["handlers not put back"] += signal.getsignal(shot.number) is not miss
        over.set()
        gun.join()
        for number, handler in before.items():
            signal.signal(number, handler)
        self._judge(index, name, "missed the run" if missed[0] and "ran" in way else way)
        took = gone - sent[0]
        self.counts["late"] += took > _PATIENCE
        self.counts["slowest [ms]"] = max(self.counts["slowest [ms]"], int(1000 * took))

    def _judge(self, index: int, name: str, way: str) -> None:
        self.counts[way] += 1
        self.counts["swallowed"] += "ran" in way
        folder = self._folder / name
        if not folder.exists():
            self.counts["before there was a run"] += 1
        elif index % _CHECKED_EVERY == 0:
            self.counts["resumed"] += 1
            with glianeat.resume(folder) as run:
                self.counts["of other digest"] += run.digest != self._digest
        else:
            glianeat.Run(folder).close()


@click.group()
def cli() -> None:
    """Send signals at random moments."""


def _options(function: Any) -> Any:
    for option in (
        click.option("--signal", "kind", type=click.Choice(list(_NUMBERS)), default="SIGINT"),
        click.option("--count", default=100, show_default=True),
        click.option("--workers", default=0, show_default=True),
        click.option("--task", default="CartPole-v1", show_default=True),
        click.option("--twice/--once", default=True, help="Whether every second one comes twice."),
        click.option("--seed", default=1, show_default=True),
    ):
        function = option(function)
    return function


@cli.command()
@_options
def within(kind: str, count: int, workers: int, task: str, seed: int, *, twice: bool) -> None:
    """Shoot at runs in this process, one after the other."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        ground = Range(Path(folder), task, workers)
        for index, shot in enumerate(shots(kind, count, ground.length, seed, twice=twice)):
            ground.shoot(index, shot)
    _print(kind, count, seed, workers, ground.counts)
    sys.exit(any(ground.counts[bad] for bad in ("swallowed", "late", "of other digest")))


@cli.command()
@_options
def processes(kind: str, count: int, workers: int, task: str, seed: int, *, twice: bool) -> None:
    """Shoot at runs of the command line, each in a process of its own."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        _start(Path(folder), "whole", task, workers).communicate()
        length = time.monotonic() - began
        digest = _digest(Path(folder), "whole")
        for index, shot in enumerate(shots(kind, count, length, seed, twice=twice)):
            name = f"run-{index}"
            _shoot(_start(Path(folder), name, task, workers), shot, counts)
            if (Path(folder) / "runs" / name).exists() and index % _CHECKED_EVERY == 0:
                counts["resumed"] += 1
                _start(Path(folder), name, task, workers, command="resume").communicate()
                counts["of other digest"] += _digest(Path(folder), name) != digest
    _print(kind, count, seed, workers, counts)
    sys.exit(any(counts[bad] for bad in ("swallowed", "traceback", "of other digest")))


def _start(
    folder: Path, name: str, task: str, workers: int, command: str = "run"
) -> "subprocess.Popen[bytes]":
    chosen = [name]
    if command == "run":
        chosen = [task, "--name", name, "--seed", "5", "--generations", str(_GENERATIONS)]
        for setting in ("population=20", "stop_when_solved=false"):
            chosen += ["--set", f"evolution.{setting}"]
        for setting in ("validation_top=1", "validation_episodes=4"):
            chosen += ["--set", f"evaluation.{setting}"]
    return subprocess.Popen(
        [sys.executable, "-m", "glianeat", command, *chosen, "--workers", str(workers)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no thread runs while it starts
    )


def _heed_interrupts() -> None:
    """Undo what shells do to jobs in the background, which are to ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _shoot(process: "subprocess.Popen[bytes]", shot: Shot, counts: Counter[str]) -> None:
    over = threading.Event()
    late = [False]

    def pull() -> None:
        late[0] = over.wait(shot.delay)
        fire(shot._replace(delay=0.0), process.pid, over)

    gun = threading.Thread(target=pull)
    gun.start()
    try:
        _, said = process.communicate(timeout=shot.delay + _PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        _, said = process.communicate()
        counts["swallowed"] += 1
    over.set()
    gun.join()
    counts[f"rc {process.returncode}{', it had ended before' if late[0] else ''}"] += 1
    if process.returncode < 0:  # Python had not come to code of ours, and died as by default
        what = "latest before our code [ms]"
        counts[what] = max(counts[what], int(1000 * shot.delay))
    own = process.returncode >= 0 or b"glianeat" not in said
    counts["traceback" if own else "traceback of Python's own start"] += b"Traceback" in said
    counts["said how to go on"] += b"glianeat resume" in said
    counts["said that nothing is saved yet"] += b"nothing to save" in said
    if b"Traceback" in said and own:
        print(said.decode(errors="replace")[-3000:], file=sys.stderr)


def _digest(folder: Path, name: str) -> str:
    with glianeat.Run(folder / "runs" / name) as run:
        return run.digest


def _print(kind: str, count: int, seed: int, workers: int, counts: Counter[str]) -> None:
    print(f"{count} {kind}, seed {seed}, workers {workers}, glianeat {glianeat.__version__}")
    for what, number in sorted(counts.items()):
        print(f"  {what:<32}{number:>6}")


if __name__ == "__main__":
    cli()
