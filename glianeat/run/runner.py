"""The runner: joins algorithm, evaluator and store, and notifies reporters; decides nothing."""

import logging
import time
from collections.abc import Sequence

import msgspec

from glianeat.evaluate.evaluation import Evaluation, Evaluator
from glianeat.evaluate.objectives import Objective
from glianeat.evaluate.plan import EpisodePlan, SettledEvaluation, measured_plan, training_plan
from glianeat.evolution.algorithm import Algorithm
from glianeat.evolution.asked import Asked
from glianeat.evolution.individual import Generation, Individual
from glianeat.evolution.settings import EvolutionConfig
from glianeat.interrupts import check
from glianeat.run.counting import CountedEvaluator
from glianeat.run.generalisation import (
    FreshTrial,
    describe_gap,
    fresh_trial,
    fresh_trials,
    make_trial,
    plan_trial,
)
from glianeat.run.reporters import Reporter, ReporterSet
from glianeat.run.sessions import SessionRecord, sessions_of
from glianeat.run.statistics import describe
from glianeat.run.stopping import REASONS, Effort, History, reason_to_stop
from glianeat.run.time_left import Clock, steps_of_validation, time_left
from glianeat.run.validation import validate
from glianeat.store.records import Statistics, Summary
from glianeat.store.run_store import RunStore

_log = logging.getLogger("glianeat")
FINISHED = "finished"  # key under which a run keeps why it ended


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """When to stop, and what to evaluate."""

    evolution: EvolutionConfig
    evaluation: SettledEvaluation
    objectives: tuple[Objective, ...]
    """What the front is made of."""
    solved_return: float | None
    """Mean return at which the task counts as solved, if any."""


def run_generations(
    algorithm: Algorithm,
    evaluator: Evaluator,
    store: RunStore,
    plan: Plan,
    reporters: ReporterSet,
) -> str:
    """Evolve until the plan says stop; return which of `REASONS` ended the run.

    Every generation is committed before the next begins, so an interruption at any moment loses
    at most the generation in progress, and going on from the store repeats it exactly.

    Raises
    ------
    ReporterError
        If a reporter raises.
    """
    runner = _Runner(algorithm, evaluator, store, plan, reporters)
    runner.restore()
    reason = runner.reason_to_stop()
    if not reason:
        runner.reopen()
    while not reason:
        check()
        runner.evolve_generation()
        reason = runner.reason_to_stop()
    runner.validate_top()
    store.set_meta(FINISHED, reason.encode())
    reporters.notify(Reporter.info, f"ended by {reason}: {REASONS[reason]}")
    return reason


