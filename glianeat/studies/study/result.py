"""What a study's report says: plain values with stable names, as JSON holds them."""

import msgspec

from glianeat.studies.study.champion import Tested
from glianeat.studies.study.plan import Decision
from glianeat.studies.study.verdict import ArmTest, Verdict


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run, and how its champion did."""

    seed: int
    name: str
    digest: str
    evaluations: int
    seconds: float
    """Wall-clock time that it took [s]."""
    champion: int
    """Key of the genome."""
    neurons: int
    hidden: int
    synapses: int
    astrocytes: int
    tests: dict[str, Tested]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One arm in one test: medians over its runs."""

    test: str
    n: int
    failed: int
    """Champions that failed; in comparisons they count as worse than all others."""
    median: float | None
    """Of what is compared, see `TaskReport.measure`."""
    low: float | None
    """Of its 95 % bootstrap interval."""
    high: float | None
    power: float | None
    """Median power [EU/s]."""
    spikes: float | None
    """Median spikes of all neurons [spikes/s]."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a test does to the champions of an arm, compared with another test of the same ones."""

    arm: str
    test: str
    against: str
    n: int
    median: float | None
    """Of the differences, champion by champion: the test less what it is compared with."""
    low: float | None
    high: float | None
    lower: int
    """Champions in which the test is lower."""


class ArmReport(msgspec.Struct, frozen=True, kw_only=True):
    """One arm in one task."""

    name: str
    text: str
    summaries: list[Summary]
    """By test."""
    runs: list[RunRow]
    """By seed."""


class TaskReport(msgspec.Struct, frozen=True, kw_only=True):
    """One task."""

    name: str
    text: str
    id: str
    """Of the environment."""
    primary: str
    measure: str
    unit: str
    more_is_better: bool
    verdict: Verdict
    finished: int
    """Runs that are finished, their champions tested."""
    planned: int
    given_up: bool
    """Whether it was given up after its first seeds, see `Racing`."""
    arms: list[ArmReport]
    decisive: list[ArmTest]
    """The treatment compared with all other arms in the primary test."""
    further: list[ArmTest]
    """The same in the other tests, each corrected for itself; no rule applies to these."""
    changes: list[Change]
    seconds: float
    """Wall-clock time of all its runs together [s]."""


class Missing(msgspec.Struct, frozen=True):
    """A run that is not finished."""

    name: str
    status: str
    reason: str


class StudyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came out of a study."""

    name: str
    question: str
    sha256: str
    """Hash of the file that fixed it."""
    screen: str
    """Seeds of a screen, which decides nothing; else empty."""
    seeds: list[int]
    level: float
    """Confidence level of all intervals."""
    treatment: str
    rule: Decision
    tasks: list[TaskReport]
    missing: list[Missing]
    made_with: list[str]
    """Versions, commits and processors that its runs were made with."""
    notes: list[str]
