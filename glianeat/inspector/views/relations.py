"""How individuals are related: lineages, differences, the phylogeny."""

import msgspec

from glianeat.history.difference import SINGULAR
from glianeat.history.history import evaluation_values
from glianeat.inspector.views.numbers import FIRST_GENERATION, named, one, rounded
from glianeat.run.run import Run


class LineageStep(msgspec.Struct, frozen=True, kw_only=True):
    """One birth of a lineage."""

    key: int
    generation: int
    parent: int
    mate: int
    operators: list[str]
    values: dict[str, float]
    changes: list[str]


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """From a genome back to its founder by the first parent."""

    steps: list[LineageStep]


class DifferenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in which two genomes differ."""

    family: str
    id: str
    what: str
    a: str
    b: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How two genomes differ."""

    a: int
    b: int
    distance: float
    rows: list[DifferenceRow]


class Phylogeny(msgspec.Struct, frozen=True, kw_only=True):
    """The ancestors of the last survivors."""

    key: list[int]
    parent: list[int]
    generation: list[int]
    value: list[float]
    survivor: list[int]
    coalescence: int | None
    pruned: int


def lineage_view(run: Run, key: int) -> Lineage:
    """Return a lineage; raise `CheckpointError` if the run has no genome of that key."""
    steps = []
    for step in run.history.lineage(key):
        born = step.individual
        names = run.history.region_names_of(born.genome)
        steps.append(
            LineageStep(
                key=born.key,
                generation=born.generation + FIRST_GENERATION,
                parent=step.parent,
                mate=step.mate,
                operators=list(step.operators),
                values=named(dict(evaluation_values(born.evaluation, run.objectives, names))),
                changes=list(step.changes),
            )
        )
    return Lineage(steps=steps)


def difference_view(run: Run, first: int, second: int) -> Difference:
    """Return how two genomes differ; raise `CheckpointError` if the run lacks one of them."""
    found = run.history.difference(first, second)
    rows = [
        DifferenceRow(
            family=SINGULAR[row.family],
            id=f"{row.number:016x}",
            what=f"{row.gene}: {row.what}" if row.what else row.gene,
            a=row.first,
            b=row.second,
        )
        for row in found.rows
    ]
    return Difference(a=first, b=second, distance=one(found.distance), rows=rows)


def phylogeny_view(run: Run) -> Phylogeny:
    """Return the phylogeny of a run."""
    found = run.history.phylogeny()
    return Phylogeny(
        key=found.members.key.tolist(),
        parent=found.parent.tolist(),
        generation=(found.members.generation + FIRST_GENERATION).tolist(),
        value=rounded(found.members.mean_return),
        survivor=found.survivor.astype(int).tolist(),
        coalescence=found.coalescence,
        pruned=found.pruned,
    )
