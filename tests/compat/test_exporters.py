import json
from pathlib import Path

import pytest

import glianeat
from glianeat.compat.exporters import EXPORTERS, find_exporter
from glianeat.errors import ConfigError

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
        (".exe", None, "must end in .json, got .exe"),
        ("", None, "must end in .json, got no ending"),
        (".json", "neat_python", "format: .* did you mean 'neat-python'"),
        (".txt", "neat-python", "must end in .json for neat-python, got .txt"),
    ],
)
def test_formats_that_are_not_there_are_refused(suffix, name, line):
    with pytest.raises(ConfigError, match=line):
        find_exporter(suffix, name)
