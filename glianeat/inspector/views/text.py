"""Text of a run as a page holds it: without the paths of whoever made it."""

import re

from glianeat.text import safe, safe_lines

_PATH = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?(?:[/\\][\w.@+~-]+)+[/\\]([\w.@+~-]+)")
LONGEST = 2000  # characters


def lines_without_paths(text: str) -> str:
    """Return foreign text on several lines, of whose absolute paths only the last part is left."""
    return safe_lines(_PATH.sub(r"…/\1", text))


def without_paths(text: str, longest: int = LONGEST) -> str:
    """Return foreign text on one line, of whose absolute paths only the last part is left.

    Parameters
    ----------
    text : str
        Such as the reason of a failure, or a setting.
    longest : int
        Characters of the result.
    """
    return safe(_PATH.sub(r"…/\1", text[: 2 * longest]), longest)
