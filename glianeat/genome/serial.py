"""Genome files: versioned JSON for people, packed arrays for machines; never pickle.

Both forms are inverse to reading, bit for bit. Traits that a version added are left out of genomes
in which all genes have them as they are by default: such a file is of the version before, so that
nothing changes for those who do not use them. Both readers check every rule of
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
from glianeat.genome.schema import FAMILIES, INNOVATION_FIELDS, Family, Trait
from glianeat.genome.tables import GeneTable
from glianeat.typing import FloatArray, IntArray

FORMAT, OLDEST, VERSION = "glianeat-genome", 2, 3
MAX_BYTES = 64 * 2**20
_HEADER = struct.Struct("<4sHq4I")
_MAGIC = b"GNOM"
_HEXADECIMAL = re.compile("[0-7][0-9a-f]{15}")
Row: TypeAlias = dict[str, Any]
_ADDED = {  # columns of traits that the oldest version has not
    family: np.array([i for i, trait in enumerate(family.traits) if trait.since > OLDEST])
    for family in FAMILIES
    if any(trait.since > OLDEST for trait in family.traits)
}


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
    version = _version_of(genome)
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
    if form != FORMAT or version not in range(OLDEST, VERSION + 1):
        raise GenomeError(
            f"must be {FORMAT!r} version {OLDEST} or {VERSION}, got {shown(form)} version "
            f"{shown(version)}"
        )
    _check_fields("document", document, GenomeFile.__struct_fields__)
    file = msgspec.convert(document, GenomeFile)
    tables = [_from_dicts(family, getattr(file, family.name), file.version) for family in FAMILIES]
    genome = Genome(file.key, *tables)
    check_genome(genome)
    return genome


def pack(genome: Genome) -> bytes:
    """Return the genome as packed little-endian words."""
    version = _version_of(genome)
    header = _HEADER.pack(_MAGIC, version, genome.key, *genome.counts)
    words = genome.words if version == VERSION else _words_of(genome, version)
    return header + words.astype("<i8", copy=False).tobytes()


def _version_of(genome: Genome) -> int:
    """Return the oldest version of files that can hold a genome."""
    for family, columns in _ADDED.items():
        first = 1 + len(family.fields)
        block = genome.block(family)  # 0.0 is a word of zeros, and the first of all options
        if block[:, first + columns].any():
            return VERSION
    return OLDEST


def _words_of(genome: Genome, version: int) -> IntArray:
    """Return the packed genes without the traits that a version has not."""
    blocks = []
    for family in FAMILIES:
        block, first = genome.block(family), 1 + len(family.fields)
        if family in _ADDED:
            kept = [*range(first), *(first + i for i in family.columns_of(version))]
            block = block[:, kept]
        blocks.append(block.ravel())
    return np.concatenate(blocks)


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
    if magic != _MAGIC or not OLDEST <= version <= VERSION:
        raise GenomeError(
            f"must be {_MAGIC!r} version {OLDEST} or {VERSION}, got {magic!r} version {version}"
        )
    columns = [family.columns_of(version) for family in FAMILIES]
    widths = [1 + len(f.fields) + len(kept) for f, kept in zip(FAMILIES, columns, strict=True)]
    sizes = [8 * n * width for n, width in zip(counts, widths, strict=True)]
    if len(data) != _HEADER.size + sum(sizes):
        raise GenomeError(f"must hold {_HEADER.size + sum(sizes)} bytes, got {len(data)}")
    tables, offset = [], _HEADER.size
    for family, n_genes, size, kept in zip(FAMILIES, counts, sizes, columns, strict=True):
        words = np.frombuffer(data, "<i8", size // 8, offset).astype(np.int64)
        first = 1 + len(family.fields)
        block = words.reshape(n_genes, first + len(kept))
        traits = block.view(np.float64)[:, first:]
        if len(kept) < len(family.traits):
            traits = _completed(family, kept, traits)
        tables.append(GeneTable(family, block[:, 0], block[:, 1:first], traits))
        offset += size
    return Genome(key, *tables)


def _completed(family: Family, kept: Sequence[int], traits: FloatArray) -> FloatArray:
    """Return traits, shape (G, F), of which a file has only some; the others are as by default."""
    whole = np.tile([trait.init_mean for trait in family.traits], (len(traits), 1))
    whole[:, kept] = traits
    return whole


def _to_dicts(genes: GeneTable, version: int) -> list[Row]:
    rows = []
    for i, number in enumerate(genes.innovation.tolist()):
        row: Row = {"innovation": f"{number:016x}"}
        for field, value in zip(genes.family.fields, genes.fields[i].tolist(), strict=True):
            row[_in_files(field)] = f"{value:016x}" if field in INNOVATION_FIELDS else value
        values = genes.traits[i].tolist()
        for column in genes.family.columns_of(version):
            trait, value = genes.family.traits[column], values[column]
            row[trait.name] = trait.options[int(value)] if trait.options else value
        rows.append(row)
    return rows


def _from_dicts(family: Family, rows: Sequence[Row], version: int) -> GeneTable:
    columns = family.columns_of(version)
    known = [
        "innovation",
        *map(_in_files, family.fields),
        *(family.traits[i].name for i in columns),
    ]
    innovation = np.zeros(len(rows), dtype=np.int64)
    fields = np.zeros((len(rows), len(family.fields)), dtype=np.int64)
    given = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        gene = f"{family.name} {row.get('innovation', f'in row {i}')!s:.16}"
        _check_fields(gene, row, known)
        innovation[i] = _innovation(gene, row, "innovation")
        fields[i] = [_field(gene, row, _in_files(field)) for field in family.fields]
        given[i] = [_trait(gene, row, family.traits[column]) for column in columns]
    return GeneTable(family, innovation, fields, _completed(family, columns, given))


def _in_files(field: str) -> str:
    """Return what genome files call a field: the channel of a neuron is its index there."""
    return "index" if field == "channel" else field


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
