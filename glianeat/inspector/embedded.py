"""What a page from a file holds: as much of a run as fits, the best first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from glianeat.errors import EvaluationError, GliaNeatError
from glianeat.evolution.individual import NO_PARENT
from glianeat.inspector.page_file import packed, page_bundle, page_file
from glianeat.inspector.resources import as_json, resource
from glianeat.inspector.views.episode import episode_view
from glianeat.inspector.views.health import health, with_tracebacks
from glianeat.inspector.views.overview import Overview, best_key, overview
from glianeat.inspector.views.population import Fronts, fronts, individuals
from glianeat.inspector.views.site import site
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run
from glianeat.run.watched import FRAME_SIDE, MOST_FRAMES
from glianeat.text import counted

MAX_BYTES = 5_000_000  # of a page
_FOR_INDIVIDUALS = 0.4  # share of the page that the columns of individuals may take
_FOR_EPISODE = 0.2  # share that one episode may take
_FOR_GENOMES = 0.7  # share of what is left that genomes may take before more episodes are added
_MOST_GENOMES, _MOST_EPISODES = 500, 12
_MOST_RECORDED = 100_000  # [ms] of simulated time in all episodes but the first
_FRAMES, _SIDE = 50, 200  # pictures of such an episode, and their longer side [pixels]
MOST_HELD, _LEAST_INDIVIDUALS = 20_000, 500  # individuals of a page
_BLOCK_BYTES = 200  # around the data of a resource
_PLAIN = ("history", "phylogeny")
_LAST = {*_PLAIN, "health", "individuals", "fronts"}  # behind the genome that is shown first


class Page(NamedTuple):
    """A page as a file."""

    data: bytes
    notes: tuple[str, ...]
    """What it lacks, and why."""


def inspect_page(
    run: Run, genome: int | None = None, *, activity: bool = True, max_bytes: int = MAX_BYTES
) -> Page:
    """Return a page of a run that needs nothing else.

    Parameters
    ----------
    run : Run
        The run.
    genome : int, optional
        Key of the genome that is shown first; by default the best one.
    activity : bool
        Whether genomes live an episode, so that the page shows what they do. Where the task cannot
        be made, the page says why it does not.
    max_bytes : int
        How large the page may be.

    Raises
    ------
    CheckpointError
        If the run is damaged, or has no such genome.
    """
    bundle = page_bundle()
    taken = sum(len(text.encode()) for text in bundle.values())
    held = _Held(run, max_bytes - taken)
    first = best_key(run) if genome is None else run.solution(genome).key
    told = overview(run)
    held.add_whole(told)
    held.add_genomes([] if first is None else [first], told, share=1.0)
    held.add_health(activity=activity)
    plays = activity and first is not None and held.add_episodes([first], MOST_FRAMES, FRAME_SIDE)
    held.add_genomes(held.wanted(first, told), told, share=_FOR_GENOMES)
    if plays:
        held.add_episodes(told.front, _FRAMES, _SIDE)
    if not activity:
        held.notes.append("No episode was run: the page was made with --no-activity.")
    told = held.finished(told, first)
    first_read = {"site": as_json(site([run])), "run/0/overview": as_json(told)}
    blocks = [(name, packed(data)) for name, data in first_read.items()]
    blocks += held.blocks()
    return Page(page_file(f"{run.name} · glianeat", blocks), tuple(told.notes))


class _Held:
    """The resources that a page holds, and how much room is left."""

    def __init__(self, run: Run, room: int) -> None:
        self._run, self._total, self._room = run, room, room
        self._found: dict[str, str] = {}
        self._ancestors: set[int] = set()
        self._fronts = Fronts(generation=[], front=[])
        self.notes: list[str] = []

    def add_whole(self, told: Overview) -> None:
        """Add what is of the whole run."""
        self._room -= len(packed(as_json(told))) + _BLOCK_BYTES
        self._add({name: self._packed(name) for name in _PLAIN})
        number, most = told.individuals, min(told.individuals, MOST_HELD)
        while True:
            found = individuals(self._run, most, most)
            data = packed(as_json(found))
            if len(data) <= _FOR_INDIVIDUALS * self._total or most <= _LEAST_INDIVIDUALS:
                break
            most //= 2
        self._fronts = fronts(self._run, most if found.sampled else None)
        self._add({"individuals": data, "fronts": packed(as_json(self._fronts))})
        if len(found.key) < number:
            self.notes.append(
                f"{len(found.key):,} of {counted(number, 'individual')} are in this page: those "
                "on the fronts told, and an even sample of the others."
            )

    def add_health(self, *, activity: bool) -> None:
        """Add what went wrong; with activity, genomes fail again so that their errors are seen."""
        value = health(self._run)
        try:
            value = with_tracebacks(self._run, value) if activity else value
        except GliaNeatError as error:
            self.notes.append(f"No traceback of a failure is shown: {without_paths(str(error))}")
        self._add({"health": packed(as_json(value))})

    def add_genomes(self, keys: Sequence[int], told: Overview, *, share: float) -> None:
        """Add genomes while they take no more than a share of the room that is left."""
        least = (1.0 - share) * self._room
        for key in keys:
            if f"genome/{key}" in self._found or len(self._keys("genome")) >= _MOST_GENOMES:
                continue
            whole = not self._keys("genome") or key in told.front or key in self._ancestors
            blocks = dict(self._of_genome(key, whole=whole))
            if self._room - _taken(blocks) >= least:
                self._add(blocks)

    def add_episodes(self, keys: Sequence[int], most_frames: int, side: int) -> bool:
        """Add an episode of each genome while there is room; return whether the task can be made.

        How many there are does not depend on how quick the machine is.
        """
        recorded = 0
        for key in keys[:_MOST_EPISODES]:
            if f"episode/{key}" in self._found or recorded > _MOST_RECORDED:
                continue
            try:
                value = episode_view(self._run, key, most_frames=most_frames, side=side)
            except GliaNeatError as error:
                why = without_paths(str(error))
                self.notes.append(f"No episode of genome {key} is shown: {why}")
                if not isinstance(error, EvaluationError):
                    return False
                continue
            recorded += value.n_ms
            blocks = {f"episode/{key}": packed(as_json(value))}
            if _taken(blocks) <= min(_FOR_EPISODE * self._total, self._room):
                self._add(blocks)
        return True

    def finished(self, told: Overview, first: int | None) -> Overview:
        """Return the overview with what the page holds."""
        notes = [*told.notes, *self.notes]
        if told.individuals:
            held = counted(len(self._keys("genome")), "genome")
            notes.append(
                f"{held} of {told.individuals:,} can be opened in this page; glianeat serve opens "
                "any."
            )
        return msgspec.structs.replace(
            told,
            genomes=self._keys("genome"),
            episodes=self._keys("episode"),
            shown=first,
            notes=notes,
        )

    def blocks(self) -> Iterator[tuple[str, str]]:
        """Yield the resources by their names in the page, the genome shown first before all."""
        names = sorted(self._found, key=lambda name: name in _LAST)
        for name in names:
            yield f"run/0/{name}", self._found[name]

    def wanted(self, first: int | None, told: Overview) -> list[int]:
        """Return keys of genomes, those first that are looked at first."""
        if first is None:
            return []
        self._ancestors = {step.individual.key for step in self._run.history.lineage(first)}
        ancestors = sorted(self._ancestors, reverse=True)
        survivors = [solution.key for solution in self._run.population]
        youngest = range(told.individuals - 1, -1, -1)[: 2 * _MOST_GENOMES]
        others = self._run.history.some_individuals(youngest).key.tolist()[::-1]
        on_fronts = [key for keys in self._fronts.front[::-1] for key in keys]
        wanted = [first, *told.front, *ancestors, *survivors, *on_fronts, *others]
        return list(dict.fromkeys(wanted))

    def _of_genome(self, key: int, *, whole: bool) -> Iterator[tuple[str, str]]:
        parent = self._run.solution(key).parents[0] if whole else NO_PARENT
        names = [f"genome/{key}"]
        names += [f"lineage/{key}"] if whole else []
        names += [f"difference/{key}/{parent}"] if parent != NO_PARENT else []
        for name in names:
            yield name, self._packed(name)

    def _keys(self, kind: str) -> list[int]:
        """Return the keys of the genomes of which a kind of resource is held."""
        names = [name.split("/") for name in self._found]
        return [int(name[1]) for name in names if name[0] == kind and len(name) == 2]

    def _packed(self, name: str) -> str:
        return packed(as_json(resource(self._run, name)))

    def _add(self, blocks: Mapping[str, str]) -> None:
        self._found |= blocks
        self._room -= _taken(blocks)


def _taken(blocks: Mapping[str, str]) -> int:
    """Return the bytes that resources take in a page."""
    return sum(len(data) + _BLOCK_BYTES for data in blocks.values())
