"""Evaluation in this process, one genome after the other."""

from collections.abc import Sequence

from glianeat.evaluate.protocol import EpisodePlan, Evaluation
from glianeat.evaluate.rollout import AssessmentConfig, Assessor
from glianeat.genome.genome import Genome


class SerialEvaluator:
    """Assesses genomes in process.

    Parameters
    ----------
    config : AssessmentConfig
        With a resolved codec.
    """

    def __init__(self, config: AssessmentConfig) -> None:
        self._assessor = Assessor(config)

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        return [self._assessor.assess(genome, plan) for genome in genomes]

    def close(self) -> None:
        """Close the environment."""
        self._assessor.close()
