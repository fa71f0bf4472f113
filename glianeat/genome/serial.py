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

FORMAT, VERSION = "glianeat-genome", 2
MAX_BYTES = 64 * 2**20
_HEADER = struct.Struct("<4sHq4I")
_MAGIC = b"GNOM"
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
    """Return the genome as packed little-endian words."""
    header = _HEADER.pack(_MAGIC, VERSION, genome.key, *genome.counts)
    return header + genome.words.astype("<i8", copy=False).tobytes()


def unpack_own(data: bytes) -> Genome:
    """Return the genome that this very program has packed: it is not checked again."""
    return _unpack(data)


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
    sizes = [8 * n * family.width for n, family in zip(counts, FAMILIES, strict=True)]
    if len(data) != _HEADER.size + sum(sizes):
        raise GenomeError(f"must hold {_HEADER.size + sum(sizes)} bytes, got {len(data)}")
    tables, offset = [], _HEADER.size
    for family, n_genes, size in zip(FAMILIES, counts, sizes, strict=True):
        words = np.frombuffer(data, "<i8", size // 8, offset).astype(np.int64)
        block = words.reshape(n_genes, family.width)
        first, traits = 1 + len(family.keys), block.view(np.float64)
        tables.append(GeneTable(family, block[:, 0], block[:, 1:first], traits[:, first:]))
        offset += size
    return Genome(key, *tables)


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
    innovation = np.zeros(len(rows), dtype=np.int64)
    keys = np.zeros((len(rows), len(family.keys)), dtype=np.int64)
    traits = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
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
