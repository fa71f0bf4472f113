"""A new trait is one line of schema: other processes run with one line more of it."""

import json
import subprocess
import sys

import pytest

from glianeat.genome.schema import FAMILIES
from tests.genome import one_line_more
from tests.genome.lineages import env

families = pytest.mark.parametrize("family", [family.name for family in FAMILIES])


@pytest.fixture(scope="module")
def findings():
    """What is found of a new trait of each family, see `one_line_more`."""
    running = {
        family.name: subprocess.Popen(
            [sys.executable, one_line_more.__file__, family.name],
            stdout=subprocess.PIPE,
            env=env("0"),
        )
        for family in FAMILIES
    }
    return {name: json.loads(process.communicate()[0]) for name, process in running.items()}


@families
def test_a_new_trait_is_born_with_every_gene(findings, family):
    assert findings[family]["spread at birth"] > 0.0


@families
def test_a_new_trait_mutates(findings, family):
    assert findings[family]["changed by mutation"]


@families
def test_a_new_trait_is_born_with_new_genes(findings, family):
    assert findings[family]["new genes"]
    assert findings[family]["spread of new genes"] > 0.0


@families
def test_a_new_trait_is_crossed_over(findings, family):
    assert findings[family]["from either parent"] == [True, True]


@families
def test_a_new_trait_is_in_the_distance(findings, family):
    expected = findings[family]["expected distance"]
    assert findings[family]["distance"] == pytest.approx(expected)
    assert expected > 0.0


@families
def test_a_new_trait_is_in_the_files(findings, family):
    assert findings[family]["in JSON"]
    assert findings[family]["read back"] == [True, True]


@families
def test_a_new_trait_is_validated(findings, family):
    assert "courage must be in [-1, 1] medal" in findings[family]["out of bounds"]


@families
def test_a_new_trait_has_settings(findings, family):
    assert findings[family]["settings"] == 0.75


@families
def test_genomes_with_a_new_trait_develop(findings, family):
    assert findings[family]["neurons of a network"] >= 2
