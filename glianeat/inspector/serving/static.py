"""The files of the page, as they are served: a bare page, its program and its style."""

import gzip
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from glianeat.inspector.page_file import page_bundle

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>glianeat</title>
<link rel="stylesheet" href="page.css">
</head>
<body>
<div id="page"><p class="empty">Reading the run …</p>
<noscript>This page needs JavaScript.</noscript></div>
<script type="text/plain" data-licences>{licences}</script>
<script src="page.js"></script>
</body>
</html>
"""


class File(NamedTuple):
    """A file of the page, compressed."""

    tag: str
    kind: str
    body: bytes


def static_files() -> Mapping[str, File]:
    """Return the files by the paths under which they are served.

    Raises
    ------
    CheckpointError
        If the program of the page is not installed.
    """
    bundle = page_bundle()
    return {
        "": _file(_PAGE.format(licences=bundle["licences.txt"]), "text/html"),
        "page.js": _file(bundle["page.js"], "text/javascript"),
        "page.css": _file(bundle["page.css"], "text/css"),
    }


def _file(text: str, kind: str) -> File:
    content = text.encode()
    tag = hashlib.sha256(content).hexdigest()[:20]
    return File(tag, f"{kind}; charset=utf-8", gzip.compress(content, mtime=0))
