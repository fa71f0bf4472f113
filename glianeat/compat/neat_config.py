"""neat-python's configurations as experiments of ours, with a report of what was lost."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from glianeat.compat import neat_population_rules as population
from glianeat.compat import neat_rules as rules
from glianeat.compat.neat_ini import Ini, read_ini
from glianeat.compat.neat_keys import (
    GENOME,
    KEYS,
    NEAT,
    REPRODUCTION,
    SPECIES,
    STAGNATION,
    home_of,
)
from glianeat.compat.neat_report import (
    BUILT_IN,
    WHOLE,
    Entry,
    Outcome,
    Report,
    approximated,
    mapped,
    not_mapped,
)
from glianeat.compat.neat_sections import told
from glianeat.config import suggestion
from glianeat.errors import ConfigError
from glianeat.plain import assign
from glianeat.run.config import ExperimentConfig, experiment_from

_PINS = ("num_inputs", "num_outputs")


def read_config(path: Path, task: str | None = None) -> tuple[ExperimentConfig, Report]:
    """Return the experiment that comes nearest to a configuration of neat-python's.

    It is classic NEAT: graded neurons, weights with signs of their own, one fitness, no glia. How
    many inputs and outputs there are, and what fitness is, follows from the task.

    Parameters
    ----------
    path : Path
        INI file with the section NEAT, and with others that hold what neat-python looks for in
        DefaultGenome, DefaultSpeciesSet, DefaultStagnation and DefaultReproduction, whatever their
        names are; it is read, never executed.
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
    found = None
    if task is not None or not all(ini.has(GENOME, key) for key in _PINS):
        found = _pins_of(task)
    filled = ini if found is None else _filled(ini, found)
    try:
        outcomes = _outcomes(filled)
    except ConfigError as error:
        raise ConfigError(f"{path}: {_of_file(ini, str(error))}") from None
    outcomes[GENOME] |= _pin_rules(ini, found)
    data: dict[str, Any] = {} if task is None else {"task": {"id": task}}
    experiment = _experiment(data, outcomes, ini, path)
    return experiment, Report(_entries(ini, outcomes))


def _outcomes(ini: Ini) -> dict[str, dict[str, Outcome]]:
    return {
        BUILT_IN: rules.built_in(ini),
        NEAT: population.neat_rules(ini),
        GENOME: rules.structure_rules(ini)
        | rules.enabled_rules(ini)
        | rules.function_rules(ini)
        | rules.attribute_rules(ini)
        | population.distance_rules(ini),
        SPECIES: population.species_rules(ini),
        STAGNATION: population.stagnation_rules(ini),
        REPRODUCTION: population.reproduction_rules(ini),
    }


def _of_file(ini: Ini, problem: str) -> str:
    """Return a problem with a key under the file's own name of its section."""
    key = problem.partition(":")[0]
    section = home_of(key) or NEAT
    return f"[{ini.names.get(section, section)}] {problem}"


class _Pins(NamedTuple):
    """How many inputs and outputs the networks of a task have."""

    task: str
    inputs: int
    outputs: int


def _pins_of(task: str | None) -> _Pins:
    data: dict[str, Any] = {"neuron": {"model": "graded"}, "codec": {"encoder": "signed"}}
    config = experiment_from(data if task is None else {**data, "task": {"id": task}})
    experiment = config.resolve()
    return _Pins(config.task.id, experiment.n_inputs, experiment.n_outputs)


def _filled(ini: Ini, pins: _Pins) -> Ini:
    """Return a file in which the numbers of inputs and outputs are there that it leaves out."""
    numbers = {"num_inputs": pins.inputs, "num_outputs": pins.outputs}
    return replace(ini, values={**ini.values, GENOME: numbers | dict(ini.values[GENOME])})


def _pin_rules(ini: Ini, pins: _Pins | None) -> dict[str, Outcome]:
    """Return what becomes of the numbers of inputs and outputs, which the task decides."""
    decides = "the task and its codec decide how many there are"
    if pins is None:
        return dict.fromkeys(_PINS, not_mapped(decides))
    made = {}
    for key, number in zip(_PINS, pins[1:], strict=True):
        has = f"{pins.task} has {number}"
        if not ini.has(GENOME, key):
            made[key] = approximated(note=f"is missing; {has}")
        elif ini.count(GENOME, key) == number:
            made[key] = mapped(note=f"as {pins.task} has")
        else:
            made[key] = not_mapped(f"{decides}: {has}")
    return made


def _entries(ini: Ini, outcomes: Mapping[str, Mapping[str, Outcome]]) -> list[Entry]:
    """Return the report: what each section was taken for, each key, and what has none."""
    parts = {name: part for part, name in ini.names.items()}
    held: dict[str, list[str]] = {}
    for name, key, _ in ini.given:
        held.setdefault(name, []).append(key)
    entries = [
        Entry(name, WHOLE, "", mapped(note=told(part, held.get(name, []))))
        for part, name in ini.names.items()
        if part != name
    ]
    entries += [
        Entry(part, WHOLE, "", approximated(note="is missing: neat-python's defaults are taken"))
        for part in KEYS
        if part not in ini.names
    ]
    for name, key, text in ini.given:
        section = parts.get(name) or (home_of(key) if name == "DEFAULT" else None)
        entries.append(Entry(name, key, text, _outcome(outcomes, section, name, key)))
    entries += [
        Entry(ini.names[GENOME], key, "", outcomes[GENOME][key])
        for key in _PINS
        if not ini.has(GENOME, key)
    ]
    own = outcomes[BUILT_IN].items()
    return [*entries, *(Entry(BUILT_IN, key, "", outcome) for key, outcome in own)]


def _outcome(
    outcomes: Mapping[str, Mapping[str, Outcome]], section: str | None, name: str, key: str
) -> Outcome:
    if section is None:
        return not_mapped(f"no section of neat-python's{suggestion(name, KEYS)}")
    if key in KEYS[section]:
        return outcomes[section][key]
    home = home_of(key)
    if home is not None:
        return not_mapped(f"a key of [{home}], where neat-python looks for it")
    return not_mapped(f"no key of neat-python's{suggestion(key, KEYS[section])}")


def _experiment(
    data: dict[str, Any], outcomes: Mapping[str, Mapping[str, Outcome]], ini: Ini, path: Path
) -> ExperimentConfig:
    """Return the experiment that all settings make; blame the key that a bad one comes from."""
    origins: dict[str, str] = {}
    for section, of_section in outcomes.items():
        for key, outcome in of_section.items():
            for setting, value in outcome.settings.items():
                data = assign(data, setting, value)
                origins[setting] = f"[{ini.names.get(section, section)}] {key}"
    try:
        return experiment_from(data)
    except ConfigError as error:
        message = str(error)
        guilty = [at for setting, at in origins.items() if message.startswith(f"{setting}:")]
        blamed = f"{guilty[0]}: " if guilty else ""
        raise ConfigError(f"{path}: {blamed}{message}") from None
