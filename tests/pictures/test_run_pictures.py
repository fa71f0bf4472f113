import re
import shutil

import msgspec
import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError
from glianeat.pictures.curves import draw_curves
from glianeat.pictures.front import draw_front
from glianeat.pictures.lineage import draw_lineage
from glianeat.pictures.ratios import draw_ratios
from glianeat.run.run import Run
from glianeat.store.run_store import RunStore
from tests.pictures.svg import Svg

DRAW = {
    "front": draw_front,
    "curves": draw_curves,
    "ratios": draw_ratios,
    "lineage": draw_lineage,
}


def drawn(what, run, folder, **options):
    path = folder / f"{what}.svg"
    DRAW[what](run, path, **options)
    return Svg(path)


@pytest.mark.parametrize("what", DRAW)
@pytest.mark.parametrize("name", ["run", "neat", "single", "failed"])
def test_every_picture_shows_every_run(what, name, request, tmp_path):
    run = request.getfixturevalue(name)
    svg = drawn(what, run, tmp_path, title="of a run")
    assert "of a run" in svg.texts
    assert ("no evaluation went well" in svg.texts) == (name == "failed" and what != "lineage")


def test_the_front_of_every_generation_is_a_line_and_the_best_genome_is_marked(run, tmp_path):
    svg = drawn("front", run, tmp_path)
    assert svg.ids("front-") == ["front-1", "front-2", "front-3"]
    assert svg.ids("genome-") == [f"genome-{run.best.key}"]
    assert {"power [EU/s]", "mean return", "hypervolume", f"genome {run.best.key}"} <= set(
        svg.texts
    )
    assert svg.ids("hypervolume")


def test_another_genome_is_marked_and_another_plane_shown(run, tmp_path):
    key = run.population[-1].key
    svg = drawn("front", run, tmp_path, genome=key, plane=("ratio motor", "synapses"))
    assert svg.ids("genome-") == [f"genome-{key}"]
    assert {"glia-to-neuron ratio, motor", "synapses"} <= set(svg.texts)


def test_a_quantity_that_a_run_does_not_have_is_refused(run, tmp_path):
    with pytest.raises(ConfigError, match=r"must be of reward, energy, .*did you mean 'synapses'"):
        drawn("front", run, tmp_path, plane=("synapse", None))
    with pytest.raises(CheckpointError, match="has no genome 123456"):
        drawn("front", run, tmp_path, genome=123456)
    assert not list(tmp_path.iterdir())


def test_runs_without_a_front_show_the_best_of_each_generation(neat, tmp_path):
    svg = drawn("front", neat, tmp_path)
    assert len(svg.ids("front-")) == 3
    assert "best of generation 3" in svg.texts
    assert not svg.ids("hypervolume")


def test_of_many_generations_some_fronts_are_drawn_the_first_and_the_last_among_them(
    run, tmp_path, monkeypatch
):
    asked, fronts = [], [(number, [run.best.key]) for number in range(150)]
    monkeypatch.setattr(type(run.history), "fronts", lambda _, every: asked.append(every) or fronts)
    monkeypatch.setattr(Run, "summaries", run.summaries * 100)
    svg = drawn("front", run, tmp_path)
    assert asked == [2]  # of 300 generations every other one
    numbers = sorted(int(name.split("-")[1]) for name in svg.ids("front-"))
    assert (numbers[0], numbers[-1]) == (1, 150)
    assert 20 < len(numbers) <= 40


def test_curves_are_medians_of_objectives_and_sizes(run, tmp_path):
    svg = drawn("curves", run, tmp_path)
    assert svg.ids("objective-") == [
        f"objective-{name}{end}" for name in (0, 1) for end in ("", "-all", "-quartiles")
    ]
    assert {"size-hidden", "size-synapses", "size-astrocytes"} <= set(svg.by_id)
    assert len(svg.points("objective-0")) == 3
    assert "evaluations" in svg.texts


def test_returns_on_fresh_episodes_are_points_beside_those_of_training(run, tmp_path):
    assert "fresh" not in drawn("curves", run, tmp_path).by_id  # it was too short for any
    share = run.config.evaluation.replace(progress_share=1.0, progress_episodes=1)
    with glianeat.evolve(run.config.replace(evaluation=share), runs=tmp_path) as tried:
        svg = drawn("curves", tried, tmp_path)
        assert len(svg.points("fresh")) == len(tried.progress) > 1
    assert "best, fresh episodes" in svg.texts


def test_the_return_that_counts_as_solved_is_a_line(run, single, tmp_path):
    assert drawn("curves", run, tmp_path).ids("solved") == ["solved-return"]  # never reached


def test_the_evaluations_that_it_took_to_solve_are_marked(run, tmp_path, monkeypatch):
    easy = run.config.replace(evolution=run.config.evolution.replace(solved_return=1.0))
    monkeypatch.setattr(run, "config", easy)
    champion = run.summaries[1].best_key
    evaluation = run.solution(run.best.key).validation
    monkeypatch.setattr(Run, "validations", {champion: evaluation})
    svg = drawn("curves", run, tmp_path)
    first = next(s.evaluations for s in run.summaries if s.best_key == champion)
    assert f"solved after {first}" in svg.texts


