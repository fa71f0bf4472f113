"""Ask/tell evolution: the algorithm proposes genomes and is told how they did."""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Protocol

import msgspec

from glianeat.errors import CheckpointError, ProtocolError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.pooling import pooled
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.reproduction import Birth, breed, found
from glianeat.evolution.strategy import BreedingPlan, Member, SelectionContext, Strategy
from glianeat.genome.breeding import gathered
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation


class Algorithm(Protocol):
    """What the runner drives; it runs nothing itself."""

    generation: int
    """Number of the next generation."""
    survivors: list[Member]
    """The population with its standings, best first; empty before the first `tell`."""
    solved: bool | None
    """Whether a genome passed the solved return on fresh episodes, as the runner says."""

    @property
    def evaluated(self) -> int:
        """Evaluations taken in so far."""
        ...

    @property
    def species(self) -> Mapping[int, Sequence[int]]:
        """Keys of the survivors of each species, by its number; empty without species."""
        ...

    @property
    def next_evaluations(self) -> int:
        """Evaluations that the next generation takes."""
        ...

    @property
    def next_key(self) -> int:
        """Key of the next genome to be born; whoever is asked for below it was evaluated before."""
        ...

    @property
    def worst_return(self) -> float:
        """Mean return below which a newborn is of no interest."""
        ...

    @property
    def stagnant(self) -> Sequence[int]:
        """Numbers of the species that have no part in the next generation, since they stagnate."""
        ...

    def ask(self) -> list[Genome]:
        """Return the genomes to evaluate; raise `ProtocolError` while some await `tell`."""
        ...

    def tell(self, evaluations: Sequence[Evaluation]) -> Generation:
        """Take in how the asked genomes did; raise `ProtocolError` if it is not of these."""
        ...

    def restore(self, last: Generation, individuals: Sequence[Individual]) -> None:
        """Go on after a recorded generation with its survivors."""
        ...


