"""What a process does that works on the cells of another process: see `glianeat.studies.jobs`."""

import os
import signal
import sys
import threading
from pathlib import Path

from glianeat.interrupts import interruptible
from glianeat.run.api import Workers
from glianeat.studies.cell_work import CellWork, Computing
from glianeat.studies.study.files import has_study
from glianeat.studies.study.study import Study
from glianeat.studies.sweep import Sweep


def work() -> None:
    """Work on the sweep or study that the arguments of this process name, until its parent ends."""
    folder, workers, address, *only = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    chosen: Workers = "auto" if workers == "auto" else int(workers)
    with interruptible():
        _opened(Path(folder), only).run(Computing(chosen, address))


def _opened(folder: Path, only: list[str]) -> CellWork:
    return Study(folder, only) if has_study(folder) else Sweep(folder)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # without a buffer, which would be locked at the end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
