"""The strategy of an experiment."""

from glianeat.evaluate.objectives import Objective
from glianeat.evolution.strategies.registry import find_strategy
from glianeat.evolution.strategy import Strategy, StrategyInputs
from glianeat.genome.coordinates import SearchSpace
from glianeat.genome.schema import ALL_TRAITS, Names
from glianeat.genome.variation import Variation
from glianeat.run.config import ExperimentConfig
from glianeat.run.defaults import population_of, species_of
from glianeat.tasks.known import UNKNOWN_TASK

_ROOM = 4.0  # gain of pairs where weights are searched, in units of founders' gains


def strategy_of(
    config: ExperimentConfig,
    objectives: tuple[Objective, ...],
    solved_return: float | None = None,
    varying: Names = ALL_TRAITS,
    opposite: tuple[int, ...] = (),
) -> Strategy:
    """Return the strategy of an experiment.

    Parameters
    ----------
    config : ExperimentConfig
        As a run keeps it, with every choice written down.
    objectives : tuple of Objective
        What genomes are compared by.
    solved_return : float, optional
        Return at which the task counts as solved.
    varying : mapping of str to sequence of str
        Names of the traits of each gene family that count in distances.
    opposite : tuple of int
        Channel of the output that pushes the other way, for each output; -1 where there is none.
    """
    registered = find_strategy(config.evolution.algorithm)
    evolution = population_of(config.evolution, UNKNOWN_TASK)  # it says by itself how many
    inputs = StrategyInputs(
        population=evolution.population,
        seed=config.seed,
        objectives=objectives,
        solved_return=solved_return,
        selection=config.selection,
        reproduction=config.reproduction,
        species=species_of(config.species, evolution),
        varying=varying,
        space=SearchSpace(
            Variation(config.genome, varying),
            opposite,
            config.reproduction.sampled_traits,
            _ROOM if config.codec.readout == "membrane" and config.codec.own_gains else 0.0,
        ),
    )
    section = getattr(config, registered.section) if registered.section else None
    strategy: Strategy = registered.build(inputs, section)
    return strategy
