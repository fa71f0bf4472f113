"""How fast the page draws networks, measured in Chromium with made-up ones (web/bench).

``python scripts/bench_topology.py`` prints a table: milliseconds until a network is ready and of a
full redraw, and frames a second while an episode plays; beside them the time of the processor,
which other programs do not stretch. It needs npm, as scripts/build_page does.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

WEB = Path(__file__).resolve().parent.parent / "web"
SIZES = {
    "1,000 neurons, 10,000 synapses": {
        "inputs": 40,
        "outputs": 10,
        "hidden": 950,
        "synapses": 10_000,
        "astrocytes": 1_000,
        "associations": 4,
    },
    "10,000 neurons, 10,000 synapses": {
        "inputs": 100,
        "outputs": 20,
        "hidden": 9_880,
        "synapses": 10_000,
        "astrocytes": 2_000,
        "associations": 6,
    },
}
_HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title>
<link rel="stylesheet" href="page.css"><div id="page"></div>
<script type="module" src="bench.js"></script></html>"""
_REDRAWS, _WARM_UPS, _MOMENTS = 60, 10, 60


@dataclass(frozen=True)
class Cost:
    """What something took, once."""

    wall: float  # milliseconds
    processor: float  # of the page's thread [ms]


@dataclass(frozen=True)
class Drawing:
    """What drawing a network took."""

    ready: Cost
    redraw: Cost
    moment: Cost  # what happens at one time of an episode, over what stays
    frame: Cost  # of the whole page while it plays
    layout: float  # of that until ready [ms]
    frames: float  # a second, while it plays

    @property
    def possible_frames(self) -> float:
        """Frames a second that the processor's time allows."""
        return 1000.0 / self.frame.processor


@contextmanager
def bundled() -> Iterator[str]:
    """Bundle the measurements and give the address of their page."""
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    if not esbuild.exists():
        raise click.ClickException("web/node_modules: not there; run scripts/build_page first")
    with tempfile.TemporaryDirectory() as folder:
        entries = {"bench.js": "bench/topology.ts", "page.css": "src/page.css"}
        for name, source in entries.items():
            options = ["--bundle", "--minify", "--format=esm", "--log-level=warning"]
            command = [str(esbuild), source, *options, f"--outfile={folder}/{name}"]
            subprocess.run(command, cwd=WEB, check=True)
        page = Path(folder) / "bench.html"
        page.write_text(_HTML)
        yield page.as_uri()


def measure(browser: Browser, address: str, size: dict[str, int], seconds: float = 4.0) -> Drawing:
    """Measure the drawing of a network of some size.

    Parameters
    ----------
    browser : Browser
        Started with ``--allow-file-access-from-files``.
    address : str
        Of the page that `bundled` makes.
    size : dict of str to int
        How many inputs, outputs, hidden neurons, synapses, astrocytes and association regions.
    seconds : float
        How long the episode plays.
    """
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address)
    page.evaluate("size => { window.bench = prepare(size); }", size)
    ready = _cost(page, session, "open()")
    before = _processor(session)
    frames = float(page.evaluate(f"bench.playFor({seconds})"))
    frame = (_processor(session) - before) / (frames * seconds)
    layout = float(page.evaluate("bench.alone()"))
    page.evaluate(f"bench.full({_WARM_UPS})")  # until it is compiled
    redraw = _cost(page, session, f"full({_REDRAWS})")
    moment = _cost(page, session, f"moments({_MOMENTS})")
    page.close()
    return Drawing(ready, redraw, moment, Cost(1000.0 / frames, frame), layout, frames)


def _cost(page: Page, session: CDPSession, call: str) -> Cost:
    """Return the median of what a call of the page took each time."""
    before = _processor(session)
    answer = page.evaluate(f"bench.{call}")
    times = answer if isinstance(answer, list) else [answer]
    return Cost(median(times), (_processor(session) - before) / len(times))


def _processor(session: CDPSession) -> float:
    """Return the time that the page's thread has had so far [ms]."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(1000.0 * float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def table(measured: dict[str, Drawing]) -> str:
    """Return what was measured, a line each."""
    lines = [f"{'':34}{'wall':>12}{'processor':>12}"]
    for name, one in measured.items():
        lines.append(name)
        for what in ("ready", "redraw", "moment", "frame"):
            cost: Cost = getattr(one, what)
            lines.append(f"  {what + ' [ms]':32}{cost.wall:12.1f}{cost.processor:12.1f}")
        lines.append(f"  {'frames a second':32}{one.frames:12.0f}{one.possible_frames:12.0f}")
    return "\n".join(lines)


@click.command()
@click.option("--chromium", default="/usr/bin/chromium", show_default=True)
@click.option("--seconds", default=4.0, show_default=True, help="How long an episode plays.")
def main(chromium: str, seconds: float) -> None:
    """Print how fast networks are drawn."""
    flags = ["--no-sandbox", "--allow-file-access-from-files"]
    with sync_playwright() as playwright, bundled() as address:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        measured = {name: measure(browser, address, size, seconds) for name, size in SIZES.items()}
        browser.close()
    click.echo(table(measured))


if __name__ == "__main__":
    main()
