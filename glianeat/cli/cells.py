"""What the commands of many runs, ``sweep`` and ``study``, say of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from glianeat import interrupts
from glianeat.cli.terminal import say
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.studies.cell_states import CellState

_MOST_FAILURES = 8  # that are told at the end


def list_states(states: "Sequence[CellState]") -> None:
    """Print where each run stands, a line each, and how many are finished."""
    for state in states:
        say(f"{state.name}  {state.status}{f'  {safe(state.reason)}' if state.reason else ''}")
    finished = sum(state.status == "finished" for state in states)
    say(f"{finished} of {counted(len(states), 'run')} are finished")


def tell_failures(failures: "Sequence[CellState]") -> None:
    """Print which runs failed and why, the first of many, on the error stream."""
    for state in failures[:_MOST_FAILURES]:
        say(f"failed: {state.name}: {safe(state.reason)}", err=True)
    if len(failures) > _MOST_FAILURES:
        say(f"failed: {len(failures) - _MOST_FAILURES} more; --list names them", err=True)


@contextmanager
def resumable(advice: str) -> Iterator[None]:
    """Say how to go on if the block is interrupted, and pass the interrupt on."""
    try:
        yield
        interrupts.check()
    except (interrupts.Interrupted, KeyboardInterrupt):
        say(f"\ninterrupted; go on with{advice}", err=True)
        raise
