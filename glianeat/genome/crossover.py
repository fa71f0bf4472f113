"""Crossover: genes are lined up by innovation number [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS
from glianeat.genome.table import GeneTable
from glianeat.typing import IntArray

_STRUCTURE = {"regions": 1, "neurons": 2, "astrocytes": 2, "synapses": 2}  # leading key columns


def crossover(fitter: Genome, other: Genome, rng: np.random.Generator) -> Genome:
    """Return a child with the structure of `fitter`; matching genes come from either parent.

    Disjoint genes come from the fitter parent alone, so that every synapse of the child finds its
    neurons. Two genes of equal number but different structure (a hash collision) do not match. A
    neuron gene of the other parent is not taken if it lies in a region that the child has not.

    Parameters
    ----------
    fitter, other : Genome
        Parents; the child's key is that of `fitter` until it is given its own.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    tables = [
        _cross_tables(mine, theirs, fitter.regions, rng)
        for mine, theirs in zip(fitter.tables, other.tables, strict=True)
    ]
    return Genome(fitter.key, *tables)


def _cross_tables(
    mine: GeneTable, theirs: GeneTable, regions: GeneTable, rng: np.random.Generator
) -> GeneTable:
    _, rows, their_rows = matching(mine, theirs)
    chosen = rng.random(len(rows)) < 0.5
    if mine.family is NEURONS:
        chosen &= regions.holds(theirs.key("region")[their_rows])
    rows, their_rows = rows[chosen], their_rows[chosen]
    if not len(rows):
        return mine
    keys, traits = mine.keys.copy(), mine.traits.copy()
    keys[rows], traits[rows] = theirs.keys[their_rows], theirs.traits[their_rows]
    return GeneTable(mine.family, mine.innovation, keys, traits)


def matching(first: GeneTable, second: GeneTable) -> tuple[IntArray, IntArray, IntArray]:
    """Return the innovation numbers of matching genes and their rows in both tables."""
    rows = np.flatnonzero(second.holds(first.innovation))
    other_rows = second.rows(first.innovation[rows])
    width = _STRUCTURE[first.family.name]
    same = (first.keys[rows, :width] == second.keys[other_rows, :width]).all(axis=1)
    rows, other_rows = rows[same], other_rows[same]
    return first.innovation[rows], rows, other_rows
