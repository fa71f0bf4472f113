"""Racing: a task in which the treatment has no prospect to pay is given up after its first seeds.

That is decided by the file, from the first seeds alone, so that it does not depend on which runs
ended first. Giving up makes no false finding likelier: it can only miss one.
"""

from collections.abc import Iterator
from pathlib import Path

from glianeat.errors import CheckpointError
from glianeat.studies.statistics import vargha_delaney
from glianeat.studies.study.cells import StudyCell
from glianeat.studies.study.champion import Tested, read_tests
from glianeat.studies.study.measures import MEASURES
from glianeat.studies.study.plan import StudyPlan


class Race:
    """Which tasks of a study are given up, by what is kept in its folder.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    plan : StudyPlan
        What its file says.
    """

    def __init__(self, folder: Path, plan: StudyPlan) -> None:
        self._folder, self._plan = folder, plan
        self._known: dict[str, bool] = {}

    def is_out(self, cell: StudyCell) -> bool:
        """Return whether a run is not wanted any more."""
        racing = self._plan.racing
        return (
            racing is not None
            and cell.seed not in self._plan.seed_numbers[: racing.runs]
            and self.is_given_up(cell.task)
        )

    def is_given_up(self, task: str) -> bool:
        """Return whether a task is given up; not while one of its first runs is missing."""
        if self._plan.racing is None or len(self._plan.seed_numbers) <= self._plan.racing.runs:
            return False
        if task not in self._known:
            decision = self._plan.decision
            tested = {
                arm: list(self._first(task, arm))
                for arm in (decision.treatment, *decision.controls)
            }
            if any(len(one) < self._plan.racing.runs for one in tested.values()):
                return False
            self._known[task] = self._is_hopeless(task, tested, self._plan.racing.a12)
        return self._known[task]

    def _is_hopeless(self, task: str, tested: dict[str, list[Tested]], least: float) -> bool:
        measure, decision = MEASURES[self._plan.tasks[task].measure], self._plan.decision
        treatment = measure.turned(tested[decision.treatment])
        return any(
            float(vargha_delaney(treatment, measure.turned(tested[control]))) < least
            for control in decision.controls
        )

    def _first(self, task: str, arm: str) -> Iterator[Tested]:
        """Yield how the champions of the first seeds did, as far as they are tested."""
        racing, primary = self._plan.racing, self._plan.tasks[task].primary
        for seed in self._plan.seed_numbers[: racing.runs if racing else None]:
            try:
                tests = read_tests(self._folder, StudyCell.name_of(task, arm, seed))
            except CheckpointError:
                return
            if tests is None or primary not in tests.tests:
                return
            yield tests.tests[primary]
