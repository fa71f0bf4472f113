"""Genomes with some traits set by hand: what would have been if evolution had found them so."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError
from glianeat.genome.founders import region_name
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, REGIONS, Family, Trait
from glianeat.genome.tables import GeneTable
from glianeat.typing import IntArray

FamilyName = Literal["regions", "neurons", "astrocytes", "synapses"]
EVERY = "*"


class TraitChange(msgspec.Struct, frozen=True):
    """A trait that is set to a value.

    Parameters
    ----------
    family : str
        Gene family, such as ``neurons``.
    trait : str
        Its name in the schema, such as ``tau_membrane``; the ``log2_ratio`` of a region sets its
        glia-to-neuron ratio.
    value : float
        The value, in the trait's unit and within its bounds.
    id : str
        Innovation number of the gene, hexadecimal; a region also by its name; ``*`` is all.
    """

    family: FamilyName
    trait: str
    value: float
    id: str = EVERY


def altered(genome: Genome, changes: Sequence[TraitChange]) -> Genome:
    """Return a genome in which some traits are set, one change after the other.

    Raises
    ------
    ConfigError
        If a change names no gene or trait, or its value is out of the trait's bounds.
    """
    for change in changes:
        table: GeneTable = getattr(genome, change.family)
        traits = table.traits.copy()
        trait = _trait(change, table.family)
        rows = _having(table, trait, _rows(change, genome, table), change)
        traits[rows, table.family.column(trait.name)] = change.value
        new = table.with_traits(traits)
        genome = Genome(genome.key, *(new if one is table else one for one in genome.tables))
    return genome


def _trait(change: TraitChange, family: Family) -> Trait:
    known = {trait.name: trait for trait in family.traits}
    if change.trait not in known:
        raise ConfigError(
            f"trait {shown(change.trait)}: must be one of {family.name}: {', '.join(known)}"
            f"{suggestion(change.trait, known)}"
        )
    trait = known[change.trait]
    low, high = trait.limits
    if not low <= change.value <= high:  # NaN is not inside
        raise ConfigError(
            f"trait {trait.name}: must be in [{low:g}, {high:g}] {trait.unit}, got {change.value}"
        )
    if trait.scale in {"integer", "option"} and change.value != round(change.value):
        raise ConfigError(f"trait {trait.name}: must be a whole number, got {change.value}")
    return trait


def _rows(change: TraitChange, genome: Genome, table: GeneTable) -> IntArray:
    """Return the rows of the genes that a change names."""
    if change.id == EVERY:
        return np.arange(len(table))
    if table.family is REGIONS:
        index = table.field("index").tolist()
        names = [region_name(one, len(genome.regions)) for one in index]
        if change.id in names:
            return np.array([names.index(change.id)])
    known = {f"{one:016x}": row for row, one in enumerate(table.innovation.tolist())}
    if change.id not in known:
        raise ConfigError(
            f"gene {shown(change.id)}: is none of the {table.family.name} of genome {genome.key}"
            f"{suggestion(change.id, known)}"
        )
    return np.array([known[change.id]])


def _having(table: GeneTable, trait: Trait, rows: IntArray, change: TraitChange) -> IntArray:
    """Return those rows whose genes have a trait: neurons of some roles have not."""
    if table.family is not NEURONS:
        return rows
    having = rows[np.isin(table.field("role")[rows], trait.roles)]
    if not len(having):
        raise ConfigError(f"trait {trait.name}: neuron {shown(change.id)} has none, by its role")
    return having
