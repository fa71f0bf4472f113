"""How the champion of a run does in the tests of a study, kept in a file of its own."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from glianeat.config import shown
from glianeat.develop.lesions import lesioned
from glianeat.errors import CheckpointError
from glianeat.evaluate.conditions import evaluate_under
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.run.changes import replayed
from glianeat.run.episode_choice import plan_of
from glianeat.run.run import NO_TIMEOUT, Run, Solution
from glianeat.store.files import write_whole
from glianeat.studies.study.cells import with_settings
from glianeat.studies.study.plan import ChampionTest

_FOLDER = "tests"
_MAX_BYTES = 2**22
_VERSION = 1


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """How a champion did in one test, as means over the episodes."""

    episodes: int
    mean_return: float | None = msgspec.field(name="return")
    """None if it failed."""
    standard_error: float | None = None
    """Of the mean return, over the episodes."""
    power: float | None = None
    """[EU/s]"""
    spikes: float | None = None
    """Of all neurons [spikes/s]."""
    output_spikes: float | None = None
    """Of outputs [spikes/s]."""
    failure: str = ""
    """Why it failed."""


class ChampionTests(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a champion."""

    format: Literal["glianeat champion tests"] = "glianeat champion tests"
    version: int = _VERSION
    digest: str
    """Of its run."""
    champion: int
    """Key of the genome."""
    neurons: int
    hidden: int
    synapses: int
    astrocytes: int
    tests: dict[str, Tested]
    """By name."""


def try_champion(run: Run, tests: Mapping[str, ChampionTest]) -> ChampionTests:
    """Return how the best genome of a run does.

    Parameters
    ----------
    run : Run
        A finished run.
    tests : mapping of str to ChampionTest
        Which tests, by name.

    Raises
    ------
    ConfigError
        If a test does not fit the run.
    TrustError
        If the task is a stranger's and not known to be harmless.
    """
    champion = run.best
    sizes = champion.evaluation.sizes
    return ChampionTests(
        digest=run.digest,
        champion=champion.key,
        neurons=sizes.neurons,
        hidden=sizes.hidden,
        synapses=sizes.synapses,
        astrocytes=sum(sizes.astrocytes),
        tests={name: _tested(run, champion, test) for name, test in tests.items()},
    )


def _tested(run: Run, champion: Solution, test: ChampionTest) -> Tested:
    changed = with_settings(run.config, test.settings)
    experiment = replayed(run.config, changed, champion.genome)
    rollout = experiment.rollout
    patient = rollout.replace(evaluation=rollout.evaluation.replace(timeout=NO_TIMEOUT))
    worker = RolloutWorker(patient, experiment.description)
    try:
        network = None
        if test.lesions:
            network = lesioned(worker.develop(champion.genome), test.lesions)
        plan = plan_of(test.episodes, test.damage)
        lived = evaluate_under(test.condition, worker, champion.genome, plan, network)
    finally:
        worker.close()
    return _told(lived, test.episodes)


def _told(lived: Evaluation, episodes: int) -> Tested:
    if not lived.is_ok:
        failure = f"{lived.status.replace('_', ' ')}: {lived.reason}"
        return Tested(episodes=episodes, mean_return=None, failure=failure)
    return Tested(
        episodes=episodes,
        mean_return=lived.mean_return if math.isfinite(lived.mean_return) else None,
        standard_error=lived.standard_error,
        power=lived.power,
        spikes=lived.spikes_per_second,
        output_spikes=lived.output_spikes_per_second,
    )


def write_tests(folder: Path, name: str, tests: ChampionTests) -> None:
    """Keep how the champion of a run did; `folder` is that of the study."""
    path = _path(folder, name)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"{path.parent}: cannot be made: {error.strerror}") from None
    write_whole(path, msgspec.json.format(msgspec.json.encode(tests), indent=1))


def read_tests(folder: Path, name: str) -> ChampionTests | None:
    """Return how the champion of a run did; None if it was not tested yet.

    Raises
    ------
    CheckpointError
        If the file is damaged, too large, or of a later version.
    """
    path = _path(folder, name)
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise CheckpointError(f"{path}: must be <= {_MAX_BYTES} bytes")
    try:
        tests = msgspec.json.decode(data, type=ChampionTests)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: damaged: {shown(str(error))}") from None
    if tests.version > _VERSION:
        raise CheckpointError(
            f"{path}: is of version {tests.version}; this glianeat reads version {_VERSION}"
        )
    return tests


def _path(folder: Path, name: str) -> Path:
    return folder / _FOLDER / f"{name}.json"
