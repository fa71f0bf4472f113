"""The resources of a run: what a page asks for by name, and gets as JSON."""

from collections.abc import Callable

import msgspec

from glianeat.inspector.views.episode import episode_view
from glianeat.inspector.views.evolution import history
from glianeat.inspector.views.genome import genome_view
from glianeat.inspector.views.health import health
from glianeat.inspector.views.overview import overview
from glianeat.inspector.views.population import fronts, individuals
from glianeat.inspector.views.relations import difference_view, lineage_view, phylogeny_view
from glianeat.run.run import Run
from glianeat.text import is_key

_WITHOUT_KEY: dict[str, Callable[[Run], msgspec.Struct]] = {
    "overview": overview,
    "history": history,
    "individuals": individuals,
    "fronts": fronts,
    "phylogeny": phylogeny_view,
    "health": health,
}
_WITH_KEY: dict[str, Callable[[Run, int], msgspec.Struct]] = {
    "genome": genome_view,
    "lineage": lineage_view,
    "episode": episode_view,
}


def resource(run: Run, name: str) -> msgspec.Struct:
    """Return a resource of a run.

    Parameters
    ----------
    run : Run
        The run, open.
    name : str
        Such as ``overview``, ``genome/12`` or ``difference/12/7``: what follows ``run/<i>/`` in
        `web/src/contract.ts`.

    Raises
    ------
    KeyError
        If there is no resource of that name.
    CheckpointError
        If the run has no such genome, or is damaged.
    ConfigError, TrustError, EvaluationError
        If an episode was asked for, and the task cannot be made here, or without trust, or fails.
    """
    kind, *rest = name.split("/")
    if not all(is_key(key) for key in rest):
        raise KeyError(name)
    keys = list(map(int, rest))
    if not keys and kind in _WITHOUT_KEY:
        return _WITHOUT_KEY[kind](run)
    if len(keys) == 1 and kind in _WITH_KEY:
        return _WITH_KEY[kind](run, keys[0])
    if len(keys) == 2 and kind == "difference":
        return difference_view(run, *keys)
    raise KeyError(name)


def as_json(value: msgspec.Struct) -> bytes:
    """Return a resource as JSON; numbers that are not finite are null."""
    return msgspec.json.encode(value)
