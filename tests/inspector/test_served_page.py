"""The page from a server: it follows a run, opens any genome, and asks what if."""

import pytest
from playwright.sync_api import expect

from glianeat.inspector.serving.values import Values
from glianeat.run.api import evolve, resume
from tests.inspector.serving import TOKEN, serving
from tests.inspector.visitor import go
from tests.run.runs import SMALL

BRIEF = SMALL.replace(evolution=SMALL.evolution.replace(population=6, generations=3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    evolve(BRIEF, name="served", runs=runs).close()
    return runs / "served"


@pytest.fixture(scope="module")
def server(folder):
    values = Values()
    with serving([folder], values.make, values.what_if) as server:
        yield server
    values.close()


def one_more(config):
    return config.replace(evolution=config.evolution.replace(generations=4))


class Watched:
    """A page from a server, and whatever it does that it must not."""

    def __init__(self, browser, server):
        self.own = f"http://127.0.0.1:{server.port}/{TOKEN}/"
        self.wrong = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._request)
        self.page.goto(self.own)
        self.page.locator("[role=tabpanel]:not([hidden])[data-ready]").wait_for(timeout=60_000)

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _request(self, request):
        if not request.url.startswith((self.own, "data:", "blob:")):
            self.wrong.append(request.url)


@pytest.fixture
def watched(browser, server):
    watched = Watched(browser, server)
    yield watched
    watched.page.close()
    assert watched.wrong == []


def test_every_view_stands_under_the_policy_of_the_server(watched):
    for view in ("Topology", "Front", "Evolution", "Lineage", "Health"):
        expect(go(watched.page, view)).to_be_visible()


def test_new_generations_appear_by_themselves(watched, folder):
    page = watched.page
    facts = page.locator(".facts")
    expect(facts).to_contain_text("3 generations")
    resume(folder, changes=one_more).close()
    expect(facts).to_contain_text("4 generations", timeout=20_000)


def test_any_genome_of_the_run_can_be_opened(watched):
    page = watched.page
    page.get_by_label("Genome", exact=True).first.fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tabpanel", name="Topology")).to_contain_text("Genome 1")


def test_a_what_if_shows_what_is_gone(watched):
    page = watched.page
    page.get_by_role("button", name="Without any astrocyte").click()
    page.get_by_label("Episodes", exact=True).fill("2")
    page.get_by_role("button", name="Run both").click()
    result = page.locator(".whatif-result")
    expect(result.get_by_role("row", name="astrocytes")).to_contain_text("0", timeout=60_000)


def test_each_neuron_is_cut_out_in_turn_and_the_most_needed_comes_first(watched):
    page = watched.page
    page.get_by_label("Episodes", exact=True).fill("2")
    page.get_by_role("button", name="Without each neuron in turn").click()
    table = page.get_by_role("table", name="without each neuron")
    expect(table).to_be_visible(timeout=60_000)
    told = page.get_by_role("tabpanel", name="Topology").inner_text()
    neurons = int(told.split(" neurons ·")[0].split()[-1])
    expect(table.locator("tbody tr")).to_have_count(neurons)
    texts = table.locator("tbody tr td:nth-child(3)").all_inner_texts()
    returns = [float(text) for text in texts]
    assert returns == sorted(returns)


def test_energy_is_shown_by_kind_and_by_region(watched):
    panel = watched.page.get_by_role("tabpanel", name="Topology")
    for group, name in (("by kind", "spike"), ("by region", "motor")):
        bars = panel.locator(".bars").filter(has_text=group)
        expect(bars.get_by_text(name, exact=True)).to_be_visible()


def test_a_run_that_cannot_be_read_is_named_and_hides_no_other(browser, folder, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "run.db").write_bytes(b"no database at all")
    values = Values()
    page = browser.new_page()
    try:
        with serving([damaged, folder], values.make, values.what_if) as server:
            page.goto(f"http://127.0.0.1:{server.port}/{TOKEN}/")
            expect(page.get_by_role("heading", name="served")).to_be_visible(timeout=60_000)
            page.get_by_label("Run", exact=True).select_option(label="damaged")
            expect(page.locator(".unreadable")).to_contain_text("damaged: file is not a database")
            expect(page.get_by_label("Run", exact=True).locator("option:checked")).to_have_text(
                "served"
            )
    finally:
        page.close()
        values.close()
