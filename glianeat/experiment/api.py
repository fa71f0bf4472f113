"""Starting runs and going on with them."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from glianeat.errors import ConfigError
from glianeat.evaluate.codec import n_channels, n_outputs
from glianeat.evaluate.objectives import Objective, find_objectives
from glianeat.evaluate.protocol import Evaluator
from glianeat.evaluate.task import TaskSpec, describe_task
from glianeat.evolution.algorithm import GliaNeat
from glianeat.evolution.neat import Neat
from glianeat.evolution.nsga2 import Nsga2
from glianeat.evolution.reporters import Listener, Reporter, ReporterSet, check_reporters
from glianeat.evolution.reproduction import found
from glianeat.evolution.runner import Plan, run_generations
from glianeat.evolution.strategy import Strategy
from glianeat.experiment.config import (
    ExperimentConfig,
    differences,
    encode_experiment,
)
from glianeat.experiment.run import CONFIG, PROVENANCE, Run, stored_config
from glianeat.genome.variation import Variation
from glianeat.store.provenance import provenance
from glianeat.store.records import Summary
from glianeat.store.run_store import RunStore, check_name

RUNS = Path("runs")
Workers = int | Literal["auto"]
_EXTENDABLE = (
    "evolution.generations",
    "evolution.evaluations",
    "evolution.hours",
    "evolution.stagnation",
    "evolution.front_stagnation",
    "evolution.stop_when_solved",
    "evaluation.timeout",
    "evaluation.tolerated_losses",
)
"""What may change on resume: when to stop, not what any generation looks like."""


def evolve(  # noqa: PLR0913 - what to evolve, where to keep it, who computes, who is told
    config: ExperimentConfig,
    *,
    name: str | None = None,
    runs: Path = RUNS,
    workers: Workers = 0,
    address: str = "local",
    listen: Callable[[Summary], None] | None = None,
    reporters: Sequence[Reporter] = (),
) -> Run:
    """Evolve, and return the finished run.

    Parameters
    ----------
    config : ExperimentConfig
        What the results depend on.
    name : str, optional
        Name of the run; by default the task and the first free number, such as ``CartPole-v1-3``.
    runs : Path
        Folder for runs; made if missing.
    workers : int or 'auto'
        Ray workers; 0 evaluates in this process. The results are the same for any number.
    address : str
        Address of a Ray cluster, or ``local``.
    listen : callable
        Is told each generation in numbers, once it is saved.
    reporters : sequence of Reporter
        Are told whatever happens.

    Raises
    ------
    ConfigError
        If the configuration or the task is not fit to run.
    CheckpointError
        If the run exists.
    ReporterError
        If a reporter raises; what was finished is saved, and the run can be resumed.
    """
    if name is not None:
        check_name(name)  # before it becomes a path
    _check_workers(workers)
    told = _all_reporters(listen, reporters)
    spec = describe_task(config.task)
    resolved = config.resolve(spec)
    _check_founders(resolved, spec)
    folder = runs / name if name is not None else free_folder(runs, config.task.id)
    meta = {
        CONFIG: encode_experiment(resolved),
        PROVENANCE: msgspec.json.encode(provenance()),
    }
    with RunStore.create(folder, meta) as store:
        _evolve(resolved, spec, store, (workers, address), told)
    return Run(folder)


def resume(
    folder: Path,
    *,
    changes: Callable[[ExperimentConfig], ExperimentConfig] = lambda config: config,
    workers: Workers = 0,
    address: str = "local",
    listen: Callable[[Summary], None] | None = None,
    reporters: Sequence[Reporter] = (),
) -> Run:
    """Go on with a run, as if it had never been interrupted, and return it finished.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    changes : callable
        Returns the configuration with which to go on; only what decides when to stop may change.
    workers, address, listen, reporters
        As for `evolve`.

    Raises
    ------
    ConfigError
        If a change would alter what results mean; the run is left as it was.
    CheckpointError
        If there is no run, or another process goes on with it.
    ReporterError
        If a reporter raises.
    """
    _check_workers(workers)
    told = _all_reporters(listen, reporters)
    with RunStore.open(folder, writable=True) as store:
        config = stored_config(store)
        changed = changes(config)
        for path, (old, new) in differences(config, changed).items():
            if path not in _EXTENDABLE:
                raise ConfigError(
                    f"{path}: must stay {old!r} in run {folder.name}, since it decides what its "
                    f"results mean, got {new!r}; start a new run with it"
                )
        spec = describe_task(changed.task)
        if changed != config:
            store.set_meta(CONFIG, encode_experiment(changed))
        _evolve(changed, spec, store, (workers, address), told)
    return Run(folder)


def algorithm(config: ExperimentConfig) -> GliaNeat:
    """Return the ask/tell algorithm of an experiment, for those who evaluate themselves."""
    spec = describe_task(config.task)
    return _algorithm(config.resolve(spec), spec)


def free_folder(runs: Path, task: str) -> Path:
    """Return the first folder ``<task>-<number>`` that does not exist."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", task).strip("-._")[:50] or "run"
    number = 1
    while (runs / f"{stem}-{number}").exists():
        number += 1
    return runs / f"{stem}-{number}"


