"""Forks: new runs that begin from the last population of another, with other settings."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from glianeat.codec.codec import CodecConfig
from glianeat.errors import CheckpointError, ConfigError
from glianeat.genome.genome import Genome
from glianeat.interrupts import interruptible
from glianeat.run.api import Workers, all_reporters, begin, check_workers, describe
from glianeat.run.changes import Differences, as_foreign_as, check_shape
from glianeat.run.config import ExperimentConfig, differences
from glianeat.run.reporters import Reporter
from glianeat.run.run import Run
from glianeat.run.start import Start, StartConfig, StartGenome
from glianeat.run.stored import stored_config, trusted
from glianeat.store.records import Summary
from glianeat.store.run_store import RunStore, check_name
from glianeat.text import safe


@interruptible()
def fork(  # noqa: PLR0913 - what to go on from, where to keep it, who computes, who is notified
    folder: Path,
    name: str,
    *,
    runs: Path | None = None,
    trust: bool = False,
    changes: Callable[[ExperimentConfig], ExperimentConfig] = lambda config: config,
    workers: Workers = 0,
    address: str = "local",
    listen: Callable[[Summary], None] | None = None,
    reporters: Sequence[Reporter] = (),
) -> Run:
    """Begin a new run from the last population of another, and return it finished.

    Its founders are the survivors of the other run's last generation, the best of them if its
    population is smaller, with mutated copies if it is larger. They are evaluated anew, under its
    settings; its generations and evaluations count from there. Species are formed anew; the reward
    from which the reward floor counts stays, unless the task changes. The other run is only read.

    Parameters
    ----------
    folder : Path
        Folder of the run to begin from.
    name : str
        Name of the new run.
    runs : Path, optional
        Folder for it; by default where the other one is.
    trust : bool
        As for `resume`.
    changes : callable
        Returns the configuration of the new run from that of the other one; anything may change
        that leaves genomes their inputs and outputs.
    workers, address, listen, reporters
        As for `evolve`.

    Raises
    ------
    ConfigError
        If the genomes do not fit the changed settings, or these are not fit to run.
    TrustError
        If the run was not made here, and its task is not known to be harmless.
    CheckpointError
        If there is no run to begin from, it has no generation yet, or the new one exists.
    ReporterError, KeyboardInterrupt, SystemExit
        As for `evolve`.
    """
    check_name(name)
    check_workers(workers)
    notified = all_reporters(listen, reporters)
    with RunStore.open(folder) as store:
        config, last, digest = stored_config(store), store.last_generation(), store.digest
        if last is None:
            raise CheckpointError(f"run {folder}: has no generation to begin from; resume it")
        population = [store.individual(standing.key).genome for standing in last.survivors]
    changed = as_foreign_as(config, changes(config))
    changed = _checked(config, trusted(changed) if trust else changed, population[0])
    origin = {"run": folder.name, "digest": digest}
    start = _start(population[: changed.evolution.population], config.codec, folder.name)
    found = differences(config, changed)
    changed = changed.replace(start=StartConfig(**origin, generation=last.number))
    note = {**origin, "generation": last.number, "changes": _recorded(found)}
    notes = {"fork": {**note, "genomes": [one.genome.key for one in start]}}
    place = (folder.parent if runs is None else runs, name)
    # counted from the median of founders that are good already, the floor would be far higher
    is_task_changed = any(path.startswith("task.") for path in found)
    minimum = None if is_task_changed else last.reward_minimum
    kept = minimum if minimum is not None and math.isfinite(minimum) else None
    return begin(changed, Start(start, notes, kept), place, (workers, address), notified)


def _checked(
    config: ExperimentConfig, changed: ExperimentConfig, genome: Genome
) -> ExperimentConfig:
    """Return changed settings whose channels are named for the task that they are of.

    Raises
    ------
    ConfigError
        If they say by themselves what a fork starts from, or do not fit a genome's shape.
    """
    if changed.start != config.start:
        raise ConfigError("start: cannot be changed; a fork starts from the run that it is of")
    if changed.task == config.task and changed.codec == config.codec:
        return changed
    check_shape(config, changed, describe(changed), genome)
    if changed.task.id == config.task.id:
        return changed
    return changed.replace(codec=changed.codec.replace(channels=(), outputs=()))


def _start(population: Sequence[Genome], codec: CodecConfig, run: str) -> list[StartGenome]:
    return [
        StartGenome(
            genome,
            f"genome {genome.key} of run {safe(run)}",
            channels=codec.channels,
            outputs=codec.outputs,
        )
        for genome in population
    ]


def _recorded(found: Differences) -> dict[str, dict[str, object]]:
    return {path: {"from": old, "to": new} for path, (old, new) in found.items()}
