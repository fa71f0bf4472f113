"""A genome: four gene tables and a key."""

from dataclasses import dataclass, replace

import numpy as np

from glianeat.errors import GenomeError
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    synapse_innovation,
)
from glianeat.genome.schema import ASTROCYTES, NEURONS, REGIONS, SYNAPSES, Role
from glianeat.genome.table import GeneTable
from glianeat.typing import BoolArray, IntArray


@dataclass(frozen=True)
class Genome:
    """What is inherited; never simulated, never changed.

    Parameters
    ----------
    key : int
        Unique within a run, in order of birth.
    regions, neurons, astrocytes, synapses : GeneTable
        The four gene families.
    """

    key: int
    regions: GeneTable
    neurons: GeneTable
    astrocytes: GeneTable
    synapses: GeneTable

    __hash__ = None  # type: ignore[assignment]

    @property
    def tables(self) -> tuple[GeneTable, GeneTable, GeneTable, GeneTable]:
        """The gene tables, in the order of `schema.FAMILIES`."""
        return self.regions, self.neurons, self.astrocytes, self.synapses

    @property
    def n_inputs(self) -> int:
        """Number of input channels."""
        return int((self.neurons.key("role") == Role.INPUT).sum())

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return int((self.neurons.key("role") == Role.OUTPUT).sum())

    @property
    def n_genes(self) -> int:
        """Number of genes in all families."""
        return sum(len(table) for table in self.tables)

    def with_key(self, key: int) -> "Genome":
        """Return the same genes under another key."""
        return replace(self, key=key)

    def same_genes(self, other: "Genome") -> bool:
        """Return whether two genomes hold equal genes, whatever their keys."""
        return all(a == b for a, b in zip(self.tables, other.tables, strict=True))


def check_genome(genome: Genome) -> None:
    """Check what ties the tables together; variation keeps it, files may break it.

    Raises
    ------
    GenomeError
        If a gene names a region, source or target that does not exist, a synapse ends in an
        input, a sign is not -1 or 1, an input or output is missing from its row of channels, or
        an innovation number is not the hash of its gene's structure. The message names the gene.
    """
    tables = (REGIONS, NEURONS, ASTROCYTES, SYNAPSES)
    for gene_table, family in zip(genome.tables, tables, strict=True):
        if gene_table.family is not family:
            raise GenomeError(f"{family.name}: found a table of {gene_table.family.name}")
    _check_neurons(genome)
    _check_synapses(genome)
    _require(
        ASTROCYTES.name,
        genome.astrocytes,
        _known(genome.regions, genome.astrocytes.key("region")),
        "region must be one of the genome's regions",
    )
    _check_hashes(genome)


def _check_neurons(genome: Genome) -> None:
    neurons = genome.neurons
    sign, role, index = neurons.key("sign"), neurons.key("role"), neurons.key("index")
    known_region = _known(genome.regions, neurons.key("region"))
    _require("neurons", neurons, known_region, "region must be one of the genome's regions")
    _require("neurons", neurons, np.abs(sign) == 1, "sign must be -1 or 1")
    _require("neurons", neurons, (role >= 0) & (role < len(Role)), "role must be 0, 1 or 2")
    for kind in (Role.INPUT, Role.OUTPUT):
        channels = np.sort(index[role == kind])
        if not np.array_equal(channels, np.arange(len(channels))) or not len(channels):
            raise GenomeError(
                f"neurons: {kind.name.lower()} indices must be 0, 1, 2, …, got {channels.tolist()}"
            )


def _check_synapses(genome: Genome) -> None:
    synapses, neurons = genome.synapses, genome.neurons
    source, target = synapses.key("source"), synapses.key("target")
    _require("synapses", synapses, _known(neurons, source), "source must be an existing neuron")
    _require("synapses", synapses, _known(neurons, target), "target must be an existing neuron")
    is_input = neurons.key("role")[neurons.rows(target)] == Role.INPUT
    _require("synapses", synapses, ~is_input, "target must not be an input")
    enabled = synapses.key("enabled")
    _require("synapses", synapses, (enabled == 0) | (enabled == 1), "enabled must be 0 or 1")
    delay = synapses.trait("delay")
    _require("synapses", synapses, delay == np.round(delay), "delay must be a whole number of ms")


def _check_hashes(genome: Genome) -> None:
    """Recompute every number whose structure is in the gene's keys (splits keep theirs hidden)."""
    for i, number in enumerate(genome.regions.innovation.tolist()):
        _require_hash("regions", number, region_id(int(genome.regions.keys[i, 0])))
    for i, number in enumerate(genome.astrocytes.innovation.tolist()):
        region, occurrence = genome.astrocytes.keys[i].tolist()
        _require_hash("astrocytes", number, astrocyte_id(region, occurrence))
    for i, number in enumerate(genome.synapses.innovation.tolist()):
        source, target, _ = genome.synapses.keys[i].tolist()
        _require_hash("synapses", number, synapse_innovation(source, target))
    for i, number in enumerate(genome.neurons.innovation.tolist()):
        role, index = genome.neurons.keys[i, :2].tolist()
        if role != Role.HIDDEN:
            node_id = input_node_id(index) if role == Role.INPUT else output_node_id(index)
            _require_hash("neurons", number, node_id)


def _known(genes: GeneTable, numbers: IntArray) -> BoolArray:
    return np.isin(numbers, genes.innovation)


def _require(family: str, genes: GeneTable, holds: BoolArray, rule: str) -> None:
    if not holds.all():
        row = int(np.argmin(holds))
        found = dict(zip(genes.family.keys, genes.keys[row].tolist(), strict=True))
        raise GenomeError(f"{family} {genes.innovation[row]:016x}: {rule}, got {found}")


def _require_hash(family: str, found: int, expected: int) -> None:
    if found != expected:
        raise GenomeError(
            f"{family} {found:016x}: innovation number must be the hash of the gene's structure, "
            f"{expected:016x}"
        )
