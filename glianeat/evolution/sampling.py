"""Offspring that are drawn from a distribution around the leading topology, as in CMA-TWEANN [1]_.

The rest of a generation is bred, and may have another structure. Where one of these leads after
samples have not for a while, the distribution moves there; coordinates that both genomes have keep
what was learnt of them. To move at once would give up a mean for a single lucky genome.

References
----------
.. [1] H. Moriguchi and S. Honiden, "CMA-TWEANN: efficient optimization of neural networks via
   self-adaptation and seamless augmentation", GECCO 2012, pp. 903-910.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import numpy as np

from glianeat.errors import CheckpointError, GenomeError
from glianeat.evolution.individual import Individual
from glianeat.evolution.reproduction import Birth
from glianeat.evolution.search import Distribution, adapted, begin, points
from glianeat.genome.coordinates import (
    Coordinates,
    SearchSpace,
    completed,
    coordinates_of,
    moved,
    with_room,
)
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import SAMPLING
from glianeat.genome.serial import pack, unpack
from glianeat.streams import Purpose, standard_normal, stream
from glianeat.typing import FloatArray, IntArray

PATIENCE = 10  # generations without a leading sample after which another leader takes over
_WIDEST = 12.0  # least number of standard deviations between the bounds of a coordinate


class SearchState(msgspec.Struct, frozen=True):
    """A distribution as a run keeps it; arrays are little-endian float64."""

    leader: int
    """Key of the genome whose topology it has."""
    skeleton: bytes
    """That genome, packed."""
    mean: bytes
    spread: bytes
    step_path: bytes
    spread_path: bytes
    step: float
    fading: float
    led: int = 0
    """Generation in which it began, moved elsewhere, or a sample did best of all the last time."""


class SamplingState(msgspec.Struct, frozen=True):
    """What a strategy keeps that samples."""

    species: bytes = b""
    """What it keeps besides."""
    search: SearchState | None = None
    """Nothing while nobody is to be drawn."""


def decode_sampling(state: bytes) -> SamplingState:
    """Return what a strategy kept, or nothing at the beginning.

    Raises
    ------
    CheckpointError
        If it is damaged.
    """
    if not state:
        return SamplingState()
    try:
        return msgspec.msgpack.decode(state, type=SamplingState)
    except msgspec.DecodeError as error:
        raise CheckpointError(f"search: damaged: {error}") from None


class _Search(NamedTuple):
    leader: int
    skeleton: Genome
    coordinates: Coordinates
    distribution: Distribution
    led: int


@dataclass(frozen=True)
class Sampler:
    """Draws offspring, and learns from how they did.

    Parameters
    ----------
    space : SearchSpace
        Which numbers of genomes are searched.
    number : int
        Offspring that are drawn in a generation; the last of them is the mean itself.
    step : float
        Length of a step to begin with, relative to the scales of the coordinates.
    start : float
        Share of the first leader's values that the first mean has.
    seed : int
        Seed of the run.
    """

    space: SearchSpace
    number: int
    step: float
    start: float
    seed: int

    def births(self, state: SearchState, first_key: int) -> list[Birth]:
        """Return the offspring that are drawn, of consecutive keys."""
        search = self._decoded(state)
        drawn = points(search.distribution, self._noise(first_key, search))
        return [
            self._birth(search, point, first_key + place)
            for place, point in enumerate([*drawn, search.distribution.mean])
        ]

    def next_state(
        self, state: SearchState | None, pool: Sequence[Individual], generation: int
    ) -> SearchState | None:
        """Return the distribution after a generation; None if nobody can lead one.

        Parameters
        ----------
        state : SearchState, optional
            The one that offspring of this generation were drawn from, if any were.
        pool : sequence of Individual
            Those who lived on, and all who were born.
        generation : int
            Number of this generation.
        """
        able = [i for i in pool if i.evaluation.is_ok and not i.evaluation.abandoned]
        leader = min(able, key=_by_return, default=None)
        if state is None:
            return None if leader is None else self._encoded(self._begun(leader, generation))
        search = self._learnt(self._decoded(state), pool, generation)
        if leader is not None and leader.generation == generation:
            if _is_sampled(leader):
                search = search._replace(led=generation)
            elif generation - search.led >= PATIENCE:
                search = self._moved(search, leader)
        return self._encoded(search)

    def _birth(self, search: _Search, point: FloatArray, key: int) -> Birth:
        genome = moved(search.skeleton, search.coordinates, point, self.space, key)
        return Birth(genome, (search.leader, -1), SAMPLING)

    def _noise(self, first_key: int, search: _Search) -> FloatArray:
        rng = stream(self.seed, Purpose.SAMPLE, first_key)
        return standard_normal(rng, (self.number - 1, len(search.coordinates)))

    def _begun(self, leader: Individual, generation: int) -> _Search:
        skeleton = self._skeleton(leader.genome)
        coordinates = coordinates_of(skeleton, self.space)
        distribution = begin(
            coordinates.shrunk(self.start),
            coordinates.scale,
            self.step / math.sqrt(max(len(coordinates), 1)),
        )
        return _Search(leader.key, skeleton, coordinates, distribution, generation)

    def _skeleton(self, genome: Genome) -> Genome:
        return completed(with_room(genome, self.space), self.space)

    def _learnt(self, search: _Search, pool: Sequence[Individual], generation: int) -> _Search:
        sampled = [i for i in pool if i.generation == generation and _is_sampled(i)]
        sampled.sort(key=lambda individual: individual.key)
        if len(sampled) != self.number:
            return search
        noise = self._noise(sampled[0].key, search)
        order = sorted(range(len(noise)), key=lambda place: _by_success(sampled[place]))
        distribution = adapted(search.distribution, noise[order])
        low, high = search.coordinates.low, search.coordinates.high
        mean = np.minimum(np.maximum(distribution.mean, low), high)
        # beyond bounds samples are alike, and nothing tells a wide spread from a wider one
        spread = np.minimum(distribution.spread, (high - low) / (_WIDEST * distribution.step))
        return search._replace(distribution=replace(distribution, mean=mean, spread=spread))

    def _moved(self, search: _Search, leader: Individual) -> _Search:
        """Return the search around another genome, with what was learnt of what both have."""
        skeleton = self._skeleton(leader.genome)
        own = coordinates_of(skeleton, self.space)
        place, old = own.places_in(search.coordinates), search.distribution
        known, none = place >= 0, np.zeros(len(own))
        distribution = replace(
            old,
            mean=own.value,
            spread=np.where(known, _taken(old.spread, place), own.scale),
            step_path=np.where(known, _taken(old.step_path, place), none),
            spread_path=np.where(known, _taken(old.spread_path, place), none),
        )
        return _Search(leader.key, skeleton, own, distribution, leader.generation)

    def _encoded(self, search: _Search) -> SearchState:
        now = search.distribution
        return SearchState(
            leader=search.leader,
            skeleton=pack(search.skeleton),
            mean=_bytes(now.mean),
            spread=_bytes(now.spread),
            step_path=_bytes(now.step_path),
            spread_path=_bytes(now.spread_path),
            step=now.step,
            fading=now.fading,
            led=search.led,
        )

    def _decoded(self, state: SearchState) -> _Search:
        try:
            skeleton = unpack(state.skeleton)
        except GenomeError as error:
            raise CheckpointError(f"search: damaged: {error}") from None
        coordinates = coordinates_of(skeleton, self.space)
        mean, spread, step_path, spread_path = (
            _array(data, len(coordinates))
            for data in (state.mean, state.spread, state.step_path, state.spread_path)
        )
        if not (spread >= 0.0).all() or not state.step > 0.0 or not 0.0 <= state.fading <= 1.0:
            raise CheckpointError("search: damaged: a spread or step is not positive")
        distribution = Distribution(mean, spread, state.step, step_path, spread_path, state.fading)
        return _Search(state.leader, skeleton, coordinates, distribution, state.led)


def _bytes(array: FloatArray) -> bytes:
    return array.astype("<f8").tobytes()


def _array(data: bytes, n: int) -> FloatArray:
    if len(data) != 8 * n:
        raise CheckpointError(f"search: damaged: must have {n} coordinates, got {len(data) / 8:g}")
    array = np.frombuffer(data, "<f8").astype(np.float64)
    if not np.isfinite(array).all():
        raise CheckpointError("search: damaged: a coordinate is not finite")
    return array


def _taken(array: FloatArray, place: IntArray) -> FloatArray:
    return array[place] if len(array) else np.zeros(len(place))


def _is_sampled(individual: Individual) -> bool:
    return bool(individual.operators & SAMPLING)


def _by_return(individual: Individual) -> tuple[float, int]:
    return -individual.evaluation.mean_return, individual.key


def _by_success(individual: Individual) -> tuple[bool, bool, float, int]:
    """Return what sorts samples: those that failed or were abandoned stand behind the others."""
    evaluation = individual.evaluation
    return not evaluation.is_ok, evaluation.abandoned, -evaluation.mean_return, individual.key
