"""Algorithms, their founders, and outcomes that are made up for them."""

import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import find_objectives
from glianeat.evolution.algorithm import GliaNeat
from glianeat.evolution.reproduction import ReproductionConfig
from glianeat.evolution.sampling import Sampler
from glianeat.evolution.selection import SelectionConfig
from glianeat.evolution.species import SpeciesConfig
from glianeat.evolution.strategies.neat import Neat, NeatConfig
from glianeat.evolution.strategies.nsga2 import Nsga2
from glianeat.genome.coordinates import SearchSpace
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import GenomeConfig, Variation

SIZE = 10
VARIATION = Variation(GenomeConfig())
FOUNDERS = [
    found_genome(key, 3, 2, VARIATION, np.random.default_rng(100 + key)) for key in range(30)
]
KINDS = (
    *("nsga2", "nsga2 with species", "neat", "nsga2 resampled", "neat resampled"),
    *("nsga2 sampled", "nsga2 sampled with species"),
)


def new_nsga2(
    seed=0, crossover=0.5, solved=None, size=SIZE, species=None, sampler=None, **selection
):
    chosen = SelectionConfig(**selection)
    return Nsga2(
        population=size,
        seed=seed,
        objectives=find_objectives(chosen.objectives),
        selection=chosen,
        reproduction=ReproductionConfig(crossover=crossover),
        species=SpeciesConfig(**({"target": 0} | (species or {}))),
        solved_return=solved,
        sampler=sampler,
    )


def new_sampler(seed=0, number=6, start=1.0, opposite=(-1, -1), traits=("bias",)):
    """Return a sampler of genomes of three inputs and two outputs."""
    space = SearchSpace(VARIATION, opposite, traits)
    return Sampler(space, number, step=1.5, start=start, seed=seed)


def new_neat(seed=0, size=SIZE, species=None, neat=None, **selection):
    chosen = SelectionConfig(**selection)
    return Neat(
        population=size,
        seed=seed,
        objectives=find_objectives(chosen.objectives),
        selection=chosen,
        species=SpeciesConfig(**({"target": 4, "threshold": 0.8} | (species or {}))),
        neat=NeatConfig(**(neat or {})),
    )


def new_algorithm(strategy=None, variation=VARIATION, window=0, **options):
    """Return an algorithm with a strategy, by default NSGA-II with some options."""
    strategy = new_nsga2(**options) if strategy is None else strategy
    return GliaNeat(
        3,
        2,
        seed=strategy.seed,
        variation=variation,
        population=strategy.population,
        strategy=strategy,
        reward_minimum=strategy.selection.reward_minimum,
        window=window,
    )


def of_kind(kind, seed=0, size=SIZE):
    """Return an algorithm of one of `KINDS`."""
    name, _, extra = kind.partition(" ")
    if name == "neat":
        strategy = new_neat(seed=seed, size=size, neat={"elite_size": 2})
    else:
        target = 3 if extra.endswith("with species") else 0
        species = {"target": target, "threshold": 0.8}
        sampler = new_sampler(seed) if extra.startswith("sampled") else None
        strategy = new_nsga2(seed=seed, size=size, species=species, sampler=sampler)
    return new_algorithm(strategy, window=3 if extra == "resampled" else 0)


def evaluation(genome, generation=0, **changes):
    """Return a made-up outcome that depends on the genes, and on the generation if it is not 0."""
    weights = genome.synapses.trait("weight")
    values = {
        "returns": (float(weights.sum()) + (13 * genome.key * generation % 7),),
        "power": sum(float(genes.traits.sum()) for genes in genome.tables),
        "output_spikes_per_second": 1.0,
        "seconds": 1.0,
    }
    return Evaluation(key=genome.key, **(values | changes))


def advance(algorithm, generations=1):
    """Run some generations; resampled episodes give other outcomes in each."""
    for _ in range(generations):
        genomes = algorithm.ask()
        epoch = algorithm.generation if genomes.carried_over else 0
        last = algorithm.tell([evaluation(genome, epoch) for genome in genomes])
    return last


def advanced(generations=1, **options):
    algorithm = new_algorithm(**options)
    advance(algorithm, generations)
    return algorithm


def keys(algorithm):
    return [individual.key for individual, _ in algorithm.survivors]
