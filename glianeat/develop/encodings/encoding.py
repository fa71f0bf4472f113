"""What an encoding is: how founders are made, and how a genome develops into a network."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from glianeat.develop.network import Network
from glianeat.develop.settings import DevelopmentConfig
from glianeat.genome.genome import Genome
from glianeat.genome.variation import Variation

Found = Callable[[int, int, int, Variation, np.random.Generator], Genome]
"""(key, n_inputs, n_outputs, variation, random stream) to a founder."""
Develop = Callable[[Genome, DevelopmentConfig, float], Network]
"""(genome, settings, age from 0 at birth to 1 in the adult) to its network; deterministic."""


class Encoding(NamedTuple):
    """A way from genomes to networks; its genes stand in the same tables as any other's."""

    name: str
    """Value of `development.encoding`."""
    found: Found
    """Return a founder; raise `ConfigError` if it breaks a structural cap."""
    develop: Develop
    """Return the network of a genome; raise `DevelopmentError` if there is none."""
