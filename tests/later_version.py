"""Run with the folder of a golden run: a later version, with a trait and an energy kind more.

It shows the run and resumes it, and writes down what it finds. Every gene family has a trait more,
and every ledger has something of the new kind, which would cost much.
"""

import functools
import importlib.util
import json
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path

TRAIT = '    _trait("courage", "medal", (0.25, 0.1), (0.5, 0.1), (-1.0, 1.0)),\n'
KIND = "    bravery: {} = 1000.0\n"


def with_traits(source):
    families = ("regions", "neurons", "astrocytes", "synapses")
    for family in families:
        end = source.index("\n))", source.index(f'Family("{family}"')) + 1
        source = source[:end] + TRAIT + source[end:]
    return source


def with_cost(source):
    kind = "PerLife" if "PerLife" in source else "Charge"
    place = source.index("    lifetime: ")  # behind the last kind
    return source[:place] + KIND.format(kind) + source[place:]


def with_kind(source):
    if "DYNAMIC_KINDS, KINDS" in source:  # which come from the costs
        return source
    return source.replace('    "build_astrocyte",\n', '    "build_astrocyte",\n    "bravery",\n')


CHANGED = {
    "glianeat.genome.schema": with_traits,
    "glianeat.energetics.cost": with_cost,
    "glianeat.energetics.ledger": with_kind,
}


class LaterLoader(SourceFileLoader):
    """Loads a module whose source has a line more."""

    def get_code(self, fullname):
        return compile(CHANGED[fullname](self.get_source(fullname)), self.path, "exec")


class Finder:
    """Finds these modules."""

    @staticmethod
    def find_spec(name, path, target=None):
        if name not in CHANGED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        spec.loader = LaterLoader(name, spec.origin)
        return spec


def spend_bravery():
    """Let every ledger have something of the new kind."""
    from glianeat.energetics.ledger import KINDS, Ledger

    init = Ledger.__init__

    @functools.wraps(init)
    def brave(self, amounts, counts, seconds):
        amounts = amounts.copy()
        amounts[KINDS.index("bravery")] += 5.0
        init(self, amounts, counts, seconds)

    Ledger.__init__ = brave


def golden_runs():
    path = Path(__file__).parent.parent / "scripts" / "golden_runs.py"
    spec = importlib.util.spec_from_file_location("golden_runs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(folder):
    import glianeat
    from glianeat.run.run import Run
    from glianeat.run.verification import verify

    golden = golden_runs()
    with Run(folder) as run:
        half, cost = golden.facts(run), run.config.energy.bravery
        courage = run.best.genome.neurons.trait("courage").tolist()
    with glianeat.resume(folder, changes=golden.longer) as run:
        full = golden.facts(run)
        others = run.best.genome.neurons.trait("courage").tolist()
    found = verify(folder, replay=4)
    return {
        "half": half,
        "full": full,
        "cost": cost,
        "courage": sorted({*courage, *others}),
        "mismatches": [*found.checked.mismatches, *found.mismatches],
        "replayed": len(found.replayed),
    }


def new_run(folder):
    """Return what a run that a later version begins has of the trait and the kind."""
    import glianeat

    config = glianeat.ExperimentConfig()
    config = config.replace(evolution=config.evolution.replace(population=4, generations=1))
    with glianeat.evolve(config, runs=folder, name="new", workers=0) as run:
        genes = run.best.genome.neurons.trait("courage")
        amounts = run.best.evaluation.ledger.amount("bravery")
    return {"courage": len(set(genes.tolist())), "bravery": float(amounts.sum())}


if __name__ == "__main__":
    sys.meta_path.insert(0, Finder)
    spend_bravery()
    made = new_run if sys.argv[1] == "new" else report
    sys.stdout.write(json.dumps(made(Path(sys.argv[2]))))
