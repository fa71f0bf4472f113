"""Genome files: versioned JSON for people, packed arrays for machines; never pickle.

Both forms are inverse to reading, bit for bit. Both readers check every rule of
:func:`~glianeat.genome.genome.check_genome` and name the gene that breaks one.
"""

import re
import struct
import sys
from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np

from glianeat.config import shown, suggestion
from glianeat.errors import GenomeError
from glianeat.genome.genome import MAX_INDEX, Genome, check_genome
from glianeat.genome.schema import FAMILIES, INNOVATION_KEYS, Family
from glianeat.genome.table import GeneTable

FORMAT, VERSION = "glianeat-genome", 1
MAX_BYTES = 64 * 2**20
_HEADER = struct.Struct("<4sHq4I")
_MAGIC = b"GNOM"
_HEXADECIMAL = re.compile("[0-7][0-9a-f]{15}")
_LATER_TRAITS = {"receptor_bias": 0.0}  # not in older JSON files, and the value that does nothing
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


def to_json(genome: Genome) -> bytes:
    """Return the genome as indented JSON in UTF-8."""
    lists = {genes.family.name: _to_dicts(genes) for genes in genome.tables}
    document = GenomeFile(format=FORMAT, version=VERSION, key=genome.key, **lists)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def from_json(data: bytes, name: str = "genome") -> Genome:
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
    if (form, version) != (FORMAT, VERSION):
        raise GenomeError(
            f"must be {FORMAT!r} version {VERSION}, got {shown(form)} version {shown(version)}"
        )
    _check_fields("document", document, GenomeFile.__struct_fields__)
    file = msgspec.convert(document, GenomeFile)
    tables = [_from_dicts(family, getattr(file, family.name)) for family in FAMILIES]
    genome = Genome(file.key, *tables)
    check_genome(genome)
    return genome


def pack(genome: Genome) -> bytes:
    """Return the genome as packed little-endian arrays."""
    counts = [len(genes) for genes in genome.tables]
    parts = [_HEADER.pack(_MAGIC, VERSION, genome.key, *counts)]
    for genes in genome.tables:
        parts += [
            genes.innovation.astype("<i8").tobytes(),
            genes.keys.astype("<i8").tobytes(),
            genes.traits.astype("<f8").tobytes(),
        ]
    return b"".join(parts)


def unpack(data: bytes) -> Genome:
    """Return the genome in a packed form; raise `GenomeError` if it is damaged."""
    try:
        genome = _unpack(data)
        check_genome(genome)
    except GenomeError as error:
        raise GenomeError(f"packed genome: {error}") from None
    return genome


def _unpack(data: bytes) -> Genome:
    if len(data) < _HEADER.size:
        raise GenomeError(f"must hold >= {_HEADER.size} bytes, got {len(data)}")
    magic, version, key, *counts = _HEADER.unpack_from(data)
    if (magic, version) != (_MAGIC, VERSION):
        raise GenomeError(f"must be {_MAGIC!r} version {VERSION}, got {magic!r} version {version}")
    widths = [8 * (1 + len(family.keys) + len(family.traits)) for family in FAMILIES]
    size = _HEADER.size + sum(n * width for n, width in zip(counts, widths, strict=True))
    if len(data) != size:
        raise GenomeError(f"must hold {size} bytes, got {len(data)}")
    tables, offset = [], _HEADER.size
    for family, n_genes in zip(FAMILIES, counts, strict=True):
        genes, offset = _unpack_table(family, n_genes, data, offset)
        tables.append(genes)
    return Genome(key, *tables)


def _unpack_table(family: Family, count: int, data: bytes, offset: int) -> tuple[GeneTable, int]:
    arrays = []
    for kind, width in (("<i8", 1), ("<i8", len(family.keys)), ("<f8", len(family.traits))):
        flat = np.frombuffer(data, kind, count * width, offset)
        arrays.append(flat.astype(kind[1:]).reshape(count, width))
        offset += flat.nbytes
    return GeneTable(family, arrays[0][:, 0], arrays[1], arrays[2]), offset


def _to_dicts(genes: GeneTable) -> list[Row]:
    rows = []
    for i, number in enumerate(genes.innovation.tolist()):
        row: Row = {"innovation": f"{number:016x}"}
        for key, value in zip(genes.family.keys, genes.keys[i].tolist(), strict=True):
            row[key] = f"{value:016x}" if key in INNOVATION_KEYS else value
        names = (trait.name for trait in genes.family.traits)
        row.update(zip(names, genes.traits[i].tolist(), strict=True))
        rows.append(row)
    return rows


def _from_dicts(family: Family, rows: Sequence[Row]) -> GeneTable:
    names = [trait.name for trait in family.traits]
    known = ["innovation", *family.keys, *names]
    later = {name: value for name, value in _LATER_TRAITS.items() if name in names}
    innovation = np.zeros(len(rows), dtype=np.int64)
    keys = np.zeros((len(rows), len(family.keys)), dtype=np.int64)
    traits = np.zeros((len(rows), len(names)))
    for i, given in enumerate(rows):
        row = {**later, **given}
        gene = f"{family.name} {row.get('innovation', f'in row {i}')!s:.16}"
        _check_fields(gene, row, known)
        innovation[i] = _innovation(gene, row, "innovation")
        keys[i] = [_key(gene, row, key) for key in family.keys]
        traits[i] = [_number(gene, row, name) for name in names]
    return GeneTable(family, innovation, keys, traits)


def _check_fields(thing: str, row: Row, known: Sequence[str]) -> None:
    for field in row:
        if field not in known:
            raise GenomeError(f"{thing}: unknown field {shown(field)}{suggestion(field, known)}")
    for field in known:
        if field not in row:
            raise GenomeError(f"{thing}: field {field!r} is missing")


def _innovation(gene: str, row: Row, field: str) -> int:
    value = row[field]
    if not isinstance(value, str) or not _HEXADECIMAL.fullmatch(value):
        raise GenomeError(
            f"{gene}: {field} must be 16 hexadecimal digits, the first < 8, got {shown(value)}"
        )
    return int(value, 16)


def _key(gene: str, row: Row, field: str) -> int:
    if field in INNOVATION_KEYS:
        return _innovation(gene, row, field)
    value = row[field]
    if type(value) is not int or abs(value) >= MAX_INDEX:
        raise GenomeError(
            f"{gene}: {field} must be a whole number < {MAX_INDEX}, got {shown(value)}"
        )
    return value


def _number(gene: str, row: Row, field: str) -> float:
    value = row[field]
    if type(value) not in {int, float} or abs(value) > sys.float_info.max:
        raise GenomeError(f"{gene}: {field} must be a number, got {shown(value)}")
    return float(value)
