"""What can be had on the cart-pole ladder without memory or learning: the floors of its tasks.

    python scripts/plank_floors.py

Random actions; the best of policies that push by the sign of a weighted sum of what is seen, and do
nothing, where that is allowed, while the sum is small; and founders, networks at random that no
evolution has touched, as many as a population: their median and the best of them.
"""

import tomllib
from itertools import product
from pathlib import Path
from statistics import mean, median
from typing import Any

import gymnasium
import numba
import numpy as np
from glianeat_envs import plank
from results_file import keep

from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from
from glianeat.streams import Purpose

HERE = Path(__file__).parent
EPISODES, FOUNDERS, STEPS = 64, 50, 15_000
LEVELS = ("easy", "medium", "hard", "hardest")
X_WEIGHTS = (-0.3, -0.1, -0.03, 0.0, 0.03, 0.1, 0.3)  # of x, per unit of the angle
SPEED_WEIGHTS = (0.0, 0.1, 0.3, 1.0)  # of both velocities, where they are seen
DEAD_ZONES = (0.0, 0.01, 0.03, 0.1)
advance: Any = numba.njit(plank.step)


@numba.njit
def lived(state: Any, weights: Any, dead: float) -> float:
    """Return what a policy without memory gets; `dead` is negative where it may not idle."""
    total, action = 0.0, np.zeros(1)
    for _ in range(STEPS):
        push = 0.0
        for i in range(4):
            push += weights[i] * state[i]
        action[0] = 1.0 if push > 0.0 else 0.0
        if dead >= 0.0:
            action[0] = 0.0 if abs(push) <= dead else action[0] + 1.0
        reward, ended = advance(state, action)
        total += reward
        if ended:
            break
    return total


def best_policy(level: str) -> tuple[float, tuple[float, ...]]:
    """Return the highest mean return of a policy without memory, and its numbers."""
    task: Any = gymnasium.make(f"glianeat/Plank{level.capitalize()}-v0").unwrapped
    sees, idles = task.observation_space.shape[0] == 4, task.action_space.n == 3
    found = []
    speeds = SPEED_WEIGHTS if sees else (0.0,)
    for x, speed, dead in product(X_WEIGHTS, speeds, DEAD_ZONES if idles else (-1.0,)):
        weights = np.array([x, x * speed, 1.0, speed])
        returns = []
        for seed in range(EPISODES):
            task.reset(seed=seed)
            returns.append(lived(task.state.copy(), weights, dead))
        found.append((mean(returns), (x, speed, dead)))
    return max(found)


def random_actions(level: str) -> float:
    """Return the mean return of actions drawn at random."""
    task: Any = gymnasium.make(f"glianeat/Plank{level.capitalize()}-v0")
    task.action_space.seed(0)
    total = 0.0
    for seed in range(EPISODES):
        task.reset(seed=seed)
        terminated = False
        while not terminated:
            _, reward, terminated, _, _ = task.step(task.action_space.sample())
            total += float(reward)
    return total / EPISODES


def founders(level: str) -> list[float]:
    """Return the mean returns of networks at random, lowest first."""
    data = tomllib.loads((HERE / "configs" / f"plank_{level}.toml").read_text())
    experiment = experiment_from(data, [f"evolution.population={FOUNDERS}"]).resolve()
    evaluator = SerialEvaluator(experiment.rollout, experiment.description)
    plan = EpisodePlan(purpose=Purpose.TEST, episodes=EPISODES)
    evaluations = evaluator.evaluate(algorithm_of(experiment).ask(), plan)
    evaluator.close()
    return sorted(one.mean_return for one in evaluations if one.is_ok)


def main() -> None:
    """Measure all levels, and print and keep the table."""
    rows: list[dict[str, Any]] = []
    for level in LEVELS:
        policy, numbers = best_policy(level)
        returns = founders(level)
        row = {"level": level, "random_actions": random_actions(level), "without_memory": policy}
        rows.append(row | {"policy": numbers, "founders": returns})
    lines = [f"mean returns over {EPISODES} episodes; founders: {FOUNDERS} networks at random", ""]
    lines += [
        f"{row['level']:8s} random actions {row['random_actions']:6.1f}, without memory "
        f"{row['without_memory']:8.1f}, founders: median {median(row['founders']):6.1f}, "
        f"best {row['founders'][-1]:7.1f}"
        for row in rows
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    keep(HERE / "results" / "plank_floors", text, rows)


if __name__ == "__main__":
    main()
