import numpy as np
import pytest

import glianeat
from glianeat.develop.decode import develop
from glianeat.develop.encodings import registry
from glianeat.develop.encodings.direct import DIRECT
from glianeat.develop.settings import DevelopmentConfig
from glianeat.errors import ConfigError
from glianeat.genome.variation import GenomeConfig, Variation


def test_names_of_encodings_differ():
    assert len({encoding.name for encoding in registry.ENCODINGS}) == len(registry.ENCODINGS)


def test_an_unknown_encoding_is_refused_with_the_nearest_one():
    config = DevelopmentConfig(encoding="direkt")
    genome = DIRECT.found(0, 2, 2, Variation(GenomeConfig()), np.random.default_rng(0))
    with pytest.raises(ConfigError, match="must be one of 'direct', got 'direkt'; did you mean"):
        develop(genome, config)
    experiment = glianeat.ExperimentConfig(development=config)
    with pytest.raises(ConfigError, match=r"development\.encoding"):
        glianeat.make_algorithm(experiment)


def test_founders_and_networks_come_from_the_encoding_that_is_named(monkeypatch):
    founded, developed = [], []

    def found(key, *rest):
        founded.append(key)
        return DIRECT.found(key, *rest)

    def grow(genome, *rest):
        developed.append(genome.key)
        return DIRECT.develop(genome, *rest)

    other = registry.Encoding("other", found, grow)
    monkeypatch.setattr(registry, "ENCODINGS", (DIRECT, other))
    development = DevelopmentConfig(encoding="other")
    algorithm = glianeat.make_algorithm(glianeat.ExperimentConfig(development=development))
    genomes = algorithm.ask()
    develop(genomes[3], development)
    assert founded == [genome.key for genome in genomes]
    assert developed == [3]
