"""How arms of a study compare, and what the rule that was fixed beforehand says of it."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from glianeat.studies.statistics import holm, mann_whitney, vargha_delaney_interval
from glianeat.studies.study.plan import Decision
from glianeat.typing import FloatArray

Verdict = Literal["pays", "tie", "harms", "undecided", "given up", "unfinished", "screen", ""]
"""What the rule says; given up if it was in racing, unfinished while runs are missing, screen of
other seeds than the file's, empty where the rule does not apply."""
_SEED = 0  # of the resampling: equal runs give equal intervals


class ArmTest(msgspec.Struct, frozen=True, kw_only=True):
    """The treatment compared with another arm in one test."""

    test: str
    other: str
    """Name of the other arm."""
    is_control: bool
    """Whether the treatment must pay against it."""
    n: int
    """Runs of the treatment."""
    n_other: int
    a12: float | None
    """Probability that a run of the treatment is better than one of the other arm, ties half."""
    a12_low: float | None
    a12_high: float | None
    p: float | None
    """Two-sided test of Mann and Whitney; None where an arm has fewer than two runs."""
    p_holm: float | None
    """The same, corrected by Holm's method."""
    verdict: Verdict = ""


class Pair(NamedTuple):
    """Values of the treatment and of another arm, of which more is better."""

    test: str
    other: str
    is_control: bool
    treatment_values: FloatArray
    other_values: FloatArray


def compare_arms(pairs: Sequence[Pair]) -> list[ArmTest]:
    """Return how the treatment compares; all pairs are corrected together by Holm's method.

    Parameters
    ----------
    pairs : sequence of Pair
        What is compared. Values may be minus infinity, for champions that failed.
    """
    p_values = [mann_whitney(pair.treatment_values, pair.other_values) for pair in pairs]
    return [
        _compared(pair, p, corrected)
        for pair, p, corrected in zip(pairs, p_values, holm(p_values), strict=True)
    ]


def _compared(pair: Pair, p: float, p_holm: float) -> ArmTest:
    rng = np.random.default_rng(_SEED)
    effect = vargha_delaney_interval(pair.treatment_values, pair.other_values, rng)
    a12, low, high = (finite(number) for number in effect)
    return ArmTest(
        test=pair.test,
        other=pair.other,
        is_control=pair.is_control,
        n=len(pair.treatment_values),
        n_other=len(pair.other_values),
        a12=a12,
        a12_low=low,
        a12_high=high,
        p=finite(p),
        p_holm=finite(p_holm),
    )


def judged(test: ArmTest, rule: Decision) -> ArmTest:
    """Return a comparison with what the rule says of it."""
    return msgspec.structs.replace(test, verdict=_verdict(test, rule))


def _verdict(test: ArmTest, rule: Decision) -> Verdict:
    if test.a12 is None:
        return "undecided"
    is_significant = test.p_holm is not None and test.p_holm < rule.p
    if is_significant and test.a12 >= rule.pays:
        return "pays"
    if is_significant and test.a12 <= 1.0 - rule.pays:
        return "harms"
    low, high = rule.tie
    if low <= test.a12 <= high and min(test.n, test.n_other) >= rule.tie_runs:
        return "tie"
    return "undecided"


def verdict_of(tests: Sequence[ArmTest]) -> Verdict:
    """Return what the rule says of a task, from the comparisons with its controls.

    The treatment pays if it does against each control; it does harm if it does against any; it is a
    tie if against each control it pays or ties; else the task is undecided.
    """
    found = {test.verdict for test in tests if test.is_control}
    if "harms" in found:
        return "harms"
    if found == {"pays"}:
        return "pays"
    return "tie" if found <= {"pays", "tie"} else "undecided"


def finite(value: float) -> float | None:
    """Return a number, or None for one that is infinite or not a number, as JSON has it."""
    return float(value) if math.isfinite(value) else None
