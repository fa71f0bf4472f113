"""A genome: four gene tables and a key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glianeat.config import shown
from glianeat.errors import GenomeError
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.schema import (
    ALL_ROLES,
    FAMILIES,
    FAMILY_BY_NAME,
    INNOVATION_FIELDS,
    Family,
    Role,
)
from glianeat.genome.tables import GeneTable
from glianeat.text import counted, table_markup
from glianeat.typing import BoolArray, FloatArray, IntArray

MAX_INDEX = 2**31  # of channels, regions and astrocytes of a region
_REGION_RULE = "region must be one of the genome's regions"
_assign = object.__setattr__  # as the constructor of a frozen dataclass does


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

    @classmethod
    def of_words(
        cls, key: int, words: IntArray, counts: Sequence[int], digest: int = 0
    ) -> "Genome":
        """Return the genome in packed genes that are known to be sound; nothing is copied.

        Parameters
        ----------
        key : int
            Its key.
        words : ndarray of int64, shape (W,)
            All genes, see `glianeat.genome.operators.layout`; owned by the genome from here on,
            and read-only.
        counts : sequence of int
            Genes of each family.
        digest : int
            Hash of all genes, see `glianeat.genome.operators.breeding`; 0 where it is not known.
        """
        genome = object.__new__(cls)
        words.flags.writeable = False
        # past the checks; the tables are made when they are looked at, see `__getattr__`
        _assign(genome, "key", key)
        _assign(genome, "words", words)
        _assign(genome, "counts", tuple(counts))
        _assign(genome, "digest", digest)
        return genome

    def __getattr__(self, name: str) -> GeneTable:
        if name not in FAMILY_BY_NAME:
            raise AttributeError(name)
        family = FAMILY_BY_NAME[name]
        table = GeneTable.view(family, self.block(family))
        _assign(self, name, table)  # not to `__dict__`, which would make one: see `GeneTable`
        return table

    def block(self, family: Family) -> IntArray:
        """Return the packed genes of a family as `GeneTable.view` takes them, shape (G, W)."""
        place = 0
        for number, one in zip(self.counts, FAMILIES, strict=True):
            n_words = number * one.width
            if one is family:
                break
            place += n_words
        return self.words[place : place + n_words].reshape(number, family.width)

    def __reduce__(self) -> tuple[object, ...]:
        return Genome.of_words, (self.key, self.words, self.counts, self.digest)

    @cached_property
    def words(self) -> IntArray:
        """All genes in one row of 64-bit words, shape (W,), read-only."""
        words = np.concatenate([table.packed().ravel() for table in self._own_tables()])
        words.flags.writeable = False
        return words

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Genes of each family."""
        return tuple(len(table) for table in self._own_tables())

    @cached_property
    def digest(self) -> int:
        """Hash of all genes, or 0 where it is not known."""
        return 0

    def _own_tables(self) -> list[GeneTable]:
        # past `__getattr__`, which makes tables of words
        return [object.__getattribute__(self, family.name) for family in FAMILIES]

    @property
    def tables(self) -> tuple[GeneTable, GeneTable, GeneTable, GeneTable]:
        """The gene tables, in the order of `schema.FAMILIES`."""
        return self.regions, self.neurons, self.astrocytes, self.synapses

    @property
    def n_inputs(self) -> int:
        """Number of input channels."""
        return int((self.neurons.field("role") == Role.INPUT).sum())

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return int((self.neurons.field("role") == Role.OUTPUT).sum())

    @property
    def n_genes(self) -> int:
        """Number of genes in all families."""
        return sum(len(table) for table in self.tables)

    def with_key(self, key: int) -> "Genome":
        """Return the same genes under another key."""
        return Genome.of_words(key, self.words, self.counts, self.digest)

    def same_genes(self, other: "Genome") -> bool:
        """Return whether two genomes hold equal genes, whatever their keys."""
        return self.counts == other.counts and np.array_equal(self.words, other.words)

    def _repr_html_(self) -> str:
        """Return a table of the genes by family, for notebooks."""
        rows = [(table.family.name, len(table)) for table in self.tables]
        caption = (
            f"Genome {self.key}: {counted(self.n_inputs, 'input')}, "
            f"{counted(self.n_outputs, 'output')}"
        )
        return table_markup(caption, ("family", "genes"), rows)


