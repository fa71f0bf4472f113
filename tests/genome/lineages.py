"""Lineages for comparison between processes: run with a seed, it breeds them in a random order."""

import hashlib
import json
import os
import random
import sys

import numpy as np

from glianeat.genome.breeding import Pairings, breed
from glianeat.genome.founders import found_genome
from glianeat.genome.serial import pack
from glianeat.genome.variation import GenomeConfig, Variation

NUMBER, GENERATIONS = 12, 15
CONFIG = GenomeConfig(
    add_synapse=0.5, split_synapse=0.4, split_region=0.2, add_region=0.1, remove_region=0.1
)


def env(seed):
    """Return the environment of another process, whose hashes of strings differ, too."""
    return {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}


def digests(order):
    """Return a digest of the last genome of each lineage."""
    variation = Variation(CONFIG)
    last = {}
    for lineage in order:
        rng = np.random.default_rng(lineage)
        couple = [found_genome(key, 3, 2, variation, rng) for key in range(2)]
        for generation in range(GENERATIONS):
            keys = np.arange(2) + 1000 * lineage + 2 * generation
            plan = Pairings(keys, np.array([0, 1]), np.array([1, -1]), np.array([True, True]))
            couple, _ = breed(couple, plan, variation, lineage)
        last[str(lineage)] = hashlib.sha256(b"".join(map(pack, couple))).hexdigest()
    return last


if __name__ == "__main__":
    lineages = list(range(NUMBER))
    random.Random(int(sys.argv[1])).shuffle(lineages)
    sys.stdout.write(json.dumps(digests(lineages)))
