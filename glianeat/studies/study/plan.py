"""What a study's file says: arms, tasks, tests of champions, and the rule of decision."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from glianeat.config import Settings, from_mapping, shown, suggestion, within
from glianeat.develop.lesions import Lesion, parse_lesion
from glianeat.errors import ConfigError
from glianeat.evaluate.conditions import Condition
from glianeat.evaluate.damage import damages
from glianeat.plain import check_plain
from glianeat.run.config import parse_toml
from glianeat.studies.grid import MAX_CELLS, parse_seeds

Tables = dict[str, Any]
"""Settings of an experiment by section and key."""
Share = Annotated[float, within(at_least=0, at_most=1)]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_MOST_EPISODES = 100_000


class Arm(Settings):
    """One way of setting up what is compared."""

    text: str = ""
    """What it is, for the report."""
    settings: Tables = msgspec.field(default_factory=dict)
    """Its settings, laid over those of the task."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_plain(self.settings, "settings")


class ChampionTest(Settings):
    """How champions are tested, on episodes that took part in no decision."""

    text: str = ""
    """What it is, for the report."""
    episodes: Annotated[int, within(at_least=1, at_most=_MOST_EPISODES)] = 100
    """Episodes of each champion; the same for all arms of a seed."""
    settings: Tables = msgspec.field(default_factory=dict)
    """What is changed, as with ``replay --set``: the task, and how networks live in it."""
    without: tuple[str, ...] = ()
    """What is taken away from the network, as with ``what-if --without``: ``astrocyte``."""
    condition: Condition = "intact"
    """What is different of the champion, see `glianeat.evaluate.conditions`: ``no_gain``,
    ``no_current``, ``no_effects``, ``no_astrocytes``, ``frozen``, ``frozen_overall``,
    ``shuffled``."""
    damage: tuple[str, ...] | None = None
    """What dies in every episode, as with ``replay --damage``: ``sensors=0.6@4s``; an empty list
    for nothing, by default what the settings of the runs say."""
    arms: tuple[str, ...] = ()
    """Arms whose champions are tested; by default all."""
    against: str = ""
    """Another test, with which this one is compared, champion by champion."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_plain(self.settings, "settings")
        damages(self.damage or ())
        for text in self.without:
            parse_lesion(text)

    @property
    def lesions(self) -> tuple[Lesion, ...]:
        """What is taken away from the network."""
        return tuple(map(parse_lesion, self.without))


class StudyTask(Settings, kw_only=True):
    """One task of a study."""

    text: str = ""
    """What it is, for the report."""
    primary: str
    """Name of the test that decides."""
    measure: Literal["return", "power", "spikes", "output_spikes"] = "return"
    """What is compared of it: the mean return, of which more is better, or mean power [EU/s],
    spikes of all neurons or of outputs [spikes/s], of which less is."""
    arms: tuple[str, ...] = ()
    """Arms that are run; by default all."""
    settings: Tables = msgspec.field(default_factory=dict)
    """Its settings, laid over those that all runs have in common."""
    by_arm: dict[str, Tables] = msgspec.field(default_factory=dict)
    """Settings of single arms in this task, laid over all others."""
    tests: dict[str, ChampionTest]
    """How champions are tested, by name."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_plain(self.settings, "settings")
        check_plain(self.by_arm, "by_arm")
        _check_names(self.tests, "tests")
        _require_known("primary", [self.primary], self.tests)
        for name, test in self.tests.items():
            if test.against:
                _require_known(f"tests.{name}.against", [test.against], self.tests)


