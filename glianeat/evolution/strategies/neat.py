"""Single-objective NEAT [1]_: species share fitness, and offspring replace their parents.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from glianeat.config import Settings, within
from glianeat.evaluate.objectives import Objective
from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Pairings
from glianeat.evolution.selection import Candidate, SelectionConfig, candidate
from glianeat.evolution.species import (
    Living,
    SpeciesConfig,
    SpeciesSet,
    decode_species_set,
    encode_species_set,
    next_species_set,
    speciate,
)
from glianeat.evolution.standing import Standing, StandingSchema, StandingValue
from glianeat.evolution.strategy import BreedingPlan, Member, SelectionContext
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
_SPARED = 2  # species that reproduce however long they have stagnated

Probability = Annotated[float, within(at_least=0, at_most=1)]


class NeatConfig(Settings):
    """How NEAT reproduces; the defaults are those of Stanley and Miikkulainen (2002)."""

    survival: Annotated[float, within(above=0, at_most=1)] = 0.2
    """Share of each species that may have offspring, its best; at least one member."""
    elite_size: Annotated[int, within(at_least=0)] = 5
    """Members from which on the champion of a species lives on unchanged; 0 for never. It is not
    evaluated again, unless episodes are renewed."""
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
        Which agents are fit at all, species, and reproduction.
    """

    population: int
    seed: int
    objectives: tuple[Objective, ...]
    selection: SelectionConfig
    species: SpeciesConfig
    neat: NeatConfig
    prunes: ClassVar[bool] = False
    standing_schema: ClassVar[StandingSchema] = _SCHEMA

    def select(
        self, pool: Sequence[Individual], before: Sequence[Individual], context: SelectionContext
    ) -> tuple[list[Standing], bytes]:
        """Return the whole pool by falling fitness, and the species' state."""
        ordered = sorted(map(self._candidate, pool), key=_merit)
        genomes = {one.key: one.genome for one in pool}
        numbers, species_set = speciate(
            decode_species_set(context.state, self.species),
            [genomes[one.key] for one in ordered],
            {one.key: one.genome for one in before},
            context.generation,
            self.species,
        )
        living = Living(np.array([one.key for one in ordered]), numbers, _fitness(ordered))
        rng = stream(self.seed, Purpose.REPRESENTATIVES, context.generation)
        species_set = next_species_set(species_set, living, context.generation, self.species, rng)
        places = zip(ordered, numbers.tolist(), strict=True)
        standings = [
            Standing(one.key, {"rank": place, "crowding": 0.0, "species": number})
            for place, (one, number) in enumerate(places)
        ]
        return standings, encode_species_set(species_set)

    def mate(
        self, survivors: Sequence[Member], first_key: int, context: SelectionContext
    ) -> BreedingPlan:
        """Return the champions, who live on, and pairings within species."""
        species_set = decode_species_set(context.state, self.species)
        fitness = _fitness([self._candidate(individual) for individual, _ in survivors])
        numbers = np.array([standing["species"] for _, standing in survivors])
        species, champion, home = np.unique(numbers, return_index=True, return_inverse=True)
        sizes = np.bincount(home)
        fertile = self._fertile(species, champion, species_set, context.generation - 1)
        weights = np.where(fertile, shared_fitness(fitness, home), 0.0)
        if not weights.any():
            weights = fertile.astype(np.float64)
        offspring = largest_remainder(weights, self.population)
        elite = (offspring > 0) & (sizes >= self.neat.elite_size) & (self.neat.elite_size > 0)
        keys = np.arange(first_key, first_key + self.population - int(elite.sum()))
        rng = stream(self.seed, Purpose.SPECIES_MATE, context.generation)
        pairings = species_matings(keys, home, offspring - elite, self.neat, rng)
        return BreedingPlan(champion[elite].tolist(), pairings, species[~fertile].tolist())

    def _candidate(self, individual: Individual) -> Candidate:
        return candidate(individual.evaluation, self.objectives, self.selection)

    def _fertile(
        self, species: IntArray, champion: IntArray, species_set: SpeciesSet, generation: int
    ) -> BoolArray:
        """Return which species may have offspring: those that improve, and the best two."""
        records = species_set.by_number()
        age = generation - np.array([records[number].improved for number in species.tolist()])
        best = np.argsort(champion)[:_SPARED]
        refocus, stale = self.neat.refocus, generation - species_set.improved
        stuck = 0 < refocus <= stale and stale % refocus == 0  # not for ever, or it would stay so
        fertile: BoolArray = (age < self.species.stagnation) & ~np.bool_(stuck)
        fertile[best] = True
        return fertile


