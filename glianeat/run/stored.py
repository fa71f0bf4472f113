"""What a run keeps of its settings, and whether it was made here."""

from collections.abc import Sequence

from glianeat.energetics.ledger import KINDS
from glianeat.errors import CheckpointError, ConfigError
from glianeat.evaluate.objectives import measures_of
from glianeat.run.config import ExperimentConfig, decode_experiment, encode_experiment
from glianeat.store.owner import is_made_here, make_mark
from glianeat.store.run_store import RunStore
from glianeat.tasks.config import ForeignTask, TaskConfig, foreign
from glianeat.tasks.trust import demands

CONFIG, PROVENANCE, OWNER = "config", "provenance", "owner"


def stored_config(store: RunStore) -> ExperimentConfig:
    """Return the experiment that a run keeps; raise `CheckpointError` if it is damaged.

    Its task is a `ForeignTask` unless exactly this configuration was made here.
    """
    data = store.meta(CONFIG)
    try:
        config = decode_experiment(data, "config")
        measures_of((), config.evaluation.measures)
    except ConfigError as error:
        raise CheckpointError(f"run {store.folder}: damaged: {error}") from None
    try:
        mark = store.meta(OWNER)
    except CheckpointError:  # there is none
        mark = b""
    config = _without_new_costs(config, store.schema.energy)
    return config if is_made_here(data, mark) else config.replace(task=foreign(config.task))


def _without_new_costs(config: ExperimentConfig, kinds: Sequence[str]) -> ExperimentConfig:
    """Return an experiment in which energy costs nothing of kinds that its run does not know."""
    new = [kind for kind in KINDS if kind not in kinds]
    return (
        config.replace(energy=config.energy.replace(**dict.fromkeys(new, 0.0))) if new else config
    )


def foreign_demands(task: TaskConfig) -> tuple[str, ...]:
    """Return what making the task of a stranger imports and calls; of our own, nothing."""
    return demands(task) if isinstance(task, ForeignTask) else ()


def trusted(config: ExperimentConfig) -> ExperimentConfig:
    """Return an experiment whose task may be made, whatever that imports and calls."""
    task = config.task
    return config.replace(task=task.trusted()) if isinstance(task, ForeignTask) else config


def marked(config: ExperimentConfig) -> dict[str, bytes]:
    """Return what a run keeps of its experiment: that, and the mark that it was made here."""
    data = encode_experiment(config)
    return {CONFIG: data, OWNER: make_mark(data)}
