r"""Foreign text made safe to show: on a terminal, in a picture, in a page, in a log.

Task ids, names of channels and rewards, reasons of failures, names of folders: whoever sends a run
or a genome chooses them. A terminal obeys control characters, bidirectional marks show words in
another order than they are in, characters of no width hide others, and Rich, SVG and HTML have
markup. What does not show itself is shown by its number here, such as ``\u001b`` or ``\u202e``.
"""

import html
import math
import re
import unicodedata
from collections.abc import Sequence

_KEY_DIGITS = 18
LONGEST = 500  # characters of foreign text on one line, unless more is asked for
LONGEST_TEXT = 2_000_000  # characters of a text of several lines
_MOST_MARKS = 2  # accents on one letter: of more, none has a meaning, and they cover other lines
# Printable by their category, but blank or without width: fillers, joiners, variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)


def safe(text: str, longest: int = LONGEST) -> str:
    """Return foreign text on one line, every character of which shows itself.

    Runs of space, line ends among them, become one space; what is cut off after `longest`
    characters becomes an ellipsis. No terminal obeys the result; Rich's markup is made of ordinary
    characters, and is to be turned off where it is printed.

    Parameters
    ----------
    text : str
        Whatever somebody else wrote.
    longest : int
        Characters of the result.
    """
    start = text[: 2 * longest]
    shown = _escaped(" ".join(start.split()))
    is_cut = len(shown) > longest or len(start) < len(text)
    return shown[: longest - 1] + "…" if is_cut else shown


def safe_lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return text of several lines, of which every character but the line ends shows itself."""
    is_cut = len(text) > longest
    shown = "\n".join(_escaped(line.replace("\t", " ")) for line in text[:longest].split("\n"))
    return shown + "…" if is_cut else shown


def safe_markup(text: str, longest: int = LONGEST) -> str:
    """Return foreign text for HTML, SVG or XML, between tags or in a quoted attribute."""
    return html.escape(safe(text, longest), quote=True)


def table_markup(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[object]], most: int = 50
) -> str:
    """Return an HTML table of its own: no script, no style of a page, every text escaped.

    Parameters
    ----------
    caption : str
        What the table is of.
    head : sequence of str
        Head of each column.
    rows : sequence of sequence of object
        The cells; numbers stand at the right.
    most : int
        Rows that are shown; how many more there are is said below.
    """
    cells = "".join(f'<th scope="col">{safe_markup(one)}</th>' for one in head)
    lines = [f"<table><caption>{safe_markup(caption)}</caption><thead><tr>{cells}</tr></thead>"]
    lines.append("<tbody>")
    lines += [f"<tr>{''.join(map(_cell_markup, row))}</tr>" for row in rows[:most]]
    if len(rows) > most:
        more = f"and {counted(len(rows) - most, 'row')} more"
        lines.append(f'<tr><td colspan="{max(len(head), 1)}">{more}</td></tr>')
    return "".join([*lines, "</tbody></table>"])


def _cell_markup(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f'<td style="text-align:left">{safe_markup(str(value))}</td>'
    shown = f"{value:,}" if isinstance(value, int) else _number_text(value)
    return f'<td style="text-align:right">{shown}</td>'


def _number_text(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "–"


def safe_json(document: str) -> str:
    """Return a JSON document, unchanged in meaning, in which no character hides or commands."""
    return "".join(c if c in "\n\t" or _shows_itself(c) else _in_json(c) for c in document)


def is_key(text: str) -> bool:
    """Return whether a text can be the key of a genome: a whole number that a database holds."""
    return text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS


def counted(number: int, thing: str) -> str:
    """Return a number of things, such as ``1 output`` or ``1,024 outputs``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def duration_text(seconds: float) -> str:
    """Return a duration for people, such as ``40 s``, ``12 min`` or ``3 h 20 min``."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60.0)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours < 48 else f"{hours / 24:.1f} days"


def _escaped(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    shown, marks = [], 0
    for c in line:
        marks = marks + 1 if unicodedata.category(c) in {"Mn", "Me"} else 0
        shown.append(c if marks <= _MOST_MARKS and _shows_itself(c) else _by_number(c))
    return "".join(shown)


def _shows_itself(c: str) -> bool:
    return c.isprintable() and not _INVISIBLE.match(c)


def _by_number(c: str) -> str:
    """Return an escape that TOML reads as the same character, and JSON, too, if it is short."""
    number = ord(c)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _in_json(c: str) -> str:
    """Return a character of a JSON string by its number, or two where JSON has no single one."""
    words = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{words[i : i + 2].hex()}" for i in range(0, len(words), 2))
