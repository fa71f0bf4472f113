"""A line that changes on a terminal, and is not there elsewhere; use as a context manager."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text


class LiveLine:
    """One line at the foot of a terminal.

    Parameters
    ----------
    console : rich.console.Console
        Where it is shown, if that is a terminal.
    quiet : bool
        Whether it is shown nowhere.
    stays : bool
        Whether its last text stays when it ends.
    """

    def __init__(self, console: Console, *, quiet: bool, stays: bool) -> None:
        self._live: Live | None = None
        if console.is_terminal and not quiet:
            self._live = Live(
                Text("starting"), console=console, refresh_per_second=4, transient=not stays
            )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, traceback)

    @property
    def is_shown(self) -> bool:
        """Whether there is a terminal that shows it."""
        return self._live is not None

    def show(self, text: str) -> None:
        """Show a text in place of the last one, cut where the terminal ends."""
        if self._live is not None:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"))

    def print_above(self, text: str) -> None:
        """Print a text that stays, above the line."""
        if self._live is not None:
            self._live.console.print(text, soft_wrap=True)
