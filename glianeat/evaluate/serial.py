"""Evaluation one genome after the other, here or in a child process."""

from collections.abc import Sequence

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.isolation.child import ChildEvaluator
from glianeat.evaluate.isolation.process import CAN_FORK
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.interrupts import check
from glianeat.tasks.task import runs_foreign_code


class SerialEvaluator:
    """Evaluates genomes one after the other.

    Environments that are neither Gymnasium's nor ours run in a child process, where they may crash
    or hang; all others run here. The results are the same.

    Parameters
    ----------
    config : RolloutConfig
        With a resolved codec.
    """

    def __init__(self, config: RolloutConfig) -> None:
        self._rollout_worker = RolloutWorker(config)
        apart = (
            CAN_FORK and config.evaluation.isolation == "auto" and runs_foreign_code(config.task)
        )
        timeout = config.evaluation.timeout
        self._child = ChildEvaluator(self._rollout_worker, timeout) if apart else None

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`.

        Raises
        ------
        Interrupted
            If a signal has asked for an end, see `glianeat.interrupts`.
        """
        if self._child is not None:
            return self._child.evaluate(genomes, plan)
        evaluations = []
        for genome in genomes:
            evaluations.append(self._rollout_worker.evaluate(genome, plan))
            check()
        return evaluations

    def close(self) -> None:
        """Close the environment, and end the child."""
        if self._child is not None:
            self._child.close()
        self._rollout_worker.close()
