"""A gene table: all genes of one family, as arrays."""

from dataclasses import dataclass

import numpy as np

from glianeat.errors import GenomeError
from glianeat.genome.schema import Family
from glianeat.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class GeneTable:
    """Genes of one family, sorted by innovation number; an immutable value.

    Parameters
    ----------
    family : Family
        Names, units and bounds of the columns.
    innovation : ndarray of int64, shape (G,)
        Structural hashes, strictly increasing.
    keys : ndarray of int64, shape (G, K)
        One column for each name in ``family.keys``.
    traits : ndarray of float64, shape (G, F)
        One column for each trait of the family, within its bounds.

    Raises
    ------
    GenomeError
        If a gene is out of order, non-finite or out of bounds; the message names it.
    """

    family: Family
    innovation: IntArray
    keys: IntArray
    traits: FloatArray

    def __post_init__(self) -> None:
        family, count = self.family, len(self.innovation)
        if self.keys.shape != (count, len(family.keys)):
            raise GenomeError(f"{family.name}: keys must have shape {(count, len(family.keys))}")
        if self.traits.shape != (count, len(family.traits)):
            raise GenomeError(
                f"{family.name}: traits must have shape {(count, len(family.traits))}"
            )
        if (self.innovation[1:] <= self.innovation[:-1]).any():
            raise GenomeError(f"{family.name}: innovation numbers must increase strictly")
        inside = (self.traits >= family.low) & (self.traits <= family.high)  # NaN is not inside
        if not inside.all():
            self._refuse(inside)
        for array in (self.innovation, self.keys, self.traits):
            array.flags.writeable = False

    def _refuse(self, inside: BoolArray) -> None:
        gene, column = np.argwhere(~inside)[0]
        trait, value = self.family.traits[column], self.traits[gene, column]
        raise GenomeError(
            f"{self.family.name} {self.innovation[gene]:016x}: {trait.name} must be in "
            f"[{trait.min_value:g}, {trait.max_value:g}] {trait.unit}, got {value}"
        )

    def __len__(self) -> int:
        return len(self.innovation)

    def __eq__(self, other: object) -> bool:
        """Return whether two tables hold the same genes with the same traits, bit for bit."""
        if not isinstance(other, GeneTable):
            return NotImplemented
        return (
            self.family is other.family
            and np.array_equal(self.innovation, other.innovation)
            and np.array_equal(self.keys, other.keys)
            and np.array_equal(self.traits, other.traits)
        )

    __hash__ = None  # type: ignore[assignment]

    def trait(self, name: str) -> FloatArray:
        """Return the column of one trait, shape (G,), read-only."""
        return self.traits[:, self.family.column(name)]

    def key(self, name: str) -> IntArray:
        """Return the column of one key, shape (G,), read-only."""
        return self.keys[:, self.family.key_column(name)]

    def find(self, innovation: int) -> int:
        """Return the row of a gene, or -1 if the table has none of that number."""
        row = int(np.searchsorted(self.innovation, innovation))
        return row if row < len(self) and self.innovation[row] == innovation else -1

    def __contains__(self, innovation: int) -> bool:
        return self.find(innovation) >= 0

    def rows(self, innovations: IntArray) -> IntArray:
        """Return the rows of genes that are known to be in the table, shape of `innovations`."""
        return np.searchsorted(self.innovation, innovations)

    def take(self, keep: BoolArray | IntArray) -> "GeneTable":
        """Return a table of the selected genes, in order of innovation number."""
        return GeneTable(self.family, self.innovation[keep], self.keys[keep], self.traits[keep])

    def insert(self, innovation: int, keys: tuple[int, ...], traits: FloatArray) -> "GeneTable":
        """Return a table with one gene more."""
        row = int(np.searchsorted(self.innovation, innovation))
        return GeneTable(
            self.family,
            np.insert(self.innovation, row, innovation),
            np.insert(self.keys, row, np.array(keys), axis=0),
            np.insert(self.traits, row, traits, axis=0),
        )

    def with_traits(self, traits: FloatArray) -> "GeneTable":
        """Return the same genes with other traits; keys and innovation numbers are shared."""
        return GeneTable(self.family, self.innovation, self.keys, traits)

    def with_key(self, name: str, row: int, value: int) -> "GeneTable":
        """Return the same genes with one key of one gene changed."""
        keys = self.keys.copy()
        keys[row, self.family.key_column(name)] = value
        return GeneTable(self.family, self.innovation, keys, self.traits)


def table(family: Family, genes: list[tuple[int, tuple[int, ...], FloatArray]]) -> GeneTable:
    """Return a table of (innovation number, keys, traits) rows given in any order."""
    genes = sorted(genes, key=lambda gene: gene[0])
    return GeneTable(
        family,
        np.array([gene[0] for gene in genes], dtype=np.int64),
        np.array([gene[1] for gene in genes], dtype=np.int64).reshape(-1, len(family.keys)),
        np.array([gene[2] for gene in genes], dtype=np.float64).reshape(-1, len(family.traits)),
    )