class _Runner:
    """One session of a run."""

    def __init__(
        self,
        algorithm: Algorithm,
        evaluator: Evaluator,
        store: RunStore,
        plan: Plan,
        reporters: ReporterSet,
    ) -> None:
        self._algorithm, self._evaluator, self._store = algorithm, evaluator, store
        self._training = CountedEvaluator(evaluator)
        self._plan, self._reporters = plan, reporters
        self._history = History(plan.solved_return)
        self._reference: tuple[float, ...] = ()
        self._first: Summary | None = None
        self._clock = Clock()
        self._trials: list[FreshTrial] = []
        self._seconds, self._last = 0.0, time.monotonic()
        self._warned, self._session = False, SessionRecord(sessions_of(store))

    def restore(self) -> None:
        """Go on from the store, if it holds anything."""
        store, last = self._store, self._store.last_generation()
        if last is None:
            return
        self._seconds, self._training.steps = last.seconds, last.steps
        known = {statistics.number: statistics for statistics in store.statistics()}
        summaries = store.summaries()
        for summary in summaries:
            self._remember(summary, known.get(summary.number))
        self._trials = fresh_trials(store, summaries)
        self._clock.start(summary)
        self._algorithm.restore(last, [store.individual(s.key) for s in last.survivors])
        self._reporters.notify(Reporter.info, f"goes on after generation {last.number}")
        self._validate_champion(summary)  # in case it was cut off before that
        self._try_champion(summary)

    def reason_to_stop(self) -> str:
        """Return why the run is over, or nothing."""
        algorithm, evolution = self._algorithm, self._plan.evolution
        effort = Effort(
            next_evaluations=algorithm.evaluated + algorithm.next_evaluations,
            steps=self._training.steps,
            seconds=self._seconds + time.monotonic() - self._last,
        )
        solved = evolution.stop_when_solved and self._is_solved()
        return reason_to_stop(evolution, self._history, effort, solved=solved)

    def reopen(self) -> None:
        """Go on as if the run had not ended: it has a longer plan than the one that ended it."""
        self._store.drop_meta(FINISHED)
        tried = self._history.tried(self._store.validations())
        self._store.keep_validations(tried)

    def evolve_generation(self) -> None:
        """Breed, evaluate, select and commit one generation; then notify the reporters."""
        algorithm, reporters = self._algorithm, self._reporters
        reporters.notify(Reporter.start_generation, algorithm.generation)
        parents = [individual for individual, _ in algorithm.survivors]
        asked, solved = algorithm.ask(), self._is_solved()
        if parents:
            self._report_reproduction(asked)
        evaluations = self._training.evaluate(asked.genomes, self._training_plan(asked))
        generation = algorithm.tell(evaluations, solved=solved)
        summary, statistics = self._commit(generation, parents)
        self._report_evaluations(generation, evaluations)
        self._validate_champion(summary)
        self._try_champion(summary)
        self._tell_time_left(summary)
        survivors = {individual.key: individual for individual, _ in algorithm.survivors}
        reporters.notify(
            Reporter.end_generation, reporters.config, survivors, self._algorithm.species
        )
        reporters.notify(Reporter.on_generation, summary, statistics)

    def validate_top(self) -> None:
        """Compare the candidates for the best genome on fresh episodes.

        Not when the run stopped because it was solved: then the best is the one that solved it.
        """
        if self._plan.evolution.stop_when_solved and self._is_solved():
            return
        candidates = [individual for individual, _ in self._algorithm.survivors]
        candidates = [i for i in sorted(candidates, key=_ranking_key) if i.evaluation.is_ok]
        self._validate(candidates[: self._plan.evaluation.validation_top], is_race=True)

    def _training_plan(self, asked: Asked) -> EpisodePlan:
        if asked.episodes is not None:
            return measured_plan(
                self._plan.evaluation,
                asked.episodes,
                checks=asked.checks,
                protected_below=asked.first_new_key,
                incomplete=asked.incomplete,
            )
        return training_plan(
            self._plan.evaluation,
            self._algorithm.generation,
            prune_below=asked.prune_below,
            protected_below=asked.first_new_key,
        )

    def _commit(
        self, generation: Generation, parents: Sequence[Individual]
    ) -> tuple[Summary, Statistics]:
        reevaluated = {individual.key: individual for individual in generation.reevaluated}
        statistics = describe(
            generation,
            [individual for individual, _ in self._algorithm.survivors],
            [reevaluated.get(parent.key, parent) for parent in parents],
            self._plan.objectives,
            self._reference,
        )
        now = time.monotonic()
        took, self._last = now - self._last, now
        self._seconds += took
        generation = msgspec.structs.replace(
            generation, seconds=self._seconds, steps=self._training.steps
        )
        meta = self._session.add(generation.number, took, self._evaluator)
        summary = self._store.commit(generation, statistics, meta)
        self._clock.add(summary, took)
        self._remember(summary, statistics)
        return summary, statistics

    def _tell_time_left(self, summary: Summary) -> None:
        members = [individual.evaluation for individual, _ in self._algorithm.survivors]
        config = self._plan.evaluation
        best = sorted(members, key=lambda one: -one.mean_return)[: config.validation_top]
        lengths = [length for evaluation in best for length in evaluation.lengths]
        validation = steps_of_validation(config, lengths)
        evolution = self._plan.evolution
        left = time_left(self._clock.pace, summary, self._seconds, evolution, validation)
        if left is not None:
            self._reporters.notify(Reporter.on_time_left, left)

    def _remember(self, summary: Summary, statistics: Statistics | None) -> None:
        self._history.add(summary, statistics)
        self._first = self._first or summary
        if statistics is not None:
            self._reference = statistics.reference

    def _report_reproduction(self, asked: Asked) -> None:
        reporters, species = self._reporters, self._algorithm.species
        for number in asked.stagnant:
            reporters.notify(Reporter.species_stagnant, number, species[number])
        born = {genome.key: genome for genome in asked.newborn}
        reporters.notify(Reporter.post_reproduction, reporters.config, born, species)

    def _report_evaluations(
        self, generation: Generation, evaluations: Sequence[Evaluation]
    ) -> None:
        reporters = self._reporters
        for evaluation in evaluations:
            if not evaluation.is_ok:
                outcome = (evaluation.key, evaluation.status, evaluation.reason)
                reporters.notify(Reporter.on_failure, *outcome)
        self._warn_of_outside(evaluations)
        evaluated = {i.key: i for i in (*generation.reevaluated, *generation.offspring)}
        best = min(evaluated.values(), key=_ranking_key)
        reporters.notify(
            Reporter.post_evaluate, reporters.config, evaluated, self._algorithm.species, best
        )
        if not any(individual.evaluation.is_ok for individual, _ in self._algorithm.survivors):
            reporters.notify(Reporter.complete_extinction)

    def _warn_of_outside(self, evaluations: Sequence[Evaluation]) -> None:
        """Warn once if observations lay outside their declared space."""
        number = sum(evaluation.outside for evaluation in evaluations)
        if number and not self._warned:
            self._warned = True
            _log.warning(
                "%d observations of one generation lay outside their declared space; they are used "
                "as they are, and counted with every evaluation (this warning comes once)",
                number,
            )

    def _is_solved(self) -> bool:
        return self._history.is_solved(self._store.validations())

    def _validate_champion(self, summary: Summary) -> None:
        """Try a champion that reached the solved return in training on fresh episodes, once."""
        if summary.best_key not in self._history.champions or self._is_solved():
            return
        champion = self._store.individual(summary.best_key)
        self._validate([champion], is_race=False)  # which is to solve the task, on all episodes
        if self._is_solved():
            reporters = self._reporters
            reporters.notify(Reporter.found_solution, reporters.config, summary.number, champion)

    def _try_champion(self, summary: Summary) -> None:
        """Try the best genome on fresh episodes if that is due; what they show decides nothing."""
        members = (individual for individual, _ in self._algorithm.survivors)
        champion = next(one for one in members if one.key == summary.best_key)
        config = self._plan.evaluation
        plan = plan_trial(config, summary, champion.evaluation, self._trials)
        if plan is None:
            return
        # shuffled territories hang on a genome's key
        together = self._reporters.config.development.territories == "shuffled"
        evaluation = make_trial(self._evaluator, champion.genome, plan, together=together)
        self._store.add_progress(summary.number, evaluation)
        self._trials.append(fresh_trial(summary, champion, evaluation))
        gap = describe_gap(self._trials, self._first, config)
        self._reporters.notify(Reporter.on_progress, self._trials[-1], gap)

    def _validate(self, candidates: Sequence[Individual], *, is_race: bool) -> None:
        known = self._store.validations()
        fresh = [individual.genome for individual in candidates if individual.key not in known]
        config = self._plan.evaluation
        if fresh:
            number, racing = config.validation_episodes, config.validation_racing and is_race
            found = validate(self._evaluator, fresh, number, known, racing=racing)
            self._store.add_validations(found)


def _ranking_key(individual: Individual) -> tuple[float, float, int]:
    """Return what sorts individuals by falling return, equal ones by power, then by age."""
    return -individual.evaluation.mean_return, individual.evaluation.power, individual.key
