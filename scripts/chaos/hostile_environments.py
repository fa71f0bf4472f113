"""Runs an environment in each of its bad moods, in process and on workers.

python scripts/chaos/hostile_environments.py --workers 0 --workers 2
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import click

sys.path.insert(0, str(Path(__file__).parent))
from hostile_tasks import HARMLESS, MADE, MOODS

_MISTAKE = 2
_RUN = [sys.executable, "-m", "glianeat", "run", "Hostile-v0", "--quiet", "--name", "run"]
_SHOW = [sys.executable, "-m", "glianeat", "show", "run", "--json"]
_SMALL = {
    "task.imports": '["hostile_tasks"]',
    "evolution.population": "6",
    "evaluation.episodes": "2",
    "evaluation.timeout": "2.0",
    "evaluation.validation_top": "1",
    "evaluation.validation_episodes": "2",
}


class Verdict(NamedTuple):
    """What became of a run."""

    mood: str
    workers: int
    verdict: str
    status: int | None
    seconds: float
    failures: int
    digest: str
    said: str


def live_through(mood: str, workers: int, seed: int, limit: float) -> Verdict:
    """Run in a mood, in a process of its own."""
    settings = {**_SMALL, "task.kwargs.mood": f'"{mood}"'}
    assignments = [text for k, v in settings.items() for text in ("--set", f"{k}={v}")]
    numbers = ["--seed", str(seed), "--workers", str(workers), "--generations", "2"]
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*_RUN, *assignments, *numbers],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, said = process.communicate(timeout=limit)
            status: int | None = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, said = process.communicate()
            status = None
        seconds = time.monotonic() - began
        shown = subprocess.run(_SHOW, cwd=folder, capture_output=True, check=False).stdout
    run = json.loads(shown) if shown.strip().startswith(b"{") else {}
    text = said.decode(errors="replace")
    verdict = _verdict(mood, status, text, run)
    lines = [line for line in text.splitlines() if line.strip()]
    failures, digest = int(run.get("failures", 0)), str(run.get("digest", ""))
    return Verdict(mood, workers, verdict, status, seconds, failures, digest, (lines or [""])[-1])


def _verdict(mood: str, status: int | None, said: str, run: dict[str, object]) -> str:
    if status is None:
        return "HANGS"
    if "Traceback" in said:
        return "TRACEBACK"
    if mood in MADE:
        return "refused" if status == _MISTAKE else "ENDED"
    return "goes on" if status in {0, 1} and run.get("finished") else "ENDED"


@click.command()
@click.option("--workers", multiple=True, type=int, default=(0,), show_default=True)
@click.option("--mood", "moods", multiple=True, help="Of these only; by default of all.")
@click.option("--seed", default=3, show_default=True)
@click.option("--limit", default=180.0, show_default=True, help="Time after which it hangs [s].")
def main(*, workers: tuple[int, ...], moods: tuple[str, ...], seed: int, limit: float) -> None:
    """Run in each mood and print what became of it; exit with 1 if a run was ended by one."""
    counts: Counter[str] = Counter()
    print(f"seed {seed}\n{'mood':<24}{'workers':>8}  {'outcome':<10}{'rc':>4}{'failed':>8}{'s':>7}")
    for number in workers:
        calm = live_through("calm", number, seed, limit).digest
        for mood in moods or MOODS:
            it = live_through(mood, number, seed, limit)
            verdict = it.verdict
            if mood in HARMLESS and it.digest != calm:
                verdict = "DIFFERS"
            counts[verdict] += 1
            print(
                f"{mood:<24}{number:>8}  {verdict:<10}{it.status!s:>4}{it.failures:>8}"
                f"{it.seconds:>7.1f}  {it.digest[:8]}  {it.said[:100]!r}",
                flush=True,
            )
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    sys.exit(any(verdict.isupper() for verdict in counts))


if __name__ == "__main__":
    main()
