"""Play of a task by a policy, for peers: the same environment, the same normalisation for all."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from control.tasks import BoardTask, Outcome
from glianeat.run.config import experiment_from
from glianeat.tasks.task import make_environment

Vector = NDArray[np.float64]
Act = Callable[[Vector], Vector | Sequence[float]]
"""From observations, normalised, to numbers of -1 … 1, or to the worth of each choice."""
Policy = Callable[[], Act]
"""What begins an episode."""
RANDOM_EPISODES, RANDOM_STEPS = 20, 500  # that observations are normalised by
FARTHEST = 10.0  # standard deviations
POINTS, CHECKED = 20, 2  # of the curve, and episodes of each
CANDIDATES = 5  # compared at the end on fresh episodes; glianeat compares ten
PATIENCE = 5  # generations between two validations of a champion, where training may stop early


class Use(IntEnum):
    """What episodes are for; no two share a seed."""

    TRAIN = 0
    CHECK = 1
    VALIDATE = 2
    TEST = 3


class Finished(Exception):  # noqa: N818 - no error: it ends training from within a peer's loop
    """The budget is spent, or a champion passed the goal on fresh episodes."""


def seeds(seed: int, use: Use, number: int, first: int = 0) -> list[int]:
    """Return seeds of episodes: a function of the run's seed, their use and their number."""
    keys = ((use, place) for place in range(first, first + number))
    return [int(np.random.SeedSequence(seed, spawn_key=k).generate_state(1)[0]) for k in keys]


def cpu_seconds() -> float:
    """Return the CPU time of this process and of those that it has waited for."""
    return sum(os.times()[:4])


class Player:
    """Plays episodes.

    Attributes
    ----------
    environment : gymnasium.Env
        What is played.
    n_inputs, n_outputs : int
        Numbers that a policy sees and gives.
    chooses : bool
        Whether it gives the worth of each choice; else numbers of -1 … 1.
    steps : int
        Steps so far.
    """

    def __init__(self, task: BoardTask) -> None:
        config = experiment_from({"task": task.settings}, [])
        self.environment = environment = make_environment(config.task)
        space: Any = environment.action_space
        self.chooses = isinstance(space, gymnasium.spaces.Discrete)
        self._first = int(space.start) if self.chooses else 0
        self.n_outputs = int(space.n) if self.chooses else int(np.prod(space.shape))
        if not self.chooses:
            low, high = (np.clip(bound, -1e3, 1e3) for bound in (space.low, space.high))
            self._middle, self._half = (high + low) / 2.0, (high - low) / 2.0
        self._seen = environment.observation_space
        self._flat = isinstance(self._seen, gymnasium.spaces.Box) and len(self._seen.shape) == 1
        self.n_inputs = int(gymnasium.spaces.flatdim(self._seen))
        self._mean, self._scale = np.zeros(self.n_inputs), np.ones(self.n_inputs)
        if isinstance(self._seen, gymnasium.spaces.Box):
            sample = np.array(list(self._random()))
            self._mean = sample.mean(axis=0)
            self._scale = np.where(sample.std(axis=0) > 1e-6, sample.std(axis=0), 1.0)
        self.steps = 0

    def play(self, policy: Policy, episodes: Sequence[int]) -> list[float]:
        """Return the return of each episode, by its seed."""
        return [self._episode(policy(), seed) for seed in episodes]

    def normalised(self, observation: Any) -> Vector:
        """Return an observation as a policy sees it."""
        numbers = (self._read(observation) - self._mean) / self._scale
        seen: Vector = np.clip(numbers, -FARTHEST, FARTHEST)
        return seen

    def inverse(self, action: Any) -> Vector:
        """Return the numbers of -1 … 1 of an action, as far as it lies within its bounds."""
        numbers = (np.asarray(action, dtype=np.float64) - self._middle) / self._half
        within: Vector = np.clip(numbers, -1.0, 1.0)
        return within

    def _episode(self, act: Act, seed: int) -> float:
        step, normalised, action = self.environment.step, self.normalised, self.action
        observation, _ = self.environment.reset(seed=seed)
        total, over, steps = 0.0, False, 0
        while not over:
            answer = step(action(act(normalised(observation))))
            observation, reward, terminated, truncated, _ = answer
            total += float(reward)
            over = bool(terminated or truncated)
            steps += 1
        self.steps += steps
        return total

    def _read(self, observation: Any) -> Vector:
        shown = observation if self._flat else gymnasium.spaces.flatten(self._seen, observation)
        return np.asarray(shown, dtype=np.float64)

    def action(self, output: Any) -> Any:
        """Return the action that a policy's numbers stand for."""
        if self.chooses:
            return self._first + int(np.argmax(output))
        numbers = np.asarray(output).reshape(self._half.shape)
        return (self._middle + self._half * numbers).astype(np.float32)

    def _random(self) -> Iterator[Vector]:
        """Yield what random actions lead to, always the same."""
        environment = self.environment
        environment.action_space.seed(0)
        for episode in range(RANDOM_EPISODES):
            observation, _ = environment.reset(seed=episode)
            for _ in range(RANDOM_STEPS):
                yield self._read(observation)
                answer = environment.step(environment.action_space.sample())
                observation, _, terminated, truncated, _ = answer
                if terminated or truncated:
                    break


