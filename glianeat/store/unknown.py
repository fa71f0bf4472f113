"""What to say of names in files that this version does not know."""

from collections.abc import Iterable

from glianeat.config import shown, suggestion
from glianeat.errors import CheckpointError


def program() -> str:
    """Return what messages call this program."""
    from glianeat import __version__

    return f"this version ({__version__})"


def unknown_name(
    thing: str, kind: str, name: str, known: Iterable[str], of: str = ""
) -> CheckpointError:
    """Return what to raise for a name that this version does not know.

    Parameters
    ----------
    thing : str
        What messages call the run.
    kind : str
        What is named, such as a trait.
    name : str
        The name.
    known : iterable of str
        Names that this version knows.
    of : str
        What has it, such as a family of genes.
    """
    where = f" of {of}" if of else ""
    near = suggestion(name, known) or "; go on with the version that made the run"
    return CheckpointError(f"{thing}: {kind} {shown(name)}{where} is unknown to {program()}{near}")
