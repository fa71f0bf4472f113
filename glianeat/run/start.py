"""Genomes that a population starts from, in place of founders that are made anew.

A run keeps them, so that going on with it needs no other file: under a key of its own, packed in
the names of the run, with the hash of all of them in its configuration.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
import numpy as np

from glianeat.config import Settings, shown, within
from glianeat.errors import CheckpointError, ConfigError
from glianeat.genome.genome import Genome
from glianeat.genome.schema import FAMILIES
from glianeat.genome.serial import pack
from glianeat.genome.variation import GenomeConfig
from glianeat.text import counted, safe

if TYPE_CHECKING:
    from glianeat.run.config import ExperimentConfig
    from glianeat.run.experiment import Experiment
    from glianeat.store.run_store import RunStore

START = "start"  # key under which a run keeps the genomes
_GENERIC = re.compile(r"(obs|act)( \d+)?")  # names of channels that the task does not name


class StartConfig(Settings):
    """What founders come from where they are not made anew; `run --from` and `--fork` say it."""

    genomes: str = ""
    """Hash (SHA-256) of the genomes that the founders are, or are mutated copies of; empty if
    founders are made anew."""
    run: str = ""
    """Name of the run that this one was forked from, if it was."""
    digest: str = ""
    """Digest of that run when it was."""
    generation: Annotated[int, within(at_least=0)] | None = None
    """Last generation of that run when it was."""


class Beginning(msgspec.Struct, frozen=True):
    """What a population starts from, if its founders are not made anew."""

    genomes: tuple[Genome, ...] = ()
    reward_minimum: float | None = None
    """Return from which the reward floor counts, of a fork; by default the founders' median."""


