"""One experiment, described in full by one typed value and one TOML file."""

import logging
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec

from glianeat.codec.codec import CodecConfig
from glianeat.config import (
    from_mapping,
    shown,
    with_present_keys,
    within,
)
from glianeat.config_keys import both_names
from glianeat.develop.settings import DevelopmentConfig
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError
from glianeat.evaluate.plan import EvaluationConfig
from glianeat.evolution.reproduction import ReproductionConfig
from glianeat.evolution.selection import SelectionConfig
from glianeat.evolution.settings import EvolutionConfig
from glianeat.evolution.species import SpeciesConfig
from glianeat.evolution.strategies.registry import StrategySections
from glianeat.genome.variation import GenomeConfig
from glianeat.plain import assign
from glianeat.run.defaults import resolve
from glianeat.run.earlier import as_it_was
from glianeat.run.experiment import Experiment
from glianeat.run.start import StartConfig
from glianeat.simulate.settings import (
    AstrocyteConfig,
    NeuronConfig,
    SimulationConfig,
    SynapseConfig,
)
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.task import TaskSpec, describe_task

_log = logging.getLogger("glianeat")
MAX_FILE_BYTES = 2**20
_DEEPEST = 50  # tables and lists in one another
_TOO_DEEP = f"must not be nested deeper than {_DEEPEST} tables and lists"
_LONG_KEY = re.compile(  # which the parser takes quadratic time for
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){60}"""
)
_SHORT_NUMBER = re.compile(r"[+-]?([0-9]+\.|\.[0-9]+)([eE][+-]?[0-9]+)?")


class ExperimentConfig(StrategySections):
    """Everything a run's results depend on; the settings of each layer are declared there."""

    seed: Annotated[int, within(at_least=0, at_most=2**63 - 1)] = 0
    """Root of every random stream."""
    task: TaskConfig = TaskConfig()
    codec: CodecConfig = CodecConfig()
    evolution: EvolutionConfig = EvolutionConfig()
    start: StartConfig = StartConfig()
    selection: SelectionConfig = SelectionConfig()
    reproduction: ReproductionConfig = ReproductionConfig()
    species: SpeciesConfig = SpeciesConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    genome: GenomeConfig = GenomeConfig()
    development: DevelopmentConfig = DevelopmentConfig()
    neuron: NeuronConfig = NeuronConfig()
    synapse: SynapseConfig = SynapseConfig()
    astrocyte: AstrocyteConfig = AstrocyteConfig()
    energy: EnergyConfig = EnergyConfig()

    @property
    def simulation(self) -> SimulationConfig:
        """The simulator's share."""
        return SimulationConfig(
            neuron=self.neuron,
            synapse=self.synapse,
            astrocyte=self.astrocyte,
            energy=self.energy,
            feed_forward=self.genome.feed_forward,
        )

    def resolve(self, description: TaskSpec | None = None, *, stored: bool = False) -> Experiment:
        """Return the experiment with every choice made that is left open here.

        Parameters
        ----------
        description : TaskSpec, optional
            What is known of the task; by default its environment is made, to be asked.
        stored : bool
            Whether these are the settings of a run, which no default may change any more.

        Raises
        ------
        ConfigError
            If the task cannot be made, or the settings do not fit it or one another.
        TrustError
            If the task is a stranger's and not known to be harmless.
        """
        known = describe_task(self.task) if description is None else description
        return resolve(self, known, stored=stored)


class NoTomlError(ConfigError):
    """A text is no TOML at all."""


