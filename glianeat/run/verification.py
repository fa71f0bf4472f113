"""Whether genomes of a run do today, bit for bit, what the run says they did."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from glianeat.elementary import NUMERICS
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evolution.individual import Individual
from glianeat.run.config import ExperimentConfig
from glianeat.run.episode_choice import birth_plan
from glianeat.run.numerics import history_of, numerics_at
from glianeat.run.stored import stored_config, trusted
from glianeat.store.run_store import RunStore
from glianeat.store.verification import Checked, check_store


class Verification(msgspec.Struct):
    """What became of computing a run anew."""

    name: str
    checked: Checked
    """The digest chain and what is derived."""
    replayed: list[int] = []
    """Keys of the genomes that were evaluated anew."""
    other_numerics: int = 0
    """Generations that were computed by other numerics, and so are not evaluated anew."""
    mismatches: list[str] = []
    """A sentence for each of them that does not do what it did."""

    @property
    def agrees(self) -> bool:
        """Whether everything is as the run says."""
        return not self.checked.mismatches and not self.mismatches


def verify(folder: Path, *, replay: int = 0, seed: int = 0, trust: bool = False) -> Verification:
    """Compute a run's digest chain and derived numbers anew, and evaluate some genomes again.

    Parameters
    ----------
    folder : Path
        Folder of the run, which is only read.
    replay : int
        How many genomes to evaluate again, spread over the generations.
    seed : int
        Which ones.
    trust : bool
        As for `Run`; only needed to evaluate.

    Raises
    ------
    CheckpointError
        If there is no run, or it cannot be opened.
    TrustError
        If genomes are to be evaluated, and the run needs a trust that it is not given.
    """
    with RunStore.open(folder) as store:
        found = Verification(name=folder.name, checked=check_store(store))
        if not replay or found.checked.mismatches:
            return found
        config = stored_config(store)
        _replay(trusted(config) if trust else config, store, (replay, seed), found)
    return found


def _replay(
    config: ExperimentConfig, store: RunStore, sample: tuple[int, int], found: Verification
) -> None:
    history, last = history_of(store), store.last_generation()
    numbers = range(last.number + 1 if last else 0)
    same = [number for number in numbers if numerics_at(history, number) == NUMERICS]
    found.other_numerics = len(numbers) - len(same)
    chosen = _choose(store, same, *sample)
    experiment = config.resolve(stored=True)
    rollout_worker = RolloutWorker(experiment.rollout, experiment.description)
    try:
        for individual in chosen:
            before = individual.evaluation
            abandoned_after = len(before.returns) if before.abandoned else 0
            plan = birth_plan(store, experiment.evaluation, individual.generation, abandoned_after)
            again = rollout_worker.evaluate(individual.genome, plan)
            found.replayed.append(individual.key)
            found.mismatches += _compared(individual, store.codec.kept(again))
    finally:
        rollout_worker.close()


def _choose(
    store: RunStore, generations: Sequence[int], number: int, seed: int
) -> list[Individual]:
    """Return individuals spread over generations, left out those that were evaluated again."""
    rng, total = np.random.default_rng(seed), len(generations)
    chosen: dict[int, Individual] = {}
    for part in range(number):
        place = (part + float(rng.random())) / number
        here = min(int(place * total), total - 1)
        born = store.individuals(generations[here]) if total else []
        fit = [i for i in born if _is_repeatable(i) and i.key not in chosen]
        if fit:
            individual = fit[int(rng.integers(len(fit)))]
            chosen[individual.key] = individual
    return [chosen[key] for key in sorted(chosen)]


def _is_repeatable(individual: Individual) -> bool:
    return not individual.evaluations and individual.evaluation.status != "timeout"


def _compared(individual: Individual, again: Evaluation) -> list[str]:
    """Return how two evaluations differ, words left out."""
    before, after = (
        msgspec.structs.asdict(msgspec.structs.replace(one, reason=""))
        for one in (individual.evaluation, again)
    )
    names = [name for name in before if before[name] != after[name]]
    if not names:
        return []
    first = names[0]
    return [
        f"genome {individual.key} of generation {individual.generation}: {', '.join(names)} "
        f"differ: {first} was {before[first]!r}, is {after[first]!r}"
    ]
