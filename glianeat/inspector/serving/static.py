"""The files of the page, as they are served: a bare page, its program and its style."""

import gzip
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>glianeat</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="page.css"></head>'
    '<body><script src="page.js"></script></body></html>'
)
_KINDS = {
    "page.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "licences.txt": "text/plain; charset=utf-8",
}


class File(NamedTuple):
    """A file of the page, compressed."""

    tag: str
    kind: str
    body: bytes


def static_files() -> Mapping[str, File]:
    """Return the files by the paths under which they are served."""
    found = {"": _file(_PAGE.encode(), "text/html; charset=utf-8")}
    folder = resources.files("glianeat.inspector") / "page"
    for name, kind in _KINDS.items():
        source = folder / name
        if source.is_file():
            found[name] = _file(source.read_bytes(), kind)
    return found


def _file(content: bytes, kind: str) -> File:
    tag = hashlib.sha256(content).hexdigest()[:20]
    return File(tag, kind, gzip.compress(content, mtime=0))
