"""What a study's report says in words, the same on the terminal and in Markdown."""

from collections.abc import Iterator

from glianeat.studies.study.result import Change, StudyReport, Summary, TaskReport
from glianeat.studies.study.verdict import ArmTest
from glianeat.text import counted, safe

SUMMARY_COLUMNS = ("arm", "test", "runs", "median", "95 % interval", "EU/s", "spikes/s")
TEST_COLUMNS = ("test", "against", "runs", "A12", "95 % interval", "p", "p (Holm)", "verdict")
CHANGE_COLUMNS = ("arm", "test", "compared with", "runs", "median change", "95 % interval", "lower")
_OUTCOMES = {
    "pays": "{} pays",
    "tie": "tie: {} is no better than every control",
    "harms": "{} does harm",
    "undecided": "undecided",
    "given up": "given up after its first seeds, since {} has no prospect to pay",
    "unfinished": "unfinished: {} of {} runs",
    "screen": "a screen, which decides nothing",
}


def heading(task: TaskReport, report: StudyReport) -> str:
    """Return what came out of a task, on one line."""
    told = _OUTCOMES[task.verdict]
    if task.verdict == "unfinished":
        outcome = told.format(task.finished, task.planned)
    else:
        outcome = told.format(report.treatment)
    return f"{task.name} ({safe(task.id)}): {outcome}"


def measured(task: TaskReport) -> str:
    """Return what is compared in a task, and what decides."""
    unit = f" [{task.unit}]" if task.unit else ""
    better = "more" if task.more_is_better else "less"
    return f"{task.measure.replace('_', ' ')}{unit}, {better} is better; {task.primary} decides"


def summary_rows(task: TaskReport) -> Iterator[list[str]]:
    """Yield a row of `SUMMARY_COLUMNS` for each test and arm."""
    tests = dict.fromkeys(one.test for arm in task.arms for one in arm.summaries)
    for test in tests:
        for arm in task.arms:
            for one in arm.summaries:
                if one.test == test:
                    yield _summary_row(arm.name, one)


def _summary_row(arm: str, one: Summary) -> list[str]:
    runs = f"{one.n}" if not one.failed else f"{one.n}, {one.failed} failed"
    numbers = (number(one.power), number(one.spikes))
    return [arm, one.test, runs, number(one.median), interval(one.low, one.high), *numbers]


def test_rows(task: TaskReport) -> Iterator[list[str]]:
    """Yield a row of `TEST_COLUMNS` for each comparison of the treatment, the decisive first."""
    for one in (*task.decisive, *task.further):
        yield _test_row(one)


def _test_row(one: ArmTest) -> list[str]:
    runs = f"{one.n}, {one.n_other}"
    ends = interval(one.a12_low, one.a12_high)
    return [one.test, one.other, runs, number(one.a12), ends, p(one.p), p(one.p_holm), one.verdict]


def change_rows(task: TaskReport) -> Iterator[list[str]]:
    """Yield a row of `CHANGE_COLUMNS` for each test with another one to be compared with."""
    for one in task.changes:
        yield _change_row(one)


def _change_row(one: Change) -> list[str]:
    lower, ends = f"{one.lower} of {one.n}", interval(one.low, one.high)
    return [one.arm, one.test, one.against, f"{one.n}", number(one.median), ends, lower]


def rule_text(report: StudyReport) -> str:
    """Return the rule of decision."""
    rule = report.rule
    return (
        f"{rule.treatment} pays if A12 >= {rule.pays:g} and p < {rule.p:g} (Mann and Whitney, "
        f"corrected by Holm's method over the {rule.holm_over}) against every control "
        f"({', '.join(rule.controls)}); a tie is A12 from {rule.tie[0]:g} to {rule.tie[1]:g} with "
        f"at least {counted(rule.tie_runs, 'run')} an arm."
    )


def origin_text(report: StudyReport) -> str:
    """Return which file fixed the study, which seeds it has, and how long it took."""
    took = sum(task.seconds for task in report.tasks) / 3600.0
    seeds, runs = report.seeds, sum(task.finished for task in report.tasks)
    shown = f"{seeds[0]} to {seeds[-1]} ({counted(len(seeds), 'seed')})"
    return (
        f"File of SHA-256 {report.sha256}, fixed before the first run. Seeds {shown}. "
        f"{counted(runs, 'run')} took {took:.2f} hours of computing."
    )


def number(value: float | None) -> str:
    """Return a number with three significant digits, more if it is large."""
    if value is None:
        return "none"
    return f"{value:.3f}" if abs(value) < 10.0 else f"{value:.1f}"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval; empty if there is none."""
    return "" if low is None and high is None else f"{number(low)} to {number(high)}"


def p(value: float | None) -> str:
    """Return a p value."""
    if value is None:
        return ""
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"
