"""Floors and ceilings in docstrings are those that were measured, and policies still earn them."""

import importlib
import json
import re
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[2] / "scripts" / "results" / "task_floors.jsonl"
CLASSES = {
    "FaultTrack": "fault_track",
    "CueDelay": "cue_delay",
    "Futility": "futility",
    "ContextBandit": "context_bandit",
    "TwoDemands": "two_demands",
    "Bursts": "bursts",
}
ROW = re.compile(r"^    \| ([^|]+?) +\|((?: +-?\d\.\d\d +\|)+)$", re.MULTILINE)


def measured(task):
    """Return the mean return of each policy in each condition, in the order of the file."""
    found = {}
    for line in RESULTS.read_text().splitlines():
        row = json.loads(line)
        if row.get("task") == task:
            found.setdefault(row["policy"], []).append(round(row["return"], 2))
            assert row["n"] >= 32
    return found


@pytest.mark.parametrize("task", CLASSES)
def test_docstrings_state_what_was_measured(task):
    module = importlib.import_module(f"glianeat_envs.{CLASSES[task]}")
    section = getattr(module, task).__doc__.split("## Floors and ceiling")[1].split("## ")[0]
    stated = {
        name: [float(number) for number in numbers.split("|")[:-1]]
        for name, numbers in ROW.findall(section)
    }
    assert stated == measured(task)
