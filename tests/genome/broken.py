"""Genomes that each break one rule of `check_genome`, with the message that names it."""

from dataclasses import replace

import numpy as np

from glianeat.develop.settings import DevelopmentConfig
from glianeat.genome.founders import found_genome
from glianeat.genome.innovation import (
    astrocyte_id,
    input_node_id,
    output_node_id,
    region_id,
    split_node_id,
    synapse_innovation,
)
from glianeat.genome.schema import Role
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.run.traits import read_traits
from glianeat.simulate.settings import SimulationConfig

READ = read_traits(SimulationConfig(), DevelopmentConfig())
WHOLE = found_genome(7, 2, 1, Variation(GenomeConfig(), READ), np.random.default_rng(1))
NOWHERE = 12345  # no gene has this number
OUTPUT = output_node_id(0)


def _changed(family, row, **fields):
    """Return the genome with some fields of one gene changed."""
    genes = getattr(WHOLE, family)
    for name, value in fields.items():
        genes = genes.with_field(name, row, value)
    return replace(WHOLE, **{family: genes})


def _without(family, number):
    genes = getattr(WHOLE, family)
    return replace(WHOLE, **{family: genes.take(genes.innovation != number)})


def _added(family, number, *fields):
    genes = getattr(WHOLE, family)
    return replace(WHOLE, **{family: genes.insert(number, fields, genes.traits[0])})


def _joined(source, target):
    return _added("synapses", synapse_innovation(source, target), source, target, 1)


def _delayed(delay):
    traits = WHOLE.synapses.traits.copy()
    traits[0, WHOLE.synapses.family.column("delay")] = delay
    return replace(WHOLE, synapses=WHOLE.synapses.with_traits(traits))


_HIDDEN = split_node_id(NOWHERE, 0)
_HOME = region_id(2)
_OUTPUT_ROW = WHOLE.neurons.find(OUTPUT)

BROKEN = {
    "the key is negative": (WHOLE.with_key(-1), "key: must be >= 0 and < 2\\*\\*63, got -1"),
    "a sign is zero": (_changed("neurons", _OUTPUT_ROW, sign=0), "sign must be -1 or 1"),
    "a sign is two": (_changed("neurons", _OUTPUT_ROW, sign=2), "sign must be -1 or 1"),
    "a role is unknown": (
        _added("neurons", _HIDDEN, 3, 0, 0, _HOME, 1),
        f"neurons {_HIDDEN:016x}: role must be 0, 1 or 2",
    ),
    "a role is negative": (_added("neurons", _HIDDEN, -1, 0, 0, _HOME, 1), "role must be >= 0"),
    "a channel is negative": (
        _added("neurons", _HIDDEN, Role.HIDDEN, -1, NOWHERE, _HOME, 1),
        "channel must be >= 0 and < 2147483648",
    ),
    "a channel is huge": (
        _added("neurons", _HIDDEN, Role.HIDDEN, 2**31, NOWHERE, _HOME, 1),
        "channel must be >= 0 and < 2147483648",
    ),
    "a neuron lies nowhere": (
        _added("neurons", _HIDDEN, Role.HIDDEN, 0, NOWHERE, NOWHERE, 1),
        f"neurons {_HIDDEN:016x}: region must be one of the genome's regions",
    ),
    "an astrocyte lies nowhere": (
        _added("astrocytes", astrocyte_id(NOWHERE, 0), NOWHERE, 0),
        f"astrocytes {astrocyte_id(NOWHERE, 0):016x}: region must be one of the genome's regions",
    ),
    "an occurrence is negative": (
        _added("astrocytes", astrocyte_id(_HOME, -1), _HOME, -1),
        "occurrence must be >= 0",
    ),
    "an input is missing": (
        _without("neurons", input_node_id(0)),
        r"neurons: input channels must be 0, 1, 2, …, got \[1\]",
    ),
    "there is no output": (
        _without("neurons", OUTPUT),
        r"neurons: output channels must be 0, 1, 2, …, got \[\]",
    ),
    "an output channel is skipped": (
        _added("neurons", output_node_id(2), Role.OUTPUT, 2, 0, _HOME, 1),
        r"output channels must be 0, 1, 2, …, got \[0 2\]",
    ),
    "a source is missing": (
        _joined(NOWHERE, OUTPUT),
        f"synapses {synapse_innovation(NOWHERE, OUTPUT):016x}: source must be an existing neuron",
    ),
    "a target is missing": (
        _joined(OUTPUT, NOWHERE),
        f"synapses {synapse_innovation(OUTPUT, NOWHERE):016x}: target must be an existing neuron",
    ),
    "a target is an input": (_joined(OUTPUT, input_node_id(0)), "target must not be an input"),
    "a synapse is neither on nor off": (
        _changed("synapses", 0, enabled=2),
        "enabled must be 0 or 1",
    ),
    "a synapse is less than off": (_changed("synapses", 0, enabled=-1), "enabled must be >= 0"),
    "a delay is not whole": (_delayed(2.5), "delay must be a whole number of ms, got 2.5"),
    "the number of an input is not its hash": (
        _added("neurons", NOWHERE, Role.INPUT, 2, 0, _HOME, 1),
        f"neurons {NOWHERE:016x}: innovation number must be the hash of the gene's structure",
    ),
    "the number of an output is not its hash": (
        _added("neurons", NOWHERE, Role.OUTPUT, 1, 0, _HOME, 1),
        f"neurons {NOWHERE:016x}: innovation number must be the hash of the gene's structure",
    ),
    "the number of a hidden neuron is of another occurrence": (
        _added("neurons", _HIDDEN, Role.HIDDEN, 1, NOWHERE, _HOME, 1),
        f"neurons {_HIDDEN:016x}: innovation number must be the hash of the gene's structure, "
        f"{split_node_id(NOWHERE, 1):016x}",
    ),
    "the number of a hidden neuron is of another origin": (
        _added("neurons", _HIDDEN, Role.HIDDEN, 0, NOWHERE + 1, _HOME, 1),
        f"neurons {_HIDDEN:016x}: innovation number must be the hash of the gene's structure, "
        f"{split_node_id(NOWHERE + 1, 0):016x}",
    ),
    "an output was born on a synapse": (
        _changed("neurons", _OUTPUT_ROW, origin=NOWHERE),
        "origin must be 0 unless the neuron is hidden",
    ),
    "the number of an astrocyte is not its hash": (
        _added("astrocytes", NOWHERE, _HOME, 1),
        f"astrocytes {NOWHERE:016x}: innovation number must be the hash of the gene's structure",
    ),
    "the number of a synapse is not its hash": (
        _added("synapses", NOWHERE, OUTPUT, OUTPUT, 1),
        f"synapses {NOWHERE:016x}: innovation number must be the hash of the gene's structure",
    ),
    "the number of a region is not its hash": (
        _added("regions", NOWHERE, 3),
        f"regions {NOWHERE:016x}: innovation number must be the hash of the gene's structure, "
        f"{region_id(3):016x}",
    ),
}
