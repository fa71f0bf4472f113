"""Starting runs and going on with them."""

import contextlib
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from glianeat.develop.encodings.registry import find_encoding
from glianeat.errors import ConfigError, FolderTakenError
from glianeat.evaluate.evaluation import Evaluator
from glianeat.evaluate.schedule import bounds_of
from glianeat.evolution.algorithm import GliaNeat
from glianeat.evolution.reproduction import found
from glianeat.genome.schema import Names
from glianeat.genome.variation import Variation
from glianeat.interrupts import interruptible, keeping_handlers, whole
from glianeat.run.changes import as_foreign_as, check_going_on
from glianeat.run.config import ExperimentConfig, encode_experiment
from glianeat.run.experiment import Experiment
from glianeat.run.numerics import HISTORY, first_history, go_on
from glianeat.run.reporters import Listener, Reporter, ReporterSet, check_reporters
from glianeat.run.run import Run
from glianeat.run.runner import Plan, run_generations
from glianeat.run.start import (
    ANEW,
    Beginning,
    Start,
    StartGenome,
    check_start,
    encode_start,
    started_from,
    stored_start,
)
from glianeat.run.starting import Startable, start_genomes
from glianeat.run.stored import CONFIG, PROVENANCE, marked, stored_config, trusted
from glianeat.run.strategies import strategy_of
from glianeat.store.provenance import provenance
from glianeat.store.records import Summary
from glianeat.store.run_schema import own_schema
from glianeat.store.run_store import RunStore, check_name
from glianeat.tasks import contract, remedies
from glianeat.tasks.config import ForeignTask
from glianeat.tasks.task import TaskSpec, describe_task
from glianeat.tasks.trust import require_trust

RUNS = Path("runs")
Workers = int | Literal["auto"]


