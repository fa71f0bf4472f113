"""Reporters: objects whose methods are called as a run goes on, named as neat-python's are."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from glianeat.config import shown
from glianeat.errors import ConfigError, ReporterError
from glianeat.evaluate.evaluation import Status
from glianeat.evolution.individual import Individual
from glianeat.genome.genome import Genome
from glianeat.store.records import Statistics, Summary

if TYPE_CHECKING:
    from glianeat.run.config import ExperimentConfig
    from glianeat.run.generalisation import FreshTrial
    from glianeat.run.time_left import TimeLeft

P = ParamSpec("P")
Species = Mapping[int, Sequence[int]]
"""Keys of the members of each species; empty if the algorithm makes none."""


class Reporter:
    """Base of all reporters: every method does nothing; override those of interest.

    Methods have the names of neat-python's reporters and their arguments in the same order, and are
    called in this one: `start_generation`; but for founders, `species_stagnant` for each species
    that was dropped, and `post_reproduction`; then, once the generation is in the store,
    `on_failure` for each failed genome, `post_evaluate`, `complete_extinction` and `found_solution`
    if they apply, `on_progress` if the best genome was tried on fresh episodes, `on_time_left` once
    it is known, `end_generation`, `on_generation`. `info` comes whenever there is something to
    say.

    A reporter cannot change a run. One that raises ends it with a `ReporterError` that names the
    reporter and the method; every generation that `end_generation` was called for is in the store,
    and the run can be resumed. `KeyboardInterrupt` passes through, as if Ctrl-C had been pressed.
    One that collects genomes had better copy them, see `Genome`.

    Examples
    --------
    >>> import glianeat
    >>> class Failures(glianeat.Reporter):
    ...     def on_failure(self, key, status, reason):
    ...         print(f"genome {key}: {status}: {reason}")
    >>> Failures().on_failure(3, "timeout", "took more than 300 s")
    genome 3: timeout: took more than 300 s
    """

    def start_generation(self, generation: int, /) -> None:
        """Called when a generation begins; the founders are generation 0."""

    def post_reproduction(
        self, config: "ExperimentConfig", population: Mapping[int, Genome], species: Species, /
    ) -> None:
        """Called with the offspring, by key, before evaluation; `species` are the parents'."""

    def on_failure(self, key: int, status: Status, reason: str, /) -> None:
        """Called when the evaluation of a genome failed, with the reason."""

    def post_evaluate(
        self,
        config: "ExperimentConfig",
        population: Mapping[int, Individual],
        species: Species,
        best_genome: Individual,
        /,
    ) -> None:
        """Called with the genomes that were evaluated, by key; `species` are the survivors'."""

    def species_stagnant(self, sid: int, species: Sequence[int], /) -> None:
        """Called when a species is dropped as stagnant, with the keys of its members."""

    def complete_extinction(self) -> None:
        """Called when no survivor's evaluation went well; evolution goes on from them."""

    def found_solution(
        self, config: "ExperimentConfig", generation: int, best: Individual, /
    ) -> None:
        """Called once in a run, with the genome that solved the task on fresh episodes."""

    def end_generation(
        self,
        config: "ExperimentConfig",
        population: Mapping[int, Individual],
        species_set: Species,
        /,
    ) -> None:
        """Called with the survivors, by key and best first; the generation is in the store."""

    def on_generation(self, summary: Summary, statistics: Statistics, /) -> None:
        """Called with the same generation in numbers."""

    def on_progress(self, trial: "FreshTrial", gap: str, /) -> None:
        """Called with how the best genome did on fresh episodes, whenever it was tried on some.

        `gap` is a sentence on what it loses by them, empty if that is within chance.
        """

    def on_time_left(self, left: "TimeLeft", /) -> None:
        """Called with how long the run will still take, from the second generation on."""

    def info(self, msg: str, /) -> None:
        """Called with a sentence: why the run ended, from where it goes on, what is odd."""


class Listener(Reporter):
    """Calls a function with each generation in numbers."""

    def __init__(self, listen: Callable[[Summary], None]) -> None:
        self._listen = listen

    def on_generation(self, summary: Summary, *_: object) -> None:
        """Called with a generation in numbers."""
        self._listen(summary)


def check_reporters(candidates: Sequence[object]) -> tuple[Reporter, ...]:
    """Return some reporters; raise `ConfigError` if one is none."""
    reporters = tuple(one for one in candidates if isinstance(one, Reporter))
    for one in candidates:
        if not isinstance(one, Reporter):
            hint = "; make one of that class" if isinstance(one, type) else ""
            raise ConfigError(
                f"reporters: must be of a class derived from glianeat.Reporter, "
                f"got {shown(one)}{hint}"
            )
    return reporters


class ReporterSet:
    """The reporters of a run; notifies each of them, in order.

    Parameters
    ----------
    reporters : sequence of Reporter
        Whom to notify.
    config : ExperimentConfig
        Handed to them as the configuration of the run.

    Raises
    ------
    ConfigError
        If one is no reporter.
    """

    def __init__(self, reporters: Sequence[Reporter], config: "ExperimentConfig") -> None:
        self._reporters, self.config = check_reporters(reporters), config

    def notify(
        self, event: Callable[Concatenate[Reporter, P], None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call the method of the name of an event, such as ``Reporter.info``, of every reporter.

        Raises
        ------
        ReporterError
            If a reporter raises; the others are not notified any more.
        """
        for reporter in self._reporters:
            try:
                getattr(reporter, event.__name__)(*args, **kwargs)
            except Exception as error:
                name = f"{type(reporter).__name__}.{event.__name__}"
                raise ReporterError(
                    f"reporter {name}: must not raise, got {type(error).__name__}: {error}; "
                    "all finished generations are saved, and the run can be resumed"
                ) from error
