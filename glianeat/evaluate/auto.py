"""Evaluation that begins in process and moves to Ray once a generation is long enough to pay."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glianeat.errors import EvaluationError
from glianeat.evaluate.evaluation import Evaluation, Work
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.evaluate.serial import SerialEvaluator
from glianeat.genome.genome import Genome
from glianeat.interrupts import keeping_handlers
from glianeat.tasks.task import TaskSpec

if TYPE_CHECKING:
    from glianeat.evaluate.ray import RayEvaluator

WORTH = 10.0  # [s] a call in process from which starting Ray (3 to 5 s, once) pays


class AutoEvaluator:
    """Evaluates genomes in process while that is quick, then on Ray; the results are the same.

    Parameters
    ----------
    config : RolloutConfig
        What the evaluations depend on.
    workers : int
        Number of Ray actors once it pays; with one, everything stays in process.
    address : str
        Address of a Ray cluster, or ``local``.
    worth : float
        Length of a call in process from which moving pays [s].
    description : TaskSpec, optional
        What is known of the task; by default its environment is made, to be asked.
    """

    def __init__(
        self,
        config: RolloutConfig,
        workers: int,
        address: str,
        worth: float = WORTH,
        description: TaskSpec | None = None,
    ) -> None:
        self._config, self._workers, self._address = config, workers, address
        self._evaluator: SerialEvaluator | RayEvaluator = SerialEvaluator(config, description)
        self._before = Work(workers=1)
        self._moved, self._worth = workers <= 1, worth

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        began = time.monotonic()
        results = self._evaluator.evaluate(genomes, plan)
        if not self._moved and time.monotonic() - began > self._worth:
            self._move()
        return results

    def _move(self) -> None:
        from glianeat.evaluate.ray import RayEvaluator

        self._moved = True
        try:
            with keeping_handlers():  # Ray puts its own in the place of ours
                evaluator = RayEvaluator(self._config, self._workers, self._address)
        except EvaluationError:
            if self._address != "local":
                raise
            return  # this machine has no room for Ray: what was asked for is whatever is best
        self._before = self._evaluator.work
        self._evaluator.close()
        self._evaluator = evaluator

    @property
    def work(self) -> Work:
        """What evaluating took so far, here and on Ray."""
        return self._before + self._evaluator.work

    def close(self) -> None:
        """Close whichever evaluator is in use."""
        self._evaluator.close()
