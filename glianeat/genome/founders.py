"""Founders: the first genomes of a run, sparse and with glia in every region."""

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    synapse_innovation,
)
from glianeat.genome.schema import ASTROCYTES, NEURONS, REGIONS, SYNAPSES, Role
from glianeat.genome.table import GeneTable, table
from glianeat.genome.variation import Variation

SENSORY, MOTOR, FIRST_ASSOCIATION = 0, 1, 2  # indices of regions
_SPACING = 3.0  # distance between neighbouring regions [region radii]


def found_genome(
    key: int, n_inputs: int, n_outputs: int, variation: Variation, rng: np.random.Generator
) -> Genome:
    """Return a founder: inputs, outputs, some synapses between them and one astrocyte a region.

    Parameters
    ----------
    key : int
        Key of the new genome.
    n_inputs, n_outputs : int
        Number of input channels and outputs; both at least one.
    variation : Variation
        Settings and laws of the traits.
    rng : numpy.random.Generator
        The only source of randomness.
    """
    regions = _regions(variation, rng)
    neurons = _neurons(n_inputs, n_outputs, variation, rng)
    astrocytes = _astrocytes(regions, variation, rng)
    return Genome(key, regions, neurons, astrocytes, _synapses(neurons, variation, rng))


def _regions(variation: Variation, rng: np.random.Generator) -> GeneTable:
    count = variation.config.association_regions
    middle = (count - 1) / 2.0
    places = [(0.0, 0.0), (2.0 * _SPACING, 0.0)]
    places += [(_SPACING, _SPACING * (i - middle)) for i in range(count)]
    genes = []
    for index, place in enumerate(places):
        traits = variation.new_traits(REGIONS, (index,), rng)
        traits[[REGIONS.column("x"), REGIONS.column("y")]] += place
        genes.append((region_id(index), (index,), traits))
    return table(REGIONS, genes)


def _neurons(
    n_inputs: int, n_outputs: int, variation: Variation, rng: np.random.Generator
) -> GeneTable:
    channels = [
        (input_node_id(i), (int(Role.INPUT), i, region_id(SENSORY), 1)) for i in range(n_inputs)
    ]
    channels += [
        (output_node_id(i), (int(Role.OUTPUT), i, region_id(MOTOR), 1)) for i in range(n_outputs)
    ]
    return table(
        NEURONS, [(n, keys, variation.new_traits(NEURONS, keys, rng)) for n, keys in channels]
    )


def _astrocytes(regions: GeneTable, variation: Variation, rng: np.random.Generator) -> GeneTable:
    genes = []
    for region in regions.innovation.tolist():
        keys = (region, 0)
        traits = variation.new_traits(ASTROCYTES, keys, rng)
        genes.append((astrocyte_id(region, 0), keys, traits))
    return table(ASTROCYTES, genes)


def _synapses(neurons: GeneTable, variation: Variation, rng: np.random.Generator) -> GeneTable:
    """Join inputs to outputs: all pairs if they are few, else at random, but every output."""
    role = neurons.key("role")
    inputs = neurons.innovation[role == Role.INPUT]
    outputs = neurons.innovation[role == Role.OUTPUT]
    joined = rng.random((len(inputs), len(outputs))) < variation.config.connection
    if joined.size <= variation.config.connect_fully_below:
        joined[:] = True
    for column in np.flatnonzero(~joined.any(axis=0)):
        joined[rng.integers(len(inputs)), column] = True
    genes = []
    for i, j in np.argwhere(joined).tolist():
        keys = (int(inputs[i]), int(outputs[j]), 1)
        traits = variation.new_traits(SYNAPSES, keys, rng)
        genes.append((synapse_innovation(*keys[:2]), keys, traits))
    return table(SYNAPSES, genes)
