"""docs/architecture.md names the layers, importers and tables that there are."""

import configparser
import re
from pathlib import Path

from glianeat.store import tables

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text()
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(ROOT / "setup.cfg")


def section(title):
    return DOCUMENT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def first_column(title):
    rows = re.findall(r"^\| (`[^|]+) \|", section(title), re.MULTILINE)
    return [re.findall(r"`(\w+)`", row) for row in rows]


def test_packages_stand_in_the_order_of_the_import_contract():
    layers = CONTRACTS["importlinter:contract:layers"]["layers"].split("\n")
    contract = [name.strip() for layer in layers for name in layer.split("|") if name.strip()]
    assert [name for row in first_column("Packages") for name in row] == contract


def test_the_only_importers_of_libraries_are_those_of_the_contracts():
    stated = set(re.findall(r"^\| [\w-]+ \| `([\w.]+)` \|", DOCUMENT, re.MULTILINE))
    contracts = [CONTRACTS[name] for name in CONTRACTS if "contract:foreign-" in name]
    assert stated == {contract["allowed_importers"].strip() for contract in contracts}


def test_the_tables_are_those_of_a_run():
    made = re.findall(r"CREATE TABLE (\w+)\(", tables.TABLES)
    assert [name for row in first_column("What is stored") for name in row] == made
