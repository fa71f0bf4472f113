"""A browser for the tests of pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.inspector.visitor import Visitor

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "the tests of pages drive Chromium, and none was found: install it (apt-get install chromium), "
    "or set GLIANEAT_BROWSER to its path"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for the tests of one file."""
    wanted = os.environ.get("GLIANEAT_BROWSER")
    found = wanted or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(MISSING)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=found, args=arguments)
        yield one
        one.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Return somebody who looks at pages, and check that nothing went wrong meanwhile."""
    one = Visitor(browser)
    yield one
    one.leave()
    assert one.errors == []
    assert one.requests == []
