"""The page of a run says the same as ``glianeat show`` of it."""

import msgspec
import numpy as np
import pytest

import glianeat
from glianeat.cli.show import describe_run
from glianeat.cli.statistics import describe_statistics
from glianeat.energetics.cost import EnergyConfig
from glianeat.evaluate.plan import EpisodePlan
from glianeat.inspector.resources import as_json, resource
from glianeat.streams import Purpose
from tests.run.runs import SMALL

MEASURES = ("active_fraction",)
CLOSE = {"rel": 1e-5, "nan_ok": True}  # the page has six digits
CHANGED = SMALL.replace(
    evaluation=SMALL.evaluation.replace(measures=MEASURES, progress_share=0.5),
    energy=EnergyConfig(spike=2.0, excitatory=0.3),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a small run with a measure and costs of its own."""
    with glianeat.evolve(CHANGED, runs=tmp_path_factory.mktemp("runs"), name="small") as run:
        yield run


@pytest.fixture(scope="module")
def shown(run):
    """Return what ``glianeat show --json --statistics`` prints."""
    return {**describe_run(run), "statistics": describe_statistics(run)}


def regions_of(shown):
    """Return the names of all regions that survivors had at any time."""
    return {name for row in shown["statistics"] for name in row["ratio_genes"]}


def page_of(run, name):
    """Return a resource as the page reads it; what is not finite is NaN."""
    return msgspec.json.decode(as_json(resource(run, name)))


def test_the_overview_is_that_of_show(run, shown):
    told = page_of(run, "overview")
    for name in ("name", "task", "seed", "finished", "generations", "evaluations", "digest"):
        assert told[name] == shown[name]
    assert told["best"] == shown["best"]["key"]
    assert told["front"] == [row["key"] for row in shown["front"]]
    assert {one["name"]: one["unit"] for one in told["objectives"]} == shown["units"]
    directions = {one["name"]: one["direction"] for one in told["objectives"]}
    assert directions == {k: 1 if v == "max" else -1 for k, v in shown["directions"].items()}


def test_every_genome_of_the_front_is_as_show_has_it(run, shown):
    columns = page_of(run, "individuals")
    for row in shown["front"]:
        view = page_of(run, f"genome/{row['key']}")
        assert view["generation"] == row["generation"] + 1
        values, place = view["values"], columns["key"].index(row["key"])
        every = {name: column[place] for name, column in columns["values"].items()}
        # a region that others alone have is null
        lacking = {f"ratio {name}" for name in regions_of(shown)} - set(values)
        assert {name for name, value in every.items() if value is None} == lacking & set(every)
        in_column = {name: value for name, value in every.items() if name not in lacking}
        for found in (values, in_column):
            told = {
                "return": row["mean_return"],
                "power": row["energy"],
                "spikes": row["spikes_per_second"],
                **{name: row[name] for name in ("neurons", "hidden", "synapses")},
                "astrocytes": sum(row["astrocytes"].values()),
                **{f"ratio {name}": ratio for name, ratio in row["ratios"].items()},
                **row["objectives"],
                **row["measures"],
            }
            assert found == pytest.approx(told, **CLOSE)
        regions = {region["name"]: region for region in view["regions"]}
        for name, ratio in row["ratios"].items():
            # a region without neurons has none
            assert (regions[name]["ratio"] or 0.0) == pytest.approx(ratio, **CLOSE)
            assert regions[name]["ratio_gene"] == pytest.approx(row["ratio_genes"][name], **CLOSE)
            assert regions[name]["astrocytes"] == row["astrocytes"][name]
        if row["validation_return"] is not None:
            assert view["validation"]["return"] == pytest.approx(row["validation_return"], **CLOSE)


def test_the_power_by_kind_and_region_adds_up_to_that_of_show(run, shown):
    for row in shown["front"]:
        power = page_of(run, f"genome/{row['key']}")["energy"]["power"]
        assert np.sum(power) == pytest.approx(row["energy"], rel=1e-4)


def test_generations_are_those_of_show(run, shown):
    told, rows = page_of(run, "history"), shown["statistics"]
    assert told["number"] == [row["number"] + 1 for row in rows]
    for column in ("objectives", "sizes", "ratios", "ratio_genes"):
        assert set(told[column]) == {name for row in rows for name in row[column]}
        for name, values in told[column].items():
            for value, row in zip(values, rows, strict=True):
                if value is None:  # no survivor had this region then
                    assert name not in row[column]
                else:
                    np.testing.assert_allclose(value, row[column][name], rtol=1e-5)
    assert told["hypervolume"] == pytest.approx([row["hypervolume"] for row in rows], **CLOSE)
    for name, counts in told["operators"].items():
        for what in ("applied", "survived", "improved"):
            kept = [row["operators"].get(name, {}).get(what, 0) for row in rows]
            assert counts[what] == kept
    fresh = {one["generation"] + 1: one["fresh_return"] for one in shown["progress"]}
    assert dict(zip(told["number"], told["fresh_return"])) == {
        number: pytest.approx(fresh[number], **CLOSE) if number in fresh else None
        for number in told["number"]
    }
    assert fresh
    assert (told["steps"][-1], told["gap"]) == (shown["steps"], shown["generalisation_gap"])
    assert sum(told["failures"]) == shown["failures"]
    assert told["best_return"][-1] == pytest.approx(shown["best_return"], **CLOSE)


def test_evaluations_per_second_are_those_of_each_generation(run):
    history, rates = page_of(run, "history"), page_of(run, "health")["evaluations_per_second"]
    made = np.diff(history["evaluations"], prepend=0)
    taken = np.diff(history["seconds"], prepend=0.0)
    np.testing.assert_allclose(rates * taken, made, rtol=0.05)


def test_all_views_count_generations_alike(run):
    numbers = page_of(run, "history")["number"]
    columns, fronts = page_of(run, "individuals"), page_of(run, "fronts")
    tree, steps = page_of(run, "phylogeny"), page_of(run, f"lineage/{run.best.key}")["steps"]
    born = dict(zip(columns["key"], columns["generation"], strict=True))
    assert set(born.values()) == set(numbers)
    assert fronts["generation"] == numbers
    assert tree["generation"] == [born[key] for key in tree["key"]]
    assert [step["generation"] for step in steps] == [born[step["key"]] for step in steps]
    assert steps[-1]["generation"] == 1


def test_the_energy_of_an_episode_is_that_of_its_replay(run):
    told, plan = page_of(run, "episode/39"), EpisodePlan(purpose=Purpose.REPLAY, episodes=1)
    lived = run.rollout_worker().evaluate(run.solution(39).genome, plan)
    ends = np.array(told["energy_time"])
    seconds = np.diff(ends, prepend=0) / 1000.0
    for by in (told["energy"], told["energy_region"]):
        total = float(np.sum(np.array(by) * seconds))
        assert total / seconds.sum() == pytest.approx(lived.power, rel=1e-3)
    kinds = lived.ledger.energy(run.config.energy).sum(axis=1) / lived.seconds
    shares = (np.array(told["energy"]) * seconds).sum(axis=1) / seconds.sum()
    assert shares == pytest.approx(kinds, rel=1e-2, abs=1e-3)
