"""What all pictures share: colours, type, sizes, and how they are written."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from glianeat.errors import CheckpointError, ConfigError
from glianeat.pictures.names import cut, plain
from glianeat.store.files import write_whole

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe and Ito, "Color universal design", 2008: told apart by colour-blind people
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW = "#56B4E9", "#CC79A7", "#F0E442"
EXCITATORY, INHIBITORY, GLIA, GLIA_EDGE = VERMILION, BLUE, GREEN, "#00684C"
INK, FAINT, PALE = "#222222", "#5C5C5C", "#D0D0CC"
LINES = tuple(  # colours, and beside them what is told apart in grey
    zip(
        (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, INK),
        ("-", "--", "-.", ":", (0, (6, 1.5)), (0, (4, 1, 1, 1, 1, 1)), (0, (1, 1))),
        strict=True,
    )
)
INCH = 25.4  # [mm]
ONE_COLUMN, TWO_COLUMNS = 85.0, 178.0  # [mm], of most journals
SUFFIXES = (".svg", ".pdf", ".png")
_WIDTHS = (20.0, 2000.0)  # [mm]
_UNITS = {"mm": 1.0, "cm": 10.0, "in": INCH}
_DPI, _IMAGE_DPI = 300, 600  # of a PNG, and of images within an SVG or PDF
_DIGITS = 6  # of places in a figure
_PAD = 0.03  # [inch] about the parts of a figure
_RC: "dict[RcKeyType, Any]" = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": 7.0,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 7.0,
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same everywhere
    "font.size": 7.0,
    "hatch.linewidth": 0.5,
    "legend.fontsize": 6.0,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,  # TrueType, as journals ask: text can be searched and changed
    "svg.fonttype": "none",
    "svg.hashsalt": "glianeat",
    "text.color": INK,
    "text.parse_math": False,  # names are not markup
    "xtick.color": INK,
    "xtick.labelsize": 6.0,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.color": INK,
    "ytick.labelsize": 6.0,
    "ytick.major.size": 2.5,
    "ytick.major.width": 0.6,
}


def check_output(path: Path) -> None:
    """Refuse a file that no picture can be written to, before any is drawn.

    Raises
    ------
    ConfigError
        If the file has an ending of another format.
    CheckpointError
        If its folder does not exist.
    """
    if path.suffix.lower() not in SUFFIXES:
        found = path.suffix or "no ending"
        raise ConfigError(f"{path}: must end in .svg, .pdf or .png, got {found}")
    if not path.parent.is_dir():
        raise CheckpointError(f"{path.parent}: no such folder")


def width_of(text: str) -> float:
    """Return a width in millimetres, such as of ``85mm``, ``8.5cm``, ``3.35in`` or ``85``.

    Raises
    ------
    ConfigError
        If it is none, or not from 20 to 2000 mm.
    """
    number = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*(mm|cm|in)?\s*", text)
    width = float(number[1]) * _UNITS[number[2] or "mm"] if number else 0.0
    if not _WIDTHS[0] <= width <= _WIDTHS[1]:
        raise ConfigError(
            f"width: must be from {_WIDTHS[0]:g} to {_WIDTHS[1]:g} mm, such as 85mm, 8.5cm or "
            f"3.35in, got {text!r}"
        )
    return width


def write_picture(path: Path, title: str, make: Callable[[], Figure]) -> None:
    """Make a figure in the style of all pictures and write it: equal figures, equal bytes.

    Parameters
    ----------
    path : Path
        File to write; a file that is there is replaced, but only once the new one is complete.
    title : str
        What the file calls itself.
    make : callable
        Returns the figure. Nothing of what the user has set up in Matplotlib reaches it.

    Raises
    ------
    ConfigError, CheckpointError
        As `check_output`; or if the file cannot be written.
    """
    check_output(path)
    with _styled():
        data = _rendered(make(), path.suffix.lower(), plain(title))
    write_whole(path, data)


@contextmanager
def _styled() -> Iterator[None]:
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing")
        mpl.rcdefaults()  # whatever the user has set, until the context ends
        mpl.rcParams.update(_RC)
        yield


def _rendered(figure: Figure, suffix: str, title: str) -> bytes:
    metadata: dict[str, dict[str, Any]] = {
        ".svg": {"Date": None, "Title": title or "glianeat"},
        ".pdf": {"CreationDate": None, "Title": title or None},
        ".png": {"Software": None},
    }
    buffer = BytesIO()
    _settle(figure)
    dpi = figure.dpi if suffix == ".png" else _IMAGE_DPI
    figure.savefig(buffer, format=suffix[1:], dpi=dpi, metadata=metadata[suffix])
    return buffer.getvalue()


def _settle(figure: Figure) -> None:
    """Lay a figure out, once, and to so many digits.

    The last bits of what the solver of layouts finds depend on where in memory its variables lie.
    """
    if figure.get_layout_engine() is None:
        return
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(tuple(round(edge, _DIGITS) for edge in axes.get_position().bounds))
    for text in figure.texts:  # the title is laid out, too
        x, y = text.get_position()
        text.set_position((round(x, _DIGITS), round(y, _DIGITS)))


def new_figure(width: float, height: float, title: str = "") -> Figure:
    """Return an empty figure of a size in millimetres, its title at the upper left."""
    layout = ConstrainedLayoutEngine(w_pad=_PAD, h_pad=_PAD)
    figure = Figure(figsize=(width / INCH, height / INCH), dpi=_DPI, layout=layout)
    if title:
        fits = int(0.62 * width)  # characters
        figure.suptitle(cut(plain(title), fits), x=0.01, ha="left", fontsize=7.0, fontweight="bold")
    return figure


def label_axes(axes: Axes, x: str = "", y: str = "") -> None:
    """Label the axes with what they show and its unit."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def legend_label(text: str) -> str:
    """Return a name as a legend shows it; Matplotlib leaves out what begins with an underscore."""
    shown = plain(text)
    return f" {shown}" if shown.startswith("_") else shown


def say_nothing(axes: Axes, text: str) -> None:
    """Say in the middle of empty axes why they are empty."""
    axes.text(
        0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, color=FAINT, wrap=True
    )
