"""Genome files: versioned JSON for people, packed arrays for machines; never pickle.

Both forms are inverse to reading, bit for bit. Both readers check every rule of
:func:`~glianeat.genome.genome.check_genome` and name the gene that breaks one.
"""

import struct
from collections.abc import Mapping

import msgspec
import numpy as np

from glianeat.config import suggestion
from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome, check_genome
from glianeat.genome.schema import FAMILIES, Family
from glianeat.genome.table import GeneTable

FORMAT, VERSION = "glianeat-genome", 1
MAX_BYTES = 64 * 2**20
_NUMBERS = ("region", "source", "target")  # keys that are themselves innovation numbers
_HEADER = struct.Struct("<4sHq4I")
_MAGIC = b"GNOM"


class GenomeFile(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON form: a list of genes a family, innovation numbers as hexadecimal strings."""

    format: str
    version: int
    key: int
    regions: list[dict[str, int | float | str]]
    neurons: list[dict[str, int | float | str]]
    astrocytes: list[dict[str, int | float | str]]
    synapses: list[dict[str, int | float | str]]


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
        document = msgspec.json.decode(data, type=GenomeFile)
    except (msgspec.DecodeError, RecursionError) as error:
        raise GenomeError(f"{name}: {error}") from None
    if (document.format, document.version) != (FORMAT, VERSION):
        raise GenomeError(
            f"{name}: must be {FORMAT} version {VERSION}, got {document.format!r} "
            f"version {document.version}"
        )
    try:
        tables = [_from_dicts(family, getattr(document, family.name)) for family in FAMILIES]
        genome = Genome(document.key, *tables)
        check_genome(genome)
    except GenomeError as error:
        raise GenomeError(f"{name}: {error}") from None
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
    if len(data) < _HEADER.size:
        raise GenomeError(f"packed genome: must hold >= {_HEADER.size} bytes, got {len(data)}")
    magic, version, key, *counts = _HEADER.unpack_from(data)
    if (magic, version) != (_MAGIC, VERSION):
        raise GenomeError(f"packed genome: must be version {VERSION}, got {magic!r} {version}")
    widths = [8 * (1 + len(family.keys) + len(family.traits)) for family in FAMILIES]
    size = _HEADER.size + sum(n * width for n, width in zip(counts, widths, strict=True))
    if len(data) != size:
        raise GenomeError(f"packed genome: must hold {size} bytes, got {len(data)}")
    tables, offset = [], _HEADER.size
    for family, count in zip(FAMILIES, counts, strict=True):
        genes, offset = _unpack_table(family, count, data, offset)
        tables.append(genes)
    genome = Genome(key, *tables)
    check_genome(genome)
    return genome


def _unpack_table(family: Family, count: int, data: bytes, offset: int) -> tuple[GeneTable, int]:
    arrays = []
    for kind, width in (("<i8", 1), ("<i8", len(family.keys)), ("<f8", len(family.traits))):
        flat = np.frombuffer(data, kind, count * width, offset)
        arrays.append(flat.astype(kind[1:]).reshape(count, width))
        offset += flat.nbytes
    return GeneTable(family, arrays[0][:, 0], arrays[1], arrays[2]), offset


def _to_dicts(genes: GeneTable) -> list[dict[str, int | float | str]]:
    rows = []
    for i, number in enumerate(genes.innovation.tolist()):
        row: dict[str, int | float | str] = {"innovation": f"{number:016x}"}
        for key, value in zip(genes.family.keys, genes.keys[i].tolist(), strict=True):
            row[key] = f"{value:016x}" if key in _NUMBERS else value
        names = (trait.name for trait in genes.family.traits)
        row.update(zip(names, genes.traits[i].tolist(), strict=True))
        rows.append(row)
    return rows


def _from_dicts(family: Family, rows: list[dict[str, int | float | str]]) -> GeneTable:
    names = [trait.name for trait in family.traits]
    known = ["innovation", *family.keys, *names]
    innovation = np.zeros(len(rows), dtype=np.int64)
    keys = np.zeros((len(rows), len(family.keys)), dtype=np.int64)
    traits = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        gene = f"{family.name} {row.get('innovation', f'in row {i}')}"
        _check_fields(gene, row, known)
        innovation[i] = _integer(gene, row, "innovation")
        keys[i] = [_integer(gene, row, key) for key in family.keys]
        traits[i] = [_number(gene, row, name) for name in names]
    return GeneTable(family, innovation, keys, traits)


def _check_fields(gene: str, row: Mapping[str, object], known: list[str]) -> None:
    for field in row:
        if field not in known:
            raise GenomeError(f"{gene}: unknown field {field!r}{suggestion(field, known)}")
    for field in known:
        if field not in row:
            raise GenomeError(f"{gene}: field {field!r} is missing")


def _integer(gene: str, row: Mapping[str, int | float | str], field: str) -> int:
    value = row[field]
    if field == "innovation" or field in _NUMBERS:
        if isinstance(value, str) and len(value) == 16 and set(value) <= set("0123456789abcdef"):
            number = int(value, 16)
            if number < 2**63:
                return number
        raise GenomeError(f"{gene}: {field} must be 16 hexadecimal digits < 8…, got {value!r}")
    if isinstance(value, int) and abs(value) < 2**31:
        return value
    raise GenomeError(f"{gene}: {field} must be a whole number, got {value!r}")


def _number(gene: str, row: Mapping[str, int | float | str], field: str) -> float:
    value = row[field]
    if isinstance(value, int | float):
        return float(value)
    raise GenomeError(f"{gene}: {field} must be a number, got {value!r}")
