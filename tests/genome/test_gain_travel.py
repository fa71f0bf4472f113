"""How fast the exponent of the tonic gain crosses its range under selection."""

import numpy as np

from glianeat.develop.encodings.direct import DIRECT
from glianeat.genome.mutation import mutate
from glianeat.genome.variation import GenomeConfig, Variation

POPULATION, GENERATIONS = 40, 50
BEFORE = {"mutate_rate": 0.1, "mutate_power": 0.1}  # of runs whose astrocytes act by events


def gain_of(genome):
    return float(genome.astrocytes.trait("gain").mean())


def generations_until(gain, **rates):
    """Return how many generations of selection for high gain a population takes from -1 to it."""
    born = {"init_mean": -1.0, "init_stdev": 0.0}
    variation = Variation(GenomeConfig(traits={"astrocytes": {"gain": born | rates}}))
    rng = np.random.default_rng(1)
    alive = [DIRECT.found(key, 2, 2, variation, rng) for key in range(POPULATION)]
    for generation in range(GENERATIONS + 1):
        if np.median([gain_of(genome) for genome in alive]) >= gain:
            return generation
        pool = [*alive, *(mutate(genome, variation, rng) for genome in alive)]
        alive = sorted(pool, key=gain_of)[-POPULATION:]
    return None


def test_the_gain_crosses_its_range_within_fifty_generations():
    assert generations_until(0.9) is not None


def test_it_did_not_at_the_rates_of_before():
    assert generations_until(0.9, **BEFORE) is None
