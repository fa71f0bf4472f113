"""Agents for any spaces, without an environment, and random spaces and observations."""

import numpy as np
from gymnasium import spaces
from hypothesis import strategies as st

from glianeat.codec.codec import CodecConfig, n_channels, n_outputs, resolve_codec
from glianeat.codec.scaling import ScalingConfig
from glianeat.develop.decode import develop
from glianeat.develop.settings import DevelopmentConfig
from glianeat.evaluate.agent import Agent
from glianeat.genome.founders import found_genome
from glianeat.genome.schema import NEURONS
from glianeat.genome.variation import GenomeConfig, Variation
from glianeat.simulate.settings import SimulationConfig
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.spaces import parts_of
from glianeat.tasks.task import TaskSpec
from tests.builders.agents import changed

SEEN = spaces.Box(-1.0, 1.0, (2,), np.float64)
VARIATION = Variation(GenomeConfig(connect_fully_below=1000))


def spec_of(observed, action) -> TaskSpec:
    return TaskSpec(parts_of(observed, "observation"), parts_of(action, "action"), action, 100)


def unit_scaling(spec, squash="linear"):
    kinds = [part.kind for part in spec.observed for _ in range(part.n_numbers)]
    return ScalingConfig(
        squash=tuple(squash if kind == "box" else "none" for kind in kinds),
        centre=(0.0,) * len(kinds),
        scale=(1.0,) * len(kinds),
    )


def body(
    observed=SEEN, action=None, simulation=None, weight=0.0, traits=None, copies=1, **codec
) -> Agent:
    """Return an agent, by default without weights; `traits` has those of inputs and outputs.

    Receptors are tonic, unless the traits say otherwise.
    """
    spec = spec_of(observed, action or spaces.Discrete(3))
    codec.setdefault("scaling", unit_scaling(spec))
    simulation = simulation or SimulationConfig()
    config = resolve_codec(CodecConfig(**codec), TaskConfig(), spec, simulation.neuron)
    shape = n_channels(config, spec), n_outputs(config, spec)
    genome = found_genome(0, *shape, VARIATION, np.random.default_rng(0))
    inputs = {"phasic": 0.0, "tau_phasic": 40.0} | (traits or {}).get("inputs", {})
    genome = changed(genome, weight, **{**(traits or {}), "inputs": inputs})
    network = develop(genome, DevelopmentConfig(output_copies=copies))
    agent = Agent(network, simulation, config, spec)
    agent.config = config
    return agent


def receptor_traits(agent):
    """Return the traits of the receptor at the end of each channel."""
    cells, n = agent.network.cells, agent.network.n_inputs
    found = {}
    for channel, row in zip(cells.channel[:n].tolist(), cells.traits[:n], strict=True):
        found[channel] = {t.name: v for t, v in zip(NEURONS.traits, row.tolist(), strict=True)}
    return found


def amplitudes(agent):
    """Return the amplitude of each channel of an agent's network."""
    n = agent.network.n_inputs
    order = agent.network.cells.channel[:n].tolist()
    return dict(zip(order, agent.simulator.amplitude.tolist(), strict=True))


@st.composite
def boxes(draw, kinds=("float32", "float64", "int64", "int8", "uint8")):
    dtype = np.dtype(draw(st.sampled_from(kinds)))
    shape = draw(st.sampled_from([(1,), (2,), (3,), (2, 2), ()]))
    low = draw(st.integers(-20, 20)) if dtype.kind != "u" else draw(st.integers(0, 20))
    high = low + draw(st.integers(1, 60))
    if dtype.kind != "f":
        return spaces.Box(low, high, shape, dtype.type)
    low, high = low * 0.37, high * 0.37
    bound = draw(st.sampled_from(["both", "low", "high", "none"]))
    low = low if bound in {"both", "low"} else -np.inf
    high = high if bound in {"both", "high"} else np.inf
    return spaces.Box(low, high, shape, dtype.type)


small = st.integers(1, 4)
starts = st.integers(-3, 3)


@st.composite
def several(draw):
    nvec = draw(st.lists(small, min_size=1, max_size=3))
    start = draw(st.lists(starts, min_size=len(nvec), max_size=len(nvec)))
    return spaces.MultiDiscrete(nvec, start=start)


flat_spaces = st.one_of(
    boxes(),
    st.builds(lambda n, start: spaces.Discrete(n, start=start), small, starts),
    several(),
    st.builds(spaces.MultiBinary, st.sampled_from([1, 3, (2, 2)])),
)
any_spaces = st.recursive(
    flat_spaces,
    lambda inner: st.one_of(
        st.builds(spaces.Dict, st.dictionaries(st.sampled_from("abc"), inner, min_size=1)),
        st.builds(spaces.Tuple, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=4,
)


def observation_of(space, rng, spread):
    """Return a value of a space, or one as far outside its boxes as `spread` says."""
    if isinstance(space, spaces.Dict):
        return {key: observation_of(one, rng, spread) for key, one in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(observation_of(one, rng, spread) for one in space.spaces)
    space.seed(int(rng.integers(2**31)))
    value = space.sample()
    if isinstance(space, spaces.Box) and spread:
        return np.asarray(value, dtype=np.float64) + spread * rng.standard_normal(space.shape)
    return value
