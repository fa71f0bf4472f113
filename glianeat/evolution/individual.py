"""What evolution makes: individuals and generations."""

import msgspec

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.standing import Standing, StandingSchema
from glianeat.genome.genome import Genome

NO_PARENT = -1


# Records without cycles, thousands a generation: the garbage collector need not know of them.
class Individual(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A genome that was born and evaluated."""

    genome: Genome
    evaluation: Evaluation
    """How it did; of one that was evaluated again, its `evaluations` taken together."""
    generation: int
    parents: tuple[int, int] = (NO_PARENT, NO_PARENT)
    """Keys of the parent and the mate; `NO_PARENT` where there is none."""
    evaluations: tuple[Evaluation, ...] = ()
    """The single evaluations that count, the oldest first, of one that was evaluated again."""
    operators: int = 0
    """Which operators of mutation made it: a bit for each, in their order; 0 for founders."""

    @property
    def key(self) -> int:
        """Key of the genome."""
        return self.genome.key


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One generation as it is committed: who was born, and who survived."""

    number: int
    offspring: tuple[Individual, ...]
    survivors: tuple[Standing, ...]
    """How they stand, best first."""
    standing_schema: StandingSchema
    """What their standings are made of."""
    evaluations: int
    """Evaluations up to and including this generation."""
    steps: int = 0
    """Environment steps of training up to and including this generation; the algorithm does not
    count them. No part of the digest."""
    next_key: int
    """Key of the next genome to be born."""
    reward_minimum: float
    """Return from which the reward floor is counted; infinite while every evaluation failed."""
    reevaluated: tuple[Individual, ...] = ()
    """Those of earlier generations who were evaluated again, as they are now."""
    state: bytes = b""
    """What else the algorithm follows from, in a form of its own."""
    seconds: float = 0.0
    """Wall-clock time that the run took up to its end [s]; no part of the digest."""

    @property
    def front(self) -> list[int]:
        """Keys of the survivors on the front, best first; of the best alone without a front."""
        return self.standing_schema.front_of(self.survivors)

    @property
    def species(self) -> dict[int, list[int]]:
        """Keys of the surviving members of each species, by its number; empty without species."""
        return self.standing_schema.members_of(self.survivors)
