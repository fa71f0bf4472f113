"""Make the pictures of the README and of docs/ anew.

    python scripts/pictures.py

Topology, animation and pictures for papers are made by glianeat's own commands, of runs that come
with the clone; the diagrams are drawn here.
"""

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
RUN = ROOT / "tests" / "run" / "old_runs" / "libm"  # its best agent has a hidden neuron
KEPT = ROOT / "runs" / "tmaze"  # has a memory, a front and a lineage
PAPERS = {  # pictures for papers, and how they are asked for
    "front": ["--width", "85mm"],
    "ratios": ["--width", "85mm"],
    "lineage": ["--steps", "6"],
    "raster": ["--to", "4"],
    "energy": ["--to", "4"],
}
SHOWN_MS = 20  # of a frame of CartPole
INK, PAPER, EDGE, FILL, GREEN = "#222222", "#ffffff", "#c8ccc4", "#f4f5f1", "#006d4f"


class Box(NamedTuple):
    """A box of a diagram: where its upper left corner is, how wide it is, what it says."""

    x: float
    y: float
    width: float
    title: str
    lines: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """Height that the text takes."""
        return 34.0 + 17.0 * len(self.lines)


class Arrow(NamedTuple):
    """A line through some points, with a head at its end or at both, and words at a place."""

    points: tuple[tuple[float, float], ...]
    text: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    both: bool = False


def diagram(size: tuple[float, float], boxes: list[Box], arrows: list[Arrow]) -> str:
    """Return an SVG of boxes and arrows."""
    width, height = size
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="sans-serif" fill="{INK}">',
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse">'
        f'<path d="M0 0L10 5L0 10z" fill="{GREEN}"/></marker></defs>',
        f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>',
        *(_arrow(arrow) for arrow in arrows),
        *(_box(box) for box in boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(box: Box) -> str:
    middle = box.x + box.width / 2
    lines = [
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8" '
        f'fill="{FILL}" stroke="{EDGE}"/>',
        _text(middle, box.y + 22, box.title, 'font-size="14" font-weight="bold"'),
    ]
    lines += [
        _text(middle, box.y + 40 + 17 * i, line, 'font-size="12"')
        for i, line in enumerate(box.lines)
    ]
    return "\n".join(lines)


def _arrow(arrow: Arrow) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in arrow.points)
    start = 'marker-start="url(#head)" ' if arrow.both else ""
    line = (
        f'<polyline points="{path}" fill="none" stroke="{GREEN}" stroke-width="1.6" '
        f'{start}marker-end="url(#head)"/>'
    )
    label = _text(*arrow.at, arrow.text, f'font-size="12" fill="{GREEN}"') if arrow.text else ""
    return line + label


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" {style}>{escape(text)}</text>'


def idea() -> str:
    """Return how evolution, a brain with glia and a task belong together."""
    boxes = [
        Box(10, 60, 150, "genome", ("regions, neurons,", "astrocytes, synapses")),
        Box(230, 60, 170, "spiking network", ("astrocytes feed regions", "and scale synapses")),
        Box(230, 210, 170, "Gymnasium task", ("observations, actions",)),
        Box(470, 60, 170, "Pareto front", ("reward up,", "energy down")),
    ]
    arrows = [
        Arrow(((160, 94), (228, 94)), "develop", (194, 86)),
        Arrow(((290, 128), (290, 208)), "actions", (262, 172)),
        Arrow(((340, 210), (340, 130)), "observations", (382, 172)),
        Arrow(((400, 94), (468, 94)), "live", (434, 86)),
        Arrow(
            ((555, 60), (555, 24), (85, 24), (85, 58)), "breed: mutate and cross over", (320, 18)
        ),
    ]
    return diagram((650, 272), boxes, arrows)


def distributed() -> str:
    """Return what travels between the driver of a run and its workers."""
    boxes = [
        Box(
            10,
            50,
            190,
            "driver",
            ("breeds, selects, saves", "one transaction a generation", "decides what a loss means"),
        ),
        Box(10, 190, 190, "run.db", ("killed at any moment,", "goes on where it was")),
        Box(440, 10, 170, "worker 1", ("environment, simulator",)),
        Box(440, 90, 170, "worker 2", ("lost: its genomes go", "to the others")),
        Box(440, 187, 170, "worker N", ("environment, simulator",)),
    ]
    arrows = [
        Arrow(((202, 75), (438, 32)), "genomes, episode seeds", (310, 34), both=True),
        Arrow(((202, 92), (438, 118)), both=True),
        Arrow(((202, 110), (438, 208)), "returns, energy", (300, 190), both=True),
        Arrow(((105, 136), (105, 188))),
    ]
    return diagram((620, 266), boxes, arrows)


def way() -> str:
    """Return the way of the data through the packages."""
    boxes = [
        Box(10, 20, 150, "experiment.toml", ("what a person writes",)),
        Box(215, 20, 160, "ExperimentConfig", ("run/config.py",)),
        Box(430, 20, 150, "Experiment", ("every default decided",)),
        Box(10, 170, 150, "population", ("genome/, evolution/", "ask")),
        Box(215, 170, 160, "Network", ("develop/", "genome to network")),
        Box(430, 170, 150, "episodes", ("evaluate/, codec/,", "simulate/, tasks/")),
        Box(635, 170, 150, "Evaluation", ("returns, ledger,", "sizes, measures")),
        Box(635, 310, 150, "run.db", ("store/",)),
        Box(415, 310, 165, "show, replay, draw", ("cli/, inspector/",)),
    ]
    arrows = [
        Arrow(((160, 45), (213, 45))),
        Arrow(((375, 45), (428, 45)), "resolve", (402, 38)),
        Arrow(((505, 71), (505, 100), (85, 100), (85, 168)), "founders", (295, 94)),
        Arrow(((160, 204), (213, 204))),
        Arrow(((375, 204), (428, 204))),
        Arrow(((580, 204), (633, 204))),
        Arrow(((710, 170), (710, 130), (120, 130), (120, 168)), "tell", (415, 125)),
        Arrow(((710, 238), (710, 308)), "each generation", (655, 278)),
        Arrow(((635, 335), (582, 335))),
    ]
    return diagram((800, 372), boxes, arrows)


def main() -> None:
    """Write all pictures."""
    PICTURES.mkdir(exist_ok=True)
    for draw in (idea, distributed, way):
        (PICTURES / f"{draw.__name__}.svg").write_text(draw())
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(RUN, Path(folder) / "balance")
        for command, option, name in (
            ("draw", "-o", "topology.svg"),
            ("replay", "--record", "balance.gif"),
        ):
            made = Path(folder) / name
            more = ["--episodes", "1"] if command == "replay" else []
            words = [command, "balance", *more, option, str(made), "--runs", folder]
            subprocess.run([sys.executable, "-m", "glianeat", *words], check=True)
            if name.endswith(".gif"):
                _shrink(made)
            shutil.copyfile(made, PICTURES / name)
    for what, options in PAPERS.items():
        words = ["draw", KEPT.name, what, "-o", str(PICTURES / f"{what}.svg"), *options]
        words += ["--runs", str(KEPT.parent)]
        subprocess.run([sys.executable, "-m", "glianeat", *words], check=True)


def _shrink(path: Path) -> None:
    """Leave every third frame of an animation, at half the size and the same speed."""
    with Image.open(path) as film:
        frames = []
        for number in range(0, getattr(film, "n_frames", 1), 3):
            film.seek(number)
            frames.append(film.convert("RGB").resize((film.width // 2, film.height // 2)))
    pace = 3 * SHOWN_MS
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=pace, loop=0)


if __name__ == "__main__":
    main()
