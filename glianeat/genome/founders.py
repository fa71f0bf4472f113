"""Founders: the first genomes of a run, sparse and with glia in every region."""

from collections.abc import Sequence

import numpy as np

from glianeat.errors import ConfigError, GenomeError
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    synapse_innovation,
)
from glianeat.genome.schema import ASTROCYTES, NEURONS, REGIONS, SYNAPSES, Family, Role
from glianeat.genome.tables import GeneTable, table
from glianeat.genome.variation import Variation

SENSORY, MOTOR, FIRST_ASSOCIATION = 0, 1, 2  # indices of regions
_SPACING = 3.0  # distance between neighbouring regions [region radii]


def region_name(index: int, count: int) -> str:
    """Return what people call a region: sensory, motor, association, or association 1, 2, ….

    Parameters
    ----------
    index : int
        Index of the region.
    count : int
        Number of regions of the genome or network.
    """
    if index in (SENSORY, MOTOR):
        return "sensory" if index == SENSORY else "motor"
    return "association" if count <= FIRST_ASSOCIATION + 1 else f"association {index - MOTOR}"


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
        Settings, and distributions of the traits.
    rng : numpy.random.Generator
        The only source of randomness.

    Raises
    ------
    ConfigError
        If a founder of so many inputs and outputs breaks a structural cap.
    GenomeError
        If there are no inputs or no outputs.
    """
    if min(n_inputs, n_outputs) < 1:
        raise GenomeError(
            f"founder: must have >= 1 inputs and >= 1 outputs, got {n_inputs} and {n_outputs}"
        )
    config = variation.config
    _keep_cap("max_regions", 2 + config.association_regions, config.max_regions)
    _keep_cap("max_neurons", n_inputs + n_outputs, config.max_neurons)
    _keep_cap("max_astrocytes", 2 + config.association_regions, config.max_astrocytes)
    regions = _regions(variation, rng)
    neurons = _neurons(n_inputs, n_outputs, variation, rng)
    astrocytes = _astrocytes(regions, variation, rng)
    return Genome(key, regions, neurons, astrocytes, _synapses(neurons, variation, rng))


def _keep_cap(name: str, n_genes: int, cap: int) -> None:
    if n_genes > cap:
        raise ConfigError(f"{name}: must be >= {n_genes}, the genes of a founder, got {cap}")


def _regions(variation: Variation, rng: np.random.Generator) -> GeneTable:
    n_between = variation.config.association_regions
    places = np.zeros((2 + n_between, 2))
    places[MOTOR, 0] = 2.0 * _SPACING
    places[FIRST_ASSOCIATION:, 0] = _SPACING
    places[FIRST_ASSOCIATION:, 1] = _SPACING * (np.arange(n_between) - (n_between - 1) / 2.0)
    distribution, fields = (
        variation.distribution(REGIONS),
        [(index,) for index in range(len(places))],
    )
    traits = distribution.draw(np.array(fields), rng)
    traits[:, [REGIONS.column("x"), REGIONS.column("y")]] += places
    numbers = [region_id(index) for (index,) in fields]
    return table(REGIONS, list(zip(numbers, fields, distribution.repair(traits), strict=True)))


def _neurons(
    n_inputs: int, n_outputs: int, variation: Variation, rng: np.random.Generator
) -> GeneTable:
    channels = [
        (input_node_id(i), (Role.INPUT, i, 0, region_id(SENSORY), 1)) for i in range(n_inputs)
    ]
    n_regions = variation.config.output_regions
    for i in range(n_outputs):
        region = region_id(MOTOR + i * n_regions // n_outputs)
        channels.append((output_node_id(i), (Role.OUTPUT, i, 0, region, 1)))
    return _born(NEURONS, channels, variation, rng)


def _astrocytes(regions: GeneTable, variation: Variation, rng: np.random.Generator) -> GeneTable:
    genes = [(astrocyte_id(region, 0), (region, 0)) for region in regions.innovation.tolist()]
    return _born(ASTROCYTES, genes, variation, rng)


def _synapses(neurons: GeneTable, variation: Variation, rng: np.random.Generator) -> GeneTable:
    """Join inputs to outputs: all pairs if they are few, else at random, but every output."""
    role = neurons.field("role")
    inputs = neurons.innovation[role == Role.INPUT].tolist()
    outputs = neurons.innovation[role == Role.OUTPUT].tolist()
    joined = rng.random((len(inputs), len(outputs))) < variation.config.connection
    if joined.size <= variation.config.connect_fully_below:
        joined[:] = True
    for column in np.flatnonzero(~joined.any(axis=0)):
        joined[rng.integers(len(inputs)), column] = True
    _keep_cap("max_synapses", int(joined.sum()), variation.config.max_synapses)
    pairs = [(inputs[i], outputs[j]) for i, j in np.argwhere(joined).tolist()]
    genes = [(synapse_innovation(*pair), (*pair, 1)) for pair in pairs]
    return _born(SYNAPSES, genes, variation, rng)


def _born(
    family: Family,
    genes: Sequence[tuple[int, tuple[int, ...]]],
    variation: Variation,
    rng: np.random.Generator,
) -> GeneTable:
    """Return a table of (innovation number, fields), with fresh traits."""
    traits = variation.distribution(family).draw(np.array([fields for _, fields in genes]), rng)
    rows = zip(genes, traits, strict=True)
    return table(family, [(number, fields, row) for (number, fields), row in rows])
