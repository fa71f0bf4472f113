"""One self-contained page: program, style and data in a file that asks nobody for anything."""

import base64
import gzip
import hashlib
from collections.abc import Iterable, Mapping
from importlib import resources

from glianeat.errors import CheckpointError
from glianeat.text import safe_markup

_PARTS = ("page.js", "page.css", "licences.txt")
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="glianeat">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="page"><noscript>This page needs JavaScript. It holds all of it.</noscript></div>
"""
_BLOCK = '<script type="application/gzip" data-resource="{name}">{data}</script>\n'
_TAIL = """<script type="text/plain" data-licences>{licences}</script>
<script>{script}</script>
</body>
</html>
"""


def page_file(title: str, blocks: Iterable[tuple[str, bytes | str]]) -> bytes:
    """Return a page that holds everything it shows.

    Equal values make equal bytes. No value can end its element: they are in base64.

    Parameters
    ----------
    title : str
        Title of the page, as it stands.
    blocks : iterable of (str, bytes or str)
        Resources by name, as JSON, or as `packed` returned it; the page reads each when it needs
        it.

    Raises
    ------
    CheckpointError
        If the program of the page is not installed.
    """
    bundle = page_bundle()
    script, style = bundle["page.js"], bundle["page.css"]
    policy = _POLICY.format(script=_hash(script), style=_hash(style))
    parts = [_HEAD.format(policy=policy, title=safe_markup(title), style=style)]
    for name, data in blocks:
        text = data if isinstance(data, str) else packed(data)
        parts.append(_BLOCK.format(name=safe_markup(name), data=text))
    parts.append(_TAIL.format(script=script, licences=bundle["licences.txt"]))
    return "".join(parts).encode()


def packed(data: bytes) -> str:
    """Return bytes as a page holds them: gzip in base64."""
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def page_bundle() -> Mapping[str, str]:
    """Return the program and the style of pages, by file name.

    Raises
    ------
    CheckpointError
        If they are not installed, or could end the element that holds them.
    """
    folder = resources.files("glianeat.inspector") / "page"
    found = {}
    for name in _PARTS:
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CheckpointError(
                f"{name}: the program of the page is not installed; build it with "
                "scripts/build_page, or install glianeat anew"
            ) from None
        if "</script" in text.lower() or "</style" in text.lower() or "\r" in text:
            raise CheckpointError(f"{name}: must not hold the end of a script or style")
        found[name] = text
    return found


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
