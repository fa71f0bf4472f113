"""Hypothesis strategies for genomes; the tests of other layers draw from them, too."""

import numpy as np
from hypothesis import strategies as st

from glianeat.genome.crossover import crossover
from glianeat.genome.founders import found_genome
from glianeat.genome.genome import Genome
from glianeat.genome.mutation import mutate
from glianeat.genome.schema import FAMILIES
from glianeat.genome.variation import GenomeConfig, Variation

_OFTEN = dict.fromkeys(("add_synapse", "split_synapse", "add_astrocyte", "toggle_synapse"), 0.4)
# Structure and every trait change often, and the caps are soon met.
LIVELY = GenomeConfig(
    **_OFTEN,
    delete_synapse=0.15,
    delete_neuron=0.1,
    delete_astrocyte=0.2,
    rewire_synapse=0.3,
    add_region=0.15,
    split_region=0.2,
    remove_region=0.2,
    flip_sign=0.2,
    association_regions=2,
    connect_fully_below=4,
    max_neurons=14,
    max_synapses=30,
    max_astrocytes=9,
    max_regions=6,
    activations=("shared", "tanh", "relu"),
    traits={
        family.name: {
            trait.name: {"mutate_rate": 0.3, "replace_rate": 0.1} for trait in family.traits
        }
        for family in FAMILIES
    },
)


def evolve(
    seed: int, steps: int, *, n_inputs: int = 2, n_outputs: int = 1, config: GenomeConfig = LIVELY
) -> Genome:
    """Return a descendant of two founders after some mutations and crossovers."""
    rng, variation = np.random.default_rng(seed), Variation(config)
    first, second = (found_genome(key, n_inputs, n_outputs, variation, rng) for key in range(2))
    for _ in range(steps):
        if rng.random() < 0.2:
            first, second = crossover(first, second, variation, rng), first
        else:
            first = mutate(first, variation, rng)
    return first


evolve(0, 1)  # compiles, which within a draw would be taken for a slow strategy


@st.composite
def evolved_genomes(
    draw: st.DrawFn,
    *,
    max_steps: int = 20,
    n_inputs: st.SearchStrategy[int] | int | None = None,
    n_outputs: st.SearchStrategy[int] | int | None = None,
    config: GenomeConfig = LIVELY,
) -> Genome:
    """Draw a genome that evolved from founders; numbers of channels may be fixed."""
    seed = draw(st.integers(0, 2**32 - 1))
    steps = draw(st.integers(0, max_steps))
    inputs, outputs = _number(draw, n_inputs), _number(draw, n_outputs)
    return evolve(seed, steps, n_inputs=inputs, n_outputs=outputs, config=config)


def _number(draw: st.DrawFn, wanted: st.SearchStrategy[int] | int | None) -> int:
    if isinstance(wanted, int):
        return wanted
    return draw(st.integers(1, 3) if wanted is None else wanted)


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw a copy of some bytes with one to three of them changed."""
    harmed = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        harmed[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
    return bytes(harmed)
