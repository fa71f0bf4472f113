"""What a page makes of hostile, missing, empty and changing data."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.inspector.made_pages import VIEWS, resources_of, write_page
from tests.inspector.pages import BUNDLE
from tests.inspector.synthetic import Made
from tests.inspector.visitor import go

HOSTILE = '<img src=x onerror="window.hurt=1">\'"</script><script>window.hurt=1</script>\u202e{{1}}'


def test_names_of_strangers_stay_text(visitor, tmp_path):
    made = Made(generations=6, population=8, suffix=HOSTILE)
    page = visitor.open(write_page(tmp_path, resources_of(made)))
    texts = ""
    for view in VIEWS:
        panel = go(page, view)
        for toggle in panel.locator(".figure-buttons").get_by_text("Table", exact=True).all():
            toggle.click()
        for details in panel.locator("summary").all():
            details.click()
        for plot in panel.get_by_role("application").all():
            plot.focus()
            page.keyboard.press("Home")
        texts += panel.inner_text()
    assert page.evaluate("window.hurt") is None
    assert page.locator("img, iframe, object").count() == 0
    assert page.locator("script:not([data-resource])").count() == 1
    assert texts.count(HOSTILE) > 40


def test_a_run_without_generations_says_so(visitor, tmp_path):
    resources = resources_of(Made(generations=1, population=4))
    empty = Made(generations=1, population=4).history()
    resources["run/0/history"] = {
        **{key: [] if isinstance(value, list) else value for key, value in empty.items()},
        **{name: {} for name in ("objectives", "sizes", "ratios", "ratio_genes", "operators")},
        "optimum": None,
    }
    columns = resources["run/0/individuals"]
    columns["values"] = {name: [] for name in columns["values"]}
    resources["run/0/individuals"] = {
        key: [] if isinstance(value, list) else value for key, value in columns.items()
    }
    resources["run/0/fronts"] = {"front": [], "generation": []}
    resources["run/0/phylogeny"] = {
        **{name: [] for name in ("key", "parent", "generation", "value", "survivor")},
        "coalescence": None,
        "pruned": 0,
    }
    resources["run/0/overview"].update(
        best=None, shown=None, generations=0, evaluations=0, individuals=0
    )
    page = visitor.open(write_page(tmp_path, resources), "view=front")
    expect(page.get_by_text("No individual was evaluated yet.")).to_be_visible()
    go(page, "Evolution")
    expect(page.get_by_text("No generation is finished yet.")).to_be_visible()
    go(page, "Lineage")
    expect(page.get_by_text("There is no genome yet.")).to_be_visible()
    expect(page.get_by_text("Nobody was born yet.")).to_be_visible()
    go(page, "Health")


def test_what_a_page_does_not_hold_is_said(visitor, tmp_path):
    resources = resources_of(Made(generations=3, population=6))
    kept = {name: resources[name] for name in ("site", "run/0/overview")}
    page = visitor.open(write_page(tmp_path, kept), "view=front")
    for view, what in zip(
        VIEWS, ("history", "history", "lineage", "health", "comparison"), strict=True
    ):
        panel = go(page, view)
        expect(panel.get_by_text(f"This page does not hold the {what}").first).to_be_visible()


def test_a_page_without_anything_says_what_is_missing(visitor, tmp_path):
    page = visitor.page()
    page.goto(write_page(tmp_path, {"site": {"version": "1", "runs": []}}).as_uri())
    expect(page.get_by_role("alert")).to_be_visible()


class Server:
    """Answers what a served page asks for; nothing leaves the browser."""

    def __init__(self, resources: dict[str, Any]) -> None:
        self.resources = resources
        self.gone = False

    def answer(self, route: Route) -> None:
        """Answer one request."""
        name = urlsplit(route.request.url).path.removeprefix("/token/")
        if self.gone:
            route.abort()
        elif name == "":
            route.fulfill(content_type="text/html", body=self._page())
        elif name in self.resources:
            route.fulfill(json=self.resources[name])
        else:
            route.fulfill(
                status=404, content_type="application/json", body=json.dumps({"error": "none"})
            )

    def _page(self) -> str:
        css, script = ((BUNDLE / one).read_text() for one in ("page.css", "page.js"))
        return (
            f'<!doctype html><html lang="en"><title>A run</title><style>{css}</style>'
            f'<div id="page"></div><script>{script}</script></html>'
        )


@pytest.fixture
def served(visitor) -> tuple[Page, Server]:
    resources = resources_of(Made(generations=4, population=6))
    resources["site"]["live"] = True
    resources["run/0/overview"]["finished"] = ""
    resources["run/0/live"] = {"version": "1", "generations": 4, "finished": "", "error": ""}
    server = Server(resources)
    page = visitor.page()
    page.clock.install()
    page.route("**/*", server.answer)
    page.goto("http://127.0.0.1:9/token/#view=evolution")
    page.locator("[role=tabpanel]:not([hidden])[data-ready]").wait_for()
    page.clock.run_for(3000)
    visitor.requests.clear()  # a served page asks its server
    return page, server


def test_a_page_follows_a_run_that_goes_on(served, visitor):
    page, server = served
    expect(page.get_by_text("4 generations · 24 evaluations · not finished")).to_be_visible()
    page.get_by_role("button", name="Table of Return").click()
    grown = resources_of(Made(generations=5, population=6))
    grown["run/0/overview"]["finished"] = "solved"
    server.resources.update({name: grown[name] for name in grown if name != "site"})
    server.resources["run/0/live"]["version"] = "2"
    page.clock.run_for(3000)
    expect(page.get_by_text("5 generations · 30 evaluations · ended: solved")).to_be_visible()
    expect(
        page.get_by_role("group", name="Return, by generation").get_by_role("row")
    ).to_have_count(6)
    asked = {urlsplit(one).path for one in visitor.requests}
    assert "/token/run/0/history" in asked
    visitor.requests.clear()


def test_a_page_asks_again_while_its_server_answers_with_an_earlier_state(served, visitor):
    page, server = served
    server.resources["run/0/live"] = {
        "version": "2",
        "generations": 5,
        "finished": "solved",
        "error": "",
    }
    page.clock.run_for(3000)
    expect(page.locator(".facts")).to_contain_text("4 generations")
    grown = resources_of(Made(generations=5, population=6))
    grown["run/0/overview"]["finished"] = "solved"
    server.resources.update({name: grown[name] for name in grown if name != "site"})
    page.clock.run_for(3000)
    expect(page.locator(".facts")).to_contain_text("5 generations · 30 evaluations · ended: solved")
    visitor.requests.clear()


def test_a_page_says_when_its_server_has_gone(served, visitor):
    page, server = served
    server.gone = True
    page.clock.run_for(3000)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    server.gone = False
    page.clock.run_for(8000)
    expect(page.get_by_text("The server does not answer.")).to_be_hidden()
    visitor.requests.clear()
    visitor.errors.clear()  # the browser reports requests that failed
