"""Where the command line starts: signals are handled before anything else is imported."""

import signal
import sys
from typing import NoReturn

from glianeat.interrupts import SIGNALS, exit_status, interruptible, leave_at_once


def main() -> NoReturn:
    """Run the command line and exit: 2 for the user's mistakes, 1 for failures, 130 for Ctrl-C."""
    for number in SIGNALS:  # while there is nothing to save, and again at the end
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` asks
            signal.signal(number, leave_at_once)
    try:
        from glianeat.cli.main import command_line

        with interruptible(over=(leave_at_once,), last_resort=leave_at_once):
            status = command_line()
    except KeyboardInterrupt:
        status = exit_status(signal.SIGINT)
    sys.exit(status)
