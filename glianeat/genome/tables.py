"""A gene table: all genes of one family, as arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glianeat.errors import GenomeError
from glianeat.genome.schema import Family
from glianeat.typing import BoolArray, FloatArray, IntArray

_assign = object.__setattr__  # as the constructor of a frozen dataclass does


@dataclass(frozen=True, eq=False, slots=True)
class GeneTable:
    """Genes of one family, sorted by innovation number; an immutable value.

    A run makes four of each genome. They have slots, since dictionaries would be as many objects
    more that Python's garbage collector counts, and comes for.

    Parameters
    ----------
    family : Family
        Names, units and bounds of the columns.
    innovation : ndarray of int64, shape (G,)
        Structural hashes, not negative, strictly increasing.
    fields : ndarray of int64, shape (G, K)
        One column for each name in ``family.fields``.
    traits : ndarray of float64, shape (G, F)
        One column for each trait of the family, within its bounds.

    The arrays are owned by the table from here on, and read-only.

    Raises
    ------
    GenomeError
        If an array has the wrong type or shape, or a gene is out of order, non-finite or out of
        bounds; the message names it.
    """

    family: Family
    innovation: IntArray
    fields: IntArray
    traits: FloatArray

    def __post_init__(self) -> None:
        family, numbers = self.family, self.innovation
        self._check_shapes()
        if (numbers[1:] <= numbers[:-1]).any():
            raise GenomeError(f"{family.name}: innovation numbers must increase strictly")
        if len(numbers) and numbers[0] < 0:
            raise GenomeError(f"{family.name}: innovation numbers must be >= 0, got {numbers[0]}")
        inside = (self.traits >= family.low) & (self.traits <= family.high)  # NaN is not inside
        if not inside.all():
            self._refuse(inside)
        for array in (numbers, self.fields, self.traits):
            array.flags.writeable = False

    @classmethod
    def view(cls, family: Family, block: IntArray) -> "GeneTable":
        """Return the table in packed genes that are known to be sound; nothing is copied.

        Parameters
        ----------
        family : Family
            Of the genes.
        block : ndarray of int64, shape (G, W)
            A row for each gene: number, fields, and traits as the bits of float64; read-only.
        """
        table = object.__new__(cls)
        first = 1 + len(family.fields)
        # past the checks, which would take longer than breeding the genome
        _assign(table, "family", family)
        _assign(table, "innovation", block[:, 0])
        _assign(table, "fields", block[:, 1:first])
        _assign(table, "traits", block.view(np.float64)[:, first:])
        return table

    def packed(self) -> IntArray:
        """Return all genes as rows of 64-bit words, shape (G, W), as `view` takes them."""
        block = np.empty((len(self), self.family.width), dtype=np.int64)
        first = 1 + len(self.family.fields)
        block[:, 0], block[:, 1:first] = self.innovation, self.fields
        block.view(np.float64)[:, first:] = self.traits
        return block

    def _check_shapes(self) -> None:
        count, family = len(self.innovation), self.family
        wanted = (
            ("innovation", self.innovation, np.int64, (count,)),
            ("fields", self.fields, np.int64, (count, len(family.fields))),
            ("traits", self.traits, np.float64, (count, len(family.traits))),
        )
        for name, array, kind, shape in wanted:
            if array.shape != shape or array.dtype != kind:
                raise GenomeError(
                    f"{family.name}: {name} must be {kind.__name__} of shape {shape}, "
                    f"got {array.dtype} of shape {array.shape}"
                )

    def _refuse(self, inside: BoolArray) -> None:
        gene, column = np.argwhere(~inside)[0]
        trait, value = self.family.traits[column], self.traits[gene, column]
        low, high = trait.limits
        raise GenomeError(
            f"{self.family.name} {self.innovation[gene]:016x}: {trait.name} must be in "
            f"[{low:g}, {high:g}] {trait.unit}, got {value}"
        )

    def __reduce__(self) -> tuple[Callable[..., "GeneTable"], tuple[Any, ...]]:
        return GeneTable, (self.family, self.innovation, self.fields, self.traits)

    def __len__(self) -> int:
        return len(self.innovation)

    def __eq__(self, other: object) -> bool:
        """Return whether two tables hold equal genes with equal traits."""
        if not isinstance(other, GeneTable):
            return NotImplemented
        return (
            self.family is other.family
            and np.array_equal(self.innovation, other.innovation)
            and np.array_equal(self.fields, other.fields)
            and np.array_equal(self.traits, other.traits)
        )

    def __hash__(self) -> int:
        return hash((self.family.name, self.innovation.tobytes()))

    def trait(self, name: str) -> FloatArray:
        """Return the column of one trait, shape (G,), read-only."""
        return self.traits[:, self.family.column(name)]

    def field(self, name: str) -> IntArray:
        """Return the column of one field, shape (G,), read-only."""
        return self.fields[:, self.family.field_column(name)]

    def find(self, innovation: int) -> int:
        """Return the row of a gene, or -1 if the table has none of that number."""
        row = int(self.innovation.searchsorted(innovation))
        return row if row < len(self) and self.innovation[row] == innovation else -1

    def __contains__(self, innovation: int) -> bool:
        return self.find(innovation) >= 0

    def rows(self, innovations: IntArray) -> IntArray:
        """Return the rows of genes that are known to be in the table, shape of `innovations`."""
        return self.innovation.searchsorted(innovations)

    def holds(self, innovations: IntArray) -> BoolArray:
        """Return which of these innovation numbers are in the table, shape of `innovations`."""
        if not len(self):
            return np.zeros(innovations.shape, dtype=np.bool_)
        found: BoolArray = self.innovation.take(self.rows(innovations), mode="clip") == innovations
        return found

    def take(self, keep: BoolArray | IntArray) -> "GeneTable":
        """Return a table of the selected genes, in order of innovation number."""
        return GeneTable(self.family, self.innovation[keep], self.fields[keep], self.traits[keep])

    def insert(self, innovation: int, fields: tuple[int, ...], traits: FloatArray) -> "GeneTable":
        """Return a table with one gene more."""
        row = int(self.innovation.searchsorted(innovation))
        parts = (
            (self.innovation, np.array([innovation])),
            (self.fields, np.array([fields])),
            (self.traits, traits[np.newaxis]),
        )
        return GeneTable(
            self.family, *(np.concatenate((a[:row], gene, a[row:])) for a, gene in parts)
        )

    def with_traits(self, traits: FloatArray) -> "GeneTable":
        """Return the same genes with other traits; fields and innovation numbers are shared."""
        return GeneTable(self.family, self.innovation, self.fields, traits)

    def with_fields(self, fields: IntArray) -> "GeneTable":
        """Return the same genes with other fields; traits and innovation numbers are shared."""
        return GeneTable(self.family, self.innovation, fields, self.traits)

    def with_field(self, name: str, row: int, value: int) -> "GeneTable":
        """Return the same genes with one field of one gene changed."""
        fields = self.fields.copy()
        fields[row, self.family.field_column(name)] = value
        return self.with_fields(fields)


def table(family: Family, genes: Sequence[tuple[int, tuple[int, ...], FloatArray]]) -> GeneTable:
    """Return a table of (innovation number, fields, traits) rows given in any order."""
    genes = sorted(genes, key=lambda gene: gene[0])
    return GeneTable(
        family,
        np.array([gene[0] for gene in genes], dtype=np.int64),
        np.array([gene[1] for gene in genes], dtype=np.int64).reshape(-1, len(family.fields)),
        np.array([gene[2] for gene in genes], dtype=np.float64).reshape(-1, len(family.traits)),
    )
