"""How the best genome does on fresh episodes as a run goes on; what it finds decides nothing.

Episodes that genomes are selected by can be learnt by heart: then the return in training rises and
the return on others does not. So the best genome of a generation is tried on fresh episodes now and
then, of as many environment steps as a share of those of training allows.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

from glianeat.evaluate.evaluation import Evaluation, Evaluator
from glianeat.evaluate.plan import EpisodePlan, EvaluationConfig, SettledEvaluation
from glianeat.evaluate.pooling import pooled
from glianeat.evolution.individual import Individual
from glianeat.genome.genome import Genome
from glianeat.store.records import Summary
from glianeat.store.run_store import RunStore
from glianeat.streams import Purpose

_LEAST = 4  # a trial has a quarter of the episodes that it may have, or more
_POOLED = 3  # trials, the latest ones, that a gap is told from
_ERRORS = 2.5  # standard errors from which on a gap is no chance
_SHARE = 0.1  # of what was gained in training, from which on it matters


class FreshTrial(msgspec.Struct, frozen=True, kw_only=True):
    """How the best genome of a generation did on fresh episodes, beside its return in training."""

    generation: int
    """Number of the generation after which it was tried, 0 for the founders."""
    steps: int
    """Environment steps of training up to then."""
    training_return: float
    """Its mean return in training."""
    training_returns: tuple[float, ...]
    """Its return on each episode of training; of one that was evaluated again later, on those that
    count by now."""
    evaluation: Evaluation
    """How it did on the fresh episodes; its `key` says which genome it is."""

    @property
    def fresh_return(self) -> float:
        """Mean return on the fresh episodes; minus infinity if they failed."""
        return self.evaluation.mean_return

    @property
    def gap(self) -> float:
        """Generalisation gap: the return in training less that on fresh episodes."""
        return self.training_return - self.fresh_return

    @property
    def variance(self) -> float:
        """Squared standard error of the gap, if training episodes differ as fresh ones do."""
        samples = (self.evaluation.returns, self.training_returns)
        freedom = sum(len(sample) - 1 for sample in samples if sample)
        if freedom < 1 or not all(samples):
            return math.inf
        squares = math.fsum(_squares(sample) for sample in samples)
        return squares / freedom * math.fsum(1.0 / len(sample) for sample in samples)


def _squares(sample: Sequence[float]) -> float:
    """Return the sum of squared deviations from the mean."""
    mean = math.fsum(sample) / len(sample)
    return math.fsum((value - mean) * (value - mean) for value in sample)


def plan_trial(
    config: SettledEvaluation, summary: Summary, champion: Evaluation, before: Sequence[FreshTrial]
) -> EpisodePlan | None:
    """Return on which fresh episodes to try the best genome of a generation; None if on none.

    Parameters
    ----------
    config : SettledEvaluation
        How many episodes a trial has, and what share of the steps trials may take.
    summary : Summary
        The generation.
    champion : Evaluation
        How its best genome did in training.
    before : sequence of FreshTrial
        Trials of generations up to this one.
    """
    is_known = bool(before) and before[-1].evaluation.key == champion.key
    if is_known or not champion.is_ok or not champion.lengths:
        return None
    most = config.progress_episodes
    taken = sum(sum(trial.evaluation.lengths) for trial in before)
    length = sum(champion.lengths) / len(champion.lengths)
    allowed = math.floor((config.progress_share * summary.steps - taken) / length)
    if allowed < math.ceil(most / _LEAST):
        return None
    first = summary.number * most  # no two trials share an episode: their errors do not add up
    return EpisodePlan(purpose=Purpose.PROGRESS, episodes=min(most, allowed), first=first)


def make_trial(
    evaluator: Evaluator, genome: Genome, plan: EpisodePlan, *, together: bool
) -> Evaluation:
    """Return how a genome does on some episodes, each of which may be lived by another worker.

    Parameters
    ----------
    evaluator : Evaluator
        Who evaluates.
    genome : Genome
        The genome.
    plan : EpisodePlan
        The episodes.
    together : bool
        Whether one worker is to live through all of them: copies of the genome, which have other
        keys, would develop otherwise.
    """
    if together:
        return evaluator.evaluate([genome], plan)[0]
    copies = [genome.with_key(number) for number in range(plan.episodes)]
    single = evaluator.evaluate(copies, msgspec.structs.replace(plan, one_each=True))
    return msgspec.structs.replace(pooled(single), key=genome.key)


def fresh_trial(summary: Summary, champion: Individual, evaluation: Evaluation) -> FreshTrial:
    """Return how the best genome of a generation did on fresh episodes."""
    return _trial(summary, champion.evaluation.returns, evaluation)


def fresh_trials(store: RunStore, summaries: Sequence[Summary]) -> list[FreshTrial]:
    """Return all trials of a run, in order of their generations."""
    known: Mapping[int, Evaluation] = store.progress()
    trained = dict(store.evaluations({one.key for one in known.values()}))
    found = [(summary, known[summary.number]) for summary in summaries if summary.number in known]
    return [_trial(summary, trained[one.key].returns, one) for summary, one in found]


def _trial(summary: Summary, training: tuple[float, ...], evaluation: Evaluation) -> FreshTrial:
    return FreshTrial(
        generation=summary.number,
        steps=summary.steps,
        training_return=summary.best_return,
        training_returns=training,
        evaluation=evaluation,
    )


def describe_gap(
    trials: Sequence[FreshTrial], first: Summary | None, config: EvaluationConfig
) -> str:
    """Return a sentence on the gap between training and fresh episodes; nothing if there is none.

    There is one if the latest trials fall short of training by more than chance explains, and by
    more than a tenth of what training gained over the founders.

    Parameters
    ----------
    trials : sequence of FreshTrial
        Trials of a run, in order.
    first : Summary, optional
        The founders' generation.
    config : EvaluationConfig
        Whether training episodes are cut off.
    """
    latest = [trial for trial in trials[-_POOLED:] if trial.evaluation.is_ok]
    if not latest or first is None or latest[-1] is not trials[-1]:
        return ""
    gap = math.fsum(trial.gap for trial in latest)
    error = math.sqrt(math.fsum(trial.variance for trial in latest))
    last = latest[-1]
    gained = last.training_return - first.mean_return
    matters = min(gap / len(latest), last.gap) > max(_SHARE * gained, 0.0)
    if not matters or gap <= _ERRORS * error:
        return ""
    more = "max_episodes" if config.episodes == "auto" else "episodes"
    cut, advice = "", f"learnt by heart; try more episodes (evaluation.{more})"
    if config.steps is not None and any(n > config.steps for n in last.evaluation.lengths):
        cut = f" (episodes cut off after {config.steps} steps)"
        advice = "learnt by heart, or lost later on; try more episodes or steps (evaluation.steps)"
    return f"training {last.training_return:.4g}{cut}, fresh {last.fresh_return:.4g}: {advice}"
