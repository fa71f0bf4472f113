"""Graded genomes as the JSON of neat-python's `neat.export`."""

from glianeat.compat.exporter import Exporter
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig


def _write(genome: Genome, config: ExperimentConfig) -> bytes:
    from glianeat.compat.neat_python import export_genome

    return export_genome(genome, config.simulation)


NEAT_PYTHON = Exporter("neat-python", ".json", _write)
