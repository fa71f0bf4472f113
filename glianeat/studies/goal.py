"""The return from which a run counts as solved, without making its task."""

from glianeat.run.config import ExperimentConfig
from glianeat.tasks.catalogue import declared_return


def goal_of(config: ExperimentConfig) -> float | None:
    """Return the mean return that counts as solved; None if nobody has said one.

    That is what the settings say, else what the task declares where it is registered. Nothing is
    imported to find out but Gymnasium and this project's own tasks, so tasks of other packages
    declare nothing here unless the program has imported them.
    """
    told, task = config.evolution.solved_return, config.task
    if told is not None or task.rewards:
        return told
    return declared_return(task.id)
