"""Pages that commands write."""

import os
from pathlib import Path

from glianeat.cli.terminal import say
from glianeat.errors import CheckpointError

_OURS = b'<meta name="generator" content="glianeat">'
_START = 2**16  # bytes of a file in which its generator stands


def check_page(path: Path) -> None:
    """Raise `CheckpointError` if the file is there and is no page that was written before."""
    try:
        with path.open("rb") as file:
            is_ours = _OURS in file.read(_START)
    except FileNotFoundError:
        return
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be replaced: {error.strerror}") from None
    if not is_ours:
        raise CheckpointError(f"{path}: exists already and is no page of glianeat's; choose -o")


def open_page(path: Path) -> None:
    """Show a page in a browser, or say where it is if there is none."""
    import webbrowser

    address = path.resolve().as_uri()
    try:
        shown = webbrowser.open(address)
    except webbrowser.Error:
        shown = False
    if not shown:
        say(f"there is no browser here; open {path.resolve()} in one")


def draw_without_display() -> None:
    """Keep SDL, which many tasks draw with, from complaining of a display where there is none."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
