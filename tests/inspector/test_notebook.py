"""What notebooks show of a run: tables of text, and the page in a frame that reaches nothing."""

import re
from html.parser import HTMLParser

import pytest

import glianeat
from glianeat.errors import CheckpointError
from glianeat.run.api import evolve
from glianeat.text import table_markup
from tests.run.runs import SMALL

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"


class Tags(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = SMALL.replace(evolution=SMALL.evolution.replace(population=6, generations=2))
    with evolve(config, name="shown", runs=tmp_path_factory.mktemp("runs")) as run:
        yield run


def test_every_value_has_a_table_without_scripts(run):
    best = run.best
    shown = [run, run.front, best, best.genome, best.network(), best.what_if(episodes=2)]
    for value in shown:
        found = Tags(value._repr_html_())
        assert found.tags[0] == "table"
        assert set(found.tags) <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def test_a_front_is_a_list(run):
    front = run.front
    assert isinstance(front, list)
    assert front == list(front)
    assert front._repr_html_().count("<tr>") == len(front) + 1


def test_text_of_strangers_stays_text():
    found = Tags(table_markup(HOSTILE, [HOSTILE], [[HOSTILE], [1.5], [10_000], [float("nan")]]))
    assert set(found.tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {name for name, _ in found.attributes} == {"scope", "style"}
    assert "\u202e" not in "".join(found.text)
    assert found.text[-3:] == ["1.5", "10,000", "–"]


def test_a_long_table_says_how_much_more_there_is():
    assert "and 30 rows more" in table_markup("", ["x"], [[i] for i in range(80)])


def test_the_page_is_in_a_frame_of_an_origin_of_its_own(run):
    page = glianeat.inspect(run, activity=False, height=300)
    found = Tags(page._repr_html_())
    assert found.tags == ["iframe"]
    attributes = dict(found.attributes)
    assert "allow-scripts" in attributes["sandbox"]
    assert "same-origin" not in attributes["sandbox"]
    assert attributes["srcdoc"].encode() == page.data
    assert attributes["height"] == "300"


def test_the_page_of_a_folder_is_that_of_its_run(run, tmp_path):
    page = glianeat.inspect(run.folder, activity=False)
    assert page.data == glianeat.inspect(run, activity=False).data
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page.data
    assert re.fullmatch(r"<page of run shown, \d\.\d MB>", repr(page))


def test_a_run_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="does not exist"):
        glianeat.inspect(tmp_path / "none")