def _merit(candidate: Candidate) -> tuple[float, ...]:
    """Return what orders candidates by fitness, then by the other objectives, then by age."""
    return not candidate.feasible, *(-value for value in candidate.values), candidate.key


def _fitness(candidates: Sequence[Candidate]) -> FloatArray:
    """Return the fitness of each; minus infinity for those that are not fit at all."""
    return np.array([one.values[0] if one.feasible else -np.inf for one in candidates])


def shared_fitness(fitness: FloatArray, home: IntArray) -> FloatArray:
    """Return the sum of the adjusted fitness of each species ([1]_, eq. 2): its members' mean.

    Offspring cannot be given out in proportion to negative numbers: where there are some, all
    fitness is counted from the lowest. A genome that is not fit at all counts nothing.

    Parameters
    ----------
    fitness : ndarray of float64, shape (N,)
        Minus infinity where there is none.
    home : ndarray of int64, shape (N,)
        Place of the species of each; every species has a member.

    Returns
    -------
    ndarray of float64, shape (S,)
        Non-negative.
    """
    fit = np.isfinite(fitness)
    lowest = min(fitness[fit].min(initial=0.0), 0.0)
    shifted = np.where(fit, fitness, lowest) - lowest
    means: FloatArray = np.bincount(home, shifted) / np.bincount(home)
    return means


def largest_remainder(weights: FloatArray, total: int) -> IntArray:
    """Return whole numbers in proportion to weights that sum up to a total.

    Each gets its quota rounded down; what is left goes to those with the largest remainders, of
    equal ones to the first.

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


def species_matings(
    keys: IntArray,
    home: IntArray,
    offspring: IntArray,
    config: NeatConfig,
    rng: np.random.Generator,
) -> Pairings:
    """Return pairings within species, each parent drawn uniformly from its species' best.

    Parameters
    ----------
    keys : ndarray of int64, shape (C,)
        Keys of the children.
    home : ndarray of int64, shape (N,)
        Place of the species of each genome; they stand best first.
    offspring : ndarray of int64, shape (S,)
        Number of children of each species; C in all.
    config : NeatConfig
        Shares and rates.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    by_species = np.argsort(home, kind="stable")  # and within one best first
    sizes = np.bincount(home)
    number = np.ceil(sizes * config.survival).astype(np.int64)
    place = np.arange(len(home)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    parents = by_species[place < np.repeat(number, sizes)]
    start = np.cumsum(number) - number
    own = np.repeat(np.arange(len(sizes)), offspring)
    drawn = start[own] + rng.integers(number[own], size=(2, len(keys)))
    strangers = len(parents) - number[own]
    stranger = rng.integers(np.maximum(strangers, 1))
    stranger += np.where(stranger >= start[own], number[own], 0)
    abroad = (rng.random(len(keys)) < config.interspecies) & (strangers > 0)
    one, other = parents[drawn[0]], parents[np.where(abroad, stranger, drawn[1])]
    alone = (rng.random(len(keys)) < config.mutation_only) | (one == other)
    mutated = alone | (rng.random(len(keys)) < config.mutate_crossed)
    parent = np.where(alone, one, np.minimum(one, other))
    return Pairings(keys, parent, np.where(alone, -1, np.maximum(one, other)), mutated)
