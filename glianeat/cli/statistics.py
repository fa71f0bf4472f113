"""The tables of ``glianeat show --statistics``."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from glianeat.cli.terminal import add_row
from glianeat.text import safe

if TYPE_CHECKING:
    from glianeat.run.run import Run
    from glianeat.store.records import Quantiles

_MOST_ROWS = 25  # generations shown; of longer runs some are left out, evenly
_TOLD = ("hidden", "synapses", "astrocytes")  # sizes that evolution decides
_QUANTILES = ("least", "quarter", "median", "three quarters", "most")


def describe_statistics(run: "Run") -> list[dict[str, Any]]:
    """Return generations as `show --statistics --json` prints them, regions by their names."""
    statistics = run.statistics
    steps = {summary.number: summary.steps for summary in run.summaries}
    fresh = {trial.generation: trial.fresh_return for trial in run.progress}
    indices = [index for one in statistics for index in (*one.ratio_genes, *one.ratios)]
    count = 1 + max(indices, default=-1)  # of all, so that a region keeps its name
    rows = []
    for one in statistics:
        row: dict[str, Any] = msgspec.to_builtins(one)
        row["ratios"] = _by_name(one.ratios, count)
        row["ratio_genes"] = _by_name(one.ratio_genes, count)
        row["steps"] = steps[one.number]
        row["fresh_return"] = _finite(fresh.get(one.number, math.nan))
        rows.append(row)
    return rows


def print_statistics(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """Print what `describe_statistics` returns: the generations, the last one, the operators."""
    console.print(_generations(rows))
    console.print(_last(rows[-1]))
    if any(row["operators"] for row in rows):
        console.print(_operators(rows))


def _by_name(regions: Mapping[int, "Quantiles"], count: int) -> dict[str, list[float]]:
    from glianeat.genome.founders import region_name

    return {region_name(index, count): list(values) for index, values in regions.items()}


def _generations(rows: Sequence[dict[str, Any]]) -> Table:
    step = -(-len(rows) // _MOST_ROWS)
    shown = [row for row in rows if (len(rows) - 1 - row["number"]) % step == 0]
    left_out = f", every {step} generations; --json has all" if step > 1 else ""
    table = _table(f"Survivors: medians, and the front's hypervolume{left_out}")
    objectives, sizes = rows[-1]["objectives"], _TOLD
    species = any(row["species"] for row in rows)
    is_tested = any(row["fresh_return"] is not None for row in rows)
    heads = [*objectives, *(["fresh"] if is_tested else []), "hypervolume"]
    heads += [*(["species"] if species else []), *sizes]
    for head in ("generation", *heads):
        table.add_column(safe(head), justify="right", overflow="fold")
    for row in shown:
        cells = [_median(row["objectives"].get(name)) for name in objectives]
        cells += [_fresh(rows, row["number"])] if is_tested else []
        cells += [_short(row["hypervolume"]), *([str(len(row["species"]))] if species else [])]
        cells += [_median(row["sizes"].get(name)) for name in sizes]
        add_row(table, str(row["number"] + 1), *cells)
    return table


def _last(row: dict[str, Any]) -> Table:
    table = _table(f"Survivors of generation {row['number'] + 1}; ratios are of glia to neurons")
    for head in ("", *_QUANTILES):
        table.add_column(head, justify="right" if head else "left")
    lines = row["objectives"] | row["sizes"]
    lines |= {f"ratio, {name}": v for name, v in row["ratios"].items()}
    lines |= {f"ratio gene, {name}": v for name, v in row["ratio_genes"].items()}
    for name, values in lines.items():
        add_row(table, name, *map(_short, values))
    return table


def _operators(rows: Sequence[dict[str, Any]]) -> Table:
    """Return what became of the children of each operator, in all generations together."""
    from glianeat.genome.mutation import RECORDED

    table = _table("Operators: children, and how many of them survived and beat the fitter parent")
    for head in ("operator", "children", "survived", "improved"):
        table.add_column(head, justify="right" if head != "operator" else "left")
    for name in RECORDED:
        records = [row["operators"][name] for row in rows if name in row["operators"]]
        if not records:
            continue
        applied = sum(record["applied"] for record in records)
        shares = [sum(r[key] for r in records) / applied for key in ("survived", "improved")]
        add_row(table, name, str(applied), *(f"{100 * share:.1f} %" for share in shares))
    return table


def _fresh(rows: Sequence[dict[str, Any]], number: int) -> str:
    """Return what the best genome had on fresh episodes when it was last tried on some."""
    known = (row["fresh_return"] for row in reversed(rows) if row["number"] <= number)
    return next((_short(value) for value in known if value is not None), "none")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, collapse_padding=True)


def _median(values: Collection[float] | None) -> str:
    return _short(list(values)[len(values) // 2]) if values else "none"


def _short(value: float) -> str:
    return f"{value:.4g}"
