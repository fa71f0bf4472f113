"""Genomes as glianeat's own JSON, which `replay`, `draw` and `genome_from_json` read."""

from glianeat.compat.exporter import Exporter
from glianeat.genome.genome import Genome
from glianeat.genome.serial import genome_to_json
from glianeat.run.config import ExperimentConfig


def _write(genome: Genome, _: ExperimentConfig) -> bytes:
    return genome_to_json(genome)


JSON = Exporter("glianeat", ".json", _write)
