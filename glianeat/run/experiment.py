"""One experiment on its task, of which nothing is left open."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from glianeat.codec.codec import (
    SettledCodec,
    n_channels,
    n_outputs,
    opposite_outputs,
    reads_gains,
)
from glianeat.evaluate.objectives import Objective
from glianeat.evaluate.plan import SettledEvaluation
from glianeat.evaluate.rollout import RolloutConfig
from glianeat.evolution.settings import SettledEvolution
from glianeat.evolution.species import SettledSpecies
from glianeat.genome.schema import Names
from glianeat.run.traits import read_traits
from glianeat.tasks.task import TaskSpec

if TYPE_CHECKING:
    from glianeat.run.config import ExperimentConfig


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What a run does: every choice that an `ExperimentConfig` may leave open is made.

    Parameters
    ----------
    config : ExperimentConfig
        The settings as a run keeps them, with every choice written down; they resolve to
        themselves.
    description : TaskSpec
        What is known of the task.
    codec : SettledCodec
        How networks meet the task.
    evaluation : SettledEvaluation
        How genomes are evaluated.
    evolution : SettledEvolution
        How long and with how many to evolve.
    species : SettledSpecies
        How species are told apart.
    objectives : tuple of Objective
        What survivors are compared by.
    solved_return : float or None
        Mean return at which the task counts as solved; None if nobody has said one.
    """

    config: "ExperimentConfig"
    description: TaskSpec
    codec: SettledCodec
    evaluation: SettledEvaluation
    evolution: SettledEvolution
    species: SettledSpecies
    objectives: tuple[Objective, ...]
    solved_return: float | None

    @cached_property
    def opposite(self) -> tuple[int, ...]:
        """Channel of the output that pushes the other way, for each output; -1 if there is none."""
        return opposite_outputs(self.codec, self.description)

    @cached_property
    def n_inputs(self) -> int:
        """Input channels of every genome."""
        return n_channels(self.codec, self.description)

    @cached_property
    def n_outputs(self) -> int:
        """Outputs of every genome: one each choice or bit, one or two each number of a Box."""
        return n_outputs(self.codec, self.description)

    @cached_property
    def traits_read(self) -> Names:
        """Names of the traits of each gene family that have an effect, see `read_traits`."""
        gains = reads_gains(self.codec, self.description)
        return read_traits(self.config.simulation, self.config.development, own_gains=gains)

    @cached_property
    def rollout(self) -> RolloutConfig:
        """The evaluators' share, in plain values that can travel to other machines."""
        return RolloutConfig(
            seed=self.config.seed,
            task=self.config.task,
            codec=self.codec,
            development=self.config.development,
            simulation=self.config.simulation,
            evaluation=self.evaluation,
        )