def check_genome(genome: Genome) -> None:
    """Check what ties the tables together; variation keeps it, files may break it.

    Raises
    ------
    GenomeError
        If the key is not one, a gene names a region, source or target that does not exist, a
        synapse ends in an input, a sign is not -1 or 1, another field is negative or too large, an
        input or output is missing from its row of channels, a trait that counts is not whole, or
        an innovation number is not the hash of its gene's structure. The message names the gene.
    """
    if not 0 <= genome.key < 2**63:
        raise GenomeError(f"key: must be >= 0 and < 2**63, got {shown(genome.key)}")
    for gene_table, family in zip(genome.tables, FAMILIES, strict=True):
        if gene_table.family is not family:
            raise GenomeError(
                f"{family.name}: must be a table of them, got {gene_table.family.name}"
            )
        _check_columns(gene_table)
    _check_neurons(genome)
    _check_synapses(genome)
    region = genome.astrocytes.field("region")
    _require(genome.astrocytes, genome.regions.holds(region), _REGION_RULE)
    _check_hashes(genome)


def _check_columns(genes: GeneTable) -> None:
    """Check what holds for a field or trait of any family."""
    for name in genes.family.fields:
        column = genes.field(name)
        if name == "sign":
            _require(genes, np.abs(column) == 1, "sign must be -1 or 1")
        elif name not in INNOVATION_FIELDS:
            in_range = (column >= 0) & (column < MAX_INDEX)
            _require(genes, in_range, f"{name} must be >= 0 and < {MAX_INDEX}")
    for i in np.flatnonzero(genes.family.is_integer):
        trait, counts = genes.family.traits[i], genes.traits[:, i]
        rule = f"{trait.name} must be a whole number of {trait.unit}"
        _require(genes, counts == np.rint(counts), rule, counts)


def _check_neurons(genome: Genome) -> None:
    neurons = genome.neurons
    role, channel = neurons.field("role"), neurons.field("channel")
    _require(neurons, genome.regions.holds(neurons.field("region")), _REGION_RULE)
    _require(neurons, role < len(ALL_ROLES), "role must be 0, 1 or 2")
    rooted = (role == Role.HIDDEN) | (neurons.field("origin") == 0)
    _require(neurons, rooted, "origin must be 0 unless the neuron is hidden")
    for kind, name in ((Role.INPUT, "input"), (Role.OUTPUT, "output")):
        channels = np.sort(channel[role == kind])
        if not np.array_equal(channels, np.arange(len(channels))) or not len(channels):
            raise GenomeError(f"neurons: {name} channels must be 0, 1, 2, …, got {channels}")


def _check_synapses(genome: Genome) -> None:
    synapses, neurons = genome.synapses, genome.neurons
    source, target = synapses.field("source"), synapses.field("target")
    _require(synapses, neurons.holds(source), "source must be an existing neuron")
    _require(synapses, neurons.holds(target), "target must be an existing neuron")
    is_input = neurons.field("role")[neurons.rows(target)] == Role.INPUT
    _require(synapses, ~is_input, "target must not be an input")
    _require(synapses, synapses.field("enabled") <= 1, "enabled must be 0 or 1")


def _check_hashes(genome: Genome) -> None:
    """Recompute every innovation number from the structure in the gene's fields."""
    _require_hashes(genome.regions, region_id)
    _require_hashes(genome.astrocytes, astrocyte_id)
    _require_hashes(genome.synapses, lambda source, target, _: synapse_innovation(source, target))
    _require_hashes(genome.neurons, _neuron_id)


def _neuron_id(role: int, channel: int, origin: int, *_: int) -> int:
    if role == Role.HIDDEN:
        return split_node_id(origin, channel)
    return input_node_id(channel) if role == Role.INPUT else output_node_id(channel)


def _require(
    genes: GeneTable, holds: BoolArray, rule: str, values: FloatArray | None = None
) -> None:
    """Refuse the first gene for which a rule does not hold; quote its value, else its fields."""
    if holds.all():
        return
    row = int(np.argmin(holds))
    fields = dict(zip(genes.family.fields, genes.fields[row].tolist(), strict=True))
    found = fields if values is None else values[row]
    raise GenomeError(f"{genes.family.name} {genes.innovation[row]:016x}: {rule}, got {found}")


def _require_hashes(genes: GeneTable, number_of: Callable[..., int]) -> None:
    for found, fields in zip(genes.innovation.tolist(), genes.fields.tolist(), strict=True):
        expected = number_of(*fields)
        if found != expected:
            raise GenomeError(
                f"{genes.family.name} {found:016x}: innovation number must be the hash of the "
                f"gene's structure, {expected:016x}"
            )
