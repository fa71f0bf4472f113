"""Single-objective NEAT [1]_: species share fitness, and offspring replace their parents.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np

from glianeat.config import Settings, within
from glianeat.evaluate.objectives import Objective
from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Pairings
from glianeat.evolution.selection import Candidate, SelectionConfig, candidate
from glianeat.evolution.species import (
    DEFAULT_TARGET,
    SpeciesConfig,
    SpeciesSet,
    Survivors,
    decode_species_set,
    encode_species_set,
    next_species_set,
    speciate,
)
from glianeat.evolution.standing import Standing, StandingSchema, StandingValue
from glianeat.evolution.strategy import (
    BreedingPlan,
    Member,
    RegisteredStrategy,
    SelectionContext,
    StrategyInputs,
)
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.streams import Purpose, stream
from glianeat.typing import BoolArray, FloatArray, IntArray

_SCHEMA = StandingSchema(
    (
        StandingValue("rank", "integer", "Place among the survivors by falling fitness."),
        StandingValue("crowding", "real", "Always 0: one objective has no front to crowd."),
        StandingValue("species", "integer", "Number of the species."),
    ),
    species="species",
)
_ALWAYS_FERTILE = 2  # best species that reproduce however long they have stagnated

Probability = Annotated[float, within(at_least=0, at_most=1)]


class NeatConfig(Settings):
    """How NEAT reproduces; the defaults are those of Stanley and Miikkulainen (2002)."""

    survival: Annotated[float, within(above=0, at_most=1)] = 0.2
    """Share of each species that may have offspring, its best; at least one member."""
    elite_size: Annotated[int, within(at_least=0)] = 5
    """Members from which on the champion of a species is carried over unchanged; 0 for never. It is
    not evaluated again, unless episodes are resampled."""
    mutation_only: Probability = 0.25
    """Probability that a child has one parent."""
    mutate_crossed: Probability = 0.8
    """Probability that a child of two parents is mutated."""
    interspecies: Probability = 0.001
    """Probability that the second parent comes from another species."""
    refocus: Annotated[int, within(at_least=0)] = 20
    """Whenever so many generations have passed without a better best genome, only the two best
    species have offspring, for one generation; 0 for never."""


@dataclass(frozen=True, kw_only=True)
class Neat:
    """NEAT: explicit fitness sharing within species; the first objective is the fitness.

    Parameters
    ----------
    population : int
        Number of genomes.
    seed : int
        Seed of the run.
    objectives : tuple of Objective
        The fitness, and what breaks ties.
    selection, species, neat : settings
        Which agents are feasible, species, and reproduction.
    varying : mapping of str to sequence of str
        Names of the traits of each gene family that count in distances.
    """

    population: int
    seed: int
    objectives: tuple[Objective, ...]
    selection: SelectionConfig
    species: SpeciesConfig
    neat: NeatConfig
    varying: Names = field(default_factory=lambda: ALL_TRAITS)
    prunes: ClassVar[bool] = False
    standing_schema: ClassVar[StandingSchema] = _SCHEMA

    def select(
        self,
        pool: Sequence[Individual],
        previous_survivors: Sequence[Individual],
        context: SelectionContext,
    ) -> tuple[list[Standing], bytes]:
        """Return the whole pool by falling fitness, and the species' state."""
        ordered = sorted(map(self._candidate, pool), key=_ranking_key)
        genomes = {individual.key: individual.genome for individual in pool}
        numbers, species_set = speciate(
            decode_species_set(context.state, self.species),
            [genomes[candidate.key] for candidate in ordered],
            {individual.key: individual.genome for individual in previous_survivors},
            context.generation,
            self.species,
            self.varying,
        )
        survivors = Survivors(np.array([c.key for c in ordered]), numbers, _fitness(ordered))
        rng = stream(self.seed, Purpose.REPRESENTATIVES, context.generation)
        species_set = next_species_set(
            species_set, survivors, context.generation, self.species, rng
        )
        with_species = zip(ordered, numbers.tolist(), strict=True)
        standings = [
            Standing(candidate.key, {"rank": rank, "crowding": 0.0, "species": number})
            for rank, (candidate, number) in enumerate(with_species)
        ]
        return standings, encode_species_set(species_set)

    def plan_breeding(
        self, survivors: Sequence[Member], first_key: int, context: SelectionContext
    ) -> BreedingPlan:
        """Return the champions, who live on, and pairings within species."""
        species_set = decode_species_set(context.state, self.species)
        fitness = _fitness([self._candidate(individual) for individual, _ in survivors])
        numbers = np.array([standing["species"] for _, standing in survivors])
        species, champion, index = np.unique(numbers, return_index=True, return_inverse=True)
        sizes = np.bincount(index)
        fertile = self._fertile(species, champion, species_set, context.generation - 1)
        weights = np.where(fertile, shared_fitness(fitness, index), 0.0)
        if not weights.any():
            weights = fertile.astype(np.float64)
        offspring = largest_remainder(weights, self.population)
        elite = (offspring > 0) & (sizes >= self.neat.elite_size) & (self.neat.elite_size > 0)
        keys = np.arange(first_key, first_key + self.population - int(elite.sum()))
        rng = stream(self.seed, Purpose.SPECIES_MATE, context.generation)
        pairings = species_pairings(keys, index, offspring - elite, self.neat, rng)
        return BreedingPlan(champion[elite].tolist(), pairings, species[~fertile].tolist())

    def _candidate(self, individual: Individual) -> Candidate:
        return candidate(individual.evaluation, self.objectives, self.selection)

    def _fertile(
        self, species: IntArray, champion: IntArray, species_set: SpeciesSet, generation: int
    ) -> BoolArray:
        """Return which species may have offspring: those that improve, and the best two."""
        records = species_set.by_number()
        age = generation - np.array([records[number].improved for number in species.tolist()])
        best = np.argsort(champion)[:_ALWAYS_FERTILE]
        refocus, stale = self.neat.refocus, generation - species_set.improved
        refocuses = 0 < refocus <= stale and stale % refocus == 0  # one generation at a time
        fertile: BoolArray = (age < self.species.stagnation) & ~np.bool_(refocuses)
        fertile[best] = True
        return fertile


