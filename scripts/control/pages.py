"""Tables of the recipes: what the boards have kept, as the pages show it."""

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from results_file import kept_rows

from control.tasks import TASKS

ROOT = Path(__file__).parent.parent.parent
PAGES = ROOT / "docs" / "recipes"
ROWS = ROOT / "scripts" / "scoreboard"
PLACE = re.compile(r"(<!-- board: (.+?) -->\n).*?(?=<!-- end of board -->)", re.DOTALL)
METHODS = {
    "glianeat": "glianeat, defaults",
    "cma_tanh16": "CMA-ES, 16 tanh units",
    "cma_linear": "CMA-ES, linear",
    "neat": "neat-python 2",
    "ppo": "PPO (Stable-Baselines3)",
}
FRONTS = re.compile(r"(<!-- fronts -->\n).*?(?=<!-- end of fronts -->)", re.DOTALL)
FRONT_METHODS = {
    "glianeat": "glianeat, defaults",
    "pymoo_traits": "pymoo NSGA-II, traits of a spiking network",
    "pymoo_tanh16": "pymoo NSGA-II, 16 tanh units",
}
FRONT_HEAD = (
    "| method | seeds | hypervolume after 200 | 500 | 1,000 evaluations | points of ten "
    "| all ten, after evaluations | CPU, s |\n|---|---|---|---|---|---|---|---|\n"
)
HEAD = (
    "| task, steps | method | seeds | return on fresh episodes: median (lowest to highest) | goal "
    "| reached | CPU, s |\n|---|---|---|---|---|---|---|\n"
)
Row = dict[str, Any]


def filled(page: str) -> str:
    """Return a page whose tables are those of the kept rows."""
    page = PLACE.sub(lambda found: found[1] + _table(found[2].split(", ")), page)
    return FRONTS.sub(lambda found: found[1] + _fronts(), page)


def share_at(row: Row, evaluations: int) -> float:
    """Return the share of the hypervolume that was found after so many evaluations."""
    return max((share for number, share, _ in row["curve"] if number <= evaluations), default=0.0)


def title(method: str) -> str:
    """Return what people call a method, with the label of its rows."""
    name, _, label = method.partition(" ")
    return f"{METHODS.get(name, name)}{', ' if label else ''}{label}"


def by_method(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each method, in the order of the board."""
    names = sorted({row["method"] for row in rows}, key=_rank)
    return {name: [row for row in rows if row["method"] == name] for name in names}


def _rank(method: str) -> tuple[int, str]:
    return list(METHODS).index(method.partition(" ")[0]), method


def _table(names: Sequence[str]) -> str:
    lines = [HEAD]
    for name in names:
        file, task = ROWS / "control" / f"{name}.jsonl", TASKS[name]
        rows = kept_rows([file]) if file.exists() else []
        for method, found in by_method(rows).items():
            fresh = sorted(row["fresh_return"] for row in found)
            shown = f"{_short(median(fresh))} ({_short(fresh[0])} to {_short(fresh[-1])})"
            cells = [f"{name}, {task.steps:,}", title(method), str(len(found)), shown]
            cells += [_short(task.goal), f"{sum(value >= task.goal for value in fresh)}"]
            cells.append(f"{median(row['cpu_seconds'] for row in found):,.0f}")
            lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _short(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
    return text.replace("-", "−")


def _fronts() -> str:
    file, lines = ROWS / "deep_sea_treasure.jsonl", [FRONT_HEAD]
    rows = kept_rows([file]) if file.exists() else []
    for method, name in FRONT_METHODS.items():
        found = [row for row in rows if row["method"] == method]
        if not found:
            continue
        shares = [median(share_at(row, number) for row in found) for number in (200, 500, 1000)]
        cells = [name, str(len(found)), *(f"{share:.3f}" for share in shares)]
        cells.append(f"{median(row['found'] for row in found):g}")
        complete = [row["complete"] for row in found if row["complete"]]
        needed = f", after {median(complete):,.0f}" if complete else ""
        cells.append(f"{len(complete)} of {len(found)}{needed}")
        cells.append(f"{median(row['cpu_seconds'] for row in found):,.0f}")
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)
