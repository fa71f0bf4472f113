"""What an algorithm asks to be evaluated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from glianeat.evaluate.plan import Checks, EpisodeSet
from glianeat.genome.genome import Genome


@dataclass(frozen=True, kw_only=True)
class Asked(Sequence[Genome]):
    """The genomes to evaluate, in order: those carried over, then the newborn.

    Parameters
    ----------
    carried_over : tuple of Genome
        Survivors that are evaluated again, on new episodes; none if episodes stay the same.
    newborn : tuple of Genome
        Genomes that were never evaluated, of consecutive keys.
    first_new_key : int
        Key of the first newborn; those below it are carried over.
    prune_below : float
        Mean return below which a newborn is of no interest; minus infinity if all are of interest.
    episodes : EpisodeSet, optional
        Which episodes to live through, where their number is measured.
    checks : tuple of (int, float)
        Episodes after which a newborn is of no interest, and the mean return below which it is.
    incomplete : tuple of int
        Keys of those carried over who live through all episodes, and not only through new ones.
    stagnant : tuple of int
        Numbers of the species that have no offspring, since they no longer improve.
    """

    carried_over: tuple[Genome, ...]
    newborn: tuple[Genome, ...]
    first_new_key: int
    prune_below: float
    episodes: EpisodeSet | None = None
    checks: Checks = ()
    incomplete: tuple[int, ...] = ()
    stagnant: tuple[int, ...] = ()

    @property
    def genomes(self) -> list[Genome]:
        """All of them, in the order in which their evaluations are to be told."""
        return [*self.carried_over, *self.newborn]

    def __iter__(self) -> Iterator[Genome]:
        return iter(self.genomes)

    def __len__(self) -> int:
        return len(self.carried_over) + len(self.newborn)

    @overload
    def __getitem__(self, index: int) -> Genome: ...
    @overload
    def __getitem__(self, index: slice) -> list[Genome]: ...
    def __getitem__(self, index: int | slice) -> Genome | list[Genome]:
        return self.genomes[index]