def _ranking_key(candidate: Candidate) -> tuple[float, ...]:
    """Return what sorts candidates by fitness, then by the other objectives, then by age."""
    return not candidate.feasible, *(-value for value in candidate.values), candidate.key


def _fitness(candidates: Sequence[Candidate]) -> FloatArray:
    """Return the fitness of each; minus infinity for those that are not feasible."""
    return np.array([c.values[0] if c.feasible else -np.inf for c in candidates])


def shared_fitness(fitness: FloatArray, index: IntArray) -> FloatArray:
    """Return the sum of the adjusted fitness of each species ([1]_, eq. 2): its members' mean.

    Offspring cannot be given out in proportion to negative numbers: where there are some, all
    fitness is counted from the lowest. A genome that is not feasible counts nothing.

    Parameters
    ----------
    fitness : ndarray of float64, shape (N,)
        Minus infinity where there is none.
    index : ndarray of int64, shape (N,)
        Index of the species of each; every species has a member.

    Returns
    -------
    ndarray of float64, shape (S,)
        Non-negative.
    """
    fit = np.isfinite(fitness)
    lowest = min(fitness[fit].min(initial=0.0), 0.0)
    shifted = np.where(fit, fitness, lowest) - lowest
    means: FloatArray = np.bincount(index, shifted) / np.bincount(index)
    return means


def largest_remainder(weights: FloatArray, total: int) -> IntArray:
    """Return whole numbers in proportion to weights that sum up to a total.

    Each gets its quota rounded down; the rest goes to those with the largest remainders, of equal
    ones to the first.

    Parameters
    ----------
    weights : ndarray of float64, shape (S,)
        Non-negative, not all of them zero.
    total : int
        Sum of the numbers.
    """
    shares = weights / weights.max()  # first, so that their sum is finite
    quotas = shares / shares.sum() * total
    numbers: IntArray = np.floor(quotas).astype(np.int64)
    left = total - int(numbers.sum())
    numbers[np.argsort(numbers - quotas, kind="stable")[:left]] += 1
    return numbers


def species_pairings(
    keys: IntArray,
    index: IntArray,
    offspring: IntArray,
    config: NeatConfig,
    rng: np.random.Generator,
) -> Pairings:
    """Return pairings within species, each parent drawn uniformly from its species' best.

    Parameters
    ----------
    keys : ndarray of int64, shape (C,)
        Keys of the children.
    index : ndarray of int64, shape (N,)
        Index of the species of each genome; genomes are sorted, best first.
    offspring : ndarray of int64, shape (S,)
        Number of children of each species; C in all.
    config : NeatConfig
        Shares and rates.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    by_species = np.argsort(index, kind="stable")  # and within one best first
    sizes = np.bincount(index)
    number = np.ceil(sizes * config.survival).astype(np.int64)
    rank = np.arange(len(index)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    parents = by_species[rank < np.repeat(number, sizes)]
    start = np.cumsum(number) - number
    own = np.repeat(np.arange(len(sizes)), offspring)
    drawn = start[own] + rng.integers(number[own], size=(2, len(keys)))
    outsiders = len(parents) - number[own]
    outsider = rng.integers(np.maximum(outsiders, 1))
    outsider += np.where(outsider >= start[own], number[own], 0)
    crosses_species = (rng.random(len(keys)) < config.interspecies) & (outsiders > 0)
    first, second = parents[drawn[0]], parents[np.where(crosses_species, outsider, drawn[1])]
    single_parent = (rng.random(len(keys)) < config.mutation_only) | (first == second)
    mutated = single_parent | (rng.random(len(keys)) < config.mutate_crossed)
    parent = np.where(single_parent, first, np.minimum(first, second))
    return Pairings(keys, parent, np.where(single_parent, -1, np.maximum(first, second)), mutated)


def _build(inputs: StrategyInputs, settings: NeatConfig) -> Neat:
    return Neat(
        population=inputs.population,
        seed=inputs.seed,
        objectives=inputs.objectives,
        selection=inputs.selection,
        species=inputs.species,
        neat=settings,
    )


NEAT = RegisteredStrategy(
    "neat", _build, section="neat", sums_rewards=True, species_target=DEFAULT_TARGET
)
