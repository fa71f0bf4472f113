import json
import re
import sys
from pathlib import Path

import pytest

import glianeat
from glianeat.cli.export import export
from glianeat.compat.exporters import EXPORTERS, find_exporter
from glianeat.compat.history_exporters import HISTORIES, PHYLOGENIES
from glianeat.errors import ConfigError, DevelopmentError
from tests.builders.agents import rollout, undevelopable

PAGE = Path(__file__).parents[2] / "docs" / "exports.md"
OLD = Path(__file__).parents[1] / "run" / "old_runs" / "libm"
CLASSIC = Path(__file__).parents[2] / "scripts" / "configs" / "classic_neat.toml"


def founder(config):
    return glianeat.make_algorithm(config).ask()[0]


def test_names_of_exporters_differ():
    assert len({exporter.name for exporter in EXPORTERS}) == len(EXPORTERS)


def test_the_first_exporter_of_an_ending_writes_our_json():
    config = glianeat.ExperimentConfig()
    genome = founder(config)
    written = find_exporter(".json").write(genome, config)
    assert glianeat.genome_from_json(written) == genome


def test_a_graded_genome_is_written_for_neat_python():
    config = glianeat.load_experiment(CLASSIC)
    written = json.loads(find_exporter(".json", "neat-python").write(founder(config), config))
    assert written["nodes"]


@pytest.mark.parametrize(
    ("suffix", "name", "line"),
    [
        (".exe", None, r"must end in \.c, .*\.json.* or \.\w+, got \.exe"),
        ("", None, "must end in .*, got no ending"),
        (".json", "neat_python", "format: .* did you mean 'neat-python'"),
        (".txt", "neat-python", "must end in .json for neat-python, got .txt"),
    ],
)
def test_formats_that_are_not_there_are_refused(suffix, name, line):
    with pytest.raises(ConfigError, match=line):
        find_exporter(suffix, name)


def test_help_names_all_formats():
    (option,) = [one for one in export.params if one.name == "form"]
    named = {name.strip() for name in re.split(r"\(.*?\)[,;]?|\bor\b|,", option.help)}
    assert {exporter.name for exporter in EXPORTERS} <= named
    assert all(exporter.suffix in option.help for exporter in EXPORTERS)


def test_the_page_lists_all_formats_with_their_endings():
    rows = (line.split("|")[1:3] for line in PAGE.read_text().splitlines() if "|" in line)
    listed = {name: set(re.findall(r"`(.+?)`", endings)) for name, endings in rows}
    for exporter in EXPORTERS:
        (endings,) = [found for name, found in listed.items() if f"`{exporter.name}`" in name]
        assert exporter.suffix in endings
    assert {one.suffix for one in HISTORIES} == listed[" `--history` "]
    assert {one.suffix for one in PHYLOGENIES} == listed[" `--phylogeny` "]


def test_a_format_whose_package_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    config = glianeat.ExperimentConfig()
    line = r"'graphml' needs the package networkx, .* pip install 'glianeat\[graph\]'"
    with pytest.raises(ConfigError, match=line):
        find_exporter(".graphml").write(founder(config), config)


@pytest.mark.parametrize("name", ["python", "c", "graphml", "gexf", "dot", "nir", "nest"])
def test_a_genome_without_synapses_is_refused(name):
    config = glianeat.ExperimentConfig().resolve().config
    genome = undevelopable(rollout())
    exporter = next(one for one in EXPORTERS if one.name == name)
    if name in {"graphml", "gexf", "nir"}:
        pytest.importorskip("nir" if name == "nir" else "networkx")
    with pytest.raises(DevelopmentError):
        exporter.write(genome, config)


@pytest.mark.parametrize("name", ["python", "c", "dot", "graphml", "nest"])
def test_a_run_that_does_not_name_its_channels_is_written_all_the_same(name):
    with glianeat.Run(OLD) as run:
        unnamed = run.config.replace(codec=run.config.codec.replace(channels=(), outputs=()))
        (exporter,) = (one for one in EXPORTERS if one.name == name)
        for config in (run.config, unnamed):
            assert exporter.write(run.best.genome, config)
