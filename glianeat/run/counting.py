"""How many environment steps evaluations take."""

from collections.abc import Sequence

from glianeat.evaluate.evaluation import Evaluation, Evaluator
from glianeat.evaluate.plan import EpisodePlan
from glianeat.genome.genome import Genome


class CountedEvaluator:
    """An evaluator that counts the environment steps of what it evaluates.

    Parameters
    ----------
    evaluator : Evaluator
        Who evaluates.
    steps : int
        How many there were before.

    Attributes
    ----------
    steps : int
        Steps so far; those of evaluations that failed are not known.
    """

    def __init__(self, evaluator: Evaluator, steps: int = 0) -> None:
        self._evaluator, self.steps = evaluator, steps

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        evaluations = self._evaluator.evaluate(genomes, plan)
        self.steps += steps_of(evaluations)
        return evaluations

    def close(self) -> None:
        """Close the evaluator."""
        self._evaluator.close()


def steps_of(evaluations: Sequence[Evaluation]) -> int:
    """Return how many environment steps evaluations took together."""
    return sum(sum(evaluation.lengths) for evaluation in evaluations)
