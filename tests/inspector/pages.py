"""Pages for tests: resources of any content around the bundle that is checked in."""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).parents[2] / "glianeat" / "inspector" / "page"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _block(name: str, value: Any) -> str:
    packed = gzip.compress(json.dumps(value, allow_nan=False).encode(), mtime=0)
    text = base64.b64encode(packed).decode()
    return f'<script type="application/gzip" data-resource="{name}">{text}</script>'


def page_of(resources: Mapping[str, Any]) -> str:
    """Return a page that holds these resources, under the policy that real pages have."""
    css, script = ((BUNDLE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(css)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width"><title>A run</title>',
            f'<style>{css}</style></head><body><div id="page"></div>',
            *(_block(name, value) for name, value in resources.items()),
            f"<script>{script}</script></body></html>",
        )
    )
