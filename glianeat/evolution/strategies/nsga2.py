"""Elitist multi-objective evolution (mu + lambda), by Pareto fronts; optionally with species."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec
import numpy as np

from glianeat.evaluate.objectives import Objective
from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Birth, Pairings, ReproductionConfig, tournaments
from glianeat.evolution.sampling import Sampler, SamplingState, decode_sampling
from glianeat.evolution.selection import (
    Ranked,
    RunStage,
    SelectionConfig,
    candidate,
    early_places,
    is_solved,
    rank,
)
from glianeat.evolution.species import (
    SpeciesConfig,
    SpeciesSet,
    Survivors,
    decode_species_set,
    encode_species_set,
    next_species_set,
    speciate,
)
from glianeat.evolution.standing import NO_SPECIES, Standing, StandingSchema, StandingValue
from glianeat.evolution.strategy import (
    BreedingPlan,
    Member,
    RegisteredStrategy,
    SelectionContext,
    StrategyInputs,
)
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.streams import Purpose, stream
from glianeat.typing import IntArray

_VALUES = (
    StandingValue("rank", "integer", "Number of the front, 0 for the best one."),
    StandingValue("crowding", "real", "Crowding distance within the front."),
    StandingValue("species", "integer", "Number of the species; -1 if there are none."),
)


@dataclass(frozen=True, kw_only=True)
class Nsga2:
    """NSGA-II with a reward floor: parents and offspring compete, and the best survive.

    With species, two things change. The best members of a young species survive however they
    rank, so that a new structure has time to find its weights; the species of the founders are not
    young. And mates are of one species: a survivor drawn at random says of which, so that every
    species has offspring in proportion to its survivors.

    Parameters
    ----------
    population : int
        Number of survivors, and of their offspring.
    seed : int
        Seed of the run.
    objectives : tuple of Objective
        What counts.
    selection, reproduction, species : settings
        Survival, mating, and species if there are to be some.
    solved_return : float, optional
        Return from which energy counts, if it does not from the start.
    varying : mapping of str to sequence of str
        Names of the traits of each gene family that count in distances.
    sampler : Sampler, optional
        Draws a share of the offspring from a distribution, on tasks that give one reward, until
        energy begins to count because they are solved.
    """

    population: int
    seed: int
    objectives: tuple[Objective, ...]
    selection: SelectionConfig
    reproduction: ReproductionConfig
    species: SpeciesConfig
    solved_return: float | None = None
    varying: Names = field(default_factory=lambda: ALL_TRAITS)
    sampler: Sampler | None = None
    prunes: ClassVar[bool] = True

    @property
    def standing_schema(self) -> StandingSchema:
        """Front, crowding and species; one objective only, or return only, makes no front."""
        has_front = self.selection.method == "nsga2" and len(self.objectives) > 1
        has_species = bool(self.species.target)
        return StandingSchema(
            _VALUES, "rank" if has_front else "", "species" if has_species else ""
        )

    def select(
        self,
        pool: Sequence[Individual],
        previous_survivors: Sequence[Individual],
        context: SelectionContext,
    ) -> tuple[list[Standing], bytes]:
        """Return how the survivors stand, best first, and the species' state if there are any."""
        candidates = [candidate(i.evaluation, self.objectives, self.selection) for i in pool]
        stage = RunStage(
            reward_minimum=context.reward_minimum,
            solved_return=self.solved_return,
            solved=context.solved,
            single_reward=not any(individual.evaluation.rewards for individual in pool),
            early=early_places(self.objectives, self.selection),
        )
        ranked = rank(candidates, self.selection, stage)
        if self.sampler is None:
            return self._survivors(ranked, pool, previous_survivors, context)
        kept = decode_sampling(context.state)
        best = max((i.evaluation.mean_return for i in pool), default=-math.inf)
        searches = stage.single_reward and not is_solved(best, stage)
        search = self.sampler.next_state(kept.search, pool, context.generation)
        before = msgspec.structs.replace(context, state=kept.species)
        standings, species = self._survivors(ranked, pool, previous_survivors, before)
        state = SamplingState(species, search if searches else None)
        return standings, msgspec.msgpack.encode(state)

    def _survivors(
        self,
        ranked: Sequence[Ranked],
        pool: Sequence[Individual],
        previous_survivors: Sequence[Individual],
        context: SelectionContext,
    ) -> tuple[list[Standing], bytes]:
        """Return who survives of all, best first, and the species' state if there are any."""
        if not self.species.target:
            return [_standing(one, NO_SPECIES) for one in ranked[: self.population]], b""
        numbers, species_set = speciate(
            decode_species_set(context.state, self.species),
            [individual.genome for individual in pool],
            {individual.key: individual.genome for individual in previous_survivors},
            context.generation,
            self.species,
            self.varying,
        )
        species = dict(zip((i.key for i in pool), numbers.tolist(), strict=True))
        standings = [_standing(one, species[one.key]) for one in ranked]
        candidates = (candidate(i.evaluation, self.objectives, self.selection) for i in pool)
        feasible = {c.key for c in candidates if c.feasible}
        kept = self._protected(standings, feasible, species_set, context.generation)
        return kept, encode_species_set(
            self._next_species_set(species_set, kept, pool, context.generation)
        )

    def plan_breeding(
        self, survivors: Sequence[Member], first_key: int, context: SelectionContext
    ) -> BreedingPlan:
        """Return pairings of the winners of tournaments; all survivors live on."""
        all_survivors, size = range(len(survivors)), self.selection.tournament
        sampled: list[Birth] = []
        if self.sampler is not None:
            search = decode_sampling(context.state).search
            sampled = [] if search is None else self.sampler.births(search, first_key)
        keys = range(first_key + len(sampled), first_key + self.population)
        if not self.species.target:
            pairings = tournaments(keys, len(survivors), self.reproduction, size, self.seed)
            return BreedingPlan(all_survivors, pairings, sampled=sampled)
        numbers = np.array([standing["species"] for _, standing in survivors])
        rng = stream(self.seed, Purpose.SPECIES_MATE, context.generation)
        share = self.reproduction.crossover
        pairings = species_tournaments(keys, numbers, share, size, rng)
        return BreedingPlan(all_survivors, pairings, sampled=sampled)

    def _protected(
        self,
        standings: Sequence[Standing],
        feasible: set[int],
        species_set: SpeciesSet,
        generation: int,
    ) -> list[Standing]:
        """Return the survivors, the best members of young species among them."""
        young = {
            species.number: self.species.young_members
            for species in species_set.species
            if species.born > 0 and generation - species.born < self.species.young
        }
        protected = set[int]()
        for standing in standings:
            number = standing.integer("species")
            room = young.get(number, 0)
            if room and standing.key in feasible and len(protected) < self.population // 2:
                protected.add(standing.key)
                young[number] = room - 1
        others = [s.key for s in standings if s.key not in protected]
        kept = protected | set(others[: self.population - len(protected)])
        return [standing for standing in standings if standing.key in kept]

    def _next_species_set(
        self,
        species_set: SpeciesSet,
        kept: Sequence[Standing],
        pool: Sequence[Individual],
        generation: int,
    ) -> SpeciesSet:
        returns = {i.key: i.evaluation.mean_return for i in pool}
        survivors = Survivors(
            np.array([standing.key for standing in kept]),
            np.array([standing["species"] for standing in kept]),
            np.array([returns[standing.key] for standing in kept]),
        )
        rng = stream(self.seed, Purpose.REPRESENTATIVES, generation)
        return next_species_set(species_set, survivors, generation, self.species, rng)