class Course:
    """Training of a peer that evaluates candidates by generations.

    All of a generation live through the same episodes, which are new for each generation.
    """

    def __init__(self, task: BoardTask, seed: int, steps: int) -> None:
        self.player, self.seed, self.outcome = Player(task), seed, Outcome()
        self.champion: Policy | None = None  # once it passed the goal
        self._task, self._budget = task, steps
        self._generation, self._last, self._next_check, self._points = 0, 0, 0, 0
        self._cpu, self._wall = cpu_seconds(), time.perf_counter()

    def evaluate(self, policies: Sequence[Policy]) -> list[float]:
        """Return the mean return of each candidate of a generation.

        Raises
        ------
        Finished
            If a generation as long as the last one would exceed the budget.
        """
        outcome, player = self.outcome, self.player
        if outcome.steps + self._last > self._budget:
            self._take_time()
            raise Finished
        number = self._task.episodes
        episodes = seeds(self.seed, Use.TRAIN, number, self._generation * number)
        before = player.steps
        found = [float(np.mean(player.play(policy, episodes))) for policy in policies]
        self._last = player.steps - before
        outcome.steps += self._last
        outcome.evaluations += len(policies)
        outcome.training_return = max(found)
        self._generation += 1
        return found

    def look(self, champion: Policy) -> None:
        """Try the champion of the generation on fresh episodes, every so often.

        Raises
        ------
        Finished
            If it passes the goal, and training may stop there.
        """
        outcome = self.outcome
        self._take_time()
        if outcome.steps >= self._points * self._budget / POINTS:
            tried = self._fresh(champion, Use.CHECK, CHECKED, self._points * CHECKED)
            point = [outcome.steps, outcome.cpu_seconds, outcome.training_return]
            outcome.curve.append([*point, float(np.mean(tried))])
            self._points += 1
        due = self._task.stops and self._generation >= self._next_check
        if due and outcome.training_return >= self._task.goal:
            self._next_check = self._generation + PATIENCE
            tried = self._fresh(champion, Use.VALIDATE, self._task.validated)
            if passes(tried, self._task.goal):
                self.champion = champion
                outcome.validation_return = float(np.mean(tried))
                raise Finished
        self._start_time()

    def choose(self, candidates: Sequence[Policy]) -> int:
        """Return the number of the candidate that does best on fresh episodes."""
        episodes = self._task.validated
        means = [float(np.mean(self._fresh(c, Use.VALIDATE, episodes))) for c in candidates]
        self.outcome.validation_return = max(means)
        return int(np.argmax(means))

    def _fresh(self, policy: Policy, use: Use, number: int, first: int = 0) -> list[float]:
        before = self.player.steps
        found = self.player.play(policy, seeds(self.seed, use, number, first))
        self.outcome.fresh_steps += self.player.steps - before
        return found

    def _take_time(self) -> None:
        self.outcome.cpu_seconds += cpu_seconds() - self._cpu
        self.outcome.wall_seconds += time.perf_counter() - self._wall
        self._start_time()

    def _start_time(self) -> None:
        self._cpu, self._wall = cpu_seconds(), time.perf_counter()


def passes(returns: Sequence[float], goal: float) -> bool:
    """Return whether a mean return is above a goal by two standard errors: glianeat's rule."""
    error = float(np.std(returns, ddof=1)) / len(returns) ** 0.5
    return bool(np.mean(returns) - 2.0 * error >= goal)
