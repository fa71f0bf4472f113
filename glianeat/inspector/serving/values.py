"""The values of a run that a served page asks for, each from a run that is opened for it alone."""

from pathlib import Path


class Values:
    """Makes the values of runs.

    Parameters
    ----------
    trust : bool
        Whether tasks may be made whatever that imports and calls, see `Run`.
    """

    def __init__(self, *, trust: bool = False) -> None:
        self._trust = trust

    def make(self, folder: Path, name: str) -> bytes:
        """Return a value of the run in a folder; see `glianeat.inspector.serving.served.Make`."""
        raise KeyError(f"there is no {name} in {folder}")
