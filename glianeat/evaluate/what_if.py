"""What if: the same episodes, lived by a genome as it is and as it would be with some changes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
import numpy as np

from glianeat.analyse.activity import MEASURE_BY_NAME
from glianeat.develop.lesions import EVERY, Lesion, lesioned
from glianeat.develop.network import Network
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS
from glianeat.errors import ConfigError, DevelopmentError, EvaluationError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import check_evaluation
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.alteration import TraitChange, altered
from glianeat.genome.genome import Genome
from glianeat.streams import Purpose
from glianeat.text import counted, table_markup

MOST_CHANGES = 1000
_NOISE = 1e-12  # of a number, that sums in another order make
_LEAST_SECONDS = 1e-9
_OF_OUTPUTS = ("neuron", "territory", "region")
_BY_INDEX = ("astrocyte", "territory")  # lesions that name what has no innovation number
Named = tuple[str, str]
"""Name and unit of a number."""
Lesions = Annotated[tuple[Lesion, ...], msgspec.Meta(max_length=MOST_CHANGES)]
Traits = Annotated[tuple[TraitChange, ...], msgspec.Meta(max_length=MOST_CHANGES)]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is different: first traits of the genome, which then develops, and then lesions."""

    traits: Traits = ()
    lesions: Lesions = ()


class Difference(msgspec.Struct, frozen=True):
    """One number before and after, as means over the episodes."""

    name: str
    unit: str
    before: float
    after: float
    difference: float
    """After less before."""
    standard_error: float
    """Of the difference, from the differences episode by episode; NaN of a single one."""


class WhatIf(msgspec.Struct, frozen=True):
    """What some changes make of a genome.

    Parameters
    ----------
    episodes : int
        How many episodes were lived twice.
    rows : tuple of Difference
        Return, steps, power in all and by kind, spikes, measures, sizes.
    notes : tuple of str
        What is to be known beside, in sentences.
    """

    episodes: int
    rows: tuple[Difference, ...]
    notes: tuple[str, ...]

    def __getitem__(self, name: str) -> Difference:
        """Return the row of a name, such as ``return``; raise `KeyError` if there is none."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)

    def _repr_html_(self) -> str:
        """Return a table of all rows, for notebooks."""
        head = ("", "unit", "before", "after", "difference", "standard error")
        rows = [msgspec.structs.astuple(row) for row in self.rows]
        return table_markup(f"What if: {counted(self.episodes, 'episode')}", head, rows)


def what_if(
    rollout_worker: RolloutWorker,
    genome: Genome,
    changes: Changes,
    seeds: Sequence[int],
    energy: EnergyConfig,
    rewards: Sequence[str] = (),
) -> WhatIf:
    """Let a genome live the same episodes as it is and with some changes, one after the other.

    Parameters
    ----------
    rollout_worker : RolloutWorker
        Evaluates both.
    genome : Genome
        As it is.
    changes : Changes
        What is different.
    seeds : sequence of int
        Seed of each episode.
    energy : EnergyConfig
        What activity costs.
    rewards : sequence of str
        Names of the rewards, of tasks that give several at once.

    Raises
    ------
    ConfigError
        If a change is not possible.
    EvaluationError
        If an episode fails; the message says which, and why.
    """
    changed = altered(genome, changes.traits)
    adult = _developed(rollout_worker, changed)
    if changes.traits and any(_is_of_an_astrocyte(lesion) for lesion in changes.lesions):
        _require_same_astrocytes(_developed(rollout_worker, genome), adult)
    network = lesioned(adult, changes.lesions)
    lived = []
    for number, seed in enumerate(seeds):
        plan = EpisodePlan(purpose=Purpose.REPLAY, episodes=1, seeds=(seed,))
        before = rollout_worker.evaluate(genome, plan)
        after = rollout_worker.evaluate(changed, plan, network=network)
        check_evaluation(before, f"episode {number + 1} before the changes")
        check_evaluation(after, f"episode {number + 1} after the changes")
        numbers = (dict(_numbers(one, energy, rewards)) for one in (before, after))
        lived.append(dict(zip(("before", "after"), numbers, strict=True)))
    return WhatIf(len(seeds), tuple(_rows(lived)), tuple(_notes(changes, network)))


def _developed(rollout_worker: RolloutWorker, genome: Genome) -> Network:
    try:
        return rollout_worker.develop(genome)
    except DevelopmentError as error:
        raise EvaluationError(f"after the changes of traits: {error}") from None


def _is_of_an_astrocyte(lesion: Lesion) -> bool:
    return lesion.kind in _BY_INDEX and lesion.id != EVERY


def _require_same_astrocytes(before: Network, after: Network) -> None:
    """Raise `ConfigError` if the index of an astrocyte means another one after the changes."""
    if not np.array_equal(before.glia.gene, after.glia.gene):
        raise ConfigError(
            "what-if: with these traits there are other astrocytes, so that the index of one says "
            "nothing; set such traits without it, or take away all astrocytes, or a region"
        )


def _numbers(
    evaluation: Evaluation, energy: EnergyConfig, rewards: Sequence[str]
) -> Iterator[tuple[Named, float]]:
    """Yield all that is compared of an episode, by name and unit."""
    yield ("return", ""), evaluation.mean_return
    for name, value in zip(rewards, evaluation.rewards, strict=False):
        yield (f"reward {name}", ""), value
    yield ("steps", "steps"), float(sum(evaluation.lengths))
    yield ("power", "EU/s"), evaluation.power
    by_kind = evaluation.ledger.energy(energy).sum(axis=1) / max(evaluation.seconds, _LEAST_SECONDS)
    for kind, power in zip(KINDS, by_kind.tolist(), strict=True):
        yield (f"power of {kind}", "EU/s"), power
    yield ("spikes", "spikes/s"), evaluation.spikes_per_second
    yield ("spikes of outputs", "spikes/s"), evaluation.output_spikes_per_second
    for name, value in evaluation.measures.items():
        yield (name, MEASURE_BY_NAME[name].unit), value
    yield ("neurons", ""), float(evaluation.neurons)
    yield ("synapses", ""), float(evaluation.synapses)
    yield ("astrocytes", ""), float(sum(evaluation.astrocytes))


def _rows(lived: Sequence[Mapping[str, Mapping[Named, float]]]) -> Iterator[Difference]:
    for name, unit in lived[0]["before"]:
        before, after = (
            np.array([one[when][name, unit] for one in lived]) for when in ("before", "after")
        )
        if name.startswith("power of") and not (before.any() or after.any()):
            continue
        gaps = after - before
        gaps[np.abs(gaps) < _NOISE * np.abs(before)] = 0.0
        spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else math.nan
        if spread < _NOISE * np.abs(before).max():
            spread = 0.0  # equal gaps differ by rounding
        error = spread / math.sqrt(len(gaps))
        means = float(before.mean()), float(after.mean()), float(gaps.mean())
        yield Difference(name, unit, *means, error)


def _notes(changes: Changes, network: Network) -> Iterator[str]:
    if changes.lesions and not network.n_inputs:
        yield "No receptor is left: the agent does not see its task."
    if any(lesion.kind in _OF_OUTPUTS for lesion in changes.lesions):
        yield "An output that is taken away falls silent; it stays, and still costs its upkeep."
