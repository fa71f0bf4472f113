"""Strategies are found by the names they register."""

import pytest

from glianeat.config import from_mapping
from glianeat.errors import ConfigError
from glianeat.evaluate.objectives import find_objectives
from glianeat.evolution.settings import EvolutionConfig
from glianeat.evolution.strategies.nsga2 import NSGA2
from glianeat.evolution.strategies.registry import (
    STRATEGIES,
    StrategySections,
    check_strategies,
    find_strategy,
)
from glianeat.run.config import ExperimentConfig
from glianeat.run.strategies import strategy_of


@pytest.mark.parametrize("registered", STRATEGIES, ids=lambda one: one.name)
def test_every_registered_strategy_is_built_from_an_experiment(registered):
    config = ExperimentConfig(evolution=EvolutionConfig(algorithm=registered.name, population=7))
    config = config.replace(species=config.species.replace(target=registered.species_target))
    strategy = strategy_of(config, find_objectives(config.selection.objectives))
    assert strategy.population == 7
    assert strategy.standing_schema.values


def test_every_section_of_a_strategy_is_a_section_of_experiments():
    assert set(StrategySections.__struct_fields__) == {s.section for s in STRATEGIES} - {""}
    assert set(StrategySections.__struct_fields__) <= set(ExperimentConfig.__struct_fields__)


def test_a_name_that_is_registered_twice_is_refused():
    with pytest.raises(ConfigError) as caught:
        check_strategies([*STRATEGIES, NSGA2])
    assert str(caught.value) == "strategy 'nsga2': is registered twice; names must differ"


def test_a_section_that_experiments_lack_is_refused():
    with pytest.raises(ConfigError) as caught:
        check_strategies([NSGA2._replace(name="mine", section="neats")])
    assert str(caught.value) == (
        "strategy 'mine': its section 'neats' must be a field of StrategySections; "
        "did you mean 'neat'?"
    )


def test_an_unknown_strategy_is_refused_with_the_nearest_name():
    message = "must be 'nsga2' or 'neat', got 'naet'; did you mean 'neat'?"
    with pytest.raises(ConfigError) as caught:
        from_mapping(ExperimentConfig, {"evolution": {"algorithm": "naet"}})
    assert str(caught.value) == f"evolution.algorithm: {message}"
    with pytest.raises(ConfigError) as caught:
        find_strategy("naet")
    assert str(caught.value) == f"evolution.algorithm: {message}"


@pytest.mark.parametrize("value", [3, None, ["neat"], True])
def test_a_strategy_that_is_no_name_is_refused(value):
    with pytest.raises(ConfigError, match=r"evolution\.algorithm: must be 'nsga2' or 'neat', got "):
        from_mapping(ExperimentConfig, {"evolution": {"algorithm": value}})
