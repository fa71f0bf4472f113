"""What an exporter is."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from glianeat.errors import ConfigError
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig


def _loses_nothing(_genome: Genome, _config: ExperimentConfig) -> Sequence[str]:
    return ()


class Exporter(NamedTuple):
    """A format of other people's, or of ours, that a genome can be written in."""

    name: str
    """Value of `glianeat export --format`."""
    suffix: str
    """Ending of its files, with the dot."""
    write: Callable[[Genome, ExperimentConfig], bytes]
    """Return the file of a genome that evolved under a resolved configuration."""
    losses: Callable[[Genome, ExperimentConfig], Sequence[str]] = _loses_nothing
    """Return what of this genome the format cannot hold, a sentence each; it is printed."""
    makes_task: bool = False
    """Whether it must ask the task's environment, which a stranger's run has to be trusted for."""


def not_installed(package: str, extra: str, name: str) -> ConfigError:
    """Return what to raise where a format's package is not installed."""
    return ConfigError(
        f"format: {name!r} needs the package {package}, which is not installed; "
        f"pip install 'glianeat[{extra}]'"
    )
