"""Files of a whole run: its individuals as CSV or Parquet, its phylogeny in the ALife standard."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO, StringIO
from typing import Any, NamedTuple

import numpy as np

import glianeat
from glianeat.compat.exporter import not_installed
from glianeat.errors import ConfigError
from glianeat.history.table import table_of
from glianeat.run.run import Run
from glianeat.typing import AnyArray


class RunExporter(NamedTuple):
    """A format that a run's history can be written in."""

    name: str
    """What messages call it."""
    suffix: str
    """Ending of its files, with the dot."""
    write: Callable[[Run], bytes]
    """Return the file of a run."""


def find_run_exporter(exporters: Iterable[RunExporter], suffix: str) -> RunExporter:
    """Return the exporter whose files end so; raise `ConfigError` if there is none."""
    known = {exporter.suffix: exporter for exporter in exporters}
    if suffix not in known:
        raise ConfigError(f"must end in {' or '.join(known)}, got {suffix or 'no ending'}")
    return known[suffix]


def _write_csv(run: Run) -> bytes:
    return _csv(table_of(run.history, run.tested))


def _csv(columns: Mapping[str, AnyArray]) -> bytes:
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        zip(*(map(_cell, column.tolist()) for column in columns.values()), strict=True)
    )
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    """Return a value as it stands in a CSV file: exact, and empty where it is not known."""
    return "" if isinstance(value, float) and math.isnan(value) else value


def _write_parquet(run: Run) -> bytes:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise not_installed("pyarrow", "parquet", "parquet") from None
    table = pa.table(
        {
            name: pa.array(column, from_pandas=True)  # NaN is null
            for name, column in table_of(run.history, run.tested).items()
        }
    )
    told = {"written_by": f"glianeat {glianeat.__version__}", "digest": run.digest}
    file = BytesIO()
    parquet.write_table(table.replace_schema_metadata(told), file, compression="zstd")
    return file.getvalue()


def _write_phylogeny(run: Run) -> bytes:
    """Return all births in the ALife data standard; the generation is the time.

    Lines of descent go by the first parent: readers of the standard know no second one, which
    stands in a column of its own.
    """
    born = run.history.individuals()
    population = {solution.key for solution in run.population}
    keys, parents, mates = born.key.tolist(), born.parent.tolist(), born.mate.tolist()
    return _csv(
        {
            "id": born.key,
            "ancestor_list": _text([f"[{'NONE' if key < 0 else key}]" for key in parents]),
            "origin_time": born.generation,
            "taxon_label": _text([f"genome {key}" for key in keys]),
            "mate": _text(["" if key < 0 else str(key) for key in mates]),
            "extant": _text(["true" if key in population else "false" for key in keys]),
            "mean_return": _finite(born.mean_return),
            "power": _finite(born.power),
        }
    )


def _text(values: list[str]) -> AnyArray:
    return np.array(values, dtype=object)


def _finite(values: AnyArray) -> AnyArray:
    return np.where(np.isfinite(values), values, np.nan)


HISTORIES = (
    RunExporter("CSV", ".csv", _write_csv),
    RunExporter("Parquet", ".parquet", _write_parquet),
)
"""Formats of all individuals of a run, a row each."""
PHYLOGENIES = (RunExporter("ALife", ".csv", _write_phylogeny),)
"""Formats of who descends from whom."""
