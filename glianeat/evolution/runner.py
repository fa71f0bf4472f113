"""The runner: joins algorithm, evaluator and store; decides nothing but when to stop."""

import logging
from collections.abc import Callable, Sequence

import msgspec

from glianeat.evaluate.protocol import (
    EpisodePlan,
    Evaluation,
    EvaluationConfig,
    Evaluator,
    Purpose,
    training_plan,
)
from glianeat.evolution.algorithm import EvolutionConfig, GliaNeat
from glianeat.store.records import Individual, Summary
from glianeat.store.run_store import RunStore

_log = logging.getLogger("glianeat")
FINISHED = "finished"  # key under which a run keeps why it ended
_ERRORS = 2.0  # standard errors by which a validation is to pass


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """When to stop, and what to assess."""

    evolution: EvolutionConfig
    evaluation: EvaluationConfig
    solved_return: float | None
    """Mean return at which the task counts as solved, if any."""


def run_generations(
    algorithm: GliaNeat,
    evaluator: Evaluator,
    store: RunStore,
    plan: Plan,
    listen: Callable[[Summary], None],
) -> str:
    """Evolve until the plan says stop; return why it ended.

    Every generation is committed before the next begins, so an interruption at any moment loses
    at most the generation in progress, and going on from the store repeats it exactly.
    """
    resumed = store.last_generation()
    if resumed is not None:
        survivors = [store.individual(standing.key) for standing in resumed.survivors]
        algorithm.restore(resumed, survivors)
        _validate_champion(algorithm, evaluator, store, plan)  # in case it was cut off before that
    training = training_plan(plan.evaluation)
    reason = _reason_to_stop(algorithm, store, plan)
    if not reason:
        store.drop_meta(FINISHED)  # it goes on, with a longer plan than the one that ended it
    warned = False
    while not reason:
        plan_now = msgspec.structs.replace(training, worst=algorithm.worst_return)
        evaluations = evaluator.evaluate(algorithm.ask(), plan_now)
        summary = store.commit(algorithm.tell(evaluations))
        if not warned:
            warned = _warn_of_outside(evaluations)
        _validate_champion(algorithm, evaluator, store, plan)
        listen(summary)
        reason = _reason_to_stop(algorithm, store, plan)
    _validate_top(algorithm, evaluator, store, plan)
    store.set_meta(FINISHED, reason.encode())
    return reason


def _warn_of_outside(evaluations: Sequence[Evaluation]) -> bool:
    """Warn if observations lay outside their declared space; return whether they did."""
    number = sum(evaluation.outside for evaluation in evaluations)
    if number:
        _log.warning(
            "%d observations of one generation lay outside their declared space; they are used as "
            "they are, and counted with every evaluation (this warning comes once)",
            number,
        )
    return number > 0


def _reason_to_stop(algorithm: GliaNeat, store: RunStore, plan: Plan) -> str:
    evolution = plan.evolution
    if algorithm.generation == 0:
        return ""
    if evolution.stop_when_solved and _is_solved(store, plan):
        return "solved"
    if algorithm.generation >= evolution.generations:
        return "generations"
    next_evaluated = algorithm.evaluated + evolution.population
    if evolution.evaluations is not None and next_evaluated > evolution.evaluations:
        return "evaluations"
    return ""


def _is_solved(store: RunStore, plan: Plan) -> bool:
    """Return whether a validation passed by twice its standard error, and not by luck alone."""
    threshold = plan.solved_return
    return threshold is not None and any(
        evaluation.mean_return - _ERRORS * evaluation.standard_error >= threshold
        for evaluation in store.validations().values()
    )


def _by_merit(algorithm: GliaNeat) -> list[Individual]:
    """Return the survivors by falling return, equal ones by power, then by age."""
    return sorted(
        (individual for individual, _ in algorithm.survivors),
        key=lambda i: (-i.evaluation.mean_return, i.evaluation.power, i.key),
    )


def _validate_champion(
    algorithm: GliaNeat, evaluator: Evaluator, store: RunStore, plan: Plan
) -> None:
    """Try a champion that reached the solved return in training on fresh episodes, once."""
    champion = _by_merit(algorithm)[0]
    threshold = plan.solved_return
    if threshold is None or champion.evaluation.mean_return < threshold:
        return
    if not _is_solved(store, plan):
        _validate([champion], evaluator, store, plan)


def _validate_top(algorithm: GliaNeat, evaluator: Evaluator, store: RunStore, plan: Plan) -> None:
    """Compare the candidates for the best genome on fresh episodes.

    Not when the run stopped because it was solved: then the best is the one that solved it.
    """
    if plan.evolution.stop_when_solved and _is_solved(store, plan):
        return
    candidates = [i for i in _by_merit(algorithm) if i.evaluation.is_ok]
    _validate(candidates[: plan.evaluation.validation_top], evaluator, store, plan)


def _validate(
    candidates: list[Individual], evaluator: Evaluator, store: RunStore, plan: Plan
) -> None:
    known = store.validations()
    fresh = [individual.genome for individual in candidates if individual.key not in known]
    episodes = EpisodePlan(purpose=Purpose.VALIDATE, episodes=plan.evaluation.validation_episodes)
    if fresh:
        store.add_validations(evaluator.evaluate(fresh, episodes))
