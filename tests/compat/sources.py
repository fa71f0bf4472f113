"""Agents as source files beside the agents that they were written from."""

import ctypes
import itertools
import shutil
import subprocess

import numpy as np
import pytest

from glianeat import elementary
from glianeat.codec import kernels
from glianeat.compat.standalone.c_agent import MAGNITUDE, C, array_text
from glianeat.compat.standalone.pieces import pieces, with_needs
from glianeat.compat.standalone.python_agent import PYTHON, imports
from glianeat.compat.standalone.source import packed_agent
from glianeat.genome.schema import ACTIVATIONS
from glianeat.genome.variation import GenomeConfig
from glianeat.run.config import ExperimentConfig
from tests.genome.strategies import evolve
from tests.simulate.test_reference import WILD

HARNESS = """
#include "agent.c"

static Agent one;
void reset(void) { agent_reset(&one); }
int act(const double *observation, double *action) { return agent_act(&one, observation, action); }
void shown(double *readout) { memcpy(readout, one.readout, sizeof one.readout); }
void kept(double *values) { memcpy(values, one.KEPT, sizeof one.KEPT); }
"""
FUNCTIONS = """
void respond(int activation, const double *x, double *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = activation < 0 ? inverse_hyperbolic_sine(x[i]) : activated(activation, x[i]);
}
"""
_STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Werror")
_number = itertools.count()


def settled(**changes):
    """Return a configuration of which nothing is left open."""
    changes.setdefault("genome", GenomeConfig(association_regions=2))
    return ExperimentConfig(**changes).resolve().config


def grown(config, seed, steps=40, traits=WILD):
    """Return a genome with hidden neurons and astrocytes that fits a task."""
    experiment = config.resolve(stored=True)
    traits = traits.replace(feed_forward=config.genome.feed_forward)
    return evolve(
        seed,
        steps=steps,
        n_inputs=experiment.n_inputs,
        n_outputs=experiment.n_outputs,
        config=traits,
    )


def compiled(genome, config, folder, *options):
    """Return the C file of an agent, compiled."""
    text = C.write(genome, config).decode()
    kept = "energy" if "double energy[" in text else "readout"
    (folder / "agent.c").write_text(text)
    (folder / "harness.c").write_text(HARNESS.replace("KEPT", kept))
    return library_of("harness.c", folder, *options)


def library_of(name, folder, *options):
    """Return a C file, compiled without a warning."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    library = folder / f"library{next(_number)}.so"
    flags = (*_STRICT, "-ffp-contract=off", *options)
    command = ["cc", *flags, "-shared", "-fPIC", name, "-o", str(library), "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(library))


def every_function():
    """Return the features that all activations and functions take."""
    names = {f"activation_{name}" for name in ACTIVATIONS}
    return with_needs({"graded_cells", "asinh", *names})


def functions_in_c(folder):
    """Return a function of an activation's number (-1: asinh) and numbers, compiled from C."""
    features, names = every_function(), ("elementary.c.in", "activations.c.in")
    tables = "".join(array_text(name, values) for name, values in elementary.TABLES.items())
    imports = pieces("c", ("imports.c.in",), features)
    text = imports + tables + MAGNITUDE + pieces("c", names, features) + FUNCTIONS
    (folder / "functions.c").write_text(text)
    respond = library_of("functions.c", folder).respond

    def call(activation, x):
        out = np.zeros_like(x)
        respond(activation, pointer_to(x), pointer_to(out), len(x))
        return out

    return call


def functions_in_python():
    """Return the same function, made of the pieces of Python files."""
    module = {name: values.tolist() for name, values in elementary.TABLES.items()}
    text = pieces("python", ("elementary.py.in", "activations.py.in"), every_function())
    exec(f"{imports(text)}\n{text}", module)

    def call(activation, x):
        if activation < 0:
            return np.array([module["asinh"](value) for value in x.tolist()])
        return np.array([module["_activated"](activation, value) for value in x.tolist()])

    return call


def written(genome, config):
    """Return the Python file of an agent as a module."""
    module = {}
    exec(compile(PYTHON.write(genome, config), "agent.py", "exec"), module)
    return module


def pointer_to(values):
    """Return where an array of numbers begins, for C."""
    return values.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def observations(spec, number, seed=0):
    """Return what a task might show, some of it beyond its bounds, shape (number, n)."""
    rng = np.random.default_rng(seed)
    columns = []
    for part in spec.observed:
        for low, high in zip(part.low, part.high):
            if part.kind == "box":
                columns.append(rng.normal(0.0, 2.0, number).astype(part.dtype).astype(np.float64))
            else:
                columns.append(rng.integers(low, high + 1, number).astype(np.float64))
    return np.array(columns).T


def lived(agent, shown, episodes=2):
    """Return numbers acted, read-outs and energy pools of an agent in some episodes."""
    trace = []
    for _ in range(episodes):
        agent.reset()
        for row in shown:
            agent.shown[:] = row
            kernels.control(agent.codec, agent.simulator.buffer)
            kept = agent.simulator.section("energy") if pools_act(agent) else ()
            trace.append(np.concatenate([agent.acted, agent.simulator.readout, kept]))
    return np.array(trace)


def pools_act(agent):
    """Return whether the pools of an agent change what it does."""
    config = agent.simulator.config
    return config.energy.gate != "none" and config.neuron.model != "graded"


def lived_in_c(library, shown, agent, episodes=2):
    """Return the same of a compiled file of an agent."""
    sizes = len(agent.acted), len(agent.simulator.readout)
    kept = agent.network.n_regions if pools_act(agent) else 0
    trace, row = [], np.zeros(sum(sizes) + kept)
    for _ in range(episodes):
        library.reset()
        for observation in shown:
            seen = np.ascontiguousarray(observation)
            library.act(pointer_to(seen), pointer_to(row))
            library.shown(pointer_to(row[sizes[0] :]))
            if kept:
                library.kept(pointer_to(row[sum(sizes) :]))
            trace.append(row.copy())
    return np.array(trace)


def lived_in_python(module, shown, episodes=2):
    """Return the same of a Python file."""
    trace, agent = [], module["Agent"]()
    for _ in range(episodes):
        agent.reset()
        for observation in shown:
            action = agent.act(observation.tolist())
            acted = action if isinstance(action, list) else [action]
            kept = getattr(agent, "energy", ())
            trace.append(np.array([*map(float, acted), *agent.readout, *kept]))
    return np.array(trace)


def agent_of(genome, config):
    """Return the agent that files are compared with, and what is known of its task."""
    packed = packed_agent(genome, config)
    return packed.agent, packed.spec, packed.features
