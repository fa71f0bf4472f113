"""Every default and every trait that docs/model.md states is the code's."""

import re
from pathlib import Path

import pytest

from glianeat.config import explain
from glianeat.energetics.cost import JOULE_PER_EU
from glianeat.energetics.ledger import KINDS
from glianeat.genome.schema import FAMILY_BY_NAME
from glianeat.run.config import ExperimentConfig

DOCUMENT = (Path(__file__).parent.parent / "docs" / "model.md").read_text()
TRAITS = re.findall(
    r"^\| `(\w+)\.(\w+)` \| ([^|]+) \| ([^|]+) \| (\S+) … (\S+) \|", DOCUMENT, re.MULTILINE
)
SETTINGS = re.findall(
    r"^\| `([\w.]+)` \| ([\w.()-]+) \| ([^|]+) \| [^|…]+ \|$", DOCUMENT, re.MULTILINE
)
FIELDS = {field.path: field for field in explain(ExperimentConfig)}
READERS = {"astrocyte", "energy", "neuron", "synapse"}


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(("family", "name", "unit", "mean", "low", "high"), TRAITS)
def test_a_trait_has_the_unit_the_mean_and_the_bounds_of_the_schema(
    family, name, unit, mean, low, high
):
    family = FAMILY_BY_NAME[family]
    trait = family.traits[family.column(name)]
    stated = (unit, number(mean), number(low), number(high))
    assert stated == (trait.unit, trait.init_mean, trait.min_value, trait.max_value)


@pytest.mark.parametrize(("path", "default", "unit"), SETTINGS)
def test_a_setting_has_the_default_and_the_unit_of_the_code(path, default, unit):
    field = FIELDS[path]
    value = field.default
    assert default == (str(value).lower() if isinstance(value, bool) else str(value))
    assert field.rule.endswith(f" {unit}") if unit != "–" else not field.rule.endswith("/s")


def test_every_setting_of_the_simulator_is_stated():
    known = {path for path in FIELDS if path.partition(".")[0] in READERS}
    assert known - {path for path, *_ in SETTINGS} == set()


def test_every_kind_of_charge_is_stated():
    assert {f"energy.{kind}" for kind in KINDS} <= {path for path, *_ in SETTINGS}


def test_the_unit_of_energy_is_that_of_the_code():
    assert f"{JOULE_PER_EU * 1e12:g} pJ" in DOCUMENT
