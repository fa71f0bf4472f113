"""Kill a part of Ray's cluster in the middle of a run; print what a user sees, and when.

python scripts/chaos/lost_cluster.py
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
from processes import descendants, guards
from slow_tasks import VARIABLE

PARTS = {"raylet": "raylet/raylet", "gcs": "gcs/gcs_server", "driver": ""}
HERE = Path(__file__).parent
_LONGEST = 150.0  # [s]


def find(driver: int, part: str) -> int:
    """Return the process of a part of the driver's cluster."""
    if part == "driver":
        return driver
    return next(n for n, line in descendants(driver).items() if PARTS[part] in line.split(" ")[0])


def begin(folder: str) -> "subprocess.Popen[str]":
    """Begin a run with two workers, and return once they are at work."""
    command = [sys.executable, "-m", "glianeat", "run", "SlowEpisodes-v0", "--workers", "2"]
    command += ["--set", 'task.imports=["slow_tasks"]', "--name", "lost", "--runs", folder]
    paths = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, VARIABLE: "0.05"}
    driver = subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    while driver.poll() is None and len(guards(driver.pid)) < 2:
        time.sleep(0.2)
    time.sleep(5.0)
    return driver


@click.command()
@click.option("--part", type=click.Choice(list(PARTS)), multiple=True, default=list(PARTS))
@click.option("--stop", is_flag=True, help="Freeze it instead of killing it.")
def main(*, part: tuple[str, ...], stop: bool) -> None:
    """Kill a raylet, a GCS and a driver."""
    for name in part:
        with tempfile.TemporaryDirectory() as folder:
            driver = begin(folder)
            known = descendants(driver.pid)
            os.kill(find(driver.pid, name), signal.SIGSTOP if stop else signal.SIGKILL)
            began = time.monotonic()
            try:
                out, err = driver.communicate(timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                driver.kill()
                out, err = driver.communicate()
            ended = time.monotonic() - began
            click.echo(f"{name}: rc {driver.returncode} after {ended:.1f} s")
            click.echo("".join(f"  {line}\n" for line in (out + err).splitlines()[-8:]), nl=False)
            report_leftovers(known, began)


def report_leftovers(known: dict[int, str], began: float) -> None:
    """Say when the last of some processes has ended, and which that was."""
    last = ""
    while time.monotonic() - began < _LONGEST:
        alive = [line for n, line in known.items() if _is_alive(n, line)]
        if not alive:
            break
        last = ", ".join(sorted({line.split(" ")[0].rpartition("/")[2] for line in alive}))
        time.sleep(0.5)
    click.echo(f"  all processes ended after {time.monotonic() - began:.0f} s; the last: {last}")


def _is_alive(number: int, line: str) -> bool:
    try:
        text = Path(f"/proc/{number}/cmdline").read_text()
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and bool(line) and bool(text)


if __name__ == "__main__":
    main()
