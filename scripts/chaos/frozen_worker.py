"""Freeze (SIGSTOP) a worker while genomes are evaluated; print how much time that costs.

python scripts/chaos/frozen_worker.py                  # one of two workers
python scripts/chaos/frozen_worker.py --what child     # the process that it guards, instead
python scripts/chaos/frozen_worker.py --count 1
"""

import os
import signal
import threading
import time

import click
from processes import descendants, guards
from slow_tasks import VARIABLE

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.ray import RayEvaluator
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose

_MOST = 6  # populations that a replacement may take


def victim(what: str) -> int:
    """Return the process of the first worker, or the one that it guards."""
    guard = guards()[0]
    return guard if what == "worker" else next(iter(descendants(guard)))


@click.command()
@click.option("--genomes", default=50, show_default=True)
@click.option("--seconds", default=0.1, show_default=True, help="Duration of an evaluation [s].")
@click.option("--count", default=2, show_default=True, help="Number of workers.")
@click.option("--what", type=click.Choice(["worker", "child"]), default="worker")
@click.option("--repeats", default=3, show_default=True)
def main(*, genomes: int, seconds: float, count: int, what: str, repeats: int) -> None:
    """Evaluate a population with and without a frozen worker."""
    config = experiment_from(
        {
            "task": {"id": "SlowEpisodes-v0", "imports": ["slow_tasks"]},
            "evolution": {"population": genomes},
        }
    )
    experiment = config.resolve()
    population = algorithm_of(experiment).ask()
    plan = EpisodePlan(purpose=Purpose.TRAIN, episodes=1)
    right = SerialEvaluator(experiment.rollout).evaluate(population, plan)
    os.environ[VARIABLE] = str(seconds)
    pool = RayEvaluator(experiment.rollout, count)

    def measure() -> tuple[float, list[Evaluation]]:
        began = time.monotonic()
        results = pool.evaluate(population, plan)
        return time.monotonic() - began, results

    measure()
    usual = min(measure()[0] for _ in range(3))
    for _ in range(repeats):
        timer = threading.Timer(0.3 * usual, lambda: os.kill(victim(what), signal.SIGSTOP))
        timer.start()
        rounds = [measure()]
        while rounds[-1][0] > 1.1 * usual and len(rounds) < _MOST:  # until it is replaced
            rounds.append(measure())
        lost = [seconds - usual for seconds, _ in rounds]
        equal = all(results == right for _, results in rounds)
        blamed = sum(not e.is_ok for _, results in rounds for e in results)
        click.echo(
            f"{genomes} genomes of {seconds:g} s, {count} workers, {usual:.1f} s; a frozen {what} "
            f"costs {lost[0]:.1f} s at once and {sum(lost):.1f} s in all until it is replaced; "
            f"{blamed} blamed, results {'equal' if equal else 'DIFFERENT'}"
        )
    pool.close()


if __name__ == "__main__":
    main()
