"""Make a big run whose evaluations are made up, to measure what shows it.

    python scripts/big_run.py /tmp/big --population 100 --generations 200      # 20,000 individuals
    python scripts/big_run.py /tmp/big6 --population 500 --generations 2000    # a million

Everything but the evaluations is real: genomes are bred, selected and stored as in any run of
CartPole. How an individual does follows from its genes, so that the run gets better, its front has
a shape, and some individuals fail.
"""

import math
import time
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np

from glianeat.energetics.ledger import COUNTS, KINDS
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, REGIONS, SYNAPSES, Role
from glianeat.run.api import algorithm_of
from glianeat.run.config import experiment_from
from glianeat.run.experiment import Experiment
from glianeat.run.numerics import HISTORY, first_history
from glianeat.run.reporters import Listener, ReporterSet
from glianeat.run.runner import Plan, run_generations
from glianeat.run.stored import PROVENANCE, marked
from glianeat.run.strategies import strategy_of
from glianeat.store.provenance import provenance
from glianeat.store.records import Summary
from glianeat.store.run_schema import own_schema
from glianeat.store.run_store import RunStore

_FAILING = 61  # one genome of so many fails
_EPISODES = 8
_SETTINGS = (  # so that energy counts from the start, and genomes stay small
    "evolution.stop_when_solved=false",
    "selection.energy_onset=start",
    "genome.max_neurons=24",
    "genome.max_synapses=48",
)
_SCALE = 15.0  # of the sum of the square roots of the weights


class MadeUp:
    """An evaluator that looks at genes and runs nothing."""

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome."""
        return [_evaluation(genome, plan.number) for genome in genomes]

    def close(self) -> None:
        """Do nothing."""


def _evaluation(genome: Genome, episodes: int) -> Evaluation:
    if genome.key % _FAILING == _FAILING - 1:
        reason = f"ValueError: state {genome.key % 7} is out of bounds (cart_pole.py:120)"
        return Evaluation(key=genome.key, status="failed", reason=reason)
    if not genome.counts[3]:
        reason = f"genome {genome.key}: no path from any input to any output"
        return Evaluation(key=genome.key, status="undeveloped", reason=reason)
    weights = genome.block(SYNAPSES).view(np.float64)[:, 1 + len(SYNAPSES.fields)]
    quality = 500.0 * (1.0 - math.exp(-float(np.sqrt(weights).sum()) / _SCALE))
    neurons, synapses = genome.counts[1], genome.counts[3]
    ratio = np.exp2(genome.block(REGIONS).view(np.float64)[:, 1 + len(REGIONS.fields)])
    role = genome.block(NEURONS)[:, 1]
    astrocytes = tuple(int(value) + 1 for value in ratio * neurons / len(ratio))
    power = 60.0 + 9.0 * synapses + 0.86 * sum(astrocytes)
    row = (power / len(KINDS) / len(ratio),) * len(ratio)
    return Evaluation(
        key=genome.key,
        returns=tuple(quality * (1.0 - 0.02 * k) for k in range(min(episodes, _EPISODES))),
        lengths=(int(quality) + 1,) * min(episodes, _EPISODES),
        power=power,
        spikes_per_second=12.0 * neurons,
        output_spikes_per_second=20.0,
        seconds=10.0,
        amounts=(row,) * len(KINDS),
        counts=(row,) * len(COUNTS),
        neurons=neurons,
        hidden=int((role == Role.HIDDEN).sum()),
        synapses=synapses,
        astrocytes=astrocytes,
        ratios=tuple(ratio.tolist()),
    )


def make(folder: Path, settings: Sequence[str]) -> None:
    """Make a run in a new folder.

    Parameters
    ----------
    folder : Path
        The folder of the run.
    settings : sequence of str
        Such as ``evolution.population=100``.
    """
    experiment = experiment_from({}, settings).resolve()
    schema = own_schema(
        strategy_of(experiment.config, experiment.objectives).standing_schema,
        varying=experiment.traits_read,
    )
    meta = {
        **marked(experiment.config),
        HISTORY: first_history(),
        PROVENANCE: msgspec.json.encode(provenance()),
    }
    with RunStore.create(folder, meta, schema) as store:
        _evolve(experiment, store)


def _evolve(experiment: Experiment, store: RunStore) -> None:
    plan = Plan(
        evolution=experiment.evolution,
        evaluation=experiment.evaluation,
        objectives=experiment.objectives,
        solved_return=None,
    )
    reporters = ReporterSet((Listener(_tell),), experiment.config)
    run_generations(algorithm_of(experiment), MadeUp(), store, plan, reporters)


def _tell(summary: Summary) -> None:
    if summary.number % 100 == 99:
        print(f"{summary.number + 1} generations, {summary.evaluations:,} individuals", flush=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--population", default=100, show_default=True)
@click.option("--generations", default=200, show_default=True)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
def main(folder: Path, population: int, generations: int, settings: tuple[str, ...]) -> None:
    """Make a big run in FOLDER, which must not exist."""
    start = time.monotonic()
    sizes = (f"evolution.population={population}", f"evolution.generations={generations}")
    make(folder, (*sizes, *_SETTINGS, *settings))
    print(f"{folder}: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
