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
    from glianeat.compile.decorators import compilable
    from glianeat.develop.lesions import Lesion
    from glianeat.errors import GliaNeatError
    from glianeat.evaluate.agent import Agent
    from glianeat.evaluate.damage import Damage
    from glianeat.evaluate.evaluation import Evaluation
    from glianeat.genome.alteration import TraitChange
    from glianeat.genome.genome import Genome
    from glianeat.genome.serial import genome_from_json, genome_to_json
    from glianeat.inspector.notebook import inspect
    from glianeat.run.api import evolve, make_algorithm, resume
    from glianeat.run.config import ExperimentConfig, load_experiment
    from glianeat.run.forking import fork
    from glianeat.run.reporters import Reporter
    from glianeat.run.run import Run, Solution
    from glianeat.studies.comparison import compare
    from glianeat.studies.result import Comparison
    from glianeat.studies.study.study import Study, study
    from glianeat.studies.sweep import Sweep, resume_sweep, sweep
    from glianeat.tasks.compiled.dynamics import CompiledDynamics

_HOMES = {  # imported on first use, so that `import glianeat` is quick
    "Agent": "evaluate.agent",
    "Comparison": "studies.result",
    "Damage": "evaluate.damage",
    "Evaluation": "evaluate.evaluation",
    "ExperimentConfig": "run.config",
    "Genome": "genome.genome",
    "GliaNeatError": "errors",
    "Lesion": "develop.lesions",
    "Reporter": "run.reporters",
    "Run": "run.run",
    "Solution": "run.run",
    "TraitChange": "genome.alteration",
    "Study": "studies.study.study",
    "Sweep": "studies.sweep",
    "CompiledDynamics": "tasks.compiled.dynamics",
    "make_algorithm": "run.api",
    "compare": "studies.comparison",
    "compilable": "compile.decorators",
    "evolve": "run.api",
    "fork": "run.forking",
    "genome_from_json": "genome.serial",
    "inspect": "inspector.notebook",
    "load_experiment": "run.config",
    "resume": "run.api",
    "resume_sweep": "studies.sweep",
    "study": "studies.study.study",
    "sweep": "studies.sweep",
    "genome_to_json": "genome.serial",
}

__all__ = [
    "Agent",
    "Comparison",
    "CompiledDynamics",
    "Damage",
    "Evaluation",
    "ExperimentConfig",
    "Genome",
    "GliaNeatError",
    "Lesion",
    "Reporter",
    "Run",
    "Solution",
    "Study",
    "Sweep",
    "TraitChange",
    "compare",
    "compilable",
    "evolve",
    "fork",
    "genome_from_json",
    "genome_to_json",
    "inspect",
    "load_experiment",
    "make_algorithm",
    "resume",
    "resume_sweep",
    "study",
    "sweep",
]


_RENAMED = {
    "Twin": "CompiledDynamics",
    "algorithm": "make_algorithm",
    "from_json": "genome_from_json",
    "to_json": "genome_to_json",
}


def __getattr__(name: str) -> object:
    if name in _RENAMED:
        raise ImportError(f"glianeat.{name}: is called glianeat.{_RENAMED[name]} now")
    if name not in _HOMES:
        raise AttributeError(f"module 'glianeat' has no attribute {name!r}")
    return getattr(import_module(f"glianeat.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