def _standing(ranked: Ranked, species: int) -> Standing:
    values = {"rank": ranked.rank, "crowding": ranked.crowding, "species": species}
    return Standing(ranked.key, values)


def species_tournaments(
    keys: Sequence[int], species: IntArray, crossover: float, size: int, rng: np.random.Generator
) -> Pairings:
    """Return pairings within species, of parents that each won a tournament.

    Parameters
    ----------
    keys : sequence of int
        Keys of the children.
    species : ndarray of int64, shape (N,)
        Number of the species of each parent; they stand best first.
    crossover : float
        Probability that a child has two parents.
    size : int
        Contestants in a tournament.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    by_species = np.argsort(species, kind="stable")  # and within one best first
    _, index, members = np.unique(species, return_inverse=True, return_counts=True)
    start = np.cumsum(members) - members
    drawn = index[rng.integers(len(species), size=len(keys))]
    contestants = rng.integers(members[drawn][:, None], size=(2, len(keys), size))
    winners = by_species[start[drawn] + contestants.min(axis=2)]
    single_parent = rng.random(len(keys)) >= crossover
    parent = np.where(single_parent, winners[0], winners.min(axis=0))
    mate = np.where(single_parent, -1, winners.max(axis=0))
    return Pairings(np.array(keys), parent, mate, np.ones(len(keys), dtype=np.bool_))


def _build(inputs: StrategyInputs, _: None) -> Nsga2:
    return Nsga2(
        population=inputs.population,
        seed=inputs.seed,
        objectives=inputs.objectives,
        selection=inputs.selection,
        reproduction=inputs.reproduction,
        species=inputs.species,
        solved_return=inputs.solved_return,
        varying=inputs.varying,
        sampler=_sampler(inputs),
    )


def _sampler(inputs: StrategyInputs) -> Sampler | None:
    """Return what draws offspring; nothing if the share is of fewer than two beside the mean."""
    config = inputs.reproduction
    number = min(round((config.sampled or 0.0) * inputs.population), inputs.population - 1)
    if inputs.space is None or number < 3:
        return None
    return Sampler(inputs.space, number, config.sample_step, config.sample_start, inputs.seed)


NSGA2 = RegisteredStrategy("nsga2", _build)
