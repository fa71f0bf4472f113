"""Individuals as a table, as CSV, Parquet, a data frame, and their phylogeny."""

import csv
import io
import math
import sys
import warnings

import numpy as np
import pytest

import glianeat
from glianeat.compat.history_exporters import HISTORIES, PHYLOGENIES, find_run_exporter
from glianeat.errors import ConfigError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import find_objectives
from glianeat.history.history import evaluation_values
from glianeat.history.table import table_of
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a small run."""
    folder = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(SMALL, runs=folder, name="small") as run:
        yield run


def written(run, suffix, exporters=HISTORIES):
    return find_run_exporter(exporters, suffix).write(run)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_a_table_has_a_row_for_each_individual(run):
    table = table_of(run.history, run.validations)
    assert {len(column) for column in table.values()} == {8 * 5}
    solution = run.solution(17)
    row = {name: column[17] for name, column in table.items()}
    assert (row["generation"], (row["parent"], row["mate"])) == (2, solution.parents)
    assert row["return"] == row["reward"] == solution.evaluation.mean_return
    assert row["neurons"] == solution.evaluation.neurons
    assert row["ratio motor"] == solution.evaluation.ratios[1]
    assert row["status"] == "ok"
    best = run.best
    assert table["fresh_return"][best.key] == best.validation.mean_return
    assert np.isnan(table["fresh_return"]).sum() == 40 - len(run.validations)


def test_a_table_read_in_parts_is_the_same(run, monkeypatch):
    whole = table_of(run.history)
    monkeypatch.setattr("glianeat.history.table._AT_ONCE", 7)
    parts = table_of(run.history)
    assert parts.keys() == whole.keys()
    for name, column in whole.items():
        np.testing.assert_array_equal(parts[name], column)


def test_csv_holds_every_number_exactly(run):
    table, rows = table_of(run.history, run.validations), rows_of(written(run, ".csv"))
    assert list(rows[0]) == list(table)
    for name, column in table.items():
        cells = [row[name] for row in rows]
        if column.dtype.kind == "f":
            found = np.array([float(cell) if cell else math.nan for cell in cells])
            assert found.tobytes() == column.tobytes()
        else:
            assert cells == [str(value) for value in column.tolist()]


def known(value):
    """Return a value, or None for what is not known."""
    return None if isinstance(value, float) and math.isnan(value) else value


def test_parquet_holds_every_number_exactly(run):
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    found = parquet.read_table(io.BytesIO(written(run, ".parquet")))
    table = table_of(run.history, run.validations)
    assert found.column_names == list(table)
    for name, column in table.items():
        values = found[name].to_pylist()
        assert values == [known(value) for value in column.tolist()]
    assert found.schema.metadata[b"digest"].decode() == run.digest


def test_equal_runs_give_equal_files(run):
    pytest.importorskip("pyarrow")
    for suffix in (".csv", ".parquet"):
        assert written(run, suffix) == written(run, suffix)


def test_a_data_frame_has_the_columns_of_the_table(run):
    pytest.importorskip("pandas")
    with warnings.catch_warnings():
        frame = run.to_dataframe()
    table = table_of(run.history, run.validations)
    assert list(frame.columns) == list(table)
    assert frame["return"].to_numpy().tobytes() == table["return"].tobytes()
    assert frame["operators"].tolist() == table["operators"].tolist()


# Phylogeny


def test_a_phylogeny_is_as_the_alife_standard_says(run):
    rows, born = rows_of(written(run, ".csv", PHYLOGENIES)), run.history.individuals()
    assert [row["id"] for row in rows] == [str(key) for key in born.key.tolist()]
    assert {"ancestor_list", "origin_time"} <= rows[0].keys()
    for row, parent, mate in zip(rows, born.parent.tolist(), born.mate.tolist()):
        assert row["ancestor_list"] == ("[NONE]" if parent < 0 else f"[{parent}]")
        assert row["mate"] == ("" if mate < 0 else str(mate))
    assert any(row["mate"] for row in rows)
    alive = {str(solution.key) for solution in run.population}
    assert {row["id"] for row in rows if row["extant"] == "true"} == alive


# Bad input


class Hostile:
    """A history of one failed individual, whose task calls its reward a formula."""

    def __init__(self, run):
        self._run = run

    def individuals(self):
        born = self._run.history.individuals()
        return born.take(np.arange(len(born.key)) == 0)

    def species_at_birth(self, keys):
        return keys * 0 - 1

    def values(self, keys):
        names = "parent", "=cmd|' /C calc'!A0", "= =1+1", "\u202e+"
        return {name: np.zeros(len(keys)) for name in names}


def test_names_that_a_task_chose_are_no_formulas(run):
    table = table_of(Hostile(run))
    names = ["reward parent", "cmd|' /C calc'!A0", "1+1", "\\u202e+", "fresh_return"]
    assert list(table)[-5:] == names
    assert table["parent"].tolist() == [-1]


def test_a_reward_counts_where_a_task_calls_it_like_a_size_or_the_power():
    objectives = find_objectives(("reward", "energy"), ("power", "neurons"))
    told = Evaluation(key=0, returns=(3.0,), rewards=(1.0, 2.0))
    values = evaluation_values(told, objectives, ())
    assert (values["power"], values["neurons"], values["return"]) == (1.0, 2.0, 3.0)
    assert list(values)[:2] == ["power", "neurons"]


def test_a_failed_validation_is_not_known(run):
    table = table_of(run.history, {3: Evaluation(key=3, status="timeout")})
    assert np.isnan(table["fresh_return"]).all()


@pytest.mark.parametrize(
    ("exporters", "line"),
    [(HISTORIES, "must end in .csv or .parquet, got .txt"), (PHYLOGENIES, "must end in .csv, got")],
)
def test_other_endings_are_refused(exporters, line):
    with pytest.raises(ConfigError, match=line):
        find_run_exporter(exporters, ".txt")


def test_without_the_packages_it_is_said_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigError, match=r"pip install 'glianeat\[parquet\]'"):
        written(run, ".parquet")
    with pytest.raises(ConfigError, match=r"pip install 'glianeat\[table\]'"):
        run.to_dataframe()
