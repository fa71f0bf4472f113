"""Evolve spiking networks with glia, under an energy budget.

>>> import glianeat
>>> config = glianeat.ExperimentConfig(seed=1)
>>> config.task.id
'CartPole-v1'
"""

from importlib import import_module

__version__ = "0.1.0"

TYPE_CHECKING = False  # for type checkers it is true; `typing` is not needed at the start
if TYPE_CHECKING:
    from glianeat.errors import GliaNeatError
    from glianeat.evaluate.agent import Agent
    from glianeat.evaluate.protocol import Evaluation
    from glianeat.evaluate.twin import Twin
    from glianeat.evolution.reporters import Reporter
    from glianeat.experiment.api import algorithm, evolve, resume
    from glianeat.experiment.config import ExperimentConfig, load_experiment
    from glianeat.experiment.run import Run, Solution
    from glianeat.genome.genome import Genome
    from glianeat.genome.serial import from_json, to_json
    from glianeat.jit import compilable

_HOMES = {  # imported on first use, so that `import glianeat` is quick
    "Agent": "evaluate.agent",
    "Evaluation": "evaluate.protocol",
    "ExperimentConfig": "experiment.config",
    "Genome": "genome.genome",
    "GliaNeatError": "errors",
    "Reporter": "evolution.reporters",
    "Run": "experiment.run",
    "Solution": "experiment.run",
    "Twin": "evaluate.twin",
    "algorithm": "experiment.api",
    "compilable": "jit",
    "evolve": "experiment.api",
    "from_json": "genome.serial",
    "load_experiment": "experiment.config",
    "resume": "experiment.api",
    "to_json": "genome.serial",
}

__all__ = [
    "Agent",
    "Evaluation",
    "ExperimentConfig",
    "Genome",
    "GliaNeatError",
    "Reporter",
    "Run",
    "Solution",
    "Twin",
    "algorithm",
    "compilable",
    "evolve",
    "from_json",
    "load_experiment",
    "resume",
    "to_json",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'glianeat' has no attribute {name!r}")
    return getattr(import_module(f"glianeat.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
