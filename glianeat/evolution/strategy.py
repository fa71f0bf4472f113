"""What an evolutionary algorithm decides: who survives, and who mates."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Pairings
from glianeat.evolution.standing import Standing, StandingSchema

Member = tuple[Individual, Standing]


class SelectionContext(msgspec.Struct, frozen=True, kw_only=True):
    """When a strategy decides, and what it decided before."""

    generation: int
    """Number of the generation that is being told, or asked for."""
    reward_minimum: float
    """Median return of the founders, or what is configured in its place."""
    solved: bool | None = None
    """Whether a genome passed the solved return on fresh episodes; None if nobody tries that."""
    state: bytes = b""
    """What the strategy kept from the generation before; nothing at the beginning."""


class BreedingPlan(NamedTuple):
    """What the next generation is made from."""

    kept: Sequence[int]
    """Places of the survivors who live on beside their offspring."""
    pairings: Pairings
    """Who begets whom; parents by their places among the survivors."""
    stagnant: Sequence[int] = ()
    """Numbers of the species that have no offspring because they no longer improve."""


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
        self, pool: Sequence[Individual], before: Sequence[Individual], context: SelectionContext
    ) -> tuple[list[Standing], bytes]:
        """Return how the survivors stand, best first, and the strategy's next state.

        Parameters
        ----------
        pool : sequence of Individual
            Who lived on, and who was born.
        before : sequence of Individual
            The survivors of the generation before; none at the beginning.
        moment : SelectionContext
            The generation that is being told.
        """
        ...

    def mate(
        self, survivors: Sequence[Member], first_key: int, context: SelectionContext
    ) -> BreedingPlan:
        """Return who lives on, and who begets children of consecutive keys.

        Parameters
        ----------
        survivors : sequence of (Individual, Standing)
            Best first.
        first_key : int
            Key of the first child.
        moment : SelectionContext
            The generation that is being asked for.
        """
        ...
