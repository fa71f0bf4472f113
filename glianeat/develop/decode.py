"""Development: from a genome to a network, by the encoding that the settings name."""

from glianeat.develop.encodings.registry import find_encoding
from glianeat.develop.network import Network
from glianeat.develop.settings import DevelopmentConfig
from glianeat.genome.genome import Genome

_DEFAULT = DevelopmentConfig()


def develop(genome: Genome, config: DevelopmentConfig = _DEFAULT, age: float = 1.0) -> Network:
    """Develop a genome into a network; equal arguments give equal networks.

    Parameters
    ----------
    genome : Genome
        What was inherited.
    config : DevelopmentConfig
        The encoding, and how many astrocytes the regions grow.
    age : float
        0 at birth, 1 in the adult; matters for developmental glia only.

    Raises
    ------
    ConfigError
        If the settings name no encoding.
    DevelopmentError
        If no output has an input, so that the network could never act on what it observes, or if
        the age is not in 0..1.
    """
    return find_encoding(config.encoding).develop(genome, config, age)
