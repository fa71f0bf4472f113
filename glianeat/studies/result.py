"""What a comparison says: plain values with stable names, as JSON holds them."""

import msgspec

from glianeat.studies.finding import LeftOut


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a group."""

    name: str
    folder: str
    seed: int
    finished: str
    """Why it ended; empty if it can go on."""
    generations: int
    evaluations: int
    solved_at: int | None
    """Evaluations until a genome was born that passes the goal; None if there was none."""
    final_return: float | None
    """Mean return of its best genome; None if every genome failed."""
    fresh_episodes: int
    """Fresh episodes that the final return is over; 0 if it is that of training."""
    power: float | None
    """Mean power of its best genome [EU/s]."""
    power_at_equal_return: float | None
    """Lowest power of a survivor that has the equal return [EU/s]; None if there is none."""
    hypervolume: float | None
    """Volume that its last survivors dominate, down to the reference."""
    note: str


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Best return over evaluations: middle of the runs and its confidence band; None: no value."""

    evaluations: list[int]
    runs: list[int]
    """How many runs have a value."""
    middle: list[float | None]
    low: list[float | None]
    high: list[float | None]


class Surface(msgspec.Struct, frozen=True):
    """The front that a share of the runs reach."""

    share: float
    points: list[list[float]]
    """Objectives in their own units."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The median of a measure over the runs of a group, with its confidence interval."""

    measure: str
    median: float | None
    """None if half of the runs or more have no value."""
    low: float | None
    high: float | None
    told: int
    """Runs that have a value; the others count as worse than these."""


class GroupResult(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that are taken together."""

    name: str
    settings: dict[str, str]
    """Values in which groups differ, as JSON by dotted path."""
    runs: list[RunResult]
    curve: Curve
    attainment: list[Surface]
    estimates: list[Estimate]


class PairTest(msgspec.Struct, frozen=True, kw_only=True):
    """Two groups compared by one measure."""

    measure: str
    first: str
    second: str
    n_first: int
    n_second: int
    a12: float | None
    """Probability that a run of the first group is better than one of the second, ties half."""
    a12_low: float | None
    a12_high: float | None
    p: float | None
    """Two-sided test of Mann and Whitney; None where a group has fewer than two runs."""
    p_holm: float | None
    """The same, corrected by Holm's method over all pairs of groups of this measure."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Runs of one task, compared."""

    task: str
    goal: float | None
    """Mean return from which a run counts as solved."""
    equal_return: float | None
    """Mean return at which power is compared."""
    statistic: str
    """What curves show of several runs: median or mean."""
    level: float
    """Confidence level of all intervals and bands."""
    objectives: list[str]
    """Objectives that all runs have in common; empty if they differ."""
    units: dict[str, str]
    directions: dict[str, str]
    """max or min, by objective."""
    reference: list[float]
    """Where hypervolumes end, in the objectives' own units."""
    groups: list[GroupResult]
    tests: list[PairTest]
    left_out: list[LeftOut]
    notes: list[str]
