"""Where machine code is kept: a folder of the user's cache that is named after the sources.

So only the first run on a machine compiles, and no run uses what was compiled from other sources:
Numba by itself looks at the file of the function alone, not at the functions that it calls.
``GLIANEAT_NUMBA_CACHE=0`` turns keeping off.
"""

import hashlib
import os
from pathlib import Path


def _code_folder() -> str:
    if os.environ.get("GLIANEAT_NUMBA_CACHE", "1") != "1":
        return ""
    digest = hashlib.sha256(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    for source in sorted(Path(__file__).parent.parent.rglob("*.py")):
        text = source.read_bytes()
        if source.parent.name in {"kernels", "operators", "compile"} or b"glianeat.compile" in text:
            digest.update(text)
    base = os.environ.get("XDG_CACHE_HOME", "") or str(Path.home() / ".cache")
    return str(Path(base) / "glianeat" / f"kernels-{digest.hexdigest()[:16]}")


CODE_FOLDER = _code_folder()
"""Folder for machine code; empty if none is to be kept."""
