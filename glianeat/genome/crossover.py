"""Crossover: genes are lined up by innovation number [1]_.

References
----------
.. [1] K. O. Stanley and R. Miikkulainen, "Evolving neural networks through augmenting
   topologies", Evolutionary Computation 10(2), 2002, pp. 99-127.
"""

import numpy as np

from glianeat.genome.breeding import Pairings, breed
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation


def crossover(
    parent: Genome, mate: Genome, variation: Variation, rng: np.random.Generator
) -> Genome:
    """Return a child with the structure of `parent`; matching genes come from either.

    Disjoint genes come from the parent alone, so that every synapse of the child finds its
    neurons. Two genes of equal number but different structure (a hash collision) do not match. A
    neuron gene of the mate is not taken if it lies in a region that the child has not.
    A synapse disabled in one of the two alone is disabled in the child at a rate of its own.

    Parameters
    ----------
    parent, mate : Genome
        Of the child, whose key is that of `parent` until it is given its own.
    variation : Variation
        Rate at which disabled synapses are inherited.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    pairings = Pairings(
        key=np.array([parent.key]),
        parent=np.array([0]),
        mate=np.array([1]),
        mutated=np.zeros(1, dtype=np.bool_),
    )
    ((child,), _) = breed([parent, mate], pairings, variation, int(rng.integers(2**63)))
    return child
