"""Progress of a run: one live line on a terminal, else one plain line a generation."""

import math
import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console

from glianeat.cli.live_line import LiveLine
from glianeat.cli.options import generation_text, return_text
from glianeat.evaluate.evaluation import Status
from glianeat.run.generalisation import FreshTrial
from glianeat.run.reporters import Reporter
from glianeat.run.time_left import TimeLeft
from glianeat.store.records import Statistics, Summary
from glianeat.text import counted, duration_text, safe

_LONG = 60.0  # [s] that a run takes at least if it is said why


class Progress(Reporter):
    """Shows each generation as it is committed; use as a context manager."""

    def __init__(self, generations: int | None, *, quiet: bool = False) -> None:
        self.generations, self._quiet = generations, quiet
        self._line = LiveLine(Console(stderr=True), quiet=quiet, stays=True)
        self._reason = ""
        self._first: tuple[float, int] | None = None  # when the first generation was done
        self._trial: FreshTrial | None = None
        self._left: TimeLeft | None = None
        self._told_why = False
        self._gap = ""

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._line.__exit__(kind, error, traceback)

    def on_failure(self, _key: int, status: Status, reason: str, /) -> None:
        """Keep the first reason in mind for which a genome failed."""
        self._reason = self._reason or safe(f"{status}: {reason}")

    def on_progress(self, trial: FreshTrial, gap: str, /) -> None:
        """Keep in mind how the best genome did on fresh episodes; say so when a gap opens."""
        self._trial = trial
        if gap and not self._gap and not self._quiet:
            self._say(f"generation {trial.generation + 1}: {gap}")
        self._gap = gap

    def on_time_left(self, left: TimeLeft, /) -> None:
        """Keep in mind how long the run will take; of a long one, say once why."""
        self._left = left
        if left.seconds >= _LONG and not self._told_why and not self._quiet:
            self._told_why = True
            self._say(why_so_long(left))

    def on_generation(self, summary: Summary, statistics: Statistics, /) -> None:
        """Show a generation."""
        text = self._text(summary, statistics)
        if self._line.is_shown:
            self._line.show(text)
        elif not self._quiet:
            self._say(text)

    def _say(self, text: str) -> None:
        if self._line.is_shown:
            self._line.print_above(text)
        else:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def _text(self, summary: Summary, statistics: Statistics) -> str:
        species = f"  species {len(statistics.species)}" if statistics.species else ""
        failures = f"  failed {summary.failures}" if summary.failures else ""
        if not math.isfinite(summary.best_return):
            return (
                f"{generation_text(summary.number, self.generations)}"
                f"  evaluations {summary.evaluations}  every genome failed: {self._reason}"
            )
        return (
            f"{generation_text(summary.number, self.generations)}"
            f"  evaluations {summary.evaluations}"
            f"  best {return_text(summary.best_return)}{self._fresh(summary)}"
            f" at {summary.best_power:.0f} EU/s,"
            f" {summary.best_spikes:.0f} spikes/s"
            f"  mean {return_text(summary.mean_return)}"
            f"  front {summary.front_size}, hypervolume {statistics.hypervolume:.4g}"
            f"{species}{failures}"
            f"{self._rate(summary.evaluations)}"
        )

    def _fresh(self, summary: Summary) -> str:
        """Return what the best genome had on fresh episodes when it was last tried on some."""
        trial = self._trial
        if trial is None or not trial.evaluation.is_ok:
            return ""
        is_latest = trial.evaluation.key == summary.best_key
        of = "" if is_latest else f" of generation {trial.generation + 1}"
        return f" (fresh {return_text(trial.fresh_return)}{of})"

    def _rate(self, evaluations: int) -> str:
        """Return evaluations per second since the first generation, which had to compile."""
        now = time.monotonic()
        if self._first is None:
            self._first = (now, evaluations)
            return ""
        began, before = self._first
        left = self._left
        time_left = "" if left is None else f"  {duration_text(left.seconds)} left"
        return f"  {(evaluations - before) / max(now - began, 1e-6):.0f}/s{time_left}"


def why_so_long(left: TimeLeft) -> str:
    """Return a sentence on how long a run will take, and what its time goes into."""
    pace = left.pace
    validation = (
        f", then {left.validation_steps:,.0f} of validation" if left.validation_steps >= 1.0 else ""
    )
    return (
        f"about {duration_text(left.seconds)} left: {counted(left.generations, 'generation')} of "
        f"{pace.evaluations:,.0f} evaluations and {pace.steps:,.0f} environment steps, "
        f"{pace.steps_per_second:,.0f} steps/s{validation}; shorter with fewer "
        f"{left.until}, fewer episodes (evaluation.episodes) or more workers"
    )
