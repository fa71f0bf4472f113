"""neat-python's configurations as experiments of ours, with a report of what was lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glianeat.compat import neat_rules as rules
from glianeat.compat.neat_ini import (
    GENOME,
    KEYS,
    NEAT,
    REPRODUCTION,
    SPECIES,
    STAGNATION,
    Ini,
    read_ini,
)
from glianeat.compat.neat_report import BUILT_IN, Entry, Outcome, Report, not_mapped
from glianeat.config import assign, suggestion
from glianeat.errors import ConfigError
from glianeat.experiment.config import ExperimentConfig, experiment_from


def read_config(path: Path, task: str | None = None) -> tuple[ExperimentConfig, Report]:
    """Return the experiment that comes nearest to a configuration of neat-python's.

    It is classic NEAT: graded neurons, weights with signs of their own, one fitness, no glia. How
    many inputs and outputs there are, and what fitness is, follows from the task.

    Parameters
    ----------
    path : Path
        INI file with the sections NEAT, DefaultGenome, DefaultSpeciesSet, DefaultStagnation and
        DefaultReproduction; it is read, never executed.
    task : str, optional
        Gymnasium id of the task; by default that of every experiment.

    Returns
    -------
    config : ExperimentConfig
        The experiment.
    report : Report
        What became of each key.

    Raises
    ------
    ConfigError
        Naming the file, the section and the key.
    """
    ini = read_ini(Path(path))
    outcomes = _outcomes(ini)
    entries = [
        Entry(section, key, text, _outcome(outcomes, section, key))
        for section, key, text in ini.given
    ]
    own = outcomes[BUILT_IN]
    entries += [Entry(BUILT_IN, key, "", outcome) for key, outcome in own.items()]
    data: dict[str, Any] = {} if task is None else {"task": {"id": task}}
    return _experiment(data, outcomes, path), Report(entries)


def _outcomes(ini: Ini) -> dict[str, dict[str, Outcome]]:
    return {
        NEAT: rules.neat_rules(ini),
        GENOME: rules.structure_rules(ini)
        | rules.enabled_rules(ini)
        | rules.function_rules(ini)
        | rules.attribute_rules(ini)
        | rules.distance_rules(ini),
        SPECIES: rules.species_rules(ini),
        STAGNATION: rules.stagnation_rules(ini),
        REPRODUCTION: rules.reproduction_rules(ini),
        BUILT_IN: rules.built_in(ini),
    }


def _outcome(outcomes: Mapping[str, Mapping[str, Outcome]], section: str, key: str) -> Outcome:
    if section not in KEYS:
        return not_mapped(f"no section of neat-python's{suggestion(section, KEYS)}")
    known = outcomes[section]
    if key in known:
        return known[key]
    return not_mapped(f"no key of neat-python 2.0.0{suggestion(key, KEYS[section])}")


def _experiment(
    data: dict[str, Any], outcomes: Mapping[str, Mapping[str, Outcome]], path: Path
) -> ExperimentConfig:
    """Return the experiment that all settings make; blame the key that a bad one comes from."""
    origins: dict[str, str] = {}
    for section, of_section in outcomes.items():
        for key, outcome in of_section.items():
            for setting, value in outcome.settings.items():
                data = assign(data, setting, value)
                origins[setting] = f"[{section}] {key}"
    try:
        return experiment_from(data)
    except ConfigError as error:
        message = str(error)
        guilty = [at for setting, at in origins.items() if message.startswith(f"{setting}:")]
        blamed = f"{guilty[0]}: " if guilty else ""
        raise ConfigError(f"{path}: {blamed}{message}") from None
