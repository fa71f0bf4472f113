"""The page of the run that comes with the repository."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from glianeat.inspector.embedded import inspect_page
from glianeat.run.run import Run
from tests.inspector.visitor import complaints, go

EXAMPLE = Path(__file__).parents[2] / "runs" / "example"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("example") / "page.html"
    with Run(EXAMPLE) as run:
        made.write_bytes(inspect_page(run).data)
    return made


def test_every_view_of_a_real_run_stands(visitor, path):
    page = visitor.open(path)
    expect(page.get_by_role("tab", selected=True)).to_have_text("Topology")
    assert complaints(page) == []
    for view in ("Front", "Evolution", "Lineage", "Health"):
        panel = go(page, view)
        assert panel.locator(".figure").count() > 1
        shown = panel.locator(".figure-body:visible").count()
        assert shown >= panel.locator(".empty:visible").count()


def test_neighbours_in_the_lineage_are_compared_as_the_run_says(visitor, path):
    page = visitor.open(path, "view=lineage")
    frame = page.get_by_role("region", name="Difference of two genomes")
    expect(frame).to_contain_text("Their compatibility distance is")
