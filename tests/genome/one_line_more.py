"""Run with the name of a family: adds a line to the schema before it is imported, and reports."""

import json
import sys
from dataclasses import replace
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader

LINE = '    _trait("courage", "medal", (0.25, 0.1), (0.5, 0.1), (-1.0, 1.0)),\n'
SCHEMA = "glianeat.genome.schema"


class OneLineMore(SourceFileLoader):
    """Loads the schema with one line more at the end of a family's traits."""

    family = ""

    def get_code(self, fullname):
        source = self.get_source(fullname)
        begin = source.index(f'Family("{self.family}"')
        end = source.index("\n))", begin) + 1
        return compile(source[:end] + LINE + source[end:], self.path, "exec")


class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != SCHEMA:
            return None
        spec = PathFinder.find_spec(name, path, target)
        spec.loader = OneLineMore(name, spec.origin)
        return spec


def report(family):
    import numpy as np

    from glianeat.develop.decode import develop
    from glianeat.genome.founders import found_genome
    from glianeat.genome.mutation import apply_operator
    from glianeat.genome.serial import genome_from_json, genome_to_json, pack, unpack
    from glianeat.genome.variation import GenomeConfig, Variation

    rng, variation = np.random.default_rng(0), Variation(GenomeConfig())
    genome = found_genome(0, 3, 3, variation, rng)
    mutant, grown = genome, genome
    for _ in range(10):
        mutant = apply_operator("traits", mutant, variation, rng)
        for operator in ("split_synapse", "add_region", "add_astrocyte", "add_synapse"):
            grown = apply_operator(operator, grown, variation, rng)
    old = set(getattr(genome, family).innovation.tolist())
    new = np.array([n not in old for n in getattr(grown, family).innovation.tolist()])
    births, changes = courage(genome, family), courage(mutant, family) != courage(genome, family)
    return {
        "spread at birth": float(births.std()),
        "changed by mutation": bool(changes.any()),
        "new genes": int(new.sum()),
        "spread of new genes": float(courage(grown, family)[new].std()),
        "in JSON": genome_to_json(with_courage(genome, family, 0.5)).count(b'"courage": 0.5')
        == len(old),
        "read back": [
            genome_from_json(genome_to_json(mutant)) == mutant,
            unpack(pack(mutant)) == mutant,
        ],
        "settings": initial_mean(family, 0.75),
        "neurons of a network": int(develop(grown).n_neurons),
        **report_of_pairs(genome, family, variation, rng),
    }


def initial_mean(family, value):
    """Return the initial mean of the trait where the settings say one."""
    from glianeat.genome.schema import FAMILY_BY_NAME
    from glianeat.genome.variation import GenomeConfig, Variation

    genes = FAMILY_BY_NAME[family]
    variation = Variation(GenomeConfig(traits={family: {"courage": {"init_mean": value}}}))
    return float(variation.distribution(genes).init_mean[genes.column("courage")])


def report_of_pairs(genome, family, variation, rng):
    import numpy as np

    from glianeat.errors import GenomeError
    from glianeat.genome.crossover import crossover
    from glianeat.genome.distance import DistanceConfig, compatibility_distance

    low, high = (with_courage(genome, family, value) for value in (-0.5, 0.5))
    children = [crossover(low, high, variation, rng) for _ in range(20)]
    found = np.array([courage(child, family) for child in children])
    try:
        with_courage(genome, family, 2.0)
        refusal = ""
    except GenomeError as error:
        refusal = str(error)
    nothing = DistanceConfig(disjoint=0.0, weight=0.0, ratio=0.0, region=0.0, trait=1.0)
    traits = getattr(genome, family).family.traits
    names = {trait.name for trait in traits if trait.scale != "option"}
    return {
        "from either parent": [bool((found == value).any()) for value in (-0.5, 0.5)],
        "distance": compatibility_distance(low, high, nothing),
        "expected distance": 0.5 / len(names - {"weight", "log2_ratio"}) / 4,
        "out of bounds": refusal,
    }


def courage(genome, family):
    return getattr(genome, family).trait("courage")


def with_courage(genome, family, value):
    genes = getattr(genome, family)
    traits = genes.traits.copy()
    traits[:, genes.family.column("courage")] = value
    return replace(genome, **{family: genes.with_traits(traits)})


if __name__ == "__main__":
    OneLineMore.family = sys.argv[1]
    sys.meta_path.insert(0, Finder())
    sys.stdout.write(json.dumps(report(sys.argv[1])))
