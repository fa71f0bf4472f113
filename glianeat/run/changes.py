"""What may change in the settings of a run when it goes on or is replayed, and how it is said."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from glianeat.codec.codec import SettledCodec, n_channels, n_outputs, resolve_codec
from glianeat.config import shown
from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig, differences, experiment_from
from glianeat.run.experiment import Experiment
from glianeat.tasks.config import ForeignTask, foreign
from glianeat.tasks.task import TaskSpec, describe_task
from glianeat.text import counted, safe

Differences = Mapping[str, tuple[Any, Any]]
"""Old and new value of each setting that differs, by its dotted path."""
GOING_ON = (
    "evolution.generations",
    "evolution.evaluations",
    "evolution.steps",
    "evolution.hours",
    "evolution.stagnation",
    "evolution.front_stagnation",
    "evolution.stop_when_solved",
    "evaluation.timeout",
    "evaluation.isolation",
    "evaluation.tolerated_losses",
    "evaluation.validation_top",
    "evaluation.progress_share",
    "evaluation.progress_episodes",
    "task.compiled",
    "codec.channels",
    "codec.outputs",
)
"""What may change when a run goes on: when it stops, who computes and how long that may take, what
things are called; nothing that any generation depends on."""
LIVED = ("task", "neuron", "synapse", "astrocyte", "energy")
"""Sections that a life depends on, and the shape of genomes does not, the task's spaces excepted:
what may change when a genome is replayed."""
_LIVED_TOO = ("codec.keep_state", "evaluation.measures", "evaluation.probe_steps")


def assigned(config: ExperimentConfig, assignments: Sequence[str]) -> ExperimentConfig:
    """Return the settings of a run with some changed; a stranger's task stays a stranger's.

    Parameters
    ----------
    config : ExperimentConfig
        Settings of a run.
    assignments : sequence of str
        Changes such as ``task.kwargs.food=3``.

    Raises
    ------
    ConfigError
        Naming the field at fault.
    """
    changed = experiment_from(msgspec.to_builtins(config), assignments)
    return as_foreign_as(config, changed)


def as_foreign_as(config: ExperimentConfig, changed: ExperimentConfig) -> ExperimentConfig:
    """Return changed settings whose task is a stranger's if that of the settings before was."""
    is_known = isinstance(changed.task, ForeignTask) or not isinstance(config.task, ForeignTask)
    return changed if is_known else changed.replace(task=foreign(changed.task))


def difference_text(found: Differences) -> str:
    """Return what differs on one line, such as ``selection.tournament: 2 -> 4``."""
    return ", ".join(
        f"{safe(path)}: {_said(old)} -> {_said(new)}" for path, (old, new) in found.items()
    )


def described_differences(found: Differences) -> dict[str, dict[str, Any]]:
    """Return what differs as JSON has it, by its dotted path."""
    return {path: {"from": old, "to": new} for path, (old, new) in found.items()}


def check_going_on(config: ExperimentConfig, changed: ExperimentConfig, folder: Path) -> None:
    """Raise `ConfigError` if a run would go on with settings that change what its results mean."""
    for name in ("channels", "outputs"):
        names, given = getattr(config.codec, name), getattr(changed.codec, name)
        if len(given) != len(names):
            raise ConfigError(
                f"codec.{name}: must be {counted(len(names), 'name')}, got {len(given)}"
            )
    found = differences(config, changed)
    refused = {path: found[path] for path in found if path not in GOING_ON}
    if refused:
        raise ConfigError(
            f"run {folder.name}: cannot go on with {difference_text(refused)}: that would change "
            "what its results mean; begin a new run from its last population with --fork NAME"
        )


def check_replayed(config: ExperimentConfig, changed: ExperimentConfig) -> None:
    """Raise `ConfigError` if a change has no place in a replay."""
    for path in differences(config, changed):
        section = path.partition(".")[0]
        if section in LIVED or path in _LIVED_TOO:
            continue
        near = "; choose other episodes with --seed" if path == "seed" else ""
        raise ConfigError(
            f"{safe(path)}: cannot be changed in a replay, where only {', '.join(LIVED)} and "
            f"{', '.join(_LIVED_TOO)} can{near}"
        )


def replayed(config: ExperimentConfig, changed: ExperimentConfig, genome: Genome) -> Experiment:
    """Return the experiment in which a genome of a run is replayed with changed settings.

    Parameters
    ----------
    config, changed : ExperimentConfig
        Settings of the run, and those of the replay.
    genome : Genome
        Who is replayed.

    Raises
    ------
    ConfigError
        If a change has no place in a replay, or the changed task takes networks of another shape.
    TrustError
        If the task is a stranger's and not known to be harmless.
    """
    check_replayed(config, changed)
    changed = as_foreign_as(config, changed)
    description = describe_task(changed.task)
    check_shape(config, changed, description, genome)
    if changed.neuron != config.neuron:  # refuses outputs that such neurons cannot have
        resolve_codec(changed.codec, changed.task, description, changed.neuron)
    return changed.resolve(description, stored=True)


def check_shape(
    config: ExperimentConfig, changed: ExperimentConfig, description: TaskSpec, genome: Genome
) -> None:
    """Raise `ConfigError` unless networks of a run have the shape that changed settings ask for.

    Parameters
    ----------
    config, changed : ExperimentConfig
        Settings of the run, with every choice written down, and those that are to hold.
    description : TaskSpec
        What is known of the task that is to hold.
    genome : Genome
        A genome of the run.
    """
    names, own = [part.name for part in description.observed], list(config.codec.encoders)
    if names != own:
        kept = f"observations of {_listed(own)}"
        raise _of_another_shape(config, changed, kept, _listed(names))
    codec = changed.codec.recast(SettledCodec)
    found = n_channels(codec, description), n_outputs(codec, description)
    if found != (genome.n_inputs, genome.n_outputs):
        inputs, outputs = counted(genome.n_inputs, "input"), counted(genome.n_outputs, "output")
        kept = f"{inputs} and {outputs}, as genome {genome.key} has"
        raise _of_another_shape(config, changed, kept, f"{found[0]} and {found[1]}")


def _of_another_shape(
    config: ExperimentConfig, changed: ExperimentConfig, kept: str, found: str
) -> ConfigError:
    changes = difference_text(differences(config, changed))
    return ConfigError(f"task {safe(changed.task.id)}: must keep {kept}, got {found} ({changes})")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(safe(name) or "the whole space" for name in names)


def _said(value: object) -> str:
    return "not set" if value is None else safe(shown(value))
