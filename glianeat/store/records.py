"""What a run is made of: individuals, their standing, generations."""

import msgspec

from glianeat.evaluate.protocol import Evaluation
from glianeat.genome.genome import Genome

NO_PARENT = -1


class Individual(msgspec.Struct, frozen=True, kw_only=True):
    """A genome that was born and assessed."""

    genome: Genome
    evaluation: Evaluation
    generation: int
    parents: tuple[int, int] = (NO_PARENT, NO_PARENT)
    """Keys of the fitter and the other parent; `NO_PARENT` where there is none."""

    @property
    def key(self) -> int:
        """Key of the genome."""
        return self.genome.key


class Standing(msgspec.Struct, frozen=True):
    """How a survivor stands among the others."""

    key: int
    rank: int
    """Front rank, 0 for the best front."""
    crowding: float
    """Crowding distance within the front."""


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One generation as it is committed: who was born, and who survived."""

    number: int
    offspring: tuple[Individual, ...]
    survivors: tuple[Standing, ...]
    next_key: int
    """Key of the next genome to be born."""
    reward_minimum: float
    """Return from which the reward floor is counted; infinite while every evaluation failed."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One generation in numbers."""

    number: int
    evaluations: int
    """Evaluations up to and including this generation."""
    best_key: int
    best_return: float
    best_power: float
    best_spikes: float
    """Spikes of all neurons of the best genome [Hz]."""
    mean_return: float
    """Mean return of the survivors."""
    front_size: int
    failures: int
    """Offspring whose evaluation failed."""
    digest: str
