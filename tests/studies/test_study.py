"""Studies: fixed before they run, resumable, and reported from what was kept."""

import hashlib
import json

import msgspec
import pytest

import glianeat
from glianeat.errors import CheckpointError, ConfigError, EvaluationError, TrustError
from glianeat.evaluate.conditions import evaluate_under
from glianeat.run.episode_choice import plan_of
from glianeat.run.run import Run
from glianeat.studies.cell_work import Computing, SweepListener
from glianeat.studies.study import study as module
from glianeat.studies.study.files import StudyFile, write_study
from glianeat.studies.study.markdown import report_markdown
from glianeat.studies.study.plan import plan_from
from glianeat.studies.study.report import decided
from glianeat.studies.study.study import Study
from tests.studies.plans import SMALL, changed


class Log(SweepListener):
    """Remembers what it heard."""

    def __init__(self, stop_after=None):
        self.names, self.ends, self._stop_after = [], [], stop_after

    def start_cell(self, _place, cell, _remaining):
        self.names.append(cell.name)

    def on_generation(self, _summary):
        if len(self.names) == self._stop_after:
            raise KeyboardInterrupt

    def end_cell(self, state, _remaining):
        self.ends.append(state.status)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def whole(file, tmp_path_factory):
    """Return a study that was never interrupted."""
    return glianeat.study(file, runs=tmp_path_factory.mktemp("whole"))


def told(study):
    """Return a report without what depends on who computed it."""
    report = msgspec.to_builtins(study.report())
    for task in report["tasks"]:
        task["seconds"] = 0.0
        for arm in task["arms"]:
            for run in arm["runs"]:
                run["seconds"] = 0.0
    return report


def test_a_study_has_every_run_and_every_test_of_its_champion(whole):
    assert whole.is_finished
    match, pole = whole.report().tasks
    assert [arm.name for arm in match.arms] == ["glia", "none"]
    assert [run.seed for run in match.arms[0].runs] == [100, 101]
    assert list(match.arms[0].runs[0].tests) == ["plain", "longer", "lesioned", "ungained"]
    assert list(match.arms[1].runs[0].tests) == ["plain", "longer", "ungained"]
    assert match.arms[0].runs[0].tests["plain"].episodes == 3
    assert (match.finished, match.planned, pole.finished) == (4, 4, 4)
    assert (match.verdict, pole.verdict) == ("undecided", "undecided")


def test_champions_are_tested_on_episodes_of_their_seed_alone(whole):
    [row, _] = whole.report().tasks[0].arms[0].runs
    with Run(whole.folder / row.name) as run:
        assert run.best.key == row.champion
        assert run.best.evaluate(3).mean_return == row.tests["plain"].mean_return


def test_a_lesion_of_a_test_is_that_of_what_if(whole):
    [row, _] = whole.report().tasks[0].arms[0].runs
    with Run(whole.folder / row.name) as run:
        found = run.best.what_if(lesions=[glianeat.Lesion("astrocyte")], episodes=1)
        assert found["astrocytes"].after == 0.0
    plain, lesioned = row.tests["plain"], row.tests["lesioned"]
    assert lesioned.power < plain.power  # astrocytes cost upkeep


def test_without_gain_champions_do_as_under_that_condition(whole):
    rows = [arm.runs[0] for arm in whole.report().tasks[0].arms]
    for row in rows:
        with Run(whole.folder / row.name) as run:
            genome, plan = run.best.genome, plan_of(3)
            ungained = evaluate_under("no_gain", run.test_evaluator, genome, plan)
        assert row.tests["ungained"].power == ungained.power
    assert rows[0].tests["ungained"].power != rows[0].tests["plain"].power
    assert rows[1].tests["ungained"].power == rows[1].tests["plain"].power  # it has no gain


def test_damage_of_a_test_is_that_of_a_replay(whole):
    [row, _] = whole.report().tasks[1].arms[0].runs
    with Run(whole.folder / row.name) as run:
        blind = run.best.evaluate(2, damage="sensors=1@0s")
    assert row.tests["blind"].power == blind.power
    assert blind.power != row.tests["plain"].power


def test_power_is_better_if_it_is_less(whole):
    pole = whole.report().tasks[1]
    glia, none = ([run.tests["plain"].power for run in arm.runs] for arm in pole.arms)
    pairs = [(one, other) for one in glia for other in none]
    less = sum((one < other) + 0.5 * (one == other) for one, other in pairs)
    assert 0.0 < less < 4.0  # else what is more could be better
    assert pole.decisive[0].a12 == less / 4.0
    assert pole.arms[0].summaries[0].median == pytest.approx(sum(glia) / 2.0)