def test_ratios_have_a_panel_for_each_region(run, tmp_path):
    svg = drawn("ratios", run, tmp_path)
    regions = sorted({region for one in run.statistics for region in one.ratio_genes})
    for region in regions:
        assert {f"ratio-{region}", f"ratio-{region}-quartiles", f"gene-{region}"} <= set(svg.by_id)
    assert {"sensory", "motor", "generation"} <= set(svg.texts)
    assert "predicted-0" in svg.by_id
    assert "predicted, best genome" in svg.texts


def test_no_ratio_is_predicted_where_nothing_predicts_one(run, tmp_path, monkeypatch):
    plentiful = run.config.replace(astrocyte=run.config.astrocyte.replace(metabolic=False))
    monkeypatch.setattr(run, "config", plentiful)
    svg = drawn("ratios", run, tmp_path)
    assert not svg.ids("predicted-")
    assert "predicted, best genome" not in svg.texts


def longest_lineage(run):
    """Return the steps that led to whoever has the most ancestors, the latest first."""
    keys = run.history.individuals().key.tolist()
    return max(map(run.history.lineage, keys), key=len)


def test_a_lineage_tells_each_birth_and_what_it_changed(run, tmp_path):
    steps = longest_lineage(run)
    svg = drawn("lineage", run, tmp_path, genome=steps[0].individual.key)
    assert svg.ids("step-") == sorted(f"step-{step.individual.key}" for step in steps)
    assert len(svg.points("objective-0")) == len(steps)
    assert "founder" in svg.texts
    for step in steps[:-1]:
        words = " ".join(
            text.text for text in svg.by_id[f"step-{step.individual.key}"].iter() if text.text
        )
        assert " ".join(step.changes[0].split()) in " ".join(words.split())


def test_the_mate_of_a_birth_is_told(run, tmp_path):
    born = run.history.individuals()
    key, mate = next((k, m) for k, m in zip(born.key.tolist(), born.mate.tolist()) if m >= 0)
    svg = drawn("lineage", run, tmp_path, genome=key)
    words = " ".join(part.text for part in svg.by_id[f"step-{key}"].iter() if part.text)
    assert f"crossed with genome {mate}" in words


def test_of_a_long_lineage_the_founder_and_the_latest_births_are_told(run, tmp_path):
    steps = longest_lineage(run)
    assert len(steps) == 3
    svg = drawn("lineage", run, tmp_path, genome=steps[0].individual.key, steps=1)
    told = [steps[0].individual.key, steps[-1].individual.key]
    assert svg.ids("step-") == sorted(f"step-{one}" for one in told)
    assert "1 birth in between" in svg.texts
    with pytest.raises(ConfigError, match="steps: must be >= 1, got 0"):
        drawn("lineage", run, tmp_path, steps=0)


@pytest.mark.parametrize("what", DRAW)
def test_equal_runs_make_equal_files(what, run, tmp_path):
    for suffix in (".svg", ".png"):
        for name in ("first", "second"):
            DRAW[what](run, tmp_path / f"{name}{suffix}")
        assert (tmp_path / f"first{suffix}").read_bytes() == (
            tmp_path / f"second{suffix}"
        ).read_bytes()


@pytest.mark.parametrize("what", DRAW)
def test_a_wide_picture_has_its_panels_side_by_side(what, run, tmp_path):
    svg = drawn(what, run, tmp_path, width=178.0)
    assert float(re.match(r"[\d.]+", svg.root.get("width"))[0]) == pytest.approx(178.0 / 25.4 * 72)


@pytest.mark.parametrize("what", DRAW)
def test_a_run_without_a_generation_is_refused(what, run, tmp_path):
    shutil.copytree(run.folder, tmp_path / "begun")
    with RunStore.open(tmp_path / "begun", writable=True) as store:
        for table in ("survivor", "statistics", "validation", "individual", "generation"):
            store._connection.execute(f"DELETE FROM {table}")
    with (
        Run(tmp_path / "begun") as begun,
        pytest.raises(CheckpointError, match="no generation yet"),
    ):
        DRAW[what](begun, tmp_path / "none.svg")
    assert not (tmp_path / "none.svg").exists()


def test_the_line_of_the_ratio_gene_is_its_median(run, tmp_path):
    class Told:
        """The same run with other statistics."""

        statistics = tuple(
            msgspec.structs.replace(
                one,
                ratios=dict.fromkeys(one.ratios, (4.0,) * 5),
                ratio_genes=dict.fromkeys(one.ratio_genes, (1.0, 2.0, 4.0, 8.0, 16.0)),
            )
            for one in run.statistics
        )

        def __getattr__(self, name):
            return getattr(run, name)

    svg = drawn("ratios", Told(), tmp_path)
    for region in run.statistics[-1].ratio_genes:
        assert svg.points(f"gene-{region}") == svg.points(f"ratio-{region}")
