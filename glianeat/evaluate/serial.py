"""Evaluation one genome after the other, here or in a child process."""

import time
from collections.abc import Sequence

from glianeat.evaluate.evaluation import Evaluation, Work
from glianeat.evaluate.isolation.child import ChildEvaluator
from glianeat.evaluate.isolation.process import CAN_FORK
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.interrupts import check
from glianeat.tasks.task import TaskSpec, describe_task, runs_foreign_code


class SerialEvaluator:
    """Evaluates genomes one after the other.

    Environments that are neither Gymnasium's nor ours run in a child process, where they may crash
    or hang; all others run here. The results are the same.

    Parameters
    ----------
    config : RolloutConfig
        What the evaluations depend on.
    description : TaskSpec, optional
        What is known of the task; by default its environment is made, to be asked.
    """

    def __init__(self, config: RolloutConfig, description: TaskSpec | None = None) -> None:
        apart = (
            CAN_FORK and config.evaluation.isolation == "auto" and runs_foreign_code(config.task)
        )
        if apart and description is None:
            description = describe_task(config.task)  # and let go: no copy is to be in the child
        self._rollout_worker = RolloutWorker(config, description)
        timeout, self._seconds = config.evaluation.timeout, 0.0
        self._child = ChildEvaluator(self._rollout_worker, timeout) if apart else None

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`.

        Raises
        ------
        Interrupted
            If a signal has asked for an end, see `glianeat.interrupts`.
        """
        began = time.perf_counter()
        try:
            return self._evaluate(genomes, plan)
        finally:
            self._seconds += time.perf_counter() - began

    def _evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        if self._child is not None:
            return self._child.evaluate(genomes, plan)
        evaluations = []
        for genome in genomes:
            evaluations.append(self._rollout_worker.evaluate(genome, plan))
            check()
        return evaluations

    @property
    def work(self) -> Work:
        """What evaluating took so far."""
        return Work(workers=1, busy=self._seconds, available=self._seconds)

    def close(self) -> None:
        """Close the environment, and end the child."""
        if self._child is not None:
            self._child.close()
        self._rollout_worker.close()