ANEW = Beginning()
"""Founders are made anew."""


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, as a run keeps it."""

    genomes: tuple[bytes, ...]
    reward_minimum: float | None = None


@dataclass(frozen=True)
class StartGenome:
    """A genome to start from.

    Parameters
    ----------
    genome : Genome
        What is inherited; its key is of no account.
    title : str
        What messages call it.
    origin : mapping of str to object
        Where it came from, in plain values, as the provenance of a run keeps it.
    channels, outputs : tuple of str
        Names of the channels and outputs it evolved with; empty if nobody knows.
    """

    genome: Genome
    title: str
    origin: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """What provenance keeps of it: where it came from, and its hash."""
        return {**self.origin, "hash": _hash([self.genome])}


class Start(NamedTuple):
    """What a new run starts from."""

    genomes: Sequence[StartGenome] = ()
    """The genomes; without any, founders are made anew."""
    notes: Mapping[str, Any] = MappingProxyType({})
    """What provenance says of them, in plain values."""
    reward_minimum: float | None = None
    """Return from which the reward floor counts, of a fork."""


def distinct(start: Sequence[StartGenome]) -> tuple[StartGenome, ...]:
    """Return genomes to start from, the first one of those with equal genes."""
    found: dict[str, StartGenome] = {}
    for one in start:
        found.setdefault(_hash([one.genome]), one)
    return tuple(found.values())


def started_from(config: "ExperimentConfig", start: Sequence[StartGenome]) -> "ExperimentConfig":
    """Return an experiment whose configuration says which genomes it starts from.

    Raises
    ------
    ConfigError
        If it says already that it starts from others.
    """
    known, found = config.start.genomes, _hash([one.genome for one in start]) if start else ""
    if known and not start:
        raise ConfigError(
            "start.genomes: names genomes that were not given; give them with --from "
            "(start=[...] from Python)"
        )
    if known not in ("", found):
        raise ConfigError(
            f"start.genomes: must be {found}, the hash of the genomes that were given, got {known}"
        )
    return config.replace(start=config.start.replace(genomes=found))


def check_start(experiment: "Experiment", start: Sequence[StartGenome]) -> None:
    """Raise `ConfigError` if a genome does not fit an experiment: its shape, channels, or rules."""
    population = experiment.evolution.population
    if len(start) > population:
        raise ConfigError(
            f"evolution.population: must be >= {len(start)}, the genomes to start from, "
            f"got {population}"
        )
    for one in start:
        _check_shape(experiment, one)
        _check_names(experiment, one)
        _check_rules(experiment.config.genome, one)


def encode_start(start: Start) -> dict[str, bytes]:
    """Return what a new run keeps of what it starts from; nothing if founders are made anew."""
    kept = _Kept(_packed([one.genome for one in start.genomes]), start.reward_minimum)
    return {START: msgspec.msgpack.encode(kept)} if start.genomes else {}


def stored_start(store: "RunStore", config: StartConfig) -> Beginning:
    """Return what a run starts from, if it has no generation yet.

    Raises
    ------
    CheckpointError
        If it is damaged, or the genomes are not those that the configuration names.
    """
    if not config.genomes or store.last_generation() is not None:
        return ANEW
    data, thing = store.meta(START), f"run {store.folder}"
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept)
    except msgspec.DecodeError as error:
        raise CheckpointError(f"{thing}: damaged genomes to start from: {error}") from None
    if _hash_of(kept.genomes) != config.genomes:
        raise CheckpointError(f"{thing}: damaged: it names other genomes to start from than it has")
    genomes = (store.codec.genome(one, key) for key, one in enumerate(kept.genomes))
    return Beginning(tuple(genomes), kept.reward_minimum)


def _packed(genomes: Sequence[Genome]) -> tuple[bytes, ...]:
    return tuple(pack(genome.with_key(key)) for key, genome in enumerate(genomes))


def _hash(genomes: Sequence[Genome]) -> str:
    return _hash_of(_packed(genomes))


def _hash_of(packed: Sequence[bytes]) -> str:
    """Return the hash of packed genomes, which say themselves how long they are."""
    return hashlib.sha256(b"".join(packed)).hexdigest()


def _check_shape(experiment: "Experiment", one: StartGenome) -> None:
    genome, expected = one.genome, (experiment.n_inputs, experiment.n_outputs)
    if (genome.n_inputs, genome.n_outputs) != expected:
        raise ConfigError(
            f"{one.title}: must have {counted(expected[0], 'input')} and "
            f"{counted(expected[1], 'output')} for {safe(experiment.config.task.id)}, got "
            f"{genome.n_inputs} and {genome.n_outputs}"
        )


def _check_names(experiment: "Experiment", one: StartGenome) -> None:
    codec = experiment.codec
    for kind, own, given in (
        ("input", codec.channels, one.channels),
        ("output", codec.outputs, one.outputs),
    ):
        for number, (name, other) in enumerate(zip(own, given, strict=False)):
            is_named = _GENERIC.match(name) is None
            if name != other and is_named == (_GENERIC.match(other) is None):
                raise ConfigError(
                    f"{one.title}: its {kind} {number} must be {shown(name)} for "
                    f"{safe(experiment.config.task.id)}, got {shown(other)}; to start from it all "
                    "the same, export it, and start from the file"
                )


def _check_rules(config: GenomeConfig, one: StartGenome) -> None:
    for family, number in zip(FAMILIES, one.genome.counts, strict=True):
        cap = getattr(config, f"max_{family.name}")
        if number > cap:
            raise ConfigError(
                f"genome.max_{family.name}: must be >= {number}, the genes of {one.title}, "
                f"got {cap}"
            )
    if config.dale and (one.genome.synapses.trait("weight") < 0.0).any():
        raise ConfigError(
            f"genome.dale: must be false for {one.title}, whose synapses have signs of their own"
        )
    if config.feed_forward and _has_cycle(one.genome):
        raise ConfigError(f"genome.feed_forward: must be false for {one.title}, which has cycles")


def _has_cycle(genome: Genome) -> bool:
    """Return whether synapses lead from some neuron back to it, disabled ones among them."""
    source = genome.neurons.rows(genome.synapses.field("source"))
    target = genome.neurons.rows(genome.synapses.field("target"))
    left = np.ones(len(genome.neurons), dtype=np.bool_)
    while True:  # take away whoever hears nobody that is left
        hears = np.zeros(len(left), dtype=np.bool_)
        hears[target[left[source]]] = True
        still = left & hears
        if np.array_equal(still, left):
            return bool(left.any())
        left = still
