"""Packed genomes: arrays of 64-bit words, whose columns are told by name.

A packed genome does not say which columns it has: a `PackedLayout` does, which a run keeps once.
Traits that a layout does not name take their initial mean.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glianeat.config import shown, suggestion
from glianeat.errors import GenomeError
from glianeat.genome.genome import Genome, check_genome
from glianeat.genome.schema import ALL_TRAITS, FAMILIES, FAMILY_BY_NAME, Family, Names
from glianeat.genome.tables import GeneTable
from glianeat.typing import FloatArray, IntArray

OMITTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "neurons",
        (
            "activation",
            "threshold",
            "slow_gain",
            "slow_current",
            "tau_slow",
            "slow_set_point",
            "slow_reference_rate",
            "slow_postsynaptic_share",
        ),
    ),
    ("astrocytes", ("reference_rate", "postsynaptic_share", "tau_supply")),
    ("neurons", ("output_gain",)),
)
"""Groups of traits of a family, left out of genomes all of whose genes have them as by default."""
SHORT = 2
"""Version of genomes without any of these; those of group k are held if 1 << k is added."""
VERSIONS = range(SHORT, SHORT + (1 << len(OMITTED)))
_HEADER = struct.Struct("<4sHq4I")
_MAGIC = b"GNOM"


def in_files(field: str) -> str:
    """Return what files call an integer field: the channel of a neuron is its index there."""
    return "index" if field == "channel" else field


OWN_FIELDS: Names = {family.name: tuple(map(in_files, family.fields)) for family in FAMILIES}


@dataclass(frozen=True, eq=False)
class _Columns:
    """The traits that packed genes of one family hold."""

    family: Family
    n_traits: int
    stored: IntArray  # columns of the packed traits that this version knows …
    own: IntArray  # … and their columns in the family

    @cached_property
    def first(self) -> int:
        """Column of the first trait."""
        return 1 + len(self.family.fields)

    @cached_property
    def width(self) -> int:
        """Words of a packed gene."""
        return self.first + self.n_traits

    @cached_property
    def is_own(self) -> bool:
        """Whether these are the traits of the family, in their order."""
        every = np.arange(len(self.family.traits))
        return np.array_equal(self.own, every) and np.array_equal(self.stored, every)

    @cached_property
    def words(self) -> IntArray:
        """Columns of a gene as this version has it that are packed, in order."""
        return np.concatenate((np.arange(self.first), self.first + self.own))

    @cached_property
    def means(self) -> IntArray:
        """Initial means of the traits, as the words that genes hold."""
        means = [self.family.traits[column].init_mean for column in self.own]
        return np.array(means, dtype=np.float64).view(np.int64)

    def completed(self, traits: FloatArray) -> FloatArray:
        """Return the traits of the family, shape (G, F), of packed ones, shape (G, n_traits)."""
        if self.is_own:
            return traits
        whole = np.tile([trait.init_mean for trait in self.family.traits], (len(traits), 1))
        whole[:, self.own] = traits[:, self.stored]
        return whole


def _columns(family: Family, names: Sequence[str]) -> _Columns:
    own = {trait.name: column for column, trait in enumerate(family.traits)}
    known = [(place, own[name]) for place, name in enumerate(names) if name in own]
    return _Columns(
        family,
        len(names),
        np.array([place for place, _ in known], dtype=np.int64),
        np.array([column for _, column in known], dtype=np.int64),
    )


def left_out(version: int, family: Family) -> tuple[str, ...]:
    """Return the traits of a family that genomes of a version do not hold."""
    return tuple(
        name
        for place, (of, names) in enumerate(OMITTED)
        for name in names
        if of == family.name and not (version - SHORT) >> place & 1
    )


def _without(names: Sequence[str], omitted: Sequence[str]) -> list[str]:
    return [name for name in names if name not in omitted]


def _check_families(names: Names) -> None:
    for name in names:
        if name not in FAMILY_BY_NAME:
            raise GenomeError(f"family {shown(name)} is unknown{suggestion(name, FAMILY_BY_NAME)}")
    for name in FAMILY_BY_NAME:
        if name not in names:
            raise GenomeError(f"family {name!r} is missing")


def _check_fields(family: Family, names: Sequence[str]) -> None:
    own = OWN_FIELDS[family.name]
    if tuple(names) == tuple(own):
        return
    unknown = [name for name in names if name not in own]
    if unknown:
        near = suggestion(unknown[0], own)
        raise GenomeError(f"field {shown(unknown[0])} of {family.name} is unknown{near}")
    raise GenomeError(f"fields of {family.name} must be {', '.join(own)}, got {', '.join(names)}")


def _check_distinct(family: Family, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise GenomeError(f"trait {shown(name)} of {family.name} is there twice")


class PackedLayout:
    """Which columns packed genomes have.

    Parameters
    ----------
    traits : mapping of str to sequence of str
        Names of the traits of each family, in the order in which genomes hold them.
    fields : mapping of str to sequence of str
        Names of the integer fields of each family.

    Raises
    ------
    GenomeError
        If there is a family or a field that this version does not know, or one is missing, or a
        name is there twice: there are no defaults for what genes are joined by.
    """

    def __init__(self, traits: Names, fields: Names = OWN_FIELDS) -> None:
        _check_families(traits)
        _check_families(fields)
        for family in FAMILIES:
            _check_fields(family, fields[family.name])
            _check_distinct(family, traits[family.name])
        self._traits = {name: tuple(traits[name]) for name in traits}
        self._forms = {
            version: tuple(
                _columns(family, _without(traits[family.name], left_out(version, family)))
                for family in FAMILIES
            )
            for version in VERSIONS
        }
        self._omitted = [
            _columns(FAMILY_BY_NAME[name], [one for one in omitted if one in traits[name]])
            for name, omitted in OMITTED
        ]

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """Family and name of each trait that this version does not know."""
        return [
            (family, name)
            for family, names in self._traits.items()
            for name in names
            if name not in ALL_TRAITS[family]
        ]

    def columns(self, version: int) -> tuple[_Columns, ...]:
        """Return the columns of each family in packed genomes of a version."""
        return self._forms[version]

    def version_of(self, genome: Genome) -> int:
        """Return the version that a genome is packed in: that which leaves out most."""
        version = SHORT
        for place, columns in enumerate(self._omitted):
            block = genome.block(columns.family)
            if (block[:, columns.first + columns.own] != columns.means).any():
                version += 1 << place
        return version


OWN = PackedLayout(ALL_TRAITS)
"""The traits of this version."""


def pack(genome: Genome, layout: PackedLayout = OWN) -> bytes:
    """Return the genome as packed little-endian words."""
    version = layout.version_of(genome)
    header = _HEADER.pack(_MAGIC, version, genome.key, *genome.counts)
    columns = layout.columns(version)
    if all(one.is_own for one in columns):
        return header + genome.words.astype("<i8", copy=False).tobytes()
    blocks = [genome.block(one.family) for one in columns]
    kept = [
        block.ravel() if one.is_own else block[:, one.words].ravel()
        for one, block in zip(columns, blocks, strict=True)
    ]
    return header + np.concatenate(kept).astype("<i8", copy=False).tobytes()


def unpack_own(data: bytes) -> Genome:
    """Return the genome that this very program has packed: it is not checked again."""
    return _unpack(data, OWN)


def unpack(data: bytes, layout: PackedLayout = OWN) -> Genome:
    """Return the genome in a packed form; raise `GenomeError` if it is damaged.

    Traits that the layout names and this version does not know are left out; see
    `PackedLayout.unknown`.
    """
    try:
        genome = _unpack(data, layout)
        check_genome(genome)
    except GenomeError as error:
        raise GenomeError(f"packed genome: {error}") from None
    return genome


def packed_regions(data: bytes, layout: PackedLayout = OWN) -> list[int]:
    """Return the indices of the regions of a packed genome, rising; the rest is not looked at.

    Raises
    ------
    GenomeError
        If the data are no packed genome.
    """
    version, _, counts = _header(data)
    width = layout.columns(version)[0].width
    if len(data) < _HEADER.size + 8 * counts[0] * width:
        raise GenomeError(f"must hold the {counts[0]} regions that it names")
    words = np.frombuffer(data, "<i8", counts[0] * width, _HEADER.size)
    return sorted(words[1::width].tolist())


def _header(data: bytes) -> tuple[int, int, list[int]]:
    """Return version, key and number of genes of each family."""
    if len(data) < _HEADER.size:
        raise GenomeError(f"must hold >= {_HEADER.size} bytes, got {len(data)}")
    magic, version, key, *counts = _HEADER.unpack_from(data)
    if magic != _MAGIC or version not in VERSIONS:
        raise GenomeError(
            f"must be {_MAGIC!r} version {SHORT} to {VERSIONS[-1]}, got {magic!r} version {version}"
        )
    return version, key, counts


def _unpack(data: bytes, layout: PackedLayout) -> Genome:
    version, key, counts = _header(data)
    columns = layout.columns(version)
    sizes = [8 * n * one.width for n, one in zip(counts, columns, strict=True)]
    if len(data) != _HEADER.size + sum(sizes):
        raise GenomeError(f"must hold {_HEADER.size + sum(sizes)} bytes, got {len(data)}")
    tables, offset = [], _HEADER.size
    for n_genes, size, one in zip(counts, sizes, columns, strict=True):
        words = np.frombuffer(data, "<i8", size // 8, offset).astype(np.int64)
        block = words.reshape(n_genes, one.width)
        traits = one.completed(block.view(np.float64)[:, one.first :])
        tables.append(GeneTable(one.family, block[:, 0], block[:, 1 : one.first], traits))
        offset += size
    return Genome(key, *tables)
