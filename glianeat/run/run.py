"""A run: what came out of an experiment, read from its store."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from glianeat.elementary import exp2_each
from glianeat.errors import CheckpointError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import Failure, count_failures
from glianeat.evaluate.objectives import Objective, measures_of
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.schedule import Schedule, decode_state
from glianeat.genome.founders import region_name
from glianeat.genome.genome import Genome
from glianeat.genome.schema import REGIONS
from glianeat.history.dataframe import dataframe
from glianeat.history.history import Channels, RunHistory
from glianeat.history.table import table_of
from glianeat.run.config import ExperimentConfig
from glianeat.run.counting import steps_of
from glianeat.run.defaults import objectives_of
from glianeat.run.episode_choice import birth_plan
from glianeat.run.experiment import Experiment
from glianeat.run.generalisation import FreshTrial, describe_gap, fresh_trials
from glianeat.run.runner import FINISHED
from glianeat.run.sessions import Session, sessions_of
from glianeat.run.solution import Front, Solution
from glianeat.run.stored import PROVENANCE, foreign_demands, stored_config, trusted
from glianeat.run.strategies import strategy_of
from glianeat.run.validation import finalists
from glianeat.store.records import Statistics, Summary
from glianeat.store.run_store import RunStore
from glianeat.tasks.names import shown_names
from glianeat.tasks.task import TaskSpec
from glianeat.text import table_markup

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "Solution", "gene_ratios", "region_names"]

NO_TIMEOUT = 1e6  # [s]: whoever waits can interrupt


class Run:
    """A run on disk, open for reading.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    trust : bool
        Whether its task may be made even if the run was not made here, and whatever that imports
        and calls; see `demands`. A run made here, or whose task is harmless, needs no trust, and
        looking at what is in a run needs none either.

    Raises
    ------
    CheckpointError
        If there is no run, or it is damaged.

    Notes
    -----
    Whatever makes the task, such as `Solution.evaluate`, raises `TrustError` without the trust that
    it needs.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        self.folder = folder
        self.name = folder.name
        self._store = RunStore.open(folder)
        try:
            config = stored_config(self._store)
        except BaseException:
            self._store.close()
            raise
        self._asked = config.task
        self.config: ExperimentConfig = trusted(config) if trust else config

    @property
    def demands(self) -> tuple[str, ...]:
        """What making the task imports and calls, if the run was not made here; else nothing."""
        return foreign_demands(self._asked)

    def close(self) -> None:
        """Close the store, and the environment if there is one."""
        evaluator = self.__dict__.pop("test_evaluator", None)  # where `cached_property` keeps it
        if evaluator is not None:
            evaluator.close()
        self._store.close()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment, of which nothing is left open; makes the task's environment once."""
        return self.config.resolve(stored=True)

    @property
    def task_spec(self) -> TaskSpec:
        """What is known of the task; makes its environment once."""
        return self.experiment.description

    @cached_property
    def history(self) -> RunHistory:
        """What happened in the run: individuals as columns, fronts, lineages, the phylogeny."""
        return RunHistory(self._store, self.objectives, self.channels, self.config.species.distance)

    @property
    def channels(self) -> Channels:
        """What inputs and outputs of its genomes are called, for people."""
        codec = self.config.codec
        return Channels(*shown_names(self.config.task, codec.channels, codec.outputs))

    def to_dataframe(self) -> "pd.DataFrame":
        """Return all individuals by rising key, a row each: see `glianeat.history.table`.

        Columns are key, generation, parents, operators, status and species; objectives, measures,
        sizes and ratios; and the return on fresh episodes. NaN stands for what is not known.

        Raises
        ------
        ConfigError
            If pandas is not installed.
        """
        return dataframe(table_of(self.history, self.tested))

    @property
    def schedule(self) -> Schedule | None:
        """Which episodes the next generation lives through, and how much is luck.

        None if the number of episodes was given, or no generation is finished.
        """
        last = self._store.last_generation()
        if self.config.evaluation.episodes != "auto" or last is None:
            return None
        return decode_state(last.state)[0]

    def birth_plan(self, generation: int) -> EpisodePlan:
        """Return the episodes on which those were evaluated who were born in a generation."""
        return birth_plan(self._store, self.experiment.evaluation, generation)

    @property
    def digest(self) -> str:
        """Digest of all generations; equal runs have equal digests."""
        return self._store.digest

    @property
    def summaries(self) -> list[Summary]:
        """All generations in numbers."""
        return self._store.summaries()

    @property
    def statistics(self) -> list[Statistics]:
        """Statistics of all generations: quantiles, species, ratios, operators, hypervolume."""
        return self._store.statistics()

    @property
    def steps(self) -> int:
        """Environment steps of training; those of evaluations that failed are not known."""
        summaries = self.summaries
        return summaries[-1].steps if summaries else 0

    @property
    def validation_steps(self) -> int:
        """Environment steps of the episodes that decided nothing in training."""
        store = self._store
        return steps_of([*store.progress().values(), *store.validations().values()])

    @property
    def progress(self) -> list[FreshTrial]:
        """How the best genomes did on fresh episodes as the run went on, in order."""
        return fresh_trials(self._store, self.summaries)

    @property
    def generalisation_gap(self) -> str:
        """A sentence on how far fresh episodes fall short of training; empty if they do not."""
        first = next(iter(self.summaries), None)
        return describe_gap(self.progress, first, self.config.evaluation)

    @property
    def provenance(self) -> dict[str, Any]:
        """Versions, platform and resources the run was started with."""
        try:
            return msgspec.json.decode(self._store.meta(PROVENANCE), type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise CheckpointError(f"run {self.folder}: damaged provenance: {error}") from None

    @property
    def sessions(self) -> tuple[Session, ...]:
        """What the run took, session by session; of runs of older versions, nothing."""
        return sessions_of(self._store)

    @property
    def finished(self) -> str:
        """Why the run ended, or nothing if it can go on."""
        try:
            return self._store.meta(FINISHED).decode(errors="replace")
        except CheckpointError:
            return ""

    @property
    def population(self) -> list[Solution]:
        """The survivors of the last generation, best first."""
        last = self._store.last_generation()
        return self._solutions([s.key for s in last.survivors] if last else [])

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What survivors are compared by; of NEAT the first, of which the others break ties."""
        return objectives_of(self.config)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures of activity that every evaluation keeps."""
        return measures_of(self.objectives, self.config.evaluation.measures)

    @property
    def has_front(self) -> bool:
        """Whether survivors are ranked by fronts, not by one objective."""
        return bool(strategy_of(self.config, self.objectives).standing_schema.front)

    @property
    def failures(self) -> list[Failure]:
        """Why evaluations failed in training, equal reasons counted together, commonest first."""
        numbers = [summary.number for summary in self.summaries if summary.failures]
        return count_failures(one for number in numbers for one in self._store.failed(number))

    @property
    def has_only_failures(self) -> bool:
        """Whether there are generations, and no survivor of any could be evaluated."""
        summaries = self.summaries
        return bool(summaries) and not any(np.isfinite(one.best_return) for one in summaries)

    @property
    def front(self) -> Front:
        """The Pareto front of the last generation, by falling return."""
        last = self._store.last_generation()
        solutions = self._solutions(last.front if last else [])
        return Front(
            sorted(solutions, key=lambda s: (-s.evaluation.mean_return, s.evaluation.power))
        )

    @property
    def best(self) -> Solution:
        """The genome of highest mean return, on fresh episodes if any was tried on some.

        Equal ones are told apart by power, then by age. Raises `CheckpointError` if the run has no
        generation yet.
        """
        validated = self._solutions(list(finalists(self.validations)))
        candidates = validated or self.population
        if not candidates:
            raise CheckpointError(f"run {self.folder}: has no generation yet; resume it")
        return min(candidates, key=lambda s: (-s.mean_return, s.power, s.key))

    @property
    def validations(self) -> dict[int, Evaluation]:
        """How candidates did on fresh episodes, by key."""
        return self._store.validations()

    @property
    def tested(self) -> dict[int, Evaluation]:
        """How genomes did on fresh episodes, by key: as the run went on, or when it ended."""
        return {**{one.key: one for one in self._store.progress().values()}, **self.validations}

    def solution(self, key: int) -> Solution:
        """Return the genome of a key; raise `CheckpointError` if the run has none."""
        return self._solutions([key])[0]

    def rollout_worker(self) -> RolloutWorker:
        """Return what replays genomes under the run's configuration."""
        return RolloutWorker(self.experiment.rollout, self.experiment.description)

    @cached_property
    def test_evaluator(self) -> RolloutWorker:
        """What `Solution.evaluate` asks: without a timeout, since whoever waits can interrupt."""
        rollout = self.experiment.rollout
        patient = rollout.replace(evaluation=rollout.evaluation.replace(timeout=NO_TIMEOUT))
        return RolloutWorker(patient, self.experiment.description)

    def _repr_html_(self) -> str:
        """Return a table of what it is and what it found, for notebooks."""
        summaries = self.summaries
        rows: list[tuple[str, object]] = [
            ("task", self.config.task.id),
            ("seed", self.config.seed),
            ("ended by", self.finished or "nothing: it may go on"),
            ("generations", len(summaries)),
            ("evaluations", summaries[-1].evaluations if summaries else 0),
            ("environment steps of training", summaries[-1].steps if summaries else 0),
            ("best return in training", summaries[-1].best_return if summaries else "none"),
            ("digest", self.digest),
        ]
        return table_markup(f"Run {self.name}", ("", ""), rows)

    def _solutions(self, keys: Sequence[int]) -> list[Solution]:
        tried = self.validations
        return [Solution(self, self._store.individual(key), tried.get(key)) for key in keys]


def region_names(genome: Genome) -> list[str]:
    """Return a name for each region of a genome, in order of the region indices."""
    count = len(genome.regions)
    return [region_name(index, count) for index in range(count)]


def gene_ratios(genome: Genome) -> dict[str, float]:
    """Return the glia-to-neuron ratio gene of each region, by name."""
    order = np.argsort(genome.regions.field("index"), kind="stable")
    ratios = exp2_each(genome.regions.traits[order, REGIONS.column("log2_ratio")])
    return dict(zip(region_names(genome), ratios.tolist(), strict=True))
