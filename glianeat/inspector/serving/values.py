"""The values of a run that a served page asks for, each from a run that is opened for it alone."""

from pathlib import Path


def make(folder: Path, name: str) -> bytes:
    """Return a value of the run in a folder; see `glianeat.inspector.serving.served.Make`."""
    raise KeyError(f"there is no {name} in {folder}")