class Decision(Settings, kw_only=True):
    """The rule by which each task is decided, on its primary test alone."""

    treatment: str
    """Arm that may pay."""
    controls: tuple[str, ...]
    """Arms against each of which it must."""
    pays: Annotated[float, within(at_least=0.5, at_most=1)] = 0.71
    """Least A12 with which the treatment pays; with one less this it does harm."""
    p: Annotated[float, within(above=0, at_most=1)] = 0.01
    """Largest p of Mann and Whitney's test, corrected by Holm's method, with which it does."""
    tie: tuple[Share, Share] = (0.35, 0.65)
    """A12 of a tie, from and to."""
    tie_runs: Annotated[int, within(at_least=2)] = 20
    """Runs that each arm has of a tie, at least; with fewer, no difference is no tie."""
    holm_over: Literal["task", "study"] = "task"
    """Which comparisons are corrected together: those of the treatment with the other arms of a
    task, or those of all tasks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.controls or len({self.treatment, *self.controls}) <= len(self.controls):
            raise ConfigError(
                f"controls: must be arms other than the treatment {shown(self.treatment)}, each "
                f"once, got {shown(list(self.controls))}"
            )
        if not self.tie[0] <= 0.5 <= self.tie[1]:
            raise ConfigError(f"tie: must be a range around 0.5, got {shown(list(self.tie))}")


class Racing(Settings, kw_only=True):
    """When a task is given up in which the treatment has no prospect to pay."""

    runs: Annotated[int, within(at_least=2)]
    """Seeds after which that is decided, the first ones of the study."""
    a12: Annotated[float, within(at_least=0, at_most=0.5)] = 0.5
    """A12 of the treatment against a control below which it is."""


class StudyPlan(Settings, kw_only=True):
    """All that a study's file says."""

    question: str = ""
    """What the study asks, for the report."""
    seeds: str
    """Seeds of the runs of each arm, such as ``1000-1019``."""
    settings: Tables = msgspec.field(default_factory=dict)
    """What all runs have in common: settings of an experiment."""
    decision: Decision
    racing: Racing | None = None
    """When a task is given up; by default never."""
    arms: dict[str, Arm]
    """What is compared, by name."""
    tasks: dict[str, StudyTask]
    """Where, by name."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_plain(self.settings, "settings")
        _check_names(self.arms, "arms")
        _check_names(self.tasks, "tasks")
        decision = self.decision
        _require_known("decision.treatment", [decision.treatment], self.arms)
        _require_known("decision.controls", decision.controls, self.arms)
        for name, task in self.tasks.items():
            self._check_task(f"tasks.{name}", task)
        number = sum(len(self.arms_of(name)) for name in self.tasks) * len(self.seed_numbers)
        if number > MAX_CELLS:
            raise ConfigError(f"a study: must have at most {MAX_CELLS:,} runs, got {number:,}")

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """Seeds of the runs of each arm."""
        return parse_seeds(self.seeds)

    def arms_of(self, task: str) -> tuple[str, ...]:
        """Return the names of the arms that are run in a task."""
        return self.tasks[task].arms or tuple(self.arms)

    def tests_of(self, task: str, arm: str) -> dict[str, ChampionTest]:
        """Return the tests of the champions of an arm in a task, by name."""
        tests = self.tasks[task].tests
        return {name: one for name, one in tests.items() if not one.arms or arm in one.arms}

    def _check_task(self, path: str, task: StudyTask) -> None:
        _require_known(f"{path}.arms", task.arms, self.arms)
        _require_known(f"{path}.by_arm", task.by_arm, self.arms)
        for name, test in task.tests.items():
            _require_known(f"{path}.tests.{name}.arms", test.arms, self.arms)
        decided = (self.decision.treatment, *self.decision.controls)
        run, tested = task.arms or tuple(self.arms), task.tests[task.primary].arms
        for arm in decided:
            if arm not in run or (tested and arm not in tested):
                raise ConfigError(
                    f"{path}: must run and test arm {arm!r} in {task.primary!r}, since the "
                    "decision needs it"
                )


def plan_from(data: bytes, name: str) -> StudyPlan:
    """Return the plan in a TOML document.

    Parameters
    ----------
    data : bytes
        The document.
    name : str
        What messages call it.

    Raises
    ------
    ConfigError
        Naming the document and the field at fault.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: must be UTF-8 text: {error.reason}") from None
    try:
        plan: StudyPlan = from_mapping(StudyPlan, parse_toml(text))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    return plan


def _check_names(names: Iterable[str], path: str) -> None:
    if not names:
        raise ConfigError(f"{path}: must have one at least")
    for name in names:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{path}: names must be letters, digits and _, begin with a letter and have at "
                f"most 32 characters, got {shown(name)}"
            )


def _require_known(path: str, names: Iterable[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(
                f"{path}: must be of {', '.join(known)}, got {shown(name)}{suggestion(name, known)}"
            )