def _algorithm(config: ExperimentConfig, spec: TaskSpec) -> GliaNeat:
    return GliaNeat(
        n_channels(config.codec, spec),
        n_outputs(config.codec, spec),
        seed=config.seed,
        variation=Variation(config.genome),
        population=config.evolution.size,
        strategy=_strategy(config, spec),
        reward_minimum=config.selection.reward_minimum,
        memory=config.evaluation.memory if config.evaluation.renew == "generation" else 0,
    )


def _strategy(config: ExperimentConfig, spec: TaskSpec) -> Strategy:
    objectives = _objectives(config, spec)
    if config.evolution.algorithm == "neat":
        return Neat(
            population=config.evolution.size,
            seed=config.seed,
            objectives=objectives,
            selection=config.selection,
            species=config.species,
            neat=config.neat,
        )
    return Nsga2(
        population=config.evolution.size,
        seed=config.seed,
        objectives=objectives,
        selection=config.selection,
        reproduction=config.reproduction,
        species=config.species,
        solved_return=_solved_return(config, spec),
    )


def _objectives(config: ExperimentConfig, spec: TaskSpec) -> tuple[Objective, ...]:
    is_neat = config.evolution.algorithm == "neat"
    return find_objectives(config.selection.objectives, spec.rewards, summed=is_neat)


def _solved_return(config: ExperimentConfig, spec: TaskSpec) -> float | None:
    solved = config.evolution.solved_return
    return spec.solved_return if solved is None else solved


def _evolve(
    config: ExperimentConfig,
    spec: TaskSpec,
    store: RunStore,
    workers: tuple[Workers, str],
    reporters: Sequence[Reporter],
) -> None:
    plan = Plan(
        evolution=config.evolution,
        evaluation=config.evaluation,
        objectives=_objectives(config, spec),
        solved_return=_solved_return(config, spec),
    )
    evaluator = make_evaluator(config, *workers)
    try:
        told = ReporterSet(reporters, config)
        run_generations(_algorithm(config, spec), evaluator, store, plan, told)
    finally:
        evaluator.close()


def _check_founders(config: ExperimentConfig, spec: TaskSpec) -> None:
    """Raise `ConfigError` if not even a founder fits into the structural caps."""
    variation = Variation(config.genome)
    found(
        [0], n_channels(config.codec, spec), n_outputs(config.codec, spec), variation, config.seed
    )


def _all_reporters(
    listen: Callable[[Summary], None] | None, reporters: Sequence[Reporter]
) -> tuple[Reporter, ...]:
    """Return all who are to be told; raise `ConfigError` if one is no reporter."""
    listeners = () if listen is None else (Listener(listen),)
    return check_reporters((*reporters, *listeners))


def _check_workers(workers: Workers) -> None:
    if workers != "auto" and (not isinstance(workers, int) or workers < 0):
        raise ConfigError(f"workers: must be a whole number >= 0 or 'auto', got {workers!r}")


def make_evaluator(config: ExperimentConfig, workers: Workers, address: str) -> Evaluator:
    """Return an evaluator: in process for no workers, else on Ray."""
    if workers == "auto":
        from glianeat.evaluate.auto import AutoEvaluator

        return AutoEvaluator(config.assessment, os.cpu_count() or 1, address)
    _check_workers(workers)
    if workers == 0:
        from glianeat.evaluate.serial import SerialEvaluator

        return SerialEvaluator(config.assessment)
    from glianeat.evaluate.ray_pool import RayEvaluator

    return RayEvaluator(config.assessment, workers, address)
