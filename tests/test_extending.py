"""Each recipe of docs/extending.md works as it stands, and takes no more than it may."""

import pytest

from tests import extending

MOST_FILES = {
    "A trait": 1,
    "An energy kind": 2,
    "A neuron model": 2,
    "A glial channel": 2,
    "A measure": 1,
    "An objective": 0,
    "An encoding": 2,
    "A selection algorithm": 2,
    "An evaluator": 1,
    "An exporter": 2,
}
RECIPES = extending.recipes()


def test_every_recipe_is_there_and_has_a_check():
    assert RECIPES.keys() == extending.table().keys()
    assert RECIPES.keys() <= MOST_FILES.keys()
    assert all(any(b.purpose == "check" for b in blocks) for blocks in RECIPES.values())


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_works_and_takes_what_the_page_says(title, tmp_path):
    extending.copy_of_the_project(tmp_path)
    touched = extending.follow(RECIPES[title], tmp_path)
    assert touched == extending.table()[title]
    assert touched.files <= MOST_FILES[title]
    extending.check(RECIPES[title], tmp_path)


def test_a_recipe_that_does_not_work_is_found(tmp_path):
    extending.copy_of_the_project(tmp_path)
    blocks = [block for block in RECIPES["A trait"] if block.purpose == "check"]
    with pytest.raises(AssertionError, match="courage"):
        extending.check(blocks, tmp_path)


def test_a_change_of_lines_that_are_not_there_is_found(tmp_path):
    extending.copy_of_the_project(tmp_path)
    block = extending.Block("change", "glianeat/errors.py", " no such line\n+another\n")
    with pytest.raises(AssertionError, match="must hold this once"):
        extending.follow([block], tmp_path)
