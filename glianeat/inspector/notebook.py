"""The page of a run inside a notebook."""

import html
from pathlib import Path

from glianeat.inspector.embedded import inspect_page
from glianeat.run.run import Run
from glianeat.store.files import write_whole
from glianeat.text import safe_markup

_HEIGHT = 900  # pixels
# Its scripts run, but in an origin of their own: they reach neither the notebook nor the network.
_FRAME = (
    '<iframe title="{title}" sandbox="allow-scripts allow-downloads" width="100%" '
    'height="{height}" style="border:0" srcdoc="{page}"></iframe>'
)


class Page:
    """A page that shows a run; a notebook shows it as what a cell returns.

    Parameters
    ----------
    name : str
        Of the run.
    data : bytes
        The page, as `glianeat inspect` writes it.
    notes : tuple of str
        What is missing in it and why, in sentences.
    height : int
        Height in a notebook [pixels].
    """

    def __init__(self, name: str, data: bytes, notes: tuple[str, ...], height: int) -> None:
        self.name, self.data, self.notes, self._height = name, data, notes, height

    def __repr__(self) -> str:
        return f"<page of run {self.name}, {len(self.data) / 1e6:.1f} MB>"

    def save(self, path: str | Path) -> None:
        """Write the page into a file, whole or not at all; raise `CheckpointError` if it cannot."""
        write_whole(Path(path), self.data)

    def _repr_html_(self) -> str:
        page = html.escape(self.data.decode(), quote=True)
        return _FRAME.format(title=safe_markup(self.name), height=self._height, page=page)


def inspect(
    run: Run | str | Path,
    *,
    genome: int | None = None,
    activity: bool = True,
    trust: bool = False,
    height: int = _HEIGHT,
) -> Page:
    """Return the page of a run, which a notebook shows in a frame of its own.

    Parameters
    ----------
    run : Run, str or Path
        The run, or its folder.
    genome : int, optional
        Key of the genome that is shown first; by default the best.
    activity : bool
        Whether an episode is lived to show its spikes, for which the task is made.
    trust : bool
        Of a folder: whether its task may be made whatever that imports and calls, see `Run`.
    height : int
        Height in a notebook [pixels].

    Raises
    ------
    CheckpointError
        If there is no such run or genome, or it is damaged.
    """
    if isinstance(run, Run):
        page = inspect_page(run, genome, activity=activity)
        return Page(run.name, page.data, tuple(page.notes), height)
    with Run(Path(run), trust=trust) as opened:
        return inspect(opened, genome=genome, activity=activity, height=height)
