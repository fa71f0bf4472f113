"""Kill workers at random moments of runs; compare with runs in process.

    python scripts/chaos/kill_workers.py --kills 110
    python scripts/chaos/kill_workers.py --kills 500 --shortest 0.3 --longest 1.5

Kills (SIGKILL) go to Ray's workers and to the processes that they keep, each as likely as another.
"""

import os
import random
import signal
import tempfile
import threading
import time
from pathlib import Path

import click
from processes import workers
from slow_tasks import VARIABLE

import glianeat
from glianeat.run.config import experiment_from


class Failures(glianeat.Reporter):
    """Collects genomes that failed."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def on_failure(self, key: int, status: str, reason: str) -> None:
        """Take note of a failure."""
        self.reasons.append(f"{key}: {status}: {reason}")


class Killer(threading.Thread):
    """Kills a worker after every random while."""

    def __init__(self, rng: random.Random, span: tuple[float, float], most: int) -> None:
        super().__init__(daemon=True)
        self._rng, self._span, self._most = rng, span, most
        self.ended = threading.Event()
        self.kills = 0

    def run(self) -> None:
        """Kill until it is enough."""
        while self.kills < self._most and not self.ended.wait(self._rng.uniform(*self._span)):
            if found := workers():
                try:
                    os.kill(self._rng.choice(found), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.kills += 1


def evolve(seed: int, folder: str, count: int, **sizes: int) -> tuple[str, int, list[str]]:
    """Return the digest of a run, how many genomes it has evaluated, and which of them failed."""
    settings = {"task": {"id": "SlowCartPole-v0", "imports": ["slow_tasks"]}, "seed": seed}
    config = experiment_from(
        {**settings, "evolution": sizes, "evaluation": {"episodes": 4, "validation_episodes": 4}}
    )
    failures = Failures()
    with glianeat.evolve(config, runs=Path(folder), workers=count, reporters=[failures]) as run:
        return run.digest, run.summaries[-1].evaluations, failures.reasons


@click.command()
@click.option("--kills", default=110, show_default=True)
@click.option("--shortest", default=0.3, show_default=True, help="Time between kills [s].")
@click.option("--longest", default=1.5, show_default=True, help="Time between kills [s].")
@click.option("--step", default=0.001, show_default=True, help="Duration of a step [s].")
@click.option("--population", default=20, show_default=True)
@click.option("--generations", default=5, show_default=True)
@click.option("--count", default=2, show_default=True, help="Number of workers.")
@click.option("--seed", default=0, show_default=True)
def main(  # noqa: PLR0913 - an argument for each option
    *,
    kills: int,
    shortest: float,
    longest: float,
    step: float,
    population: int,
    generations: int,
    count: int,
    seed: int,
) -> None:
    """Evolve, killing, until there have been enough kills; print what came of it."""
    done = genomes = blamed = different = 0
    rng, first, sizes = random.Random(seed), seed, {"population": population}
    sizes["generations"] = generations
    while done < kills:
        with tempfile.TemporaryDirectory() as folder:
            os.environ[VARIABLE] = "0"
            right, _, _ = evolve(seed, f"{folder}/alone", 0, **sizes)
            os.environ[VARIABLE] = str(step)
            killer, began = Killer(rng, (shortest, longest), kills - done), time.monotonic()
            killer.start()
            found, number, reasons = evolve(seed, f"{folder}/killed", count, **sizes)
            killer.ended.set()
            killer.join()
        click.echo(
            f"seed {seed}: {killer.kills} kills in {time.monotonic() - began:.0f} s, {number} "
            f"genomes, {len(reasons)} failed, digest {'equal' if found == right else 'DIFFERENT'}"
        )
        for reason in reasons:
            click.echo(f"  {reason}")
        done, genomes, blamed = done + killer.kills, genomes + number, blamed + len(reasons)
        different += found != right
        seed += 1
    click.echo(
        f"{done} kills at {shortest:g}-{longest:g} s, {genomes} genomes, {blamed} blamed, "
        f"{different} of {seed - first} digests different"
    )
    raise SystemExit(1 if blamed or different else 0)


if __name__ == "__main__":
    main()
