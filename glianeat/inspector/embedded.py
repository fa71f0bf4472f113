"""What a page from a file holds: as much of a run as fits, the best first."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from glianeat.inspector.page_file import packed, page_bundle, page_file
from glianeat.inspector.resources import as_json, resource
from glianeat.inspector.views.overview import Overview, best_key, overview
from glianeat.inspector.views.population import individuals
from glianeat.inspector.views.site import site
from glianeat.run.run import Run
from glianeat.text import counted

MAX_BYTES = 5_000_000  # of a page
_FOR_INDIVIDUALS = 0.4  # share of the page that the columns of individuals may take
_MOST_GENOMES = 120
_LEAST_INDIVIDUALS = 500
_BLOCK_BYTES = 200  # around the data of a resource
_PLAIN = ("history", "fronts", "phylogeny", "health")


class Page(NamedTuple):
    """A page as a file."""

    data: bytes
    notes: tuple[str, ...]
    """What it lacks, and why."""


def inspect_page(run: Run, genome: int | None = None, max_bytes: int = MAX_BYTES) -> Page:
    """Return a page of a run that needs nothing else.

    Parameters
    ----------
    run : Run
        The run.
    genome : int, optional
        Key of the genome that is shown first; by default the best one.
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
    held.add_genomes(first, told)
    told = held.finished(told, first)
    blocks = [("site", as_json(site([run]))), ("run/0/overview", as_json(told)), *held.blocks()]
    return Page(page_file(f"{run.name} · glianeat", blocks), tuple(told.notes))


class _Held:
    """The resources that a page holds, and how much room is left."""

    def __init__(self, run: Run, room: int) -> None:
        self._run, self._total, self._room = run, room, room
        self._found: dict[str, bytes] = {}
        self._notes: list[str] = []
        self._left_out = 0

    def add_whole(self, told: Overview) -> None:
        """Add what is of the whole run."""
        self._room -= self._size(as_json(told)) + _BLOCK_BYTES
        for name in _PLAIN:
            self._add(name, as_json(resource(self._run, name)))
        most, number = told.individuals, told.individuals
        while True:
            found = individuals(self._run, min(most, 20_000))
            data = as_json(found)
            if self._size(data) <= _FOR_INDIVIDUALS * self._total or most <= _LEAST_INDIVIDUALS:
                break
            most = min(most, 20_000) // 2
        self._add("individuals", data)
        if len(found.key) < number:
            self._notes.append(
                f"{len(found.key):,} of {counted(number, 'individual')} are in this page: those "
                "on fronts, and an even sample of the others. glianeat serve shows all fronts."
            )

    def add_genomes(self, first: int | None, told: Overview) -> None:
        """Add genomes while there is room: the first, its ancestors, the front, the survivors."""
        for key in self._wanted(first, told):
            blocks = dict(self._of_genome(key, with_lineage=key == first or key in told.front))
            size = sum(map(self._size, blocks.values())) + len(blocks) * _BLOCK_BYTES
            if size > self._room or len(self.genomes) >= _MOST_GENOMES:
                self._left_out += 1
                if len(self.genomes) >= _MOST_GENOMES:
                    break
                continue
            for name, data in blocks.items():
                self._add(name, data)

    def finished(self, told: Overview, first: int | None) -> Overview:
        """Return the overview with what the page holds."""
        notes = [*told.notes, *self._notes]
        if told.individuals:
            notes.append(
                f"{counted(len(self.genomes), 'genome')} of {told.individuals:,} can be opened in "
                "this page; glianeat serve opens any."
            )
        return msgspec.structs.replace(
            told, genomes=self.genomes, best=first if first is not None else told.best, notes=notes
        )

    @property
    def genomes(self) -> list[int]:
        """Keys of the genomes that are held."""
        prefix = "genome/"
        return [int(name[len(prefix) :]) for name in self._found if name.startswith(prefix)]

    def blocks(self) -> Iterator[tuple[str, bytes]]:
        """Yield the resources by their names in the page, the genome shown first before all."""
        names = sorted(self._found, key=lambda name: name in {*_PLAIN, "individuals"})
        for name in names:
            yield f"run/0/{name}", self._found[name]

    def _wanted(self, first: int | None, told: Overview) -> list[int]:
        if first is None:
            return []
        ancestors = [step.individual.key for step in self._run.history.lineage(first)]
        survivors = [solution.key for solution in self._run.population]
        return list(dict.fromkeys([first, *told.front, *ancestors, *survivors]))

    def _of_genome(self, key: int, *, with_lineage: bool) -> Iterator[tuple[str, bytes]]:
        yield f"genome/{key}", as_json(resource(self._run, f"genome/{key}"))
        if with_lineage:
            yield f"lineage/{key}", as_json(resource(self._run, f"lineage/{key}"))
        parent = self._run.solution(key).parents[0]
        if parent >= 0:
            name = f"difference/{key}/{parent}"
            yield name, as_json(resource(self._run, name))

    def _add(self, name: str, data: bytes) -> None:
        self._found[name] = data
        self._room -= self._size(data) + _BLOCK_BYTES

    def _size(self, data: bytes) -> int:
        return len(packed(data))
