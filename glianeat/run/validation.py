"""Comparing candidates for the best genome on fresh episodes, no longer than it takes to tell."""

import math
from collections.abc import Mapping, Sequence

from glianeat.evaluate.evaluation import Evaluation, Evaluator
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.pooling import pooled
from glianeat.genome.genome import Genome
from glianeat.streams import Purpose

_FIRST = 10  # episodes after which candidates are compared first; then after twice as many, …
_ERRORS = 2.0  # standard errors of the paired difference by which a candidate is worse


def validate(
    evaluator: Evaluator,
    genomes: Sequence[Genome],
    episodes: int,
    known: Mapping[int, Evaluation],
    *,
    racing: bool,
) -> list[Evaluation]:
    """Return how genomes do on fresh episodes, which are the same for all.

    Parameters
    ----------
    evaluator : Evaluator
        Who evaluates.
    genomes : sequence of Genome
        The candidates.
    episodes : int
        How many episodes there are.
    known : mapping from int to Evaluation
        How others did on them, by key.
    racing : bool
        Whether a candidate is given up once it is worse than the best by two standard errors of
        their difference over the same episodes; it has fewer episodes then.
    """
    if not racing:
        return evaluator.evaluate(genomes, _plan(0, episodes))
    found: dict[int, Evaluation] = {}
    left, done = list(genomes), 0
    for until in _stages(episodes):
        for evaluation in evaluator.evaluate(left, _plan(done, until)):
            before = (found[evaluation.key],) if done else ()
            found[evaluation.key] = pooled((*before, evaluation))
        rivals = [one.returns[:until] for one in (*found.values(), *known.values()) if one.is_ok]
        whole = [returns for returns in rivals if len(returns) == until]
        best = max(whole, key=math.fsum, default=())
        left = [genome for genome in left if not _is_worse(found[genome.key], best)]
        done = until
        if not left:
            break
    return [found[genome.key] for genome in genomes]


def finalists(validations: Mapping[int, Evaluation]) -> dict[int, Evaluation]:
    """Return the validations over the most episodes: others were given up as worse."""
    most = max((len(one.returns) for one in validations.values()), default=0)
    return {key: one for key, one in validations.items() if len(one.returns) == most}


def _plan(first: int, until: int) -> EpisodePlan:
    return EpisodePlan(purpose=Purpose.VALIDATE, episodes=until - first, first=first)


def _stages(episodes: int) -> list[int]:
    """Return after how many episodes candidates are compared, the last time after all."""
    stages, number = [], _FIRST
    while 2 * number <= episodes:
        stages.append(number)
        number *= 2
    return [*stages, episodes]


def _is_worse(evaluation: Evaluation, best: Sequence[float]) -> bool:
    """Return whether a genome failed, or gives less than the best on the same episodes."""
    if not evaluation.is_ok or evaluation.rewards:
        return not evaluation.is_ok  # of several rewards every trade-off is of interest
    differences = [one - other for one, other in zip(evaluation.returns, best, strict=True)]
    number = len(differences)
    mean = math.fsum(differences) / number
    if number < 2 or mean >= 0.0:
        return False
    squares = math.fsum((one - mean) * (one - mean) for one in differences)
    return mean + _ERRORS * math.sqrt(squares / (number * (number - 1))) < 0.0
