"""The bundle that is checked in is that of the sources beside it, and says what it holds."""

import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "glianeat" / "inspector" / "page"
SPEC = importlib.util.spec_from_file_location(
    "page_manifest", ROOT / "scripts" / "page_manifest.py"
)
page_manifest = sys.modules["page_manifest"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(page_manifest)


@pytest.fixture(scope="module")
def manifest():
    return json.loads((BUNDLE / "manifest.json").read_bytes())


def test_the_page_was_built_from_the_sources_beside_it(manifest):
    built = manifest["sources"] == page_manifest.sources_hash(ROOT / "web")
    assert built, "web/ has changed since the page was built: run scripts/build_page"


def test_the_files_are_those_of_the_manifest(manifest):
    for name, known in manifest["files"].items():
        assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == known["sha256"], name


def test_packages_in_the_bundle_are_those_that_were_locked(manifest):
    locked = json.loads((ROOT / "web" / "package-lock.json").read_bytes())["packages"]
    for package in manifest["packages"]:
        assert locked[f"node_modules/{package['name']}"]["integrity"] == package["integrity"]


def test_licences_of_all_packages_are_there(manifest):
    text = (BUNDLE / "licences.txt").read_text(encoding="utf-8")
    for package in manifest["packages"]:
        assert f"{package['name']} {package['version']}" in text


def test_the_script_can_stand_inside_a_page():
    assert "</script" not in (BUNDLE / "page.js").read_text(encoding="utf-8").lower()
    assert "<!--" not in (BUNDLE / "page.js").read_text(encoding="utf-8")
    assert "</style" not in (BUNDLE / "page.css").read_text(encoding="utf-8").lower()


def test_the_hash_sees_a_change_of_any_source(tmp_path):
    (tmp_path / "src" / "views").mkdir(parents=True)
    for name in page_manifest.SETTINGS:
        (tmp_path / name).write_text("{}")
    before = page_manifest.sources_hash(tmp_path)
    (tmp_path / "src" / "views" / "new.ts").write_text("")
    assert page_manifest.sources_hash(tmp_path) != before
