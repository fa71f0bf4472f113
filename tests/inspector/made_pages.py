"""Files of pages of made-up runs."""

from pathlib import Path
from typing import Any

from tests.inspector import synthetic_lines as lines
from tests.inspector.pages import page_of
from tests.inspector.synthetic import Made

VIEWS = ("Front", "Evolution", "Lineage", "Health", "Comparison")


def resources_of(made: Made) -> dict[str, Any]:
    """Return all resources of a made-up run, without genomes and episodes."""
    site = {
        "version": "1.0" + made.suffix,
        "live": False,
        "token": "",
        "runs": [{"name": "made-up" + made.suffix, "task": "CartPole-v1" + made.suffix}],
        "comparison": True,
    }
    values = {
        "site": site,
        "run/0/overview": made.overview(),
        "run/0/history": made.history(),
        "run/0/individuals": made.individuals(),
        "run/0/fronts": made.front(),
        "run/0/phylogeny": lines.phylogeny(made),
        "run/0/health": lines.health(made),
        "comparison": lines.comparison(made),
    }
    for key in {*made.fronts[-1], made.best}:
        values[f"run/0/lineage/{key}"] = lines.lineage(made, key)
    parent = int(made.parent[made.best])
    values[f"run/0/difference/{made.best}/{parent}"] = lines.difference(made, made.best, parent)
    return values


def write_page(folder: Path, resources: dict[str, Any]) -> Path:
    """Write a page; return its path."""
    path = folder / "page.html"
    path.write_text(page_of(resources), encoding="utf-8")
    return path
