"""Robustness: what is left of a genome's return under damage, by the share that dies."""

import math
from collections.abc import Sequence

import msgspec

from glianeat.config import shown
from glianeat.errors import ConfigError, DevelopmentError, EvaluationError
from glianeat.evaluate.damage import NONE, Damage, damages, parse_damage
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.failures import check_evaluation
from glianeat.evaluate.injury import check_regions
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.text import counted, table_markup


class Suffered(msgspec.Struct, frozen=True):
    """How a genome does under some damage, or under none.

    Parameters
    ----------
    damage : tuple of str
        What dies in every episode; empty if nothing does.
    share : float
        Share of what varies that dies; 0 if nothing does.
    mean_return : float
        Mean return of the episodes.
    standard_error : float
        Of the mean; NaN of a single episode.
    kept : float
        Mean return over that without damage; NaN unless that is positive.
    power : float
        Mean power [EU/s].
    returns : tuple of float
        Return of each episode; those of all rows are of the same seeds.
    """

    damage: tuple[str, ...]
    share: float
    mean_return: float
    standard_error: float
    kept: float
    power: float
    returns: tuple[float, ...]

    @property
    def text(self) -> str:
        """What dies, in words."""
        return " and ".join(self.damage) or NONE


class Robustness(msgspec.Struct, frozen=True):
    """The same episodes without damage, and under damage of one share after the other.

    Parameters
    ----------
    episodes : int
        How many episodes were lived for each row.
    rows : tuple of Suffered
        The first is without damage.
    """

    episodes: int
    rows: tuple[Suffered, ...]

    def _repr_html_(self) -> str:
        """Return a table of all rows, for notebooks."""
        head = ("damage", "return", "standard error", "kept", "EU/s")
        rows = [
            (row.text, row.mean_return, row.standard_error, row.kept, row.power)
            for row in self.rows
        ]
        return table_markup(f"Under damage: {counted(self.episodes, 'episode')}", head, rows)


def robustness(
    rollout_worker: RolloutWorker,
    genome: Genome,
    damage: str | Damage | Sequence[str | Damage],
    plan: EpisodePlan,
) -> Robustness:
    """Let a genome live the same episodes without damage, and with it, share by share.

    Parameters
    ----------
    rollout_worker : RolloutWorker
        Evaluates.
    genome : Genome
        Who is damaged.
    damage : str, Damage, or several of them
        What dies in every episode; several die in the same episodes. One of them may have several
        shares: each makes a row.
    plan : EpisodePlan
        The episodes.

    Raises
    ------
    ConfigError
        If the damage is none, or of a region that the network does not have.
    EvaluationError
        If an episode fails; the message says which, and why.
    """
    texts = damages(damage)
    try:
        check_regions(rollout_worker.develop(genome), texts)
    except DevelopmentError as error:
        raise EvaluationError(str(error)) from None
    conditions = [((), 0.0), *_conditions(texts)]
    rows: list[Suffered] = []
    for chosen, share in conditions:
        evaluation = rollout_worker.evaluate(genome, msgspec.structs.replace(plan, damage=chosen))
        check_evaluation(evaluation, f"under {' and '.join(chosen) or 'no damage'}")
        rows.append(_row(chosen, share, evaluation, rows[0].mean_return if rows else math.nan))
    return Robustness(plan.number, tuple(rows))


def _conditions(texts: Sequence[str]) -> list[tuple[tuple[str, ...], float]]:
    """Return what dies in each row, and the share that varies."""
    parsed = [parse_damage(text) for text in texts]
    varying = [number for number, one in enumerate(parsed) if len(one.shares) > 1]
    if len(varying) > 1:
        raise ConfigError(
            f"damage: only one may have several shares, got {shown(' and '.join(texts))}"
        )
    if not parsed:
        return []
    which = varying[0] if varying else 0
    return [
        (
            tuple(
                damages([*parsed[:which], parsed[which].with_share(share), *parsed[which + 1 :]])
            ),
            share,
        )
        for share in parsed[which].shares
    ]


def _row(damage: tuple[str, ...], share: float, evaluation: Evaluation, healthy: float) -> Suffered:
    mean = evaluation.mean_return
    healthy = healthy if damage else mean
    return Suffered(
        damage=damage,
        share=share,
        mean_return=mean,
        standard_error=evaluation.standard_error if len(evaluation.returns) > 1 else math.nan,
        kept=mean / healthy if healthy > 0.0 else math.nan,
        power=evaluation.power,
        returns=evaluation.returns,
    )
