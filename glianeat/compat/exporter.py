"""What an exporter is."""

from collections.abc import Callable
from typing import NamedTuple

from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig


class Exporter(NamedTuple):
    """A format of other people's, or of ours, that a genome can be written in."""

    name: str
    """Value of `glianeat export --format`."""
    suffix: str
    """Ending of its files, with the dot."""
    write: Callable[[Genome, ExperimentConfig], bytes]
    """Return the file of a genome that evolved under a resolved configuration."""
