"""How the command line ends at once; it imports next to nothing, since it comes first."""

import os


def leave_at_once(number: int, _frame: object = None) -> None:
    """End the process as a signal ends it: a handler for where there is nothing to save."""
    os._exit(128 + number)