class GliaNeat:
    """Evolution, generation after generation, by a strategy such as NSGA-II or NEAT.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Input channels and outputs of the genomes.
    seed : int
        Root of every random stream.
    variation : Variation
        Founders and mutation.
    population : int
        Number of founders.
    strategy : Strategy
        Who survives, and who mates.
    reward_minimum : float, optional
        Return from which a reward floor is counted; by default the founders' median.
    window : int
        Generations of resampled episodes that count together; whoever lives on is then asked for
        again, before the newborn. 0 if episodes are never resampled.

    Attributes
    ----------
    generation : int
        Number of the next generation.
    survivors : list of (Individual, Standing)
        The population, best first; empty before the first `tell`.
    solved : bool or None
        Whether a genome passed the solved return on fresh episodes, for those who try that to set;
        while it is None, to reach it in training is enough.
    """

    def __init__(  # noqa: PLR0913 - the parts it is composed of
        self,
        n_inputs: int,
        n_outputs: int,
        *,
        seed: int,
        variation: Variation,
        population: int,
        strategy: Strategy,
        reward_minimum: float | None = None,
        window: int = 0,
    ) -> None:
        self._shape, self._seed, self._variation = (n_inputs, n_outputs), seed, variation
        self._population, self._strategy, self._window = population, strategy, window
        self._reward_minimum = math.inf if reward_minimum is None else reward_minimum
        self._again: list[Individual] = []
        self._births: list[Birth] = []
        self._mating: BreedingPlan | None = None
        self.solved: bool | None = None
        self._state = b""
        self._next_key = self._evaluated = 0
        self.generation = 0
        self.survivors: list[Member] = []

    @property
    def evaluated(self) -> int:
        """Evaluations taken in so far, those of genomes that were evaluated again among them."""
        return self._evaluated

    @property
    def species(self) -> dict[int, list[int]]:
        """Keys of the survivors of each species, by its number; empty without species."""
        standings = [standing for _, standing in self.survivors]
        return self._strategy.standing_schema.members_of(standings)

    @property
    def next_evaluations(self) -> int:
        """Evaluations that the next generation takes."""
        if not self.survivors:
            return self._population
        mating = self._mate()
        return len(mating.pairings.key) + (len(mating.kept) if self._window else 0)

    @property
    def next_key(self) -> int:
        """Key of the next genome to be born: keys are given out one by one, and never twice."""
        return self._next_key

    @property
    def worst_return(self) -> float:
        """Lowest return among the survivors; minus infinity while there is room for more.

        Minus infinity, too, if the strategy wants to know how bad a genome is, and on tasks that
        give several rewards at once, where every trade-off is of interest.
        """
        survivors = [individual.evaluation for individual, _ in self.survivors]
        full = len(survivors) >= self._population
        if not full or not self._strategy.prunes or any(one.rewards for one in survivors):
            return -math.inf
        return min(evaluation.mean_return for evaluation in survivors)

    @property
    def stagnant(self) -> Sequence[int]:
        """Numbers of the species that have no part in the next generation, since they stagnate."""
        return self._mate().stagnant if self.survivors else ()

    def ask(self) -> list[Genome]:
        """Return the genomes to evaluate; raise `ProtocolError` while some await `tell`."""
        if self._births:
            raise ProtocolError("ask() was called twice without tell()")
        if self.survivors:
            mating = self._mate()
            genomes = [individual.genome for individual, _ in self.survivors]
            self._births = breed(genomes, mating.pairings, self._variation, self._seed)
            self._again = self._kept() if self._window else []
        else:
            keys = range(self._next_key, self._next_key + self._population)
            self._births = found(keys, *self._shape, self._variation, self._seed)
        return self._asked()

    def tell(self, evaluations: Sequence[Evaluation]) -> Generation:
        """Take in how the asked genomes did; return the generation as it is to be recorded.

        Raises
        ------
        ProtocolError
            If nothing was asked, or the evaluations are not of the asked genomes in their order.
        """
        self._check(evaluations)
        number = len(self._again)
        renewed = tuple(map(self._renewed, self._again, evaluations[:number]))
        born = tuple(map(self._born, self._births, evaluations[number:]))
        if self._reward_minimum == math.inf:
            returns = [i.evaluation.mean_return for i in born if i.evaluation.is_ok]
            self._reward_minimum = median(returns) if returns else math.inf
        self._survive([*(renewed if self._window else self._kept()), *born])
        self._next_key += len(born)
        self._evaluated += len(evaluations)
        self._births, self._again, self._mating = [], [], None
        self.generation += 1
        return Generation(
            number=self.generation - 1,
            offspring=born,
            survivors=tuple(standing for _, standing in self.survivors),
            standing_schema=self._strategy.standing_schema,
            evaluations=self._evaluated,
            next_key=self._next_key,
            reward_minimum=self._reward_minimum,
            renewed=renewed,
            state=self._state,
        )

    def restore(self, last: Generation, individuals: Sequence[Individual]) -> None:
        """Go on after a recorded generation.

        Parameters
        ----------
        last : Generation
            The last recorded generation; its offspring are not needed.
        individuals : sequence of Individual
            Its survivors.

        Raises
        ------
        CheckpointError
            If a survivor is missing.
        """
        known = {individual.key: individual for individual in individuals}
        missing = [standing.key for standing in last.survivors if standing.key not in known]
        if missing:
            raise CheckpointError(f"generation {last.number}: has no genome {missing[0]}")
        self.survivors = [(known[s.key], s) for s in last.survivors]
        self._births, self._again, self._mating = [], [], None
        self.generation = last.number + 1
        self._next_key, self._evaluated = last.next_key, last.evaluations
        self._reward_minimum, self._state = last.reward_minimum, last.state

    def _mate(self) -> BreedingPlan:
        if self._mating is None:
            self._mating = self._strategy.mate(self.survivors, self._next_key, self._context())
        return self._mating

    def _kept(self) -> list[Individual]:
        """Return who lives on beside the newborn."""
        return [self.survivors[i][0] for i in self._mate().kept] if self.survivors else []

    def _asked(self) -> list[Genome]:
        again = [individual.genome for individual in self._again]
        return again + [birth.genome for birth in self._births]

    def _check(self, evaluations: Sequence[Evaluation]) -> None:
        asked = [genome.key for genome in self._asked()]
        told = [evaluation.key for evaluation in evaluations]
        if not asked:
            raise ProtocolError("tell() was called without ask()")
        if asked != told:
            raise ProtocolError(
                f"tell() expects evaluations of genomes {asked[0]} to {asked[-1]} in this order, "
                f"got {told}"
            )

    def _born(self, birth: Birth, evaluation: Evaluation) -> Individual:
        return Individual(
            genome=birth.genome,
            evaluation=evaluation,
            generation=self.generation,
            parents=birth.parents,
            operators=birth.operators,
        )

    def _renewed(self, individual: Individual, evaluation: Evaluation) -> Individual:
        before = individual.evaluations or (individual.evaluation,)
        evaluations = (*before, evaluation)[-self._window :]
        return msgspec.structs.replace(
            individual, evaluation=pooled(evaluations), evaluations=evaluations
        )

    def _survive(self, pool: Sequence[Individual]) -> None:
        before = [individual for individual, _ in self.survivors]
        standings, self._state = self._strategy.select(pool, before, self._context())
        known = {individual.key: individual for individual in pool}
        living = [known[standing.key] for standing in standings]
        genomes = gathered([individual.genome for individual in living])
        self.survivors = [
            (msgspec.structs.replace(individual, genome=genome), standing)
            for individual, genome, standing in zip(living, genomes, standings, strict=True)
        ]

    def _context(self) -> SelectionContext:
        return SelectionContext(
            generation=self.generation,
            reward_minimum=self._reward_minimum,
            solved=self.solved,
            state=self._state,
        )
