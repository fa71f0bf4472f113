"""A comparison as the page takes it: the resource `comparison` of web/src/contract.ts."""

import json
from typing import Any

import msgspec

from glianeat.studies.result import Comparison, GroupResult, RunResult
from glianeat.studies.tables import GROUP_COLUMNS, TEST_COLUMNS, group_rows, test_rows


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison in plain values, as its page is given it.

    Names are as strangers wrote them: a page must show them as text.
    """
    return {
        "task": comparison.task,
        "threshold": comparison.goal,
        "groups": [_group(group) for group in comparison.groups],
        "objectives": comparison.objectives[:2],
        "directions": [
            1 if comparison.directions[name] == "max" else -1 for name in comparison.objectives[:2]
        ],
        "table": {"columns": list(GROUP_COLUMNS), "rows": group_rows(comparison)},
        "tests": {"columns": list(TEST_COLUMNS), "rows": test_rows(comparison)},
        "notes": [
            f"curves: best return of the survivors in training, {comparison.statistic} of the runs",
            *comparison.notes,
            *(f"left out: {one.name}: {one.reason}" for one in comparison.left_out),
        ],
    }


def _group(group: GroupResult) -> dict[str, Any]:
    curve = group.curve
    return {
        "name": group.name,
        "settings": [[path, _plain(text)] for path, text in group.settings.items()],
        "runs": [_run(run) for run in group.runs],
        "curve": {
            "evaluations": curve.evaluations,
            "middle": curve.middle,
            "low": curve.low,
            "high": curve.high,
        },
        "attainment": [msgspec.to_builtins(surface) for surface in group.attainment],
    }


def _run(run: RunResult) -> dict[str, Any]:
    names = ("name", "seed", "solved_at", "final_return", "power", "note")
    return {name: getattr(run, name) for name in names}


def _plain(text: str) -> str:
    """Return a setting for people: strings without quotes."""
    value = json.loads(text) if text[:1] == '"' else text
    return str(value)
