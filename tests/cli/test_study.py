"""``glianeat study``, as a user meets it."""

import json

import pytest

from tests.cli.test_commands import glianeat, refused
from tests.studies.plans import SMALL, changed


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a study of which one task was run."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.toml").write_text(SMALL)
    done = glianeat(folder, "study", "small.toml", "--only=pole", "--workers=0")
    assert done.returncode == 0, done.stderr
    (folder / "output").write_text(done.stdout)
    (folder / "progress").write_text(done.stderr)
    return folder


def test_a_study_ends_in_its_report(folder):
    output = (folder / "output").read_text()
    for words in (
        "Does the gain of astrocytes pay?",
        "glia pays if A12 >= 0.71 and p < 0.01",
        "match (glianeat/DelayedMatch-v0): unfinished: 0 of 4 runs",
        "pole (CartPole-v1): undecided",
        "power [EU/s], less is better; plain decides",
        "missing: match-glia-seed-100: missing",
        "4 runs of the study are missing",
        "File of SHA-256",
    ):
        assert words in output
    assert "run 1/4 pole-glia-seed-100: finished in" in (folder / "progress").read_text()


def test_the_report_is_kept_as_markdown_and_json(folder):
    report = json.loads((folder / "runs" / "small" / "report.json").read_text())
    shown = glianeat(folder, "study", "small.toml", "--report", "--json")
    assert json.loads(shown.stdout) == report
    assert report["tasks"][1]["arms"][0]["runs"][0]["seed"] == 100
    page = (folder / "runs" / "small" / "report.md").read_text()
    assert "## pole (CartPole-v1): undecided" in page
    assert report["sha256"] in page


def test_listing_says_where_each_run_stands(folder):
    lines = glianeat(folder, "study", "small", "--list").stdout.splitlines()
    assert lines[0] == "match-glia-seed-100  missing"
    assert lines[-1] == "4 of 8 runs are finished"


def test_a_study_that_has_not_begun_is_listed_and_stays_so(folder):
    lines = glianeat(folder, "study", "small.toml", "--name=later", "--list").stdout.splitlines()
    assert lines[0] == "match-glia-seed-100  missing"
    assert len(lines) == 9
    assert lines[-1] == "0 of 8 runs are finished; the study has not begun"
    assert not (folder / "runs" / "later").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.toml"], "absent.toml: cannot be read"),
        (["nothing"], "study 'nothing': must be a file FILE.toml or the folder of a study"),
        (["small.toml", "--only=poles"], "did you mean 'pole'"),
        (["small.toml", "--screen=100"], "must have other seeds than the study"),
        (["small.toml", "--report", "--name=other"], "study runs/other: has not begun"),
        (["small", "--name=other"], "study runs/small: has its name and its seeds"),
        (["other.toml", "--name=small"], "was begun with another file"),
        (["small.toml", "--name=taken"], "study runs/taken: exists already"),
        (["wrong.toml"], "tasks.pole.measure: must be 'return' or"),
    ],
)
def test_mistakes_are_refused_in_one_line(folder, arguments, message):
    (folder / "other.toml").write_text(f"{SMALL}\n# another line\n")
    (folder / "runs" / "taken").write_text("")
    (folder / "wrong.toml").write_text(changed('measure = "power"', 'measure = "energy"'))
    assert message in refused(glianeat(folder, "study", *arguments))
