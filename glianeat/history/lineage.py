"""Lineage: the ancestors of a genome by the first parent, and what each step changed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glianeat.evolution.individual import NO_PARENT, Individual
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import operator_names
from glianeat.genome.schema import ASTROCYTES, NEURONS, REGIONS, SYNAPSES
from glianeat.history.difference import SINGULAR, GeneDifference, differences
from glianeat.history.names import GeneNames
from glianeat.store.contents import Contents

MOST_CHANGES = 12  # of one step that are told; of further ones, how many there are


@dataclass(frozen=True, eq=False)
class Step:
    """One birth of a lineage.

    Parameters
    ----------
    individual : Individual
        Who was born.
    operators : tuple of str
        Operators of mutation that made it; empty for founders.
    changes : tuple of str
        What it has that its parent has not, in words, such as ``+astrocyte in association`` or
        ``ratio of motor 0.9 → 1.4``; empty for founders.
    """

    individual: Individual
    operators: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def parent(self) -> int:
        """Key of the parent; `NO_PARENT` of a founder."""
        return self.individual.parents[0]

    @property
    def mate(self) -> int:
        """Key of the mate; `NO_PARENT` if there was none."""
        return self.individual.parents[1]


def lineage(
    store: Contents,
    key: int,
    names: Callable[[Sequence[Genome]], GeneNames],
    known: dict[int, Step],
    *,
    most_changes: int = MOST_CHANGES,
) -> list[Step]:
    """Return the births that led to a genome, from itself back to its founder.

    Parameters
    ----------
    store : Contents
        Where the run is read.
    key : int
        Key of the genome.
    names : callable
        Returns what the genes of some genomes are called.
    known : dict of int to Step
        Births by key, which are not read again; those that are read are added.
    most_changes : int
        How many changes of a step are told; structure comes first, then the largest ones.

    Raises
    ------
    CheckpointError
        If the run has no such genome, or lacks one of its ancestors.
    """
    steps: list[Step] = []
    child: Individual | None = None
    while True:
        if key not in known:
            child = store.individual(key) if child is None else child
            older = None if child.parents[0] == NO_PARENT else store.individual(child.parents[0])
            known[key] = _step(child, older, names, most_changes)
            child = older
        else:
            child = None
        steps.append(known[key])
        key = known[key].parent
        if key == NO_PARENT:
            return steps


def _step(
    child: Individual,
    parent: Individual | None,
    names: Callable[[Sequence[Genome]], GeneNames],
    most_changes: int,
) -> Step:
    operators = operator_names(child.operators)
    if parent is None:
        return Step(child, operators, ())
    both = parent.genome, child.genome
    return Step(child, operators, tuple(changes(*both, names(both), most=most_changes)))


def changes(
    parent: Genome, child: Genome, names: GeneNames, *, most: int = MOST_CHANGES
) -> list[str]:
    """Return what a child has that its parent has not, in words.

    Parameters
    ----------
    parent, child : Genome
        The genomes.
    names : GeneNames
        What their genes are called.
    most : int
        How many changes are told; a last entry says how many more there are, and of what.
    """
    found = differences(parent, child, names)
    told = [_in_words(one) for one in found[:most]]
    rest = found[most:]
    if rest:
        kinds = Counter(f"{one.what or 'gene'} of {one.family}" for one in rest)
        words = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(4))
        told.append(f"and {len(rest)} more: {words}{', …' if len(kinds) > 4 else ''}")
    return told


def _in_words(change: GeneDifference) -> str:
    if not change.what:
        return _whole_gene(change)
    if change.what in {"enabled", "sign"}:
        return f"{change.gene}: {change.first} → {change.second}"
    if change.family == REGIONS.name:
        return f"{change.what} of {change.region} {change.first} → {change.second}"
    return f"{change.gene}: {change.what} {change.first} → {change.second}"


def _whole_gene(change: GeneDifference) -> str:
    told = change.second or change.first
    mark = "+" if change.second else "−"
    if change.family == NEURONS.name:
        return f"{mark}{change.gene} in {change.region} ({told})"
    if change.family == ASTROCYTES.name:
        return f"{mark}{SINGULAR[ASTROCYTES.name]} in {change.region}"
    if change.family == SYNAPSES.name:
        return f"{mark}{change.gene}: {told}"
    return f"{mark}{change.gene} ({told})"