def test_tests_of_the_same_champions_are_compared_one_by_one(whole):
    match = whole.report().tasks[0]
    change = next(one for one in match.changes if one.test == "lesioned")
    gaps = [
        run.tests["lesioned"].mean_return - run.tests["plain"].mean_return
        for run in match.arms[0].runs
    ]
    assert (change.arm, change.against, change.n) == ("glia", "plain", 2)
    assert change.median == pytest.approx(sum(gaps) / 2.0)
    assert change.lower == sum(gap < 0.0 for gap in gaps)


def test_an_interrupted_study_goes_on_to_the_same_report(file, whole, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        glianeat.study(file, runs=tmp_path, listener=Log(stop_after=3))
    begun = Study(tmp_path / "small")
    assert [state.status for state in begun.states][:3] == ["finished", "finished", "unfinished"]
    assert begun.report().tasks[0].verdict == "unfinished"
    log = Log()
    found = glianeat.study(file, runs=tmp_path, listener=log)
    assert log.names == [cell.name for cell in found.cells][2:]
    assert told(found) == told(whole)


def test_champions_that_were_not_tested_yet_are_tested_and_not_evolved_again(file, whole, tmp_path):
    found = glianeat.study(file, runs=tmp_path, only=["pole"])
    kept = found.folder / "tests" / "pole-none-seed-101.json"
    content, before = kept.read_bytes(), (kept.parents[1] / "pole-none-seed-101/run.db").stat()
    kept.unlink()
    log = Log()
    glianeat.study(file, runs=tmp_path, only=["pole"], listener=log)
    assert (log.names, log.ends) == (["pole-none-seed-101"], ["finished"])
    assert kept.read_bytes() == content
    assert (kept.parents[1] / "pole-none-seed-101/run.db").stat().st_mtime == before.st_mtime


def test_runs_at_the_same_time_give_the_same_report(file, whole, tmp_path):
    assert told(glianeat.study(file, runs=tmp_path, jobs=2)) == told(whole)


def test_a_task_alone_can_be_worked_on(file, tmp_path):
    log = Log()
    found = glianeat.study(file, runs=tmp_path, only=["pole"], listener=log)
    assert {name.split("-")[0] for name in log.names} == {"pole"}
    assert [task.verdict for task in found.report().tasks] == ["unfinished", "undecided"]
    assert len(found.report().missing) == 4
    with pytest.raises(ConfigError, match="did you mean 'pole'"):
        glianeat.study(file, runs=tmp_path, only=["poles"])


RACING = """
[racing]
runs = 2
"""


@pytest.fixture
def raced(tmp_path, monkeypatch):
    """Return how to run a study of three seeds in which glia always need more power."""
    try_champion = module.try_champion

    def with_power(run, tests):
        found, power = try_champion(run, tests), 2.0 if run.config.astrocyte.gain else 1.0
        told = {
            name: msgspec.structs.replace(one, power=power) for name, one in found.tests.items()
        }
        return msgspec.structs.replace(found, tests=told)

    def run(least, **options):
        path = tmp_path / "raced.toml"
        text = changed('seeds = "100-101"', 'seeds = "100-102"')
        path.write_text(f"{text}{RACING}a12 = {least}\n")
        return glianeat.study(path, runs=tmp_path, only=["pole"], **options)

    monkeypatch.setattr(module, "try_champion", with_power)
    return run


def test_a_task_without_prospect_is_given_up_after_its_first_seeds(raced):
    log = Log()
    found = raced(0.5, listener=log)
    assert len(log.names) == 4
    assert found.is_finished
    assert [state.status for state in found.states][-2:] == ["given up"] * 2
    pole = found.report().tasks[1]
    assert (pole.verdict, pole.finished, pole.planned) == ("given up", 4, 4)
    assert pole.decisive[0].a12 == 0.0


def test_a_task_with_prospects_is_not_given_up(raced):
    pole = raced(0.0).report().tasks[1]
    assert (pole.verdict, pole.finished) == ("undecided", 6)


@pytest.mark.parametrize(("over", "corrected"), [("task", [0.02, 0.03]), ("study", [0.04, 0.04])])
def test_p_is_corrected_over_a_task_or_over_the_whole_study(whole, over, corrected):
    plan, tasks = whole.plan, whole.report().tasks
    plan = plan.replace(decision=plan.decision.replace(holm_over=over))
    known = [
        msgspec.structs.replace(
            task, decisive=[msgspec.structs.replace(task.decisive[0], p=p, p_holm=p)]
        )
        for task, p in zip(tasks, (0.02, 0.03), strict=True)
    ]
    found = decided(plan, known, is_screen=False)
    assert [task.decisive[0].p_holm for task in found] == corrected


# What is fixed


def test_a_changed_file_is_refused_once_a_study_has_begun(whole, tmp_path):
    other = tmp_path / "small.toml"
    other.write_text(changed("[tasks.match]", "[decision.x]\n[tasks.match]"))
    with pytest.raises(ConfigError, match="unknown key 'x'"):
        glianeat.study(other, runs=whole.folder.parent)
    other.write_text(changed('controls = ["none"]', 'controls = ["none"]\npays = 0.6'))
    with pytest.raises(CheckpointError, match="was begun with another file, SHA-256"):
        glianeat.study(other, runs=whole.folder.parent)
    kept = whole.folder / "study.toml"
    kept.write_text(other.read_text())
    try:
        with pytest.raises(CheckpointError, match="was changed since the study began"):
            Study(whole.folder)
    finally:
        kept.write_text(SMALL)


def test_the_report_has_the_hash_of_the_file(whole, file):
    assert whole.report().sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert whole.report().sha256 in report_markdown(whole.report())


def test_a_screen_is_a_study_of_its_own_with_other_seeds_and_decides_nothing(file, tmp_path):
    found = glianeat.study(file, runs=tmp_path, screen="3", only=["pole"])
    assert found.folder.name == "small-screen-3"
    assert [run.seed for run in found.report().tasks[1].arms[0].runs] == [3]
    assert found.report().tasks[1].verdict == "screen"
    with pytest.raises(ConfigError, match=r"must have other seeds than the study, .* got 100"):
        glianeat.study(file, runs=tmp_path, screen="99-100")


def test_a_run_of_other_settings_under_the_name_of_a_cell_is_not_tested(file, whole, tmp_path):
    text = changed("gain = false", "gain = false\nnone.settings.astrocyte.uptake = 0.5")
    other = tmp_path / "small.toml"
    other.write_text(text)
    runs = tmp_path / "runs"
    with pytest.raises(KeyboardInterrupt):
        glianeat.study(other, runs=runs, only=["pole"], listener=Log(stop_after=1))
    here, there = (one / "pole-none-seed-100" for one in (whole.folder, runs / "small"))
    here.rename(there)
    try:
        found = glianeat.study(other, runs=runs, only=["pole"])
        [failure] = found.failures
        assert "its settings are not those of the study: astrocyte.uptake: 0.5 -> 0.6" in (
            failure.reason
        )
    finally:
        there.rename(here)


# What fails


def test_a_champion_that_cannot_be_tested_does_not_end_a_study(file, tmp_path, monkeypatch):
    try_champion = module.try_champion

    def failing(run, tests):
        if run.config.seed == 100:
            raise EvaluationError("the cluster is gone")
        return try_champion(run, tests)

    monkeypatch.setattr(module, "try_champion", failing)
    found = glianeat.study(file, runs=tmp_path, only=["pole"])
    assert [one.reason for one in found.failures] == ["the cluster is gone"] * 2
    monkeypatch.undo()
    assert glianeat.study(file, runs=tmp_path, only=["pole"]).failures == []


def test_tests_of_another_run_are_not_reported(file, tmp_path):
    found = glianeat.study(file, runs=tmp_path, only=["pole"])
    path = found.folder / "tests" / "pole-glia-seed-100.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "digest": "0" * 64}))
    missing = [one for one in found.report().missing if one.status == "failed"]
    assert [one.reason for one in missing] == [
        "run pole-glia-seed-100: its champion's tests are of another run"
    ]
    path.write_text("{")
    assert Study(found.folder).report().missing[2].reason.startswith(f"{path}: damaged")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "CartPole-v1"', 'id = "CartPole-v1", imports = ["this"]'),
        ("task.kwargs.delay_ms = 800.0", 'task.imports = ["this"]'),  # by a test of champions
    ],
)
def test_a_study_of_a_stranger_asks_for_trust(tmp_path, old, new):
    plan = changed(old, new).encode()
    folder = tmp_path / "evil"
    write_study(folder, StudyFile(plan=plan_from(plan, "evil"), data=plan), new=True)
    kept = folder / "study.json"
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "mark": ""}))
    found = Study(folder)
    assert found.demands == ("imports this (task.imports)",)
    with pytest.raises(TrustError, match="imports this"):
        found.run(Computing())
    assert found.demands != ()


def test_markup_in_a_report_shows_itself(whole):
    report = msgspec.structs.replace(whole.report(), question="<b>*x*</b> | \u202e")
    assert "&lt;b&gt;\\*x\\*&lt;/b&gt; \\| \\\\u202e" in report_markdown(report)
