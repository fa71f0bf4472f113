"""Write what the page was built from: packages with licences and hashes, and a hash of the sources.

python scripts/page_manifest.py META.json... # esbuild's metafiles; scripts/build_page calls it
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WEB = ROOT / "web"
BUNDLE = ROOT / "glianeat" / "inspector" / "page"
SETTINGS = ("package.json", "package-lock.json", "tsconfig.json")


def sources_hash(web: Path) -> str:
    """Return the SHA-256 over names and contents of all that a page is built from."""
    files = [web / name for name in SETTINGS]
    files += [path for path in (web / "src").rglob("*") if path.is_file()]
    total = hashlib.sha256()
    for path in sorted(files, key=lambda one: one.relative_to(web).as_posix()):
        name = path.relative_to(web).as_posix()
        total.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def bundled(metafiles: Sequence[Path]) -> list[str]:
    """Return the packages that are in the bundle."""
    inputs = [name for path in metafiles for name in json.loads(path.read_bytes())["inputs"]]
    parts = [
        name.split("node_modules/")[-1].split("/") for name in inputs if "node_modules/" in name
    ]
    return sorted({"/".join(part[: 2 if part[0].startswith("@") else 1]) for part in parts})


def _package(name: str, lock: dict[str, Any]) -> dict[str, str]:
    locked = lock["packages"][f"node_modules/{name}"]
    about = json.loads((WEB / "node_modules" / name / "package.json").read_bytes())
    return {
        "name": name,
        "version": locked["version"],
        "licence": about["license"],
        "integrity": locked["integrity"],
    }


def _licence(package: dict[str, str]) -> str:
    text = (WEB / "node_modules" / package["name"] / "LICENSE").read_text(encoding="utf-8")
    return f"{package['name']} {package['version']}\n\n{text.strip()}\n"


def _file(name: str) -> dict[str, str | int]:
    content = (BUNDLE / name).read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def main(metafiles: Sequence[str]) -> None:
    """Write ``licences.txt`` and ``manifest.json`` beside the bundle."""
    lock = json.loads((WEB / "package-lock.json").read_bytes())
    packages = [_package(name, lock) for name in bundled([Path(one) for one in metafiles])]
    rule = "\n" + "-" * 72 + "\n\n"
    (BUNDLE / "licences.txt").write_text(rule.join(map(_licence, packages)), encoding="utf-8")
    tools = ("esbuild", "typescript")
    manifest = {
        "sources": sources_hash(WEB),
        "packages": packages,
        "built with": {one: lock["packages"][f"node_modules/{one}"]["version"] for one in tools},
        "files": {name: _file(name) for name in ("page.js", "page.css", "licences.txt")},
    }
    (BUNDLE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
