"""How quick pages are, and whether serving hurts a run: everything in Chromium, as people see it.

    python scripts/bench_inspector.py --big /tmp/big6 --keep

``--big`` names a run of a million individuals (``scripts/big_run.py`` makes one, 7 GB); without it
that part is left out. ``GLIANEAT_BROWSER`` names another browser. ``--keep`` writes the table to
scripts/results/bench_inspector.txt; parts that were not measured (``--only``) stay as they were.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
from inspector_reads import measure, served, table
from playwright.sync_api import Browser, Page, sync_playwright
from results_file import keep, kept_rows

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "scripts" / "results" / "bench_inspector"
READY = "[role=tabpanel]:not([hidden])[data-ready]"
LOADS = 5
_GRAPHS = {  # neurons and synapses: what was asked of them
    "1,000 neurons, 10,000 synapses": (
        {"inputs": 20, "outputs": 10, "hidden": 970, "synapses": 10_000, "astrocytes": 300},
        (1000.0, 16.0, 0.0),
    ),
    "10,000 neurons, 10,000 synapses": (
        {"inputs": 20, "outputs": 10, "hidden": 9970, "synapses": 10_000, "astrocytes": 1000},
        (0.0, 0.0, 30.0),
    ),
}
# Runs in the page before its own program: notes when the view that is open stands.
_WATCH = """
new MutationObserver(() => {
  const open = document.querySelector('[role=tabpanel]:not([hidden])');
  if (!window.drawn && open && / neurons /.test(open.textContent)) window.drawn = performance.now();
  if (!window.standing && document.querySelector('READY')) window.standing = performance.now();
}).observe(document, {subtree: true, childList: true, attributes: true});
""".replace("READY", READY)
# From an input to the last change of the page that follows from it, or the end of the last task
# that kept the browser busy; a page that is quiet for 400 ms has followed.
_FOLLOW = """async ([kind, selector, value]) => {
  const element = document.querySelector(selector);
  let last = performance.now();
  const start = last;
  const changes = new MutationObserver(() => { last = performance.now(); });
  changes.observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  const tasks = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) last = Math.max(last, one.startTime + one.duration);
  });
  tasks.observe({type: 'longtask'});
  if (kind === 'click') element.click();
  else { element.value = value; element.dispatchEvent(new Event('change', {bubbles: true})); }
  do { await new Promise((resolve) => setTimeout(resolve, 50)); }
  while (performance.now() - last < 400 && performance.now() - start < 20000);
  changes.disconnect(); tasks.disconnect();
  return last - start;
}"""


class Row(NamedTuple):
    """Something measured, and what it should be."""

    what: str
    value: str = ""
    target: str = ""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the browser."""
    found = os.environ.get("GLIANEAT_BROWSER") or shutil.which("chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


class Load(NamedTuple):
    """When what was seen of a page [ms]."""

    paint: float
    """Anything."""
    drawn: float
    """The topology of the best genome."""
    standing: float
    """All of it, with the episode."""


def load(browser: Browser, address: str) -> tuple[Load, Page]:
    """Open a page; return when what was seen, and the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.add_init_script(_WATCH)
    page.goto(address)
    page.locator(READY).wait_for(timeout=120_000)
    page.wait_for_function("() => window.standing")
    told = page.evaluate(
        "() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,"
        " window.drawn ?? window.standing, window.standing]"
    )
    return Load(*told), page


def loads(browser: Browser, address: str) -> Load:
    """Return the medians of several loads."""
    found = []
    for _ in range(LOADS):
        told, page = load(browser, address)
        found.append(told)
        page.close()
    return Load(*map(statistics.median, zip(*found, strict=True)))


def interactions(page: Page, keys: tuple[int, ...]) -> dict[str, float]:
    """Return how long the page takes to follow each input [ms]."""
    found = {}
    tabs = page.locator("[role=tab]")
    for again in ("first", "again"):
        for number in range(tabs.count()):
            tab = tabs.nth(number)
            name, place = tab.inner_text(), f"#{tab.get_attribute('id')}"
            found[f"{again} {name}"] = page.evaluate(_FOLLOW, ["click", place, ""])
            for key in keys if again == "again" else ():
                told = page.evaluate(_FOLLOW, ["change", ".genome-field input", str(key)])
                found[f"genome {key} in {name}"] = told
    return found


def of_file(browser: Browser) -> Iterator[Row]:
    """Measure the page of a run of 200 generations of 100 genomes, from a file."""
    with tempfile.TemporaryDirectory() as folder:
        made = [
            "scripts/big_run.py",
            f"{folder}/run",
            "--population",
            "100",
            "--generations",
            "200",
        ]
        _call(made)
        _call(["-m", "glianeat", "inspect", f"{folder}/run", "-o", f"{folder}/page.html"])
        page_file = Path(folder) / "page.html"
        size_mb = page_file.stat().st_size / 1e6
        told = loads(browser, page_file.as_uri())
        _, page = load(browser, page_file.as_uri())
        slowest = interactions(page, ())
        page.close()
    yield Row("page of 200 x 100 genomes", f"{size_mb:.2f} MB", "<= 5 MB")
    yield from _load_rows(told, "<= 1000 ms", "")
    yield _slowest(slowest)


def of_server(browser: Browser, folder: Path) -> Iterator[Row]:
    """Measure the page of a run of a million individuals, served."""
    with served(folder) as address:
        told, page = load(browser, address)
        page.close()
        yield Row("10^6 individuals, served, opened at once")
        yield from _load_rows(told, "<= 2000 ms", "<= 2000 ms")
        _, page = load(browser, address)
        page.evaluate("() => fetch('run/0/individuals').then((one) => one.text())")
        page.close()
        yield Row("10^6 individuals, served, opened later")
        yield from _load_rows(loads(browser, address), "<= 2000 ms", "<= 2000 ms")
        _, page = load(browser, address)
        found = interactions(page, (123_456, 987_654))
        page.close()
        yield _slowest(found)
        for name, value in sorted(found.items(), key=lambda one: -one[1])[1:6]:
            yield Row(f"    {name}", f"{value:.0f} ms", "<= 200 ms")


def _load_rows(told: Load, paint: str, drawn: str) -> Iterator[Row]:
    yield Row("  first paint", f"{told.paint:.0f} ms", paint)
    yield Row("  topology of the best genome", f"{told.drawn:.0f} ms", drawn)
    yield Row("  with its episode", f"{told.standing:.0f} ms")


def _slowest(found: dict[str, float]) -> Row:
    name = max(found, key=found.__getitem__)
    return Row("  slowest interaction", f"{found[name]:.0f} ms ({name})", "<= 200 ms")


def of_graphs(browser: Browser) -> Iterator[Row]:
    """Measure the topology alone, of made-up networks."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bench.js"
        bundled = ["npx", "esbuild", "bench/topology.ts", "--bundle", f"--outfile={program}"]
        if subprocess.run(bundled, cwd=ROOT / "web", check=False, capture_output=True).returncode:
            yield Row("topology", "not measured: run scripts/build_page first")
            return
        style = (ROOT / "glianeat" / "inspector" / "page" / "page.css").read_text()
        place = Path(folder) / "bench.html"
        place.write_text(
            f'<!doctype html><meta charset="utf-8"><style>{style}</style><div id="page"></div>'
            f'<script src="{program.name}"></script>'
        )
        for name, (size, targets) in _GRAPHS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(place.as_uri())
            told: dict[str, Any] = page.evaluate(
                "(size) => measureTopology(size)", {**size, "associations": 4}
            )
            page.close()
            yield from _graph_rows(name, told, targets)


def _graph_rows(name: str, told: dict[str, Any], targets: tuple[float, ...]) -> Iterator[Row]:
    ready, redraw, frames = targets
    yield Row(f"{name}: ready", f"{told['ready']:.0f} ms", f"<= {ready:.0f} ms" if ready else "")
    yield Row("  redraw", f"{told['redraw']:.1f} ms", f"<= {redraw:.0f} ms" if redraw else "")
    target = f">= {frames:.0f}" if frames else ""
    yield Row("  frames a second while it plays", f"{told['frames']:.0f}", target)


def of_reads(repeats: int) -> Iterator[Row]:
    """Measure what reading does to runs on two workers."""
    yield from (Row(*row) for row in table(*measure(repeats, pace=50.0)))


def _call(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@click.command()
@click.option("--big", type=click.Path(path_type=Path, exists=True), help="A run of a million.")
@click.option("--repeats", default=5, show_default=True, help="Pairs of runs that are read or not.")
@click.option("--only", default="", help="One part: file, server, graphs or reads.")
@click.option("--keep", "keeps", is_flag=True, help="Keep the table under scripts/results.")
def main(big: Path | None, repeats: int, only: str, *, keeps: bool) -> None:
    """Print the table."""
    found: dict[str, list[Row]] = {}
    with browsing() as browser:
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "file": lambda: of_file(browser),
            "server": lambda: of_server(browser, big) if big else iter(()),
            "graphs": lambda: of_graphs(browser),
            "reads": lambda: of_reads(repeats),
        }
        for name, part in parts.items():
            for row in part() if only in {"", name} else ():
                found.setdefault(name, []).append(row)
                click.echo(_line(row))
    if keeps:
        keep_parts(found, tuple(parts))


def keep_parts(found: dict[str, list[Row]], parts: tuple[str, ...]) -> None:
    """Keep what was measured, beside the parts that were not measured now."""
    kept: dict[str, list[Row]] = {}
    file = RESULTS.with_suffix(".jsonl")
    for one in kept_rows([file] if file.exists() else []):
        kept.setdefault(one.pop("part"), []).append(Row(**one))
    kept |= found
    rows = [(part, row) for part in parts for row in kept.get(part, [])]
    text = "".join(f"{_line(row)}\n" for _, row in rows)
    keep(RESULTS, text, ({"part": part, **row._asdict()} for part, row in rows))


def _line(row: Row) -> str:
    return "{:44} {:36} {}".format(*row).rstrip()


if __name__ == "__main__":
    main()
