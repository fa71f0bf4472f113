"""What a process does that works on a sweep of another process: see `glianeat.studies.jobs`."""

import os
import signal
import sys
import threading
from pathlib import Path

from glianeat.interrupts import interruptible
from glianeat.run.api import Workers
from glianeat.studies.sweep import Computing, Sweep


def work() -> None:
    """Work on the sweep that the arguments of this process name, until its parent ends."""
    folder, workers, address = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    chosen: Workers = "auto" if workers == "auto" else int(workers)
    with interruptible():
        Sweep(Path(folder)).run(Computing(chosen, address))


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # without a buffer, which would be locked at the end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
