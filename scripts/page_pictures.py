"""Take the pictures of pages that the README and docs/inspect.md show.

    python scripts/page_pictures.py

The page is made by ``glianeat inspect`` of the run that comes with the clone, and opened in
Chromium (``GLIANEAT_BROWSER`` names another one).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
RUN = "tmaze"
WIDTH, HEIGHT = 1280, 860
COLOURS = 128  # of a picture, so that it stays small
PLAYED_MS = 2500  # of wall clock


def main() -> None:
    """Make the page, open it, and take a picture of two of its views."""
    browser = os.environ.get("GLIANEAT_BROWSER") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        command = [sys.executable, "-m", "glianeat", "inspect", RUN, "-o", str(page_file)]
        subprocess.run(command, cwd=ROOT, check=True)
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        stand(page)
        page.keyboard.press("Space")  # plays
        page.wait_for_timeout(PLAYED_MS)
        page.keyboard.press("Space")
        take(page, PICTURES / "page.png")
        page.get_by_role("tab", name="Evolution", exact=True).click()
        stand(page)
        take(page, PICTURES / "page_evolution.png")
        chromium.close()


def stand(page: Page) -> None:
    """Wait until the view that is open is drawn."""
    page.locator("[role=tabpanel]:not([hidden])[data-ready]").wait_for()
    page.wait_for_timeout(500)


def take(page: Page, path: Path) -> None:
    """Keep what is seen, in few colours."""
    page.screenshot(path=path)
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"wrote {path.relative_to(ROOT)}, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
