"""A genome that is being made, as plain dictionaries: for the slow references of variation."""

import math

import numpy as np

from glianeat.genome.genome import Genome
from glianeat.genome.schema import ACTIVATIONS, FAMILIES, Role
from glianeat.genome.tables import table


class Draft:
    """A genome that is being made; `genes[family][number][name]` is a key or a trait."""

    def __init__(self, genome, config, stream):
        self.config, self.stream, self.genes = config, stream, genes_of(genome)
        self.traits = {family.name: traits_of(family, config) for family in FAMILIES}

    def genome(self, key):
        return Genome(key, *(self._table(family) for family in FAMILIES))

    def _table(self, family):
        names = [trait.name for trait in family.traits]
        return table(
            family,
            [
                (
                    number,
                    tuple(gene[name] for name in family.fields),
                    np.array([gene[name] for name in names]),
                )
                for number, gene in self.genes[family.name].items()
            ],
        )

    def numbers(self, family, **keys):
        """Return the numbers of the genes with these keys, in order."""
        genes = self.genes[family]
        return [n for n in sorted(genes) if all(genes[n][k] == v for k, v in keys.items())]

    def has_room(self, family, rows):
        return len(self.genes[family]) + rows <= getattr(self.config, f"max_{family}")

    def bear(self, family, number, **keys):
        """Add a gene with fresh traits."""
        gene = dict(keys)
        for trait in self.traits[family]:
            value = trait.init_mean
            if trait.init_stdev > 0.0 and varies(trait, gene):
                value += trait.init_stdev * self.stream.normal()
            gene[trait.name] = within(trait, value)
        if family == "neurons" and self.config.birth_activation == "any" and keys["role"]:
            gene["activation"] = some_activation(self.stream, self.config, 0.0)
        self.genes[family][number] = gene
        return gene


def genes_of(genome):
    return {
        genes.family.name: {
            number: dict(
                zip(
                    (*genes.family.fields, *(trait.name for trait in genes.family.traits)),
                    (*genes.fields[row].tolist(), *genes.traits[row].tolist()),
                    strict=True,
                )
            )
            for row, number in enumerate(genes.innovation.tolist())
        }
        for genes in genome.tables
    }


def traits_of(family, config):
    """Return the traits of a family as the settings have them."""
    signed = {"scale": "linear", "magnitude": False, "init_stdev": 1.0, "mutate_power": 0.5}
    changes = config.traits.get(family.name, {})
    traits = []
    for trait in family.traits:
        free = signed if trait.name == "weight" and not config.dale else {}
        traits.append(trait.replace(**{**free, **changes.get(trait.name, {})}))
    return traits


def some_activation(stream, config, value):
    """Return the number of one of the activations that the settings allow."""
    if not config.activations:
        return value
    chosen = config.activations[math.floor(stream.uniform() * len(config.activations))]
    return float(ACTIVATIONS.index(chosen))


def varies(trait, gene):
    return gene.get("role", Role.INPUT) in trait.roles


def within(trait, value):
    if trait.magnitude:
        value = abs(value)
    if trait.scale in {"integer", "option"}:
        value = float(round(value))
    return min(max(value, trait.min_value), trait.max_value)
