"""Genomes made by hand: the smallest that there is, crowds of equal genes, changed genes."""

from dataclasses import replace

import numpy as np

from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.mutation import OPERATORS
from glianeat.genome.schema import FAMILIES, Role
from glianeat.genome.tables import table
from glianeat.genome.variation import GenomeConfig, Variation

DEFAULT = Variation(GenomeConfig())
NO_RATES = {
    family.name: {trait.name: {"mutate_rate": 0.0, "replace_rate": 0.0} for trait in family.traits}
    for family in FAMILIES
}
STRUCTURAL = [name for name in OPERATORS if name != "traits"]
STILL = Variation(GenomeConfig(**dict.fromkeys(STRUCTURAL, 0.0), traits=NO_RATES))
ONLY = synapse_innovation(input_node_id(0), output_node_id(0))  # synapse of the smallest founder


def generator(seed=0):
    return np.random.default_rng(seed)


def with_variation(**changes):
    return Variation(GenomeConfig(**changes))


def smallest(seed=0, variation=DEFAULT):
    """Return a founder of one input, one output and one synapse."""
    return found_genome(seed, 1, 1, variation, generator(seed))


def hidden_ids(genome):
    neurons = genome.neurons
    return set(neurons.innovation[neurons.field("role") == Role.HIDDEN].tolist())


def with_column(genome, family, name, value):
    """Return the genome with one key or trait of all genes of a family at some values."""
    genes = getattr(genome, family)
    keys, traits = genes.fields.copy(), genes.traits.copy()
    if name in genes.family.fields:
        keys[:, genes.family.field_column(name)] = value
    else:
        traits[:, genes.family.column(name)] = value
    return replace(genome, **{family: genes.with_fields(keys).with_traits(traits)})


def only_enabled(genome, number):
    """Return the genome with one synapse enabled and all others disabled."""
    return with_column(genome, "synapses", "enabled", genome.synapses.innovation == number)


def crowd(n_genes, role=Role.HIDDEN):
    """Return a genome with at least so many genes in every family, all at their initial means.

    There are as many neurons of a role as of hidden ones; which ones is told.
    """
    side = int(np.ceil(np.sqrt(n_genes)))
    homes = [region_id(i) for i in range(n_genes)]
    outputs = [output_node_id(i) for i in range(side)]
    made = {Role.INPUT: input_node_id, Role.OUTPUT: output_node_id}
    neurons = {n: (Role.OUTPUT, i, 0, homes[1], 1) for i, n in enumerate(outputs)}
    for i in range(n_genes):
        number = split_node_id(ONLY, i) if role == Role.HIDDEN else made[role](i)
        origin = ONLY if role == Role.HIDDEN else 0
        neurons[number] = (role, i, origin, homes[0], 1)
    neurons.setdefault(input_node_id(0), (Role.INPUT, 0, 0, homes[0], 1))
    genes = (
        {home: (i,) for i, home in enumerate(homes)},
        neurons,
        {astrocyte_id(homes[0], i): (homes[0], i) for i in range(n_genes)},
        {synapse_innovation(a, b): (a, b, 1) for a in outputs for b in outputs},
    )
    return Genome(
        0,
        *(
            table(family, [(n, tuple(map(int, keys)), means(family)) for n, keys in rows.items()])
            for family, rows in zip(FAMILIES, genes, strict=True)
        ),
    )


def means(family):
    return np.array([trait.init_mean for trait in family.traits])


def rows(genes, *, without=()):
    """Return the genes of a table as a set of (innovation number, keys, traits)."""
    kept = [name not in without for name in genes.family.fields]
    parts = (genes.innovation.tolist(), genes.fields[:, kept].tolist(), genes.traits.tolist())
    return {(number, *keys, *traits) for number, keys, traits in zip(*parts, strict=True)}
