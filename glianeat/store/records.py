"""What a run is made of: individuals, their standing, generations."""

import msgspec

from glianeat.evaluate.protocol import Evaluation
from glianeat.genome.genome import Genome

NO_PARENT = -1
NO_SPECIES = -1


# Records without cycles, thousands a generation: the garbage collector need not know of them.
class Individual(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A genome that was born and assessed."""

    genome: Genome
    evaluation: Evaluation
    """How it did; of one that was assessed again, its `assessments` taken together."""
    generation: int
    parents: tuple[int, int] = (NO_PARENT, NO_PARENT)
    """Keys of the fitter and the other parent; `NO_PARENT` where there is none."""
    assessments: tuple[Evaluation, ...] = ()
    """The single assessments that count, the oldest first, of one that was assessed again."""
    operators: int = 0
    """Which operators of mutation made it: a bit for each, in their order; 0 for founders."""

    @property
    def key(self) -> int:
        """Key of the genome."""
        return self.genome.key


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a survivor stands among the others."""

    key: int
    rank: int
    """Front rank, 0 for the best front."""
    crowding: float
    """Crowding distance within the front."""
    species: int = NO_SPECIES
    """Number of its species; `NO_SPECIES` where there are none."""


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One generation as it is committed: who was born, and who survived."""

    number: int
    offspring: tuple[Individual, ...]
    survivors: tuple[Standing, ...]
    evaluations: int
    """Evaluations up to and including this generation."""
    next_key: int
    """Key of the next genome to be born."""
    reward_minimum: float
    """Return from which the reward floor is counted; infinite while every evaluation failed."""
    renewed: tuple[Individual, ...] = ()
    """Those of earlier generations who were assessed again, as they are now."""
    state: bytes = b""
    """What else the algorithm follows from, in a form of its own."""
    seconds: float = 0.0
    """Wall-clock time that the run took up to its end [s]; no part of the digest."""


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


Quantiles = tuple[float, float, float, float, float]
"""Minimum, first quartile, median, third quartile and maximum."""


class OperatorRecord(msgspec.Struct, frozen=True):
    """How the children of one operator of mutation did in their generation."""

    applied: int
    """Children it had a part in."""
    survived: int
    """Of these, who survived the selection of their generation."""
    improved: int
    """Of these, who did better than their fitter parent: a higher return, or as high a one at
    less power."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of survivors in numbers; those whose evaluation failed are left out."""

    number: int
    survivors: int
    """Survivors whose evaluation went well: those that the quantiles are of."""
    objectives: dict[str, Quantiles]
    """Quantiles of each objective, in its own unit and direction; empty if there are none."""
    sizes: dict[str, Quantiles]
    """Quantiles of developed neurons, hidden neurons, synapses and astrocytes."""
    ratios: dict[int, Quantiles]
    """Quantiles of the expressed glia-to-neuron ratio, by region index, over those who have the
    region."""
    ratio_genes: dict[int, Quantiles]
    """The same of the ratio genes."""
    species: dict[int, int]
    """Survivors of each species; empty if there are no species."""
    operators: dict[str, OperatorRecord]
    """How the offspring of each operator of mutation did; empty if they have no parents."""
    reference: tuple[float, ...]
    """Point from which the hypervolume is counted, objectives turned so that all are to be
    maximised; empty until a genome went well."""
    hypervolume: float
    """Volume that the survivors' front dominates, down to the reference."""
