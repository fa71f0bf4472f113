import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.text import safe, safe_json, safe_lines, safe_markup

UNSAFE = ["\x1b[31m", "\x07", "\x9b2J", "\u202e", "\u2066", "\u200b", "\u2028", "\x00", "\ufeff"]
UNSAFE += ["\u3164", "\ufe0f", "\u034f", "\ud800", "\U000e0041", "\r", "\x7f", "\u2800"]


@pytest.mark.parametrize("text", UNSAFE)
def test_what_does_not_show_itself_is_shown_by_its_number_or_left_out(text):
    for shown in (safe(f"a{text}b"), safe_lines(f"a{text}b"), safe_markup(f"a{text}b")):
        assert text[0] not in shown
        assert shown.isprintable()


@given(st.text())
def test_safe_text_is_one_line_of_characters_that_show_themselves(text):
    assert safe(text).isprintable()


@given(st.text())
def test_lines_stay_lines(text):
    assert safe_lines(text).count("\n") == text.count("\n")


def test_ordinary_text_of_any_language_stays_as_it_is():
    text = "Größe μV, 中文, हिन्दी, עברית, ✓ 10²"
    assert safe(text) == safe_lines(text) == text


def test_a_foreign_line_end_makes_no_line():
    assert safe("fine\nrun x: ended") == "fine run x: ended"


def test_long_text_is_cut_with_an_ellipsis():
    assert safe("x" * 10**6, 10) == "x" * 9 + "…"
    assert len(safe("\x00" * 10**6)) == 500


def test_heaps_of_accents_cover_no_other_line():
    assert safe("e\u0301") == "e\u0301"
    assert safe("e" + "\u0301" * 50).count("\u0301") == 2


def test_markup_of_pages_and_pictures_has_no_meaning():
    assert safe_markup("<script>\"'&") == "&lt;script&gt;&quot;&#x27;&amp;"


@given(st.dictionaries(st.text(), st.text()))
def test_json_keeps_its_meaning(value):
    for ascii_only in (True, False):
        document = json.dumps(value, ensure_ascii=ascii_only, indent=2)
        shown = safe_json(document)
        assert json.loads(shown) == value
        assert all(c.isprintable() or c == "\n" for c in shown)
