"""What a run is: the first thing that a page reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from glianeat.analyse.activity import MEASURE_BY_NAME
from glianeat.attribute_docs import attribute_docstrings
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS, costs
from glianeat.errors import CheckpointError
from glianeat.genome.mutation import RECORDED
from glianeat.genome.schema import ASTROCYTES, NEURONS, REGIONS, SYNAPSES, Family
from glianeat.inspector.views.numbers import one
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run


class Quantity(msgspec.Struct, frozen=True):
    """An objective or a measure."""

    name: str
    unit: str
    direction: int
    """1 if more is better, -1 if less is."""


class TraitInfo(msgspec.Struct, frozen=True):
    """A trait of the genes of a family."""

    name: str
    unit: str
    meaning: str


class Traits(msgspec.Struct, frozen=True):
    """The traits of all families, in the order of their columns."""

    regions: list[TraitInfo]
    neurons: list[TraitInfo]
    astrocytes: list[TraitInfo]
    synapses: list[TraitInfo]


class EnergyKind(msgspec.Struct, frozen=True):
    """A kind of energy."""

    name: str
    cost: float
    """Of one unit [EU]."""
    meaning: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is, what its numbers mean, and which of its genomes a page holds."""

    name: str
    task: str
    seed: int
    finished: str
    generations: int
    evaluations: int
    individuals: int
    digest: str
    strategy: str
    has_front: bool
    objectives: list[Quantity]
    measures: list[Quantity]
    regions: list[str]
    species: bool
    observations: list[str]
    actions: list[str]
    traits: Traits
    energy_kinds: list[EnergyKind]
    operators: list[str]
    genomes: list[int] = []
    episodes: list[int] = []
    best: int | None = None
    shown: int | None = None
    front: list[int] = []
    notes: list[str] = []
    provenance: list[tuple[str, str]]
    config: list[tuple[str, str]]


def overview(run: Run) -> Overview:
    """Return what a run is; which genomes a page holds is for `embedded` to add."""
    summaries, front = run.summaries, run.history.fronts(every=max(len(run.summaries), 1))
    channels, best = run.channels, best_key(run)
    return Overview(
        name=run.name,
        task=without_paths(run.config.task.id),
        seed=run.config.seed,
        finished=without_paths(run.finished),
        generations=len(summaries),
        evaluations=summaries[-1].evaluations if summaries else 0,
        individuals=run.history.number,
        digest=run.digest,
        strategy=run.config.evolution.algorithm,
        has_front=run.has_front,
        **_quantities(run),
        regions=run.history.region_names(),
        species=any(one.species for one in run.statistics),
        observations=list(map(without_paths, channels.inputs)),
        actions=list(map(without_paths, channels.outputs)),
        traits=_all_traits(),
        energy_kinds=energy_kinds(run.config.energy),
        operators=list(RECORDED),
        best=best,
        shown=best,
        front=front[-1][1] if front else [],
        notes=_notes(run),
        provenance=list(_flat(_provenance(run))),
        config=list(_flat(msgspec.to_builtins(run.config))),
    )


def best_key(run: Run) -> int | None:
    """Return the key of the best genome of a run, None while there is none."""
    try:
        return run.best.key
    except CheckpointError:
        if run.summaries:
            raise
        return None


def energy_kinds(config: EnergyConfig) -> list[EnergyKind]:
    """Return the kinds of energy in their order, with what one unit costs."""
    texts = attribute_docstrings(EnergyConfig)
    pairs = zip(KINDS, costs(config).tolist(), strict=True)
    return [EnergyKind(kind, one(cost), texts.get(kind, "")) for kind, cost in pairs]


def _quantities(run: Run) -> dict[str, Any]:
    objectives = [Quantity(o.name, o.unit, o.direction) for o in run.objectives]
    names = {objective.name for objective in objectives}
    measures = [MEASURE_BY_NAME[name] for name in run.measures if name not in names]
    return {
        "objectives": objectives,
        "measures": [Quantity(o.name, o.unit, o.direction) for o in measures],
    }


def _all_traits() -> Traits:
    return Traits(*map(_traits, (REGIONS, NEURONS, ASTROCYTES, SYNAPSES)))


def _traits(family: Family) -> list[TraitInfo]:
    return [TraitInfo(trait.name, trait.unit, trait.meaning) for trait in family.traits]


def _notes(run: Run) -> list[str]:
    if not run.summaries:
        return ["This run has no finished generation yet. Resume it, and open it again."]
    if run.has_only_failures:
        return ["No survivor of any generation could be evaluated: see Health for the reasons."]
    if not run.finished:
        return ["This run has not ended: it is going on, or can be resumed."]
    return []


def _provenance(run: Run) -> Mapping[str, Any]:
    try:
        return run.provenance
    except CheckpointError as error:
        return {"provenance": f"not known: {error}"}


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested values by dotted keys, as text."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    else:
        yield without_paths(path), without_paths(_shown(value))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    if isinstance(value, Sequence | Mapping | bool):
        return msgspec.json.encode(value).decode()
    return str(value)
