"""A population: the genomes of a generation, in one block of memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.operators.layout import PackedGenomes
from glianeat.typing import IntArray


class Population(Sequence[Genome]):
    """Genomes that stand together in memory; an immutable sequence.

    What it hands out owns its memory: ``population[3]`` keeps nobody else alive, and neither does
    ``population[2:5]``, which is a smaller population.

    Parameters
    ----------
    keys : ndarray of int64, shape (N,)
        Keys of the genomes.
    packed : PackedGenomes
        Their genes, known to be sound; owned by the population from here on.
    """

    def __init__(self, keys: IntArray, packed: PackedGenomes) -> None:
        self._keys, self._packed = keys, packed

    @classmethod
    def of(cls, genomes: Iterable[Genome]) -> "Population":
        """Return genomes as a population: themselves if they are one, else copies in order."""
        if isinstance(genomes, Population):
            return genomes
        listed = list(genomes)
        words = np.concatenate([np.zeros(0, dtype=np.int64), *(one.words for one in listed)])
        size = np.array([len(one.words) for one in listed], dtype=np.int64)
        end = np.cumsum(size)
        packed = PackedGenomes(
            words,
            words.view(np.float64),
            start=end - size,
            end=end,
            counts=np.array([one.counts for one in listed], dtype=np.int64).reshape(-1, 4),
            digest=np.array([one.digest for one in listed], dtype=np.uint64),
        )
        return cls(np.array([one.key for one in listed], dtype=np.int64), packed)

    @property
    def keys(self) -> IntArray:
        """Keys of the genomes, shape (N,)."""
        return self._keys.copy()

    @property
    def counts(self) -> IntArray:
        """Genes of each family of each genome, shape (N, 4)."""
        return self._packed.counts.copy()

    @property
    def packed(self) -> PackedGenomes:
        """The block of memory, for the compiled code of this package; not to be written."""
        return self._packed

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Genome]:
        packed = self._packed
        columns = (self._keys, packed.start, packed.end, packed.counts, packed.digest)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for key, start, end, counts, digest in rows:
            yield Genome.of_words(key, packed.words[start:end].copy(), counts, digest)

    @overload
    def __getitem__(self, index: int) -> Genome: ...

    @overload
    def __getitem__(self, index: slice) -> "Population": ...

    def __getitem__(self, index: int | slice) -> "Genome | Population":
        if isinstance(index, slice):
            return Population.of(self[i] for i in range(*index.indices(len(self))))
        i, packed = range(len(self))[index], self._packed
        words = packed.words[packed.start[i] : packed.end[i]].copy()
        counts, digest = packed.counts[i].tolist(), int(packed.digest[i])
        return Genome.of_words(int(self._keys[i]), words, counts, digest)

    def __repr__(self) -> str:
        return f"<Population of {len(self)} genomes>"
