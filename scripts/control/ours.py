"""glianeat on the board: its defaults, through its Python API."""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import glianeat
from control.play import POINTS, Use, cpu_seconds, seeds
from control.tasks import BoardTask, Outcome
from glianeat.evolution.individual import Individual
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.store.records import Statistics, Summary

ENDLESS = 1_000_000_000  # generations


class StepCounter(glianeat.Reporter):
    """Counts steps of the environment, and ends training before a generation would exceed them."""

    def __init__(self, steps: int) -> None:
        self._budget = steps
        self._cpu, self._wall = cpu_seconds(), time.perf_counter()
        self._generation = 0
        self.outcome = Outcome()

    def post_evaluate(self, _: object, population: Mapping[int, Individual], *__: object) -> None:
        """Add the steps of all that were evaluated."""
        self._generation = sum(sum(one.evaluation.lengths) for one in population.values())

    def on_generation(self, summary: Summary, _: Statistics) -> None:
        """Note how far training has come, and end it if the budget is spent."""
        outcome = self.outcome
        outcome.steps += self._generation
        outcome.evaluations = summary.evaluations
        outcome.training_return = summary.best_return
        outcome.cpu_seconds = cpu_seconds() - self._cpu
        outcome.wall_seconds = time.perf_counter() - self._wall
        if outcome.steps >= len(outcome.curve) * self._budget / POINTS:
            point = [outcome.steps, outcome.cpu_seconds, summary.best_return]
            outcome.curve.append([*point, None])
        if outcome.steps + self._generation > self._budget:
            raise KeyboardInterrupt


def evolved(
    task: BoardTask, seed: int, steps: int, assignments: list[str]
) -> tuple[Outcome, list[float]]:
    """Evolve until the steps are spent; return what came out, and the returns of the test."""
    settings = [
        f"seed={seed}",
        f"evolution.generations={ENDLESS}",
        f"evaluation.validation_episodes={task.validated}",
    ]
    if task.stops:
        settings += [f"evolution.solved_return={task.goal}", "evolution.stop_when_solved=true"]
    config = experiment_from({"task": task.settings}, [*settings, *assignments])
    counter = StepCounter(steps)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "board"
        try:
            run = glianeat.evolve(config, runs=Path(folder), name="board", reporters=[counter])
        except KeyboardInterrupt:
            run = glianeat.resume(place, changes=_ended(counter.outcome.evaluations))
        with run:
            return _completed(run, task, counter.outcome)


def _ended(evaluations: int) -> Callable[[ExperimentConfig], ExperimentConfig]:
    """Return the change that lets a run end where it is."""

    def change(config: ExperimentConfig) -> ExperimentConfig:
        return config.replace(evolution=config.evolution.replace(evaluations=evaluations))

    return change


def _completed(run: glianeat.Run, task: BoardTask, outcome: Outcome) -> tuple[Outcome, list[float]]:
    best = run.best
    validations = run.validations.values()
    outcome.fresh_steps = sum(sum(one.lengths) for one in validations)
    outcome.validation_return = best.mean_return
    outcome.parameters = best.evaluation.neurons + best.evaluation.synapses
    outcome.notes = {
        "ended": run.finished,
        "neurons": best.evaluation.neurons,
        "hidden": best.evaluation.hidden,
        "synapses": best.evaluation.synapses,
        "power": best.evaluation.power,
        "spikes_per_second": best.evaluation.spikes_per_second,
        "episodes": len(best.evaluation.returns),
        "digest": run.digest,
    }
    tested = best.evaluate(seeds=seeds(run.config.seed, Use.TEST, task.tested))
    return outcome, list(tested.returns)
