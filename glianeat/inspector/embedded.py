"""What a page from a file holds: as much of a run as fits, the best first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from glianeat.errors import EvaluationError, GliaNeatError
from glianeat.inspector.page_file import packed, page_bundle, page_file
from glianeat.inspector.resources import as_json, resource
from glianeat.inspector.views.health import health, with_tracebacks
from glianeat.inspector.views.overview import Overview, best_key, overview
from glianeat.inspector.views.population import fronts, individuals
from glianeat.inspector.views.site import site
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run
from glianeat.text import counted

MAX_BYTES = 5_000_000  # of a page
_FOR_INDIVIDUALS = 0.4  # share of the page that the columns of individuals may take
_FOR_EPISODES = 0.15  # share that an episode may take
_MOST_GENOMES, _MOST_EPISODES = 200, 4
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
    held.add_genomes([] if first is None else [first], told)
    held.add_health(activity=activity)
    if activity:
        held.add_episodes([first, *told.front])
    else:
        held.notes.append("No episode was run: the page was made with --no-activity.")
    held.add_genomes(held.wanted(first, told), told)
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
        self.notes: list[str] = []

    def add_whole(self, told: Overview) -> None:
        """Add what is of the whole run."""
        self._room -= len(packed(as_json(told))) + _BLOCK_BYTES
        self._add({name: self._packed(name) for name in _PLAIN})
        number, most = told.individuals, min(told.individuals, MOST_HELD)
        while True:
            found = individuals(self._run, most)
            data = packed(as_json(found))
            if len(data) <= _FOR_INDIVIDUALS * self._total or most <= _LEAST_INDIVIDUALS:
                break
            most //= 2
        self._add({"individuals": data, "fronts": packed(as_json(fronts(self._run, most)))})
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

    def add_genomes(self, keys: Sequence[int], told: Overview) -> None:
        """Add genomes while there is room."""
        for key in keys:
            if f"genome/{key}" in self._found or len(self._keys("genome")) >= _MOST_GENOMES:
                continue
            lineage = not self._keys("genome") or key in told.front
            blocks = dict(self._of_genome(key, with_lineage=lineage))
            if _taken(blocks) <= self._room:
                self._add(blocks)

    def add_episodes(self, keys: Iterable[int | None]) -> None:
        """Add an episode of each genome, until there are enough, or the task fails."""
        wanted = [key for key in dict.fromkeys(keys) if key is not None]
        for key in wanted[:_MOST_EPISODES]:
            name = f"episode/{key}"
            try:
                blocks = {name: self._packed(name)}
            except GliaNeatError as error:
                self.notes.append(
                    f"No episode of genome {key} is shown: {without_paths(str(error))}"
                )
                if not isinstance(error, EvaluationError):
                    return
                continue
            if _taken(blocks) <= min(_FOR_EPISODES * self._total, self._room):
                self._add(blocks)

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
        ancestors = [step.individual.key for step in self._run.history.lineage(first)]
        survivors = [solution.key for solution in self._run.population]
        youngest = range(told.individuals - 1, -1, -1)[: 2 * _MOST_GENOMES]
        others = self._run.history.some_individuals(youngest).key.tolist()[::-1]
        return list(dict.fromkeys([first, *told.front, *ancestors, *survivors, *others]))

    def _of_genome(self, key: int, *, with_lineage: bool) -> Iterator[tuple[str, str]]:
        parent = self._run.solution(key).parents[0]
        names = [f"genome/{key}"]
        names += [f"lineage/{key}"] if with_lineage else []
        names += [f"difference/{key}/{parent}"] if parent >= 0 else []
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
