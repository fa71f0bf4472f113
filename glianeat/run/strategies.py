"""The strategy of an experiment, and what it compares genomes by."""

from collections.abc import Sequence

from glianeat.evaluate.objectives import Objective, find_objectives
from glianeat.evolution.strategies.registry import find_strategy
from glianeat.evolution.strategy import Strategy, StrategyInputs
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.run.config import ExperimentConfig


def objectives_of(config: ExperimentConfig, rewards: Sequence[str]) -> tuple[Objective, ...]:
    """Return the objectives of an experiment on a task with these rewards, if it has several."""
    summed = find_strategy(config.evolution.algorithm).sums_rewards
    return find_objectives(config.selection.objectives, rewards, summed=summed)


def strategy_of(
    config: ExperimentConfig,
    objectives: tuple[Objective, ...],
    solved_return: float | None = None,
    varying: Names = ALL_TRAITS,
) -> Strategy:
    """Return the strategy of an experiment.

    Parameters
    ----------
    config : ExperimentConfig
        Resolved settings.
    objectives : tuple of Objective
        What genomes are compared by.
    solved_return : float, optional
        Return at which the task counts as solved.
    varying : mapping of str to sequence of str
        Names of the traits of each gene family that count in distances.
    """
    registered = find_strategy(config.evolution.algorithm)
    inputs = StrategyInputs(
        population=config.evolution.size,
        seed=config.seed,
        objectives=objectives,
        solved_return=solved_return,
        selection=config.selection,
        reproduction=config.reproduction,
        species=config.species,
        varying=varying,
    )
    section = getattr(config, registered.section) if registered.section else None
    strategy: Strategy = registered.build(inputs, section)
    return strategy
