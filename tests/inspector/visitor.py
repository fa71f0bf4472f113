"""Somebody who opens a page, and notes what it does that it must not do."""

from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

LOCAL = ("file:", "data:", "blob:", "about:")
SERIOUS = ("serious", "critical")


class Visitor:
    """Somebody who looks at one page.

    Parameters
    ----------
    browser : Browser
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: list[Page] = []
        self.errors: list[str] = []
        """Errors and warnings of the console, and exceptions."""
        self.requests: list[str] = []
        """Addresses elsewhere that the page asked for."""

    def open(
        self,
        path: Path,
        selection: str = "",
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
    ) -> Page:
        """Open a file and wait until its view stands."""
        page = self.page(width, height, scheme)
        page.goto(f"{path.as_uri()}#{selection}")
        page.locator("[role=tabpanel]:not([hidden])[data-ready]").wait_for()
        return page

    def page(self, width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        """Return an empty page that is watched."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        self._pages.append(page)
        return page

    def leave(self) -> None:
        """Close what is open."""
        for page in self._pages:
            page.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(LOCAL):
            self.requests.append(request.url)


def go(page: Page, view: str) -> Locator:
    """Open a view by its tab; return its panel."""
    page.get_by_role("tab", name=view, exact=True).click()
    panel = page.get_by_role("tabpanel", name=view, exact=True)
    page.locator("[role=tabpanel]:not([hidden])[data-ready]").wait_for()
    return panel


def figure(page: Page, title: str) -> Locator:
    """Return the picture with a title."""
    return page.get_by_role("region", name=title, exact=True)


def complaints(page: Page, rules: Sequence[str] = ()) -> Sequence[str]:
    """Return what an accessibility checker finds serious, by some or all of its rules."""
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
