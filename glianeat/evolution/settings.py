"""How long and with how many to evolve."""

from typing import Annotated

from glianeat.config import Settings, one_of, within
from glianeat.errors import ConfigError
from glianeat.evolution.strategies.registry import STRATEGY_NAMES

DEFAULT_POPULATION = 50
_DEFAULT_GENERATIONS = 50


class EvolutionConfig(Settings):
    """How long and with how many to evolve."""

    algorithm: Annotated[str, one_of(*STRATEGY_NAMES)] = "nsga2"
    """Who survives and who mates: Pareto fronts of parents and offspring (NSGA-II), or
    single-objective NEAT, where species share fitness and offspring replace their parents."""
    population: Annotated[int, within(at_least=2, at_most=10_000_000)] | None = None
    """Survivors of each generation, and its offspring; with NEAT both together. By default as many
    as the task asks for as `population`, or is known to need, else 50, or 20 where most offspring
    are drawn from a distribution (`reproduction.sampled`)."""
    generations: Annotated[int, within(at_least=1)] | None = None
    """Generations after which to stop, the founders counted as the first. By default 50, or as many
    as it takes if `steps` say when to stop."""
    evaluations: Annotated[int, within(at_least=1)] | None = None
    """Evaluations that are not to be exceeded."""
    steps: Annotated[int, within(at_least=1)] | None = None
    """Environment steps of training after which to stop. The generation in progress is finished
    first, so they are exceeded by a part of one; validation does not count."""
    hours: Annotated[float, within(above=0, unit="h")] | None = None
    """Wall-clock time after which to stop [h], of the whole run: what went before it was resumed
    counts. The generation in progress is finished first."""
    stagnation: Annotated[int, within(at_least=1)] | None = None
    """Generations after which to stop if the best return of the run does not rise."""
    front_stagnation: Annotated[int, within(at_least=1)] | None = None
    """Generations after which to stop if the hypervolume of the front does not grow by a
    thousandth. While a task is not solved and reward alone decides (`selection.energy_onset`),
    fronts shrink at times; they do not count as grown before they are larger than ever."""
    stop_when_solved: bool = False
    """Whether to stop once a best genome's validation is above the return that counts as solved,
    by twice its standard error at least."""
    solved_return: float | None = None
    """Return that counts as solved; by default what the task declares, if it does."""

    @property
    def most_generations(self) -> int | None:
        """Generations after which a run ends; None if only its environment steps end it."""
        if self.generations is None and self.steps is None:
            return _DEFAULT_GENERATIONS
        return self.generations

    def __post_init__(self) -> None:
        super().__post_init__()
        least = self.population or DEFAULT_POPULATION
        if self.evaluations is not None and self.evaluations < least:
            raise ConfigError(
                f"evaluations: must be >= {least}, the population, which the founders "
                f"take, got {self.evaluations}"
            )


class SettledEvolution(EvolutionConfig, kw_only=True):
    """How long and with how many one experiment evolves: nothing is left open."""

    population: Annotated[int, within(at_least=2, at_most=10_000_000)]
    """Survivors of each generation, and its offspring; with NEAT both together."""
