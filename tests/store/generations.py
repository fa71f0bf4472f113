"""Generations made by hand, and a process that commits them one after the other."""

import numpy as np

from glianeat.energetics.ledger import KINDS
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evolution.individual import Generation, Individual
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.store.records import OperatorRecord, Statistics
from glianeat.store.run_store import RunStore
from tests.builders.standings import PARETO_STANDING, standing

VARIATION = Variation(GenomeConfig())
SIZE = 4


def individual(key, **changes):
    genome = found_genome(key, 2, 2, VARIATION, np.random.default_rng(key))
    evaluation = Evaluation(
        key=key,
        returns=(float(key), 1.0),
        lengths=(3, 4),
        power=100.0 + key,
        amounts=((1.0,),) * len(KINDS),
    )
    values = {"genome": genome, "evaluation": evaluation, "generation": key // SIZE}
    return Individual(**(values | changes))


def generation(number, **changes):
    """Return a generation whose offspring are all who survive."""
    keys = range(number * SIZE, (number + 1) * SIZE)
    values = {
        "number": number,
        "offspring": tuple(individual(key) for key in keys),
        "survivors": tuple(standing(key, i, float("inf")) for i, key in enumerate(keys)),
        "standing_schema": PARETO_STANDING,
        "evaluations": keys.stop,
        "steps": 7 * keys.stop,
        "next_key": keys.stop,
        "reward_minimum": -1.5,
    }
    return Generation(**(values | changes))


def statistics(number, **changes):
    """Return statistics of a generation, whatever it is like."""
    quantiles = (0.0, 1.0, 2.5, 3.0, 1e300)
    values = {
        "number": number,
        "survivors": SIZE,
        "objectives": {"reward": quantiles, "energy": quantiles},
        "sizes": {"neurons": quantiles},
        "ratios": {0: quantiles, 2: quantiles},
        "ratio_genes": {0: quantiles},
        "species": {7: 3, 9: 1},
        "operators": {"traits": OperatorRecord(4, 3, number)},
        "reference": (-1.5, -200.0),
        "hypervolume": 12.5,
    }
    return Statistics(**(values | changes))


def make_store(folder, generations=2):
    store = RunStore.create(folder, {"config": b"{}"})
    for number in range(generations):
        store.commit(generation(number), statistics(number))
    return store


def commit_for_ever(folder):
    """Commit generations, and say so after each, until somebody kills this process."""
    store, number = make_store(folder, 0), 0
    while True:
        store.commit(generation(number), statistics(number))
        print(number, flush=True)  # noqa: T201
        number += 1


def everything(store):
    """Return all that can be read of a run."""
    numbers = [summary.number for summary in store.summaries()]
    return (
        store.meta("config"),
        store.summaries(),
        store.last_generation(),
        [store.individuals(number) for number in numbers],
        store.validations(),
        store.progress(),
        store.statistics(),
        store.digest,
    )
