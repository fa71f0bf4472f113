"""Genome files: versioned JSON for people, packed arrays for machines; never pickle.

Both forms are inverse to reading, bit for bit. Traits are told by name: one that is missing takes
its initial mean, one that is unknown is refused. Both readers check every rule of
:func:`~glianeat.genome.genome.check_genome` and name the gene that breaks one.
"""

import re
import sys
from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np

from glianeat.config import shown, suggestion
from glianeat.errors import GenomeError
from glianeat.genome.genome import MAX_INDEX, Genome, check_genome
from glianeat.genome.packed import (
    OWN,
    SHORT,
    VERSIONS,
    in_files,
    left_out,
    pack,
    unpack,
    unpack_own,
)
from glianeat.genome.schema import FAMILIES, INNOVATION_FIELDS, Family, Trait
from glianeat.genome.tables import GeneTable

__all__ = ["genome_from_json", "genome_to_json", "pack", "unpack", "unpack_own"]

FORMAT = "glianeat-genome"
MAX_BYTES = 64 * 2**20
_HEXADECIMAL = re.compile("[0-7][0-9a-f]{15}")
Row: TypeAlias = dict[str, Any]


class GenomeFile(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON form: a list of genes a family, innovation numbers as hexadecimal strings."""

    format: str
    version: int
    key: int
    regions: list[Row]
    neurons: list[Row]
    astrocytes: list[Row]
    synapses: list[Row]


def genome_to_json(genome: Genome) -> bytes:
    """Return the genome as indented JSON in UTF-8."""
    version = OWN.version_of(genome)
    lists = {genes.family.name: _to_dicts(genes, version) for genes in genome.tables}
    document = GenomeFile(format=FORMAT, version=version, key=genome.key, **lists)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def genome_from_json(data: bytes, name: str = "genome") -> Genome:
    """Return the genome in a JSON document; `name` stands for it in messages.

    Raises
    ------
    GenomeError
        If the document is not a genome of this version or breaks a rule; the message names the
        gene and the rule.
    """
    if len(data) > MAX_BYTES:
        raise GenomeError(f"{name}: must be <= {MAX_BYTES} bytes, got {len(data)}")
    try:
        return _read(msgspec.json.decode(data))
    except (GenomeError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GenomeError(f"{name}: {error}") from None


def _read(document: object) -> Genome:
    if not isinstance(document, dict):
        raise GenomeError(f"must be an object, got {shown(document)}")
    form, version = document.get("format"), document.get("version")
    if form != FORMAT or version not in VERSIONS:
        raise GenomeError(
            f"must be {FORMAT!r} version {SHORT} to {VERSIONS[-1]}, got {shown(form)} version "
            f"{shown(version)}"
        )
    names = GenomeFile.__struct_fields__
    _check_fields("document", document, names, names)
    file = msgspec.convert(document, GenomeFile)
    tables = [_from_dicts(family, getattr(file, family.name)) for family in FAMILIES]
    genome = Genome(file.key, *tables)
    check_genome(genome)
    return genome


def _to_dicts(genes: GeneTable, version: int) -> list[Row]:
    omitted = left_out(version, genes.family)
    rows = []
    for i, number in enumerate(genes.innovation.tolist()):
        row: Row = {"innovation": f"{number:016x}"}
        for field, value in zip(genes.family.fields, genes.fields[i].tolist(), strict=True):
            row[in_files(field)] = f"{value:016x}" if field in INNOVATION_FIELDS else value
        for trait, value in zip(genes.family.traits, genes.traits[i].tolist(), strict=True):
            if trait.name not in omitted:
                row[trait.name] = trait.options[int(value)] if trait.options else value
        rows.append(row)
    return rows


def _from_dicts(family: Family, rows: Sequence[Row]) -> GeneTable:
    required = ["innovation", *map(in_files, family.fields)]
    known = [*required, *(trait.name for trait in family.traits)]
    innovation = np.zeros(len(rows), dtype=np.int64)
    fields = np.zeros((len(rows), len(family.fields)), dtype=np.int64)
    traits = np.tile([trait.init_mean for trait in family.traits], (len(rows), 1))
    for i, row in enumerate(rows):
        gene = f"{family.name} {row.get('innovation', f'in row {i}')!s:.16}"
        _check_fields(gene, row, known, required)
        innovation[i] = _innovation(gene, row, "innovation")
        fields[i] = [_field(gene, row, in_files(field)) for field in family.fields]
        for column, trait in enumerate(family.traits):
            if trait.name in row:
                traits[i, column] = _trait(gene, row, trait)
    return GeneTable(family, innovation, fields, traits)


def _check_fields(thing: str, row: Row, known: Sequence[str], required: Sequence[str]) -> None:
    for field in row:
        if field not in known:
            raise GenomeError(f"{thing}: unknown field {shown(field)}{suggestion(field, known)}")
    for field in required:
        if field not in row:
            raise GenomeError(f"{thing}: field {field!r} is missing")


def _innovation(gene: str, row: Row, field: str) -> int:
    value = row[field]
    if not isinstance(value, str) or not _HEXADECIMAL.fullmatch(value):
        raise GenomeError(
            f"{gene}: {field} must be 16 hexadecimal digits, the first < 8, got {shown(value)}"
        )
    return int(value, 16)


def _field(gene: str, row: Row, field: str) -> int:
    if field in INNOVATION_FIELDS:
        return _innovation(gene, row, field)
    value = row[field]
    if type(value) is not int or abs(value) >= MAX_INDEX:
        raise GenomeError(
            f"{gene}: {field} must be a whole number < {MAX_INDEX}, got {shown(value)}"
        )
    return value


def _trait(gene: str, row: Row, trait: Trait) -> float:
    if not trait.options:
        return _number(gene, row, trait.name)
    value = row[trait.name]
    if value not in trait.options:
        near = suggestion(value, trait.options) if isinstance(value, str) else ""
        raise GenomeError(
            f"{gene}: {trait.name} must be of {', '.join(trait.options)}, got {shown(value)}{near}"
        )
    return float(trait.options.index(value))


def _number(gene: str, row: Row, field: str) -> float:
    value = row[field]
    if type(value) not in {int, float} or abs(value) > sys.float_info.max:
        raise GenomeError(f"{gene}: {field} must be a number, got {shown(value)}")
    return float(value)
