"""What an evolutionary algorithm decides: who survives, and who mates."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from glianeat.evaluate.objectives import Objective
from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Birth, Pairings, ReproductionConfig
from glianeat.evolution.selection import SelectionConfig
from glianeat.evolution.species import SpeciesConfig
from glianeat.evolution.standing import Standing, StandingSchema
from glianeat.genome.coordinates import SearchSpace
from glianeat.genome.schema import ALL_TRAITS, Names

Member = tuple[Individual, Standing]
S = TypeVar("S")


class SelectionContext(msgspec.Struct, frozen=True, kw_only=True):
    """When a strategy decides, and what it decided before."""

    generation: int
    """Number of the generation that is being told, or asked for."""
    reward_minimum: float
    """Median return of the founders, or what is configured in its place."""
    solved: bool | None = None
    """Whether a genome passed the solved return on fresh episodes; None if none are tried."""
    state: bytes = b""
    """What the strategy kept from the generation before; nothing at the beginning."""


class BreedingPlan(NamedTuple):
    """What the next generation is made from."""

    carried_over: Sequence[int]
    """Indices of the survivors who live on beside their offspring."""
    pairings: Pairings
    """Parents and mates of the offspring, by their indices among the survivors."""
    stagnant: Sequence[int] = ()
    """Numbers of the species that have no offspring because they no longer improve."""
    sampled: Sequence[Birth] = ()
    """Offspring that have no parents, whose keys come before those of the pairings."""


class Strategy(Protocol):
    """Decides who survives and who mates; equal arguments give equal answers, on any machine."""

    @property
    def standing_schema(self) -> StandingSchema:
        """What the standings that `select` returns are made of."""
        ...

    @property
    def prunes(self) -> bool:
        """Whether a genome that does worse than all survivors is of no interest."""
        ...

    def select(
        self,
        pool: Sequence[Individual],
        previous_survivors: Sequence[Individual],
        context: SelectionContext,
    ) -> tuple[list[Standing], bytes]:
        """Return how the survivors stand, best first, and the strategy's next state.

        Parameters
        ----------
        pool : sequence of Individual
            Who lived on, and who was born.
        previous_survivors : sequence of Individual
            The survivors of the generation before; none at the beginning.
        context : SelectionContext
            The generation that is being told.
        """
        ...

    def plan_breeding(
        self, survivors: Sequence[Member], first_key: int, context: SelectionContext
    ) -> BreedingPlan:
        """Return which survivors are carried over, and the parents of the next offspring.

        Parameters
        ----------
        survivors : sequence of (Individual, Standing)
            Best first.
        first_key : int
            Key of the first child.
        context : SelectionContext
            The generation that is being asked for.
        """
        ...


class StrategyInputs(msgspec.Struct, frozen=True, kw_only=True):
    """What any strategy may be built from."""

    population: int
    """Number of genomes that survive."""
    seed: int
    """Seed of the run."""
    objectives: tuple[Objective, ...]
    """What genomes are compared by, in order."""
    solved_return: float | None
    """Return at which the task counts as solved, if any."""
    selection: SelectionConfig
    reproduction: ReproductionConfig
    species: SpeciesConfig
    varying: Names = msgspec.field(default_factory=lambda: ALL_TRAITS)
    """Names of the traits of each gene family that count in distances."""
    space: SearchSpace | None = None
    """Which numbers of genomes may be searched by a distribution; by default none."""


class RegisteredStrategy(NamedTuple, Generic[S]):
    """A strategy that experiments can name."""

    name: str
    """Value of `evolution.algorithm`."""
    build: Callable[[StrategyInputs, S], Strategy]
    """Returns the strategy from what any may need, and the settings of its own section."""
    section: str = ""
    """Section of an experiment that is its own; empty if it has none, and `build` gets None."""
    sums_rewards: bool = False
    """Whether `reward` stands for the sum of the rewards of a task that gives several."""
    species_target: int = 0
    """Species there are by default; 0 for none."""
