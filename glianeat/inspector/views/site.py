"""What a page shows."""

from collections.abc import Sequence

import msgspec

import glianeat
from glianeat.inspector.views.text import without_paths
from glianeat.run.run import Run


class SiteRun(msgspec.Struct, frozen=True):
    """A run of a page."""

    name: str
    task: str


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The first resource that a page reads."""

    version: str
    live: bool
    token: str
    runs: list[SiteRun]
    comparison: bool


def site(runs: Sequence[Run], *, token: str = "", comparison: bool = False) -> Site:
    """Return what a page shows.

    Parameters
    ----------
    runs : sequence of Run
        The runs, whose resources are named ``run/0/…``, ``run/1/…`` in this order.
    token : str
        Part of every address of a served page; empty for a page from a file.
    comparison : bool
        Whether there is a resource ``comparison``.
    """
    return Site(
        version=glianeat.__version__,
        live=bool(token),
        token=token,
        runs=[SiteRun(run.name, without_paths(run.config.task.id)) for run in runs],
        comparison=comparison,
    )
