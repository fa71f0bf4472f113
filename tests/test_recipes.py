"""Whatever docs/recipes show is run in miniature, and their figures are those of the boards."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from glianeat.run import foresight
from tests.cli.in_process import run_here
from tests.test_readme import blocks

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
SHORT = {"--steps": "400", "--evaluations": "12", "--episodes": "2", "--seeds": "0-1"}
FEW = {"population": "evolution.population=4", "validated": "evaluation.validation_episodes=2"}
FEW |= {"top": "evaluation.validation_top=1", "steps": "evaluation.steps=20"}
FEW |= {"episodes": "evaluation.episodes=2", "racing": "evaluation.racing_episodes=0"}
QUICK = {"HalfCheetah-v5": "Pendulum-v1"}  # in place of what takes packages and time


@pytest.fixture(autouse=True)
def _packages_that_lack_have_stand_ins_and_founders_are_few(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(foresight, "FOUNDERS", 5)
    monkeypatch.setattr(foresight, "EPISODES", 2)
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "tests" / "stand_ins")])


def miniature(line):
    """Return the arguments of a command, so that it takes a moment."""
    words = [QUICK.get(word, word) for word in shlex.split(line)[1:]]
    for option, value in SHORT.items():
        if option in words:
            words[words.index(option) + 1] = value
    if words[0] in {"run", "sweep"}:
        given = [word.partition("=")[0] for word in words]
        few = [setting for setting in FEW.values() if setting.partition("=")[0] not in given]
        words += [part for setting in few for part in ("--set", setting)]
        if words[0] == "run":
            words += ["--generations", "2", "--workers", "0", "--quiet"]
    return words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_recipe_shows_runs(page, monkeypatch, capsys):
    program = ""
    for language, code in blocks(page.read_text()):
        if language == "toml":
            Path(re.match(r"# (\S+\.toml):", code).group(1)).write_text(code)
        elif language == "python":
            program += code
            exec(compile(program, str(page), "exec"), {"__name__": "__main__"})
        elif language == "sh":
            for line in code.splitlines():
                status, out, err = run_here(monkeypatch, capsys, *miniature(line))
                assert status == 0, f"{line}\n{out}\n{err}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_recipe_is_at_most_a_page(page):
    prose = re.sub(r"<!-- (board|fronts).*?<!-- end", "", page.read_text(), flags=re.DOTALL)
    assert len(prose.splitlines()) <= 75


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_of_a_recipe_are_those_of_the_boards(page, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from control.pages import filled

    assert filled(page.read_text()) == page.read_text()
