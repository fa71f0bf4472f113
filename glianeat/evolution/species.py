"""Species: groups of compatible genomes that compete among themselves first [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127, section 3.3.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, TypeVar

import msgspec
import numpy as np
from msgspec.structs import replace

from glianeat.config import Settings, within
from glianeat.errors import CheckpointError
from glianeat.genome.distance import DistanceConfig, join_species
from glianeat.genome.genome import Genome
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.typing import FloatArray, IntArray

DEFAULT_TARGET = 10
_EXCESS = 4  # times the target: more species than that do not help, and cost time
_FIXED_CAP = 1000  # species, where there is no target


Record = TypeVar("Record", "Species", "SpeciesSet")


class SpeciesConfig(Settings):
    """How genomes are grouped into species."""

    target: Annotated[int, within(at_least=0, at_most=10_000)] | None = None
    """Species there should be. By default 10 with NEAT, and 0 with NSGA-II, which then knows no
    species; 0 with NEAT keeps the threshold where it is."""
    threshold: Annotated[float, within(above=0, at_most=1000)] = 1.5
    """Compatibility distance below which genomes are of one species, to start with."""
    threshold_step: Annotated[float, within(at_least=0, at_most=1000)] = 0.1
    """What the threshold gains in a generation with more species than the target, and loses in
    one with fewer; it is never lower than this."""
    stagnation: Annotated[int, within(at_least=1)] = 15
    """Generations without a better best member after which a species has no offspring, with
    NEAT."""
    young: Annotated[int, within(at_least=0)] = 5
    """Generations during which the best members of a new species survive however they rank, with
    NSGA-II; 0 for never."""
    young_members: Annotated[int, within(at_least=1)] = 2
    """How many members of each young species do; half of the population at most, in all."""
    distance: DistanceConfig = DistanceConfig()


class SettledSpecies(SpeciesConfig, kw_only=True):
    """How the species of one experiment are told apart: nothing is left open."""

    target: Annotated[int, within(at_least=0, at_most=10_000)]
    """How many species there are to be; 0 for none."""


class Species(msgspec.Struct, frozen=True):
    """One species, from the generation that founded it on."""

    number: int
    representative: int
    """Key of the survivor of the last generation to which new genomes are compared."""
    born: int
    """Generation that founded it."""
    best: float = -math.inf
    """Highest fitness a member ever had."""
    improved: int = 0
    """Generation in which a member had it first."""


class SpeciesSet(msgspec.Struct, frozen=True):
    """All species of a generation, as the next one meets them."""

    threshold: float
    species: tuple[Species, ...] = ()
    """In order of their founding."""
    next_number: int = 0
    """Number of the next species to be founded."""
    best: float = -math.inf
    """Highest fitness that any genome ever had."""
    improved: int = 0
    """Generation in which a genome had it first."""

    def by_number(self) -> dict[int, Species]:
        """Return the species by their numbers."""
        return {species.number: species for species in self.species}


class Survivors(NamedTuple):
    """Those who survive; columns of shape (N,)."""

    key: IntArray
    species: IntArray
    """Numbers of their species."""
    fitness: FloatArray
    """What is to be maximised; minus infinity where there is none."""


def encode_species_set(species_set: SpeciesSet) -> bytes:
    """Return a species set as a run keeps it."""
    return msgspec.msgpack.encode(species_set)


def decode_species_set(state: bytes, config: SpeciesConfig) -> SpeciesSet:
    """Return the species set that a run kept, or that of a run's beginning if there is none.

    Raises
    ------
    CheckpointError
        If it is damaged.
    """
    if not state:
        return SpeciesSet(config.threshold)
    try:
        return msgspec.msgpack.decode(state, type=SpeciesSet)
    except msgspec.DecodeError as error:
        raise CheckpointError(f"species: damaged: {error}") from None


def speciate(
    species_set: SpeciesSet,
    genomes: Sequence[Genome],
    known: Mapping[int, Genome],
    generation: int,
    config: SpeciesConfig,
    varying: Names = ALL_TRAITS,
) -> tuple[IntArray, SpeciesSet]:
    """Return the number of each genome's species, and the species set with the new ones.

    Parameters
    ----------
    species_set : SpeciesSet
        The species of the generation before.
    genomes : sequence of Genome
        In any order; they are assigned in that of their keys.
    known : mapping of int to Genome
        The genomes of the generation before, by key: representatives are among them.
    generation : int
        Number of this generation.
    config : SpeciesConfig
        Coefficients of the distance, and the target.
    varying : mapping of str to sequence of str
        Names of the traits of each family that count in distances.

    Returns
    -------
    numbers : ndarray of int64, shape (N,)
        Number of each genome's species.
    species_set : SpeciesSet
        With the new species behind the others; none is dropped yet.

    Raises
    ------
    CheckpointError
        If a representative is not known.
    """
    try:
        representatives = [known[species.representative] for species in species_set.species]
    except KeyError as error:
        raise CheckpointError(f"species: damaged: no survivor has key {error}") from None
    order = np.argsort([genome.key for genome in genomes], kind="stable")
    ordered = [genomes[i] for i in order.tolist()]
    cap = max(_EXCESS * config.target if config.target else _FIXED_CAP, len(representatives), 1)
    indices, founders = join_species(
        ordered, representatives, species_set.threshold, config.distance, cap, varying
    )
    new = tuple(
        Species(species_set.next_number + i, ordered[founder].key, generation, improved=generation)
        for i, founder in enumerate(founders)
    )
    all_species = (*species_set.species, *new)
    numbers = np.empty(len(genomes), dtype=np.int64)
    numbers[order] = np.array([species.number for species in all_species], dtype=np.int64)[indices]
    next_number = species_set.next_number + len(new)
    return numbers, replace(species_set, species=all_species, next_number=next_number)


def next_species_set(
    species_set: SpeciesSet,
    survivors: Survivors,
    generation: int,
    config: SpeciesConfig,
    rng: np.random.Generator,
) -> SpeciesSet:
    """Return the species set as the next generation is to meet it.

    Species without members are dropped. Each of the others is represented by a member drawn at
    random, and keeps its best fitness. The threshold moves towards the target.

    Parameters
    ----------
    species_set : SpeciesSet
        With all species of this generation.
    survivors : Survivors
        In any order.
    generation : int
        Number of this generation.
    config : SpeciesConfig
        Target and step.
    rng : numpy.random.Generator
        Draws the representatives.
    """
    remaining = []
    order = np.argsort(survivors.key, kind="stable")
    for species in species_set.species:
        members = order[survivors.species[order] == species.number]
        if len(members):
            best = float(survivors.fitness[members].max())
            chosen = int(survivors.key[members[rng.integers(len(members))]])
            remaining.append(_improved(replace(species, representative=chosen), best, generation))
    updated = replace(
        species_set,
        threshold=_next_threshold(species_set.threshold, len(remaining), config),
        species=tuple(remaining),
    )
    return _improved(updated, float(survivors.fitness.max()), generation)


def _improved(record: Record, best: float, generation: int) -> Record:
    """Return a record with the best fitness of a generation, if it is higher than all before."""
    return replace(record, best=best, improved=generation) if best > record.best else record


def _next_threshold(threshold: float, number: int, config: SpeciesConfig) -> float:
    if not config.target or number == config.target:
        return threshold
    step = config.threshold_step if number > config.target else -config.threshold_step
    return max(threshold + step, config.threshold_step)
