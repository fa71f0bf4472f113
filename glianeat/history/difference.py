"""How two genomes differ, gene by gene: by innovation number, in words."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.schema import (
    ASTROCYTES,
    INNOVATION_FIELDS,
    NEURONS,
    REGIONS,
    SYNAPSES,
    Trait,
)
from glianeat.genome.tables import GeneTable
from glianeat.history.names import GeneNames

SINGULAR = {
    REGIONS.name: "region",
    NEURONS.name: "neuron",
    ASTROCYTES.name: "astrocyte",
    SYNAPSES.name: "synapse",
}
"""One gene of each family."""
_SIGNS = {1: "excitatory", -1: "inhibitory"}
_TOLD = {  # what a gene that only one genome has is told by
    REGIONS.name: ("log2_ratio",),
    NEURONS.name: ("bias",),
    ASTROCYTES.name: ("tau_calcium", "supply_gain"),
    SYNAPSES.name: ("weight", "delay"),
}


class GeneDifference(NamedTuple):
    """One thing in which two genomes differ."""

    family: str
    """Name of the gene family."""
    number: int
    """Innovation number of the gene."""
    gene: str
    """What the gene is called, such as ``synapse pole angle + → push left``."""
    what: str
    """What differs: a trait or field; empty for the whole gene, which one of them lacks."""
    first: str
    """What it is in the first genome; empty if that lacks the gene."""
    second: str
    """What it is in the second genome; empty if that lacks the gene."""
    size: float
    """How much a trait differs, as a share of its range; infinite for all else."""
    region: str
    """Name of the region that the gene is in; empty for synapses."""


def differences(first: Genome, second: Genome, names: GeneNames) -> list[GeneDifference]:
    """Return all in which two genomes differ: whole genes, then ratios, then traits by size.

    Parameters
    ----------
    first, second : Genome
        The genomes; genes with equal innovation numbers are the same gene.
    names : GeneNames
        What their genes are called.
    """
    found = [
        difference
        for one, other in zip(first.tables, second.tables, strict=True)
        for difference in _of_family(one, other, names)
    ]
    return sorted(found, key=lambda one: (-one.size if one.what != "ratio" else -2.0, one.gene))


def _of_family(first: GeneTable, second: GeneTable, names: GeneNames) -> Iterator[GeneDifference]:
    both = np.intersect1d(first.innovation, second.innovation, assume_unique=True)
    for table in (first, second):
        for row in np.flatnonzero(~np.isin(table.innovation, both)).tolist():
            told = ("", _told(table, row)) if table is second else (_told(table, row), "")
            yield _difference(table, row, names, "", told)
    one, other = first.rows(both), second.rows(both)
    changed = (first.fields[one] != second.fields[other]).any(axis=1)
    changed |= (first.traits[one] != second.traits[other]).any(axis=1)
    for place in np.flatnonzero(changed).tolist():
        yield from _of_gene((first, second), (int(one[place]), int(other[place])), names)


def _of_gene(
    tables: tuple[GeneTable, GeneTable], rows: tuple[int, int], names: GeneNames
) -> Iterator[GeneDifference]:
    """Yield in which fields and traits a gene differs that both genomes have."""
    family, newer, row = tables[0].family, tables[1], rows[1]
    for column, name in enumerate(family.fields):
        one, other = (int(t.fields[row, column]) for t, row in zip(tables, rows, strict=True))
        if one != other and name not in INNOVATION_FIELDS:
            texts = _field(name, one), _field(name, other)
            yield _difference(newer, row, names, name, texts)
    for column, trait in enumerate(family.traits):
        here, there = (float(t.traits[row, column]) for t, row in zip(tables, rows, strict=True))
        if here != there:
            name, *values = trait_texts(trait, here, there)
            size = _size(trait, here, there)
            yield _difference(newer, row, names, name, (values[0], values[1]), size)


def _difference(
    table: GeneTable,
    row: int,
    names: GeneNames,
    what: str,
    texts: tuple[str, str],
    size: float = np.inf,
) -> GeneDifference:
    number, family = int(table.innovation[row]), table.family
    gene = gene_name(table, row, names)
    return GeneDifference(family.name, number, gene, what, *texts, size, _home(table, row, names))


def _home(table: GeneTable, row: int, names: GeneNames) -> str:
    """Return the name of the region of a gene."""
    if table.family is REGIONS:
        return names.region(int(table.innovation[row]))
    if "region" in table.family.fields:
        return names.region(int(table.field("region")[row]))
    return ""


def gene_name(table: GeneTable, row: int, names: GeneNames) -> str:
    """Return what a gene is called in words, with its kind before it.

    Parameters
    ----------
    table : GeneTable
        Genes of one family.
    row : int
        Which of them.
    names : GeneNames
        Names of the genomes' genes.
    """
    family, number = table.family, int(table.innovation[row])
    fields = dict(zip(family.fields, table.fields[row].tolist(), strict=True))
    kind = SINGULAR[family.name]
    if family is REGIONS:
        return f"{kind} {names.region(number)}"
    if family is NEURONS:
        return names.neuron_gene(number)
    if family is ASTROCYTES:
        return f"{kind} {fields['occurrence'] + 1} of {names.region(fields['region'])}"
    return f"{kind} {names.synapse(fields['source'], fields['target'])}"


def trait_texts(trait: Trait, *values: float) -> tuple[str, ...]:
    """Return what a trait is called for people, and some values of it as text.

    The ratio gene, which is a logarithm, is told as the ratio.
    """
    if trait.name == "log2_ratio":
        return ("ratio", *(short(2.0**value) for value in values))
    if trait.options:
        return (trait.name, *(trait.options[int(value)] for value in values))
    unit = "" if trait.unit in {"1", "threshold", "region radii"} else f" {trait.unit}"
    return (trait.name.replace("_", " "), *(f"{short(value)}{unit}" for value in values))


def short(value: float) -> str:
    """Return a number with three significant digits, without an exponent if that is short."""
    return f"{value:.3g}" if abs(value) < 1000.0 else f"{value:.0f}"


def _told(table: GeneTable, row: int) -> str:
    """Return what a gene that only one genome has is, in a few words."""
    family = table.family
    traits = [trait for trait in family.traits if trait.name in _TOLD[family.name]]
    pairs = [trait_texts(t, float(table.traits[row, family.column(t.name)])) for t in traits]
    words = [f"{name} {value}" for name, value in pairs]
    fields: Mapping[str, int] = dict(zip(family.fields, table.fields[row].tolist(), strict=True))
    if "sign" in fields:
        words.insert(0, _SIGNS.get(fields["sign"], "?"))
    if fields.get("enabled") == 0:
        words.append("disabled")
    return ", ".join(words)


def _field(name: str, value: int) -> str:
    if name == "sign":
        return _SIGNS.get(value, str(value))
    if name == "enabled":
        return "enabled" if value else "disabled"
    return str(value)


def _size(trait: Trait, one: float, other: float) -> float:
    if trait.scale == "option":
        return 1.0
    if trait.scale == "log" and min(one, other) > 0.0:
        span = np.log(trait.max_value / max(trait.min_value, 0.01))
        return float(abs(np.log(one / other)) / span)
    return abs(one - other) / (trait.max_value - trait.min_value)
