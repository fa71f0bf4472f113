"""Where machine code is kept: a folder of the user's cache that is named after the sources.

So only the first run on a machine compiles, and no run uses what was compiled from other sources:
Numba by itself looks at the file of the function alone, not at the functions that it calls.
``GLIANEAT_NUMBA_CACHE=0`` turns keeping off.
"""

import hashlib
import os
from pathlib import Path

_WHOLE = {"kernels", "operators", "compile", "simulate"}
"""Folders whose sources all count: constants of the simulator's kernels come from its table."""


def sources() -> list[Path]:
    """Return the sources on which machine code depends: all that compile, and their constants."""
    package = Path(__file__).parent.parent
    return [
        source
        for source in sorted(package.rglob("*.py"))
        if _WHOLE.intersection(source.relative_to(package).parts)
        or b"glianeat.compile" in source.read_bytes()
    ]


def _code_folder() -> str:
    if os.environ.get("GLIANEAT_NUMBA_CACHE", "1") != "1":
        return ""
    digest = hashlib.sha256(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    for source in sources():
        digest.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME", "") or str(Path.home() / ".cache")
    return str(Path(base) / "glianeat" / f"kernels-{digest.hexdigest()[:16]}")


CODE_FOLDER = _code_folder()
"""Folder for machine code; empty if none is to be kept."""
