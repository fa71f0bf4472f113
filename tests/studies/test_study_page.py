"""What docs/study.md shows runs as it stands, and it names every key of a study's file."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from glianeat.config import explain
from glianeat.studies.study.files import read_plan
from glianeat.studies.study.plan import ChampionTest, Decision, Racing, StudyPlan, StudyTask
from glianeat.studies.study.study import check_study

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "study.md").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_study_of_the_page_runs_with_the_commands_of_the_page(folder):
    [toml], [commands], program = blocks("toml"), blocks("sh"), "".join(blocks("python"))
    (folder / "small.toml").write_text(toml)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "envs")))}
    glianeat = [sys.executable, "-m", "glianeat"]
    lines = [line.partition("#")[0].split() for line in commands.splitlines()]
    for words in [*([*glianeat, *line[1:]] for line in lines), [sys.executable, "-c", program]]:
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    assert "match undecided [('none'," in done.stdout
    assert "# small" in (folder / "runs" / "small" / "report.md").read_text()
    assert (folder / "runs" / "small-screen-0" / "report.json").is_file()


@pytest.mark.parametrize("kind", [ChampionTest, Decision, Racing, StudyPlan, StudyTask])
def test_the_page_names_every_key(kind):
    for field in explain(kind):
        assert re.search(rf"\b{field.path.split('.')[-1]}\b", PAGE), field.path


def test_the_page_states_the_defaults_of_the_rule():
    rule = Decision(treatment="a", controls=["b"])
    assert f"`pays` ({rule.pays:g})" in PAGE
    assert f"`p` ({rule.p:g})" in PAGE
    assert f"`tie` ({rule.tie[0]:g} to {rule.tie[1]:g})" in PAGE
    assert f"`tie_runs` ({rule.tie_runs})" in PAGE
    assert f"by default {ChampionTest().episodes}" in PAGE


@pytest.mark.parametrize("path", sorted((ROOT / "scripts" / "studies").glob("*.toml")), ids=str)
def test_studies_that_are_kept_fit_their_tasks(path):
    if "LunarLander" in path.read_text():
        pytest.importorskip("Box2D")
    check_study(read_plan(path).plan)
