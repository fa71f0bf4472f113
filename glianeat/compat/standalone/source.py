"""What source files of agents in all languages share: what is said at their beginning."""

import math
import re
import textwrap
from collections.abc import Sequence

import glianeat
from glianeat.compat.standalone.packed import PackedAgent
from glianeat.develop.decode import develop
from glianeat.evaluate.agent import Agent
from glianeat.genome.genome import Genome
from glianeat.run.config import ExperimentConfig
from glianeat.tasks.spaces import Part
from glianeat.text import counted

_MOST_NAMES = 64  # in a comment
_WIDTH = 90


def packed_agent(genome: Genome, config: ExperimentConfig) -> PackedAgent:
    """Return the packed agent of a genome; makes the task's environment once.

    Raises
    ------
    ConfigError
        If the task cannot be made, or the agent uses what source files cannot say.
    TrustError
        If the task is a stranger's and not known to be harmless.
    """
    experiment = config.resolve(stored=True)
    simulation, spec = experiment.config.simulation, experiment.description
    network = develop(genome, experiment.config.development)
    return PackedAgent(Agent(network, simulation, experiment.codec, spec), spec)


def heading(genome: Genome, config: ExperimentConfig, packed: PackedAgent) -> list[str]:
    """Return what an agent is and what it sees and does, line by line, in plain ASCII."""
    network, spec = packed.agent.network, packed.spec
    seen = network.cells.channel[: network.n_inputs].tolist()
    sizes = ", ".join(
        (
            counted(network.n_neurons, "neuron"),
            counted(network.n_synapses, "synapse"),
            counted(network.n_astrocytes, "astrocyte"),
        )
    )
    return [
        f"Agent of genome {genome.key} for {plain(config.task.id)}, evolved by glianeat.",
        "",
        f"{sizes}; {packed.agent.simulator.config.neuron.model} neurons.",
        f"A step of the task takes {packed.numbers()['N_STEPS']} ms.",
        "",
        "Numbers observed, in order:",
        *_numbers(spec.observed),
        "Numbers acted, in order:",
        *_numbers(spec.acted),
        *_named("Inputs", [name_at(config.codec.channels, k, "in") for k in seen]),
        *_named("Outputs", config.codec.outputs),
        "",
        f"Written by glianeat {glianeat.__version__}, whose own agent acts the same bit for bit.",
        "Its code is glianeat's, under the BSD 3-Clause License.",
    ]


def _numbers(parts: Sequence[Part]) -> list[str]:
    kinds = {"box": "number", "choice": "choice", "bits": "bit"}
    lines, first = [], 0
    for part in parts:
        last = first + part.n_numbers - 1
        place = f"{first}" if last == first else f"{first} to {last}"
        name = f" ({plain(part.name)})" if part.name else ""
        lines.append(f"  {place}: {kinds[part.kind]}, {_bounds(part)}{name}")
        first = last + 1
    return lines


def _bounds(part: Part) -> str:
    low, high = min(part.low.tolist()), max(part.high.tolist())
    return f"from {low:g} to {high:g}" if math.isfinite(high - low) else "not bounded"


def _named(title: str, names: Sequence[str]) -> list[str]:
    """Return a list of names in lines that are not too long."""
    if not names:
        return []
    shown = [plain(name) for name in names[:_MOST_NAMES]]
    more = f", and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return textwrap.wrap(f"{title}: {', '.join(shown)}{more}", _WIDTH, subsequent_indent="  ")


def name_at(names: Sequence[str], place: int, kind: str) -> str:
    """Return the name of a channel; runs of older versions know none, and have ``in 3``."""
    return names[place] if place < len(names) else f"{kind} {place}"


def plain(text: str) -> str:
    """Return foreign text as it may stand in a comment of any language: printable, and no mark."""
    return re.sub(r"[^\w .,:;+=()/-]", "_", text.replace("\N{MINUS SIGN}", "-"), flags=re.ASCII)
