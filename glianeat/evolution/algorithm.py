"""Ask/tell evolution: the algorithm proposes genomes and is told how they did."""

import math
from collections.abc import Sequence
from statistics import median
from typing import Annotated

from glianeat.config import Settings, within
from glianeat.errors import ConfigError, ProtocolError
from glianeat.evaluate.protocol import Evaluation
from glianeat.evolution.reproduction import (
    Birth,
    ReproductionConfig,
    breed,
    found,
    tournaments,
)
from glianeat.evolution.selection import Candidate, SelectionConfig, rank
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation
from glianeat.store.records import Generation, Individual, Standing


class EvolutionConfig(Settings):
    """How long and with how many to evolve."""

    population: Annotated[int, within(at_least=2, at_most=10_000_000)] = 50
    """Survivors of each generation, and its offspring."""
    generations: Annotated[int, within(at_least=1)] = 50
    """Generations after which to stop, the founders counted as the first."""
    evaluations: Annotated[int, within(at_least=1)] | None = None
    """Evaluations that are not to be exceeded."""
    stop_when_solved: bool = False
    """Whether to stop once a best genome's validation is above the return that counts as solved,
    by twice its standard error at least."""
    solved_return: float | None = None
    """Return that counts as solved; by default what the task declares, if it does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.evaluations is not None and self.evaluations < self.population:
            raise ConfigError(
                f"evaluations: must be >= {self.population}, the population, which the founders "
                f"take, got {self.evaluations}"
            )


class GliaNeat:
    """Elitist multi-objective evolution (mu + lambda); it runs nothing itself.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Input channels and outputs of the genomes.
    seed : int
        Root of every random stream.
    variation : Variation
        Founders and mutation.
    evolution, selection, reproduction : settings
        Sizes, survival and mating.
    solved_return : float, optional
        Mean return that counts as solved.

    Attributes
    ----------
    survivors : list of (Individual, Standing)
        The population, best first; empty before the first `tell`.
    """

    def __init__(  # noqa: PLR0913 - the parts it is composed of
        self,
        n_inputs: int,
        n_outputs: int,
        *,
        seed: int,
        variation: Variation,
        evolution: EvolutionConfig,
        selection: SelectionConfig,
        reproduction: ReproductionConfig,
        solved_return: float | None = None,
    ) -> None:
        self._solved_return = solved_return
        self._shape, self._seed, self._variation = (n_inputs, n_outputs), seed, variation
        self._evolution, self._selection, self._reproduction = evolution, selection, reproduction
        self._asked: list[Birth] = []
        self._next_key = 0
        minimum = selection.reward_minimum
        self._reward_minimum = math.inf if minimum is None else minimum
        self.generation = 0
        self.survivors: list[tuple[Individual, Standing]] = []

    @property
    def evaluated(self) -> int:
        """Evaluations taken in so far: keys are given out one by one, and never twice."""
        return self._next_key

    @property
    def worst_return(self) -> float:
        """Lowest return among the survivors; minus infinity while there is room for more.

        Tasks that give several rewards at once have none: every trade-off is of interest.
        """
        survivors = [individual.evaluation for individual, _ in self.survivors]
        full = len(survivors) >= self._evolution.population
        if not full or any(evaluation.rewards for evaluation in survivors):
            return -math.inf
        return min(evaluation.mean_return for evaluation in survivors)

    def ask(self) -> list[Genome]:
        """Return the genomes to evaluate; raise `ProtocolError` while some await `tell`."""
        if self._asked:
            raise ProtocolError("ask() was called twice without tell()")
        keys = range(self._next_key, self._next_key + self._evolution.population)
        if self.survivors:
            size = self._selection.tournament
            matings = tournaments(keys, len(self.survivors), self._reproduction, size, self._seed)
            genomes = [individual.genome for individual, _ in self.survivors]
            self._asked = breed(genomes, matings, self._variation, self._seed)
        else:
            self._asked = found(keys, *self._shape, self._variation, self._seed)
        return [genome for genome, _ in self._asked]

    def tell(self, evaluations: Sequence[Evaluation]) -> Generation:
        """Take in how the asked genomes did; return the generation as it is to be recorded.

        Raises
        ------
        ProtocolError
            If nothing was asked, or the evaluations are not of the asked genomes in their order.
        """
        asked = [genome.key for genome, _ in self._asked]
        told = [evaluation.key for evaluation in evaluations]
        if not asked:
            raise ProtocolError("tell() was called without ask()")
        if asked != told:
            raise ProtocolError(
                f"tell() expects evaluations of genomes {asked[0]} to {asked[-1]} in this order, "
                f"got {told}"
            )
        born = tuple(
            Individual(genome=genome, evaluation=e, generation=self.generation, parents=parents)
            for (genome, parents), e in zip(self._asked, evaluations, strict=True)
        )
        if self._reward_minimum == math.inf:
            returns = [e.mean_return for e in evaluations if e.is_ok]
            self._reward_minimum = median(returns) if returns else math.inf
        self._survive(born)
        self._next_key += len(born)
        self._asked = []
        self.generation += 1
        return Generation(
            number=self.generation - 1,
            offspring=born,
            survivors=tuple(standing for _, standing in self.survivors),
            next_key=self._next_key,
            reward_minimum=self._reward_minimum,
        )

    def restore(self, last: Generation, individuals: Sequence[Individual]) -> None:
        """Go on after a recorded generation.

        Parameters
        ----------
        last : Generation
            The last recorded generation; its offspring are not needed.
        individuals : sequence of Individual
            Its survivors.
        """
        known = {individual.key: individual for individual in individuals}
        self.survivors = [(known[s.key], s) for s in last.survivors]
        self._asked = []
        self.generation = last.number + 1
        self._next_key, self._reward_minimum = last.next_key, last.reward_minimum

    def _survive(self, born: Sequence[Individual]) -> None:
        pool = {i.key: i for i in (*(individual for individual, _ in self.survivors), *born)}
        standings = self._rank(tuple(pool.values()))
        kept = standings[: self._evolution.population]
        self.survivors = [(pool[standing.key], standing) for standing in kept]

    def _rank(self, pool: Sequence[Individual]) -> list[Standing]:
        candidates = [self._candidate(individual.evaluation) for individual in pool]
        return rank(candidates, self._selection, self._reward_minimum, self._solved_return)

    def _candidate(self, evaluation: Evaluation) -> Candidate:
        feasible = evaluation.is_ok and not evaluation.abandoned
        if self._selection.spiking_only:
            feasible = feasible and evaluation.output_spikes_per_second > 0.0
        return Candidate(
            evaluation.key, evaluation.mean_return, evaluation.power, feasible, evaluation.rewards
        )
