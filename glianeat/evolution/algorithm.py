"""Ask/tell evolution: the algorithm proposes genomes and is told how they did."""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Protocol

import msgspec

from glianeat.develop.encodings.direct import DIRECT
from glianeat.develop.encodings.encoding import Encoding
from glianeat.errors import CheckpointError, ProtocolError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import Checks
from glianeat.evaluate.pooling import pooled
from glianeat.evaluate.schedule import (
    Schedule,
    ScheduleConfig,
    checks,
    decode_state,
    encode_state,
    latest,
)
from glianeat.evolution.asked import Asked
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.reproduction import Birth, breed, found, found_from
from glianeat.evolution.strategy import BreedingPlan, Member, SelectionContext, Strategy
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation


class Algorithm(Protocol):
    """What the runner drives; it runs nothing itself."""

    generation: int
    """Number of the next generation."""
    survivors: list[Member]
    """The population with its standings, best first; empty before the first `tell`."""

    @property
    def species(self) -> Mapping[int, Sequence[int]]:
        """Keys of the survivors of each species, by its number; empty without species."""
        ...

    @property
    def evaluated(self) -> int:
        """Evaluations taken in so far."""
        ...

    @property
    def next_evaluations(self) -> int:
        """Evaluations that the next generation takes."""
        ...

    def ask(self) -> Asked:
        """Return what to evaluate; raise `ProtocolError` while some await `tell`."""
        ...

    def tell(self, evaluations: Sequence[Evaluation], *, solved: bool | None = None) -> Generation:
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
    encoding : Encoding
        How founders are made.
    reward_minimum : float, optional
        Return from which a reward floor is counted; by default the founders' median.
    window : int
        Generations of resampled episodes that count together; survivors that are carried over are
        then asked for again, before the newborn. 0 if episodes are never resampled.
    schedule : ScheduleConfig, optional
        What bounds the number of episodes, where it is measured; then `window` is 0.
    start : sequence of Genome
        Genomes that the founders are, or are mutated copies of; by default `encoding` makes them.

    Attributes
    ----------
    generation : int
        Number of the next generation.
    survivors : list of (Individual, Standing)
        The population, best first; empty before the first `tell`.

    Examples
    --------
    >>> import glianeat
    >>> evolution = glianeat.make_algorithm(glianeat.ExperimentConfig(seed=1))
    >>> genomes = evolution.ask()
    >>> last = evolution.tell(
    ...     [glianeat.Evaluation(key=g.key, returns=(float(len(g.synapses)),)) for g in genomes]
    ... )
    >>> len(last.survivors)
    50
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
        encoding: Encoding = DIRECT,
        reward_minimum: float | None = None,
        window: int = 0,
        schedule: ScheduleConfig | None = None,
        start: Sequence[Genome] = (),
    ) -> None:
        self._encoding, self._start = encoding, tuple(start)
        self._shape, self._seed, self._variation = (n_inputs, n_outputs), seed, variation
        self._population, self._strategy, self._window = population, strategy, window
        self._reward_minimum = math.inf if reward_minimum is None else reward_minimum
        self._bounds, self._schedule = schedule, Schedule()
        self._carried_over: list[Individual] = []
        self._births: list[Birth] = []
        self._plan: BreedingPlan | None = None
        self._asked: Asked | None = None
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
        plan = self._breeding_plan()
        newborn = len(plan.sampled) + len(plan.pairings.key)
        return newborn + len(self._again(self._living_on()))

    def ask(self) -> Asked:
        """Return what to evaluate; raise `ProtocolError` while some await `tell`."""
        if self._asked is not None:
            raise ProtocolError("ask() was called twice without tell()")
        stagnant: Sequence[int] = ()
        if self.survivors:
            plan = self._breeding_plan()
            genomes = [individual.genome for individual, _ in self.survivors]
            bred = breed(genomes, plan.pairings, self._variation, self._seed)
            self._births = [*plan.sampled, *bred]
            self._carried_over, stagnant = self._living_on(), plan.stagnant
        else:
            self._births = self._founders()
        again, bounds = self._again(self._carried_over), self._bounds
        self._asked = Asked(
            carried_over=tuple(individual.genome for individual in again),
            newborn=tuple(birth.genome for birth in self._births),
            first_new_key=self._next_key,
            prune_below=self._prune_below(),
            episodes=None if bounds is None else self._schedule.episodes,
            checks=() if bounds is None else self._checks(bounds.racing),
            incomplete=() if bounds is None else tuple(i.key for i in again if _is_incomplete(i)),
            stagnant=tuple(stagnant),
        )
        return self._asked

    def _founders(self) -> list[Birth]:
        keys = range(self._next_key, self._next_key + self._population)
        if self._start:
            return found_from(self._start, keys, self._variation, self._seed)
        return found(keys, self._shape, self._variation, self._seed, self._encoding)

    def tell(self, evaluations: Sequence[Evaluation], *, solved: bool | None = None) -> Generation:
        """Take in how the asked genomes did; return the generation as it is to be recorded.

        Parameters
        ----------
        evaluations : sequence of Evaluation
            In the order in which the genomes were asked for.
        solved : bool, optional
            Whether a genome has passed the solved return on fresh episodes; by default to reach it
            in training is enough.

        Raises
        ------
        ProtocolError
            If nothing was asked, or the evaluations are not of the asked genomes in their order.
        """
        asked = self._check(evaluations)
        number = len(asked.carried_over)
        before = self._again(self._carried_over)
        reevaluated = tuple(map(self._reevaluated, before, evaluations[:number]))
        born = tuple(map(self._born, self._births, evaluations[number:]))
        if self._reward_minimum == math.inf:
            returns = [i.evaluation.mean_return for i in born if i.evaluation.is_ok]
            self._reward_minimum = median(returns) if returns else math.inf
        if self._bounds is not None:
            self._schedule = self._schedule.after(
                evaluations[number:], _pairs(before, evaluations[:number]), self._bounds
            )
        known = {individual.key: individual for individual in reevaluated}
        self._select([*(known.get(i.key, i) for i in self._carried_over), *born], solved=solved)
        self._next_key += len(born)
        self._evaluated += len(evaluations)
        self._forget_asked()
        self.generation += 1
        return Generation(
            number=self.generation - 1,
            offspring=born,
            survivors=tuple(standing for _, standing in self.survivors),
            standing_schema=self._strategy.standing_schema,
            evaluations=self._evaluated,
            next_key=self._next_key,
            reward_minimum=self._reward_minimum,
            reevaluated=reevaluated,
            state=self._state
            if self._bounds is None
            else encode_state(self._schedule, self._state),
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
            If a survivor is missing, or the schedule of episodes is damaged.
        """
        known = {individual.key: individual for individual in individuals}
        missing = [standing.key for standing in last.survivors if standing.key not in known]
        if missing:
            raise CheckpointError(f"generation {last.number}: has no genome {missing[0]}")
        self.survivors = [(known[s.key], s) for s in last.survivors]
        self._forget_asked()
        self.generation = last.number + 1
        self._next_key, self._evaluated = last.next_key, last.evaluations
        self._reward_minimum, self._state = last.reward_minimum, last.state
        if self._bounds is not None:
            self._schedule, self._state = decode_state(last.state)

    def _breeding_plan(self) -> BreedingPlan:
        if self._plan is None:
            context = self._context()
            self._plan = self._strategy.plan_breeding(self.survivors, self._next_key, context)
        return self._plan

    def _living_on(self) -> list[Individual]:
        """Return the survivors who live on beside their offspring."""
        return [self.survivors[i][0] for i in self._breeding_plan().carried_over]

    def _again(self, living_on: Sequence[Individual]) -> list[Individual]:
        """Return who of those who live on is to be evaluated again."""
        if self._window or (self._bounds is not None and self._schedule.new):
            return list(living_on)
        return [] if self._bounds is None else [i for i in living_on if _is_incomplete(i)]

    def _checks(self, racing: int) -> Checks:
        """Return when the newborn are abandoned, by episodes that all survivors know."""
        old = self._schedule.number - self._schedule.new
        if not self._prunes or not old:
            return ()
        complete = (i.evaluation for i, _ in self.survivors if not _is_incomplete(i))
        # of those that failed none will survive
        return checks([one.returns[-old:] for one in complete if one.is_ok], racing)

    def _prune_below(self) -> float:
        """Return the lowest return among the survivors; minus infinity if none is abandoned."""
        if not self._prunes:
            return -math.inf
        return min(individual.evaluation.mean_return for individual, _ in self.survivors)

    @property
    def _prunes(self) -> bool:
        """Whether genomes that do worse than all survivors are of no interest.

        They are while there is room, if the strategy needs to know how bad a genome is, and on
        tasks that give several rewards at once, where every trade-off is of interest.
        """
        is_full = len(self.survivors) >= self._population
        several = any(individual.evaluation.rewards for individual, _ in self.survivors)
        return is_full and self._strategy.prunes and not several

    def _forget_asked(self) -> None:
        self._births, self._carried_over, self._plan, self._asked = [], [], None, None

    def _check(self, evaluations: Sequence[Evaluation]) -> Asked:
        if self._asked is None:
            raise ProtocolError("tell() was called without ask()")
        asked = [genome.key for genome in self._asked]
        told = [evaluation.key for evaluation in evaluations]
        if asked != told:
            raise ProtocolError(
                f"tell() expects evaluations of genomes {asked[0]} to {asked[-1]} in this order, "
                f"got {told}"
            )
        return self._asked

    def _born(self, birth: Birth, evaluation: Evaluation) -> Individual:
        return Individual(
            genome=birth.genome,
            evaluation=evaluation,
            generation=self.generation,
            parents=birth.parents,
            operators=birth.operators,
        )

    def _reevaluated(self, individual: Individual, evaluation: Evaluation) -> Individual:
        earlier = individual.evaluations or (individual.evaluation,)
        if self._bounds is None:
            evaluations = (*earlier, evaluation)[-self._window :]
        elif _is_incomplete(individual):
            evaluations = (evaluation,)
        else:
            episodes = self._bounds.window * self._schedule.number
            evaluations = latest((*earlier, evaluation), episodes)
        return msgspec.structs.replace(
            individual, evaluation=pooled(evaluations), evaluations=evaluations
        )

    def _select(self, pool: Sequence[Individual], *, solved: bool | None) -> None:
        previous_survivors = [individual for individual, _ in self.survivors]
        context = self._context(solved=solved)
        standings, self._state = self._strategy.select(pool, previous_survivors, context)
        known = {individual.key: individual for individual in pool}
        self.survivors = [(known[standing.key], standing) for standing in standings]

    def _context(self, *, solved: bool | None = None) -> SelectionContext:
        return SelectionContext(
            generation=self.generation,
            reward_minimum=self._reward_minimum,
            solved=solved,
            state=self._state,
        )


def _is_incomplete(individual: Individual) -> bool:
    """Return whether a genome was abandoned, and lacks episodes that others have lived through."""
    return individual.evaluation.abandoned


def _pairs(
    before: Sequence[Individual], evaluations: Sequence[Evaluation]
) -> list[tuple[float, float]]:
    """Return mean returns of survivors over the episodes before, and over those that were new."""
    return [
        (individual.evaluation.mean_return, evaluation.mean_return)
        for individual, evaluation in zip(before, evaluations, strict=True)
        if evaluation.is_ok and individual.evaluation.is_ok and not _is_incomplete(individual)
    ]
