"""Failures of a run, seen again: the traceback of an environment's own error."""

from glianeat.evaluate.failures import failure_kind
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.run import Run
from glianeat.tasks.blame import traceback_of

PATIENCE = 60.0  # [s] after which an evaluation is given up


def failing_traceback(run: Run, key: int) -> str:
    """Evaluate a genome that failed again, and return where its environment's error was raised.

    Parameters
    ----------
    run : Run
        The run whose settings apply.
    key : int
        Key of the genome.

    Returns
    -------
    str
        The traceback, without what is of this package; empty if the genome fails no more, or in
        another way.

    Raises
    ------
    ConfigError
        If the task cannot be made here.
    TrustError
        If the run was not made here, and making its task needs trust.
    CheckpointError
        If the run has no such genome.
    """
    solution, experiment = run.solution(key), run.experiment
    rollout = experiment.rollout
    patient = rollout.replace(evaluation=rollout.evaluation.replace(timeout=PATIENCE))
    worker, found = RolloutWorker(patient, experiment.description), [""]
    worker.on_error = lambda error: found.append(traceback_of(error))
    try:
        plan = run.birth_plan(solution.generation)
        again = worker.evaluate(solution.genome, plan)
    finally:
        worker.close()
    # files are called as seen from the current folder, which need not be that of the run
    (*same, _), (*before, _) = failure_kind(again), failure_kind(solution.evaluation)
    return found[-1] if same == before else ""
