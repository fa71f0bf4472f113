"""Where the command line starts: signals are handled before anything else is imported."""

import atexit
import os
import signal
import sys

from glianeat.cli.leaving import leave_at_once

TYPE_CHECKING = False  # for type checkers it is true; to import `typing` takes a while
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run the command line and exit: 2 for the user's mistakes, 1 for failures, 130 for Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):  # nothing is to be saved here, nor at the end
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` asks
            signal.signal(number, leave_at_once)
    status = [1]  # of what has been raised by mistake
    atexit.register(_leave, status)  # what is registered first comes last
    try:
        from glianeat.cli.main import command_line
        from glianeat.interrupts import interruptible

        with interruptible(over=(leave_at_once,), last_resort=leave_at_once):
            status[0] = command_line()
    except KeyboardInterrupt:
        status[0] = 128 + signal.SIGINT
    except SystemExit as asked:
        status[0] = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
        raise
    sys.exit(status[0])


def _leave(status: list[int]) -> None:
    """End without taking Python apart, while which a signal finds no handler any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody listens any more
            status[0] = status[0] or 1
    os._exit(status[0])
