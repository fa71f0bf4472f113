"""What Faults and GainShift leave of well-known policies: floors and ceilings for agents.

    python scripts/fault_floors.py                 # writes scripts/results/fault_floors.txt

A blind policy knows nothing of the faults: it takes the mean of all sensors of a number, or what is
shown as it is. An informed one is told which sensors have failed, or the gain: nobody who sees the
sensors alone does better by the same rule. Floors are what doing nothing scores, and the networks
of random founders; the ceiling is the informed policy.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import gymnasium
import numpy as np
import numpy.typing as npt
from glianeat_envs.faults import Faults
from glianeat_envs.gain_shift import GainShift
from glianeat_envs.reach import FORE, UPPER
from results_file import keep

from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.api import make_algorithm
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose
from glianeat.typing import FloatArray

HERE = Path(__file__).parent
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)
SENSORS = {"copies": 5, "noise": 0.05}
FAULTS, SHIFT = "glianeat_envs.faults:Faults", "glianeat_envs.gain_shift:GainShift"
Action = npt.NDArray[np.float32]
Policy = Callable[[FloatArray], Any]
Rows = Iterator[dict[str, Any]]


def cart_pole(seen: FloatArray) -> int:
    """Push to where the pole falls."""
    return int(seen @ (0.1, 0.3, 1.0, 0.3) > 0.0)


def acrobot(seen: FloatArray) -> int:
    """Pump: against the turning of the first link."""
    return 0 if seen[4] > 0.0 else 2


def mountain_car(seen: FloatArray) -> int:
    """Pump: along with the velocity."""
    return 2 if seen[1] > 0.0 else 0


def pendulum(seen: FloatArray) -> Action:
    """Give the pendulum the energy that it has when it stands, then hold it there."""
    angle, speed = math.atan2(seen[1], seen[0]), float(seen[2])
    lacking = 15.0 * (1.0 - math.cos(angle)) - 0.5 * speed * speed
    near = abs(angle) < 0.3 and abs(speed) < 2.0
    torque = -12.0 * angle - 3.0 * speed if near else lacking * speed
    return np.array([min(max(torque, -2.0), 2.0)], np.float32)


def reach(seen: FloatArray) -> Action:
    """Pull the tip to the target: proportional and derivative, by the transposed Jacobian."""
    shoulder = math.atan2(seen[2], seen[0])
    both = shoulder + math.atan2(seen[3], seen[1])
    upper_x, upper_y = UPPER * math.cos(shoulder), UPPER * math.sin(shoulder)
    fore_x, fore_y = FORE * math.cos(both), FORE * math.sin(both)
    away_x, away_y = seen[6] - upper_x - fore_x, seen[7] - upper_y - fore_y
    turn_1 = -(upper_y + fore_y) * away_x + (upper_x + fore_x) * away_y
    turn_2 = -fore_y * away_x + fore_x * away_y
    pulls = 120.0 * np.array([turn_1, turn_2]) - 0.1 * seen[4:6]
    found: Action = np.clip(pulls, -1.0, 1.0).astype(np.float32)
    return found


NOTHING = np.zeros(2, np.float32)
TASKS: dict[str, tuple[Policy, Any]] = {  # a known policy, and the action that does least
    "CartPole-v1": (cart_pole, 0),
    "Acrobot-v1": (acrobot, 1),
    "MountainCar-v0": (mountain_car, 1),
    "Pendulum-v1": (pendulum, NOTHING[:1]),
    "glianeat/Reach-v0": (reach, NOTHING),
}


def seen_by(environment: Any, shown: FloatArray, *, informed: bool) -> FloatArray:
    """Return what a policy takes the numbers of the task to be, shape (n,)."""
    if isinstance(environment, GainShift):
        return shown / environment.gain_now if informed else shown
    copies = shown.reshape(-1, environment.copies).astype(np.float64)
    alive = ~environment.failed_now.reshape(copies.shape) | (not informed)
    count = alive.sum(axis=1)
    mean = (copies * alive).sum(axis=1) / np.maximum(count, 1)
    found: FloatArray = np.where(count > 0, mean, environment.centre)
    return found


def returns(environment: Any, act: Callable[[FloatArray], Any], episodes: int) -> list[float]:
    """Return the return of each of some episodes."""
    found = []
    for seed in range(episodes):
        shown, _ = environment.reset(seed=seed)
        total, over = 0.0, False
        while not over:
            shown, reward, terminated, truncated, _ = environment.step(act(shown))
            total, over = total + float(reward), terminated or truncated
        found.append(total)
    return found


def random_networks(task: str, entry: str, kwargs: dict[str, Any], episodes: int) -> list[float]:
    """Return the mean return of each of 32 founders."""
    wrappers = [{"entry": entry, "kwargs": kwargs}]
    config = experiment_from({"task": {"id": task, "wrappers": wrappers}}, [])
    config = config.replace(evolution=config.evolution.replace(population=32))
    worker = RolloutWorker(config.resolve().rollout)
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=episodes)
    genomes = make_algorithm(config).ask().genomes
    return [worker.evaluate(genome, plan).mean_return for genome in genomes]


def rows_of(task: str, entry: str, kwargs: dict[str, Any], episodes: int) -> Rows:
    """Yield the return of each policy at a task with a wrapper around it."""
    policy, nothing = TASKS[task]
    kind = Faults if entry == FAULTS else GainShift
    environment = kind(gymnasium.make(task), **kwargs)

    def acting(*, informed: bool) -> Callable[[FloatArray], Any]:
        return lambda shown: policy(seen_by(environment, shown, informed=informed))

    for name, found in (
        ("nothing", returns(environment, lambda _: nothing, episodes)),
        ("random networks", random_networks(task, entry, kwargs, max(episodes // 8, 4))),
        ("blind", returns(environment, acting(informed=False), episodes)),
        ("informed", returns(environment, acting(informed=True), episodes)),
    ):
        yield {
            "task": task,
            "wrapper": kind.__name__,
            "share": kwargs.get("sensors"),
            "policy": name,
            "n": len(found),
            "mean": float(np.mean(found)),
            "standard error": float(np.std(found) / math.sqrt(len(found))),
        }


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as text."""
    lines = [f"{'task':20} {'wrapper':10} {'share':>5}  policy           mean ± standard error (n)"]
    for row in rows:
        share = "" if row["share"] is None else f"{row['share']:.1f}"
        found = f"{row['mean']:8.2f} ± {row['standard error']:.2f} ({row['n']})"
        lines.append(f"{row['task']:20} {row['wrapper']:10} {share:>5}  {row['policy']:15} {found}")
    return "\n".join(lines) + "\n"


@click.command(help=__doc__)
@click.option("--episodes", default=64, show_default=True)
@click.option("--task", "tasks", multiple=True, type=click.Choice(list(TASKS)))
def main(episodes: int, tasks: tuple[str, ...]) -> None:
    """Measure, print and keep."""
    rows: list[dict[str, Any]] = []
    for task in tasks or TASKS:
        for share in SHARES:
            rows += rows_of(task, FAULTS, SENSORS | {"sensors": share}, episodes)
        rows += rows_of(task, SHIFT, {"block": 25 if "Reach" in task else 100}, episodes)
        click.echo(table(rows[-(len(SHARES) + 1) * 4 :]))
    if not tasks:
        keep(HERE / "results" / "fault_floors", table(rows), rows)


if __name__ == "__main__":
    main()
