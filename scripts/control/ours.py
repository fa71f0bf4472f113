"""glianeat on the board: its defaults, through its Python API."""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import glianeat
from control.play import POINTS, Use, cpu_seconds, seeds
from control.tasks import BoardTask, Outcome
from glianeat.run.config import ExperimentConfig, experiment_from
from glianeat.store.records import Statistics, Summary

ENDLESS = 1_000_000_000  # generations


class Budget(glianeat.Reporter):
    """Notes how far training has come, and ends it before a generation would exceed the steps."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._cpu, self._wall = cpu_seconds(), time.perf_counter()
        self.outcome = Outcome()

    def on_generation(self, summary: Summary, _: Statistics) -> None:
        """Note a generation; if another one like it would exceed the budget, end training."""
        outcome = self.outcome
        last, outcome.steps = summary.steps - outcome.steps, summary.steps
        outcome.evaluations = summary.evaluations
        outcome.training_return = summary.best_return
        outcome.cpu_seconds = cpu_seconds() - self._cpu
        outcome.wall_seconds = time.perf_counter() - self._wall
        outcome.curve.append([summary.steps, outcome.cpu_seconds, summary.best_return, None])
        if summary.steps + last > self._steps:
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
    budget = Budget(steps)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "board"
        try:
            run = glianeat.evolve(config, runs=Path(folder), name="board", reporters=[budget])
        except KeyboardInterrupt:
            run = glianeat.resume(place, changes=_ended(budget.outcome.evaluations))
        with run:
            return _completed(run, task, budget.outcome)


def _ended(evaluations: int) -> Callable[[ExperimentConfig], ExperimentConfig]:
    """Return the change that lets a run end where it is."""

    def change(config: ExperimentConfig) -> ExperimentConfig:
        return config.replace(evolution=config.evolution.replace(evaluations=evaluations))

    return change


def _completed(run: glianeat.Run, task: BoardTask, outcome: Outcome) -> tuple[Outcome, list[float]]:
    best = run.best
    outcome.fresh_steps = run.validation_steps
    outcome.curve = _thinned(outcome.curve, {one.steps: one.fresh_return for one in run.progress})
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


def _thinned(
    points: list[list[float | None]], fresh: Mapping[float | None, float]
) -> list[list[float | None]]:
    """Return the points that have a return on fresh episodes, and few of the others."""
    every = max(1, len(points) // POINTS)
    tried = [[*point[:3], fresh.get(point[0])] for point in points]
    return [p for place, p in enumerate(tried) if place % every == 0 or p[3] is not None]