@interruptible()
def evolve(  # noqa: PLR0913 - what to evolve, where to keep it, who computes, who is notified
    config: ExperimentConfig,
    *,
    name: str | None = None,
    runs: Path = RUNS,
    workers: Workers = 0,
    address: str = "local",
    listen: Callable[[Summary], None] | None = None,
    reporters: Sequence[Reporter] = (),
    start: Sequence[Startable] = (),
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
        Called with each generation in numbers, once it is saved.
    reporters : sequence of Reporter
        Called as the run goes on.
    start : sequence of Genome or Solution
        What the population starts from: these genomes, and mutated copies of them in turn up to
        its size; by default founders are made anew. The run keeps them.

    Raises
    ------
    ConfigError
        If the configuration or the task is not fit to run, or a genome to start from does not fit
        them.
    CheckpointError
        If the run exists.
    ReporterError
        If a reporter raises; what was finished is saved, and the run can be resumed.
    KeyboardInterrupt, SystemExit
        After SIGINT (Ctrl-C) and SIGTERM; what was finished is saved, and the run can be resumed.
        Both signals are handled in the main thread alone, and where the program has no handlers of
        its own, which else remain; they are put back afterwards.
    """
    _check_config(config)
    if name is not None:
        check_name(name)  # before it becomes a path
    check_workers(workers)
    notified = all_reporters(listen, reporters)
    genomes = start_genomes(start)
    notes = {"start": [one.record for one in genomes]} if genomes else {}
    return begin(config, Start(genomes, notes), (runs, name), (workers, address), notified)


def begin(
    config: ExperimentConfig,
    start: Start,
    place: tuple[Path, str | None],
    workers: tuple[Workers, str],
    reporters: Sequence[Reporter],
) -> Run:
    """Start a run in its place, (folder of runs, name), and return it finished."""
    config = started_from(config, start.genomes)
    experiment = config.resolve(describe(config))
    _check_founders(experiment, start.genomes)
    meta = {
        **marked(experiment.config),
        **encode_start(start),
        HISTORY: first_history(),
        PROVENANCE: msgspec.json.encode({**provenance(), **start.notes}),
    }
    schema = own_schema(
        strategy_of(experiment.config, experiment.objectives).standing_schema,
        varying=experiment.traits_read,
        measures=experiment.evaluation.measures,
    )
    make = partial(RunStore.create, meta=meta, schema=schema)
    with _new_store(*place, config.task.id, make) as store:
        _evolve(experiment, store, workers, reporters)
    return Run(store.folder)


def _new_store(
    runs: Path, name: str | None, task: str, make: Callable[[Path], RunStore]
) -> RunStore:
    """Start a run under a name, or under the first that is free, also from other processes."""
    while name is None:
        with contextlib.suppress(FolderTakenError):  # another process was quicker
            return make(free_folder(runs, task))
    return make(runs / name)


@interruptible()
def resume(  # noqa: PLR0913 - what to go on with, who computes, who is notified
    folder: Path,
    *,
    trust: bool = False,
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
    trust : bool
        Whether the task may be made even if the run was not made here, and whatever that imports
        and calls, see `Run.demands`; the run counts as made here from then on.
    changes : callable
        Returns the configuration with which to go on; only what no generation depends on may
        change, such as when to stop.
    workers, address, listen, reporters
        As for `evolve`.

    Raises
    ------
    ConfigError
        If a change would alter what results mean; the run is left as it was.
    TrustError
        If the run was not made here, and its task is not known to be harmless.
    CheckpointError
        If there is no run, or another process goes on with it.
    ReporterError
        If a reporter raises.
    KeyboardInterrupt, SystemExit
        After SIGINT (Ctrl-C) and SIGTERM, as for `evolve`.
    """
    check_workers(workers)
    notified = all_reporters(listen, reporters)
    with RunStore.open(folder, writable=True) as store:
        config = stored_config(store)
        changed = changes(config)
        check_going_on(config, changed, folder)
        changed = as_foreign_as(config, changed)
        if trust:
            changed = trusted(changed)
        experiment = changed.resolve(describe(changed), stored=True)
        _keep(changed, config, store)
        go_on(store)
        _evolve(experiment, store, (workers, address), notified)
    return Run(folder)


def describe(config: ExperimentConfig) -> TaskSpec:
    """Return what evolution needs to know of a task, once its environment has proved harmless."""
    from glianeat.evaluate.isolation.child import try_first

    if isinstance(config.task, ForeignTask):
        require_trust(config.task)  # it runs nothing but what is installed, and needs no child
    elif config.evaluation.isolation == "auto":
        try_first(config.resolve, config.task)
    return describe_task(config.task)


def make_algorithm(config: ExperimentConfig, start: Sequence[Startable] = ()) -> GliaNeat:
    """Return the ask/tell algorithm of an experiment, for those who evaluate themselves.

    They choose the episodes, too: survivors are asked for again only if the settings say so, as
    ``evaluation.resample = "generation"`` does.

    Parameters
    ----------
    config : ExperimentConfig
        What is evolved.
    start : sequence of Genome or Solution
        What the population starts from, as for `evolve`.
    """
    genomes = start_genomes(start)
    experiment = started_from(config, genomes).resolve()
    if genomes:
        check_start(experiment, genomes)
    return algorithm_of(experiment, beginning=Beginning(tuple(one.genome for one in genomes)))


def _keep(changed: ExperimentConfig, config: ExperimentConfig, store: RunStore) -> None:
    """Keep a changed configuration; that of a stranger gets no mark, unless it is trusted now."""
    if isinstance(changed.task, ForeignTask):
        if changed != config:
            store.set_meta(CONFIG, encode_experiment(changed))
    elif changed != config:
        store.update_meta(marked(changed))


def free_folder(runs: Path, task: str) -> Path:
    """Return the first folder ``<task>-<number>`` that does not exist."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", task).strip("-._")[:50] or "run"
    number = 1
    while os.path.lexists(runs / f"{stem}-{number}"):
        number += 1
    return runs / f"{stem}-{number}"


def algorithm_of(
    experiment: Experiment,
    varying: Names | None = None,
    beginning: Beginning = ANEW,
    *,
    measured: bool = False,
) -> GliaNeat:
    """Return the ask/tell algorithm of an experiment.

    Parameters
    ----------
    experiment : Experiment
        What is evolved.
    varying : mapping of str to sequence of str
        Names of the traits of each gene family that mutate and count in distances; by default
        those that have an effect.
    beginning : Beginning
        What the population starts from; by default founders are made anew.
    measured : bool
        Whether the algorithm says which episodes are lived through, if the settings leave it open;
        else that is for whoever evaluates.
    """
    bounds = bounds_of(experiment.evaluation) if measured else None
    varying = experiment.traits_read if varying is None else varying
    config, evaluation = experiment.config, experiment.evaluation
    minimum = config.selection.reward_minimum
    return GliaNeat(
        experiment.n_inputs,
        experiment.n_outputs,
        seed=config.seed,
        variation=Variation(config.genome, varying),
        population=experiment.evolution.population,
        strategy=strategy_of(
            config, experiment.objectives, experiment.solved_return, varying, experiment.opposite
        ),
        encoding=find_encoding(config.development.encoding),
        reward_minimum=minimum if minimum is not None else beginning.reward_minimum,
        window=evaluation.window if evaluation.resample == "generation" and not bounds else 0,
        schedule=bounds,
        start=beginning.genomes,
    )


def _evolve(
    experiment: Experiment,
    store: RunStore,
    workers: tuple[Workers, str],
    reporters: Sequence[Reporter],
) -> None:
    plan = Plan(
        evolution=experiment.evolution,
        evaluation=experiment.evaluation,
        objectives=experiment.objectives,
        solved_return=experiment.solved_return,
    )
    evaluator = make_evaluator(experiment, *workers)
    try:
        notified = ReporterSet(reporters, experiment.config)
        beginning = stored_start(store, experiment.config.start)
        varying = store.schema.varying
        algorithm = algorithm_of(experiment, varying, beginning, measured=True)
        run_generations(algorithm, evaluator, store, plan, notified)
    finally:
        with keeping_handlers():  # which Ray would take away
            whole(evaluator.close)()


def _check_founders(experiment: Experiment, start: Sequence[StartGenome]) -> None:
    """Raise `ConfigError` if founders do not fit: into the task, or into the structural caps."""
    config = experiment.config
    if start:
        check_start(experiment, start)
        return
    shape = experiment.n_inputs, experiment.n_outputs
    encoding = find_encoding(config.development.encoding)
    found([0], shape, Variation(config.genome), config.seed, encoding)


def all_reporters(
    listen: Callable[[Summary], None] | None, reporters: Sequence[Reporter]
) -> tuple[Reporter, ...]:
    """Return all who are to be notified; raise `ConfigError` if one is no reporter."""
    listeners = () if listen is None else (Listener(listen),)
    return check_reporters((*reporters, *listeners))


def _check_config(config: object) -> None:
    if not isinstance(config, ExperimentConfig):
        near = remedies.for_object(config)
        raise ConfigError(
            f"config: must be an ExperimentConfig(task=TaskConfig(...)), "
            f"got {contract.quoted(config)}{near}"
        )


def check_workers(workers: Workers) -> None:
    """Raise `ConfigError` if a number of workers is none."""
    if workers != "auto" and (not isinstance(workers, int) or workers < 0):
        raise ConfigError(f"workers: must be a whole number >= 0 or 'auto', got {workers!r}")


def make_evaluator(experiment: Experiment, workers: Workers, address: str) -> Evaluator:
    """Return an evaluator: in process for no workers, else on Ray."""
    rollout, description = experiment.rollout, experiment.description
    if workers == "auto":
        from glianeat.evaluate.auto import AutoEvaluator

        count = os.cpu_count() or 1
        return AutoEvaluator(rollout, count, address, description=description)
    check_workers(workers)
    if workers == 0:
        from glianeat.evaluate.serial import SerialEvaluator

        return SerialEvaluator(rollout, description)
    from glianeat.evaluate.ray import RayEvaluator

    with keeping_handlers():  # Ray puts its own in the place of ours
        return RayEvaluator(rollout, workers, address)