def load_experiment(path: Path, assignments: Sequence[str] = ()) -> ExperimentConfig:
    """Read an experiment from a TOML file.

    Parameters
    ----------
    path : Path
        The file.
    assignments : sequence of str
        Changes such as ``evolution.population=200``, made before anything is checked.

    Raises
    ------
    ConfigError
        Naming the file and the field at fault.
    """
    data = _read_toml(path)
    try:
        return experiment_from(data, assignments)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise ConfigError(f"{path}: must be <= {MAX_FILE_BYTES} bytes")
        text = data.decode("utf-8-sig")  # some editors begin with a mark
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: must be UTF-8 text: {error.reason}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return parse_toml(text)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML document says; raise `ConfigError` if it is none.

    The parser recurses at each bracket, and Python reads no numbers of thousands of digits.
    """
    if _LONG_KEY.search(text):
        raise ConfigError(_TOO_DEEP)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError(_TOO_DEEP) from None
    except tomllib.TOMLDecodeError as error:
        raise NoTomlError(str(error)) from None
    except ValueError as error:
        raise ConfigError(f"must hold numbers that Python can read: {error}") from None


def experiment_from(
    data: dict[str, Any],
    assignments: Sequence[str] = (),
    *,
    notify: Callable[[str], None] = _log.warning,
) -> ExperimentConfig:
    """Return the experiment in nested mappings, with dotted assignments made first.

    Parameters
    ----------
    data : dict
        Settings by section and key.
    assignments : sequence of str
        Changes such as ``evolution.population=200``.
    notify : callable
        Called with one line for each old key that is given; by default it is logged.

    Raises
    ------
    ConfigError
        Naming the field at fault.
    """
    _check_depth(data)
    notices: list[str] = []
    data = with_present_keys(ExperimentConfig, data, notices)
    given: dict[str, str] = {}
    for assignment in assignments:
        path, sign, text = assignment.partition("=")
        if not sign or not path.strip():
            raise ConfigError(f"{shown(assignment)}: must be of the form section.key=value")
        if path.count(".") > _DEEPEST:
            raise ConfigError(f"{shown(path)}: {_TOO_DEEP}")
        path, value = path.strip(), _value(text.strip())
        present, value = _present_path(path, value, notices)
        earlier = given.setdefault(present, path) if present else path
        if earlier != path:
            raise both_names(path if earlier == present else earlier, present)
        data = assign(data, present, value) if present else data
    experiment: ExperimentConfig = from_mapping(ExperimentConfig, data)
    for notice in dict.fromkeys(notices):
        notify(notice)
    return experiment


def _present_path(path: str, value: object, notices: list[str]) -> tuple[str, Any]:
    """Return the path that a dotted path leads to now, and its value; no path if it is gone."""
    names = []
    table: Any = with_present_keys(ExperimentConfig, assign({}, path, value), notices)
    for _ in path.split("."):
        if not table:
            return "", None
        [(name, table)] = table.items()
        names.append(name)
    return ".".join(names), table


def _check_depth(data: object) -> None:
    """Raise `ConfigError` if tables and lists are nested deeper than what follows can recurse."""
    level: list[object] = [data]
    for _ in range(_DEEPEST):
        level = [item for one in level for item in _inside(one)]
        if not level:
            return
    raise ConfigError(_TOO_DEEP)


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _value(text: str) -> object:
    """Read a value as TOML would, and take what is no TOML value for a string.

    Numbers that begin or end with their point, as `.5` and `2.`, are none in TOML, but typed so.
    """
    if _SHORT_NUMBER.fullmatch(text.strip()):
        return float(text)
    try:
        return parse_toml(f"value = {text}")["value"]
    except NoTomlError:
        return text


def encode_experiment(config: ExperimentConfig) -> bytes:
    """Return the experiment as JSON."""
    return msgspec.json.encode(config)


def decode_experiment(data: bytes, name: str) -> ExperimentConfig:
    """Return the experiment that a run stores; raise `ConfigError` naming the field at fault.

    Old keys are understood without a word: nobody can change them in a run. Keys that are missing
    mean what held before there were any.
    """
    try:
        values = msgspec.json.decode(data, type=dict[str, Any])
        return experiment_from(as_it_was(values), notify=lambda _: None)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ConfigError) as error:
        raise ConfigError(f"{name}: {error}") from None


def differences(first: ExperimentConfig, second: ExperimentConfig) -> dict[str, tuple[Any, Any]]:
    """Return the dotted paths at which two experiments differ, with both values."""
    return dict(_differences(msgspec.to_builtins(first), msgspec.to_builtins(second), ""))


def _differences(first: Any, second: Any, path: str) -> list[tuple[str, tuple[Any, Any]]]:
    if isinstance(first, dict) and isinstance(second, dict):
        found = []
        for key in sorted({*first, *second}):
            here = f"{path}.{key}" if path else str(key)
            found += _differences(first.get(key), second.get(key), here)
        return found
    return [(path, (first, second))] if first != second else []
