"""Activations of neat-python's, and what they are here."""

from collections.abc import Mapping, Sequence
from typing import cast

from glianeat.errors import ConfigError
from glianeat.genome.schema import ACTIVATIONS, Activation
from glianeat.simulate.models.activations import STEEPNESS as OWN_STEEPNESS
from glianeat.simulate.settings import AstrocyteConfig, NeuronConfig, SimulationConfig

STEEPNESS: Mapping[str, float] = {"tanh": 2.5, "sigmoid": 5.0 / OWN_STEEPNESS}
"""What biases and weights are multiplied by where all nodes have this activation; else by 1."""
THEIRS: Mapping[str, str] = {"tanh": "neat_tanh", "sigmoid": "neat_sigmoid"}
"""What activations of neat-python's are called here; others by the same names."""
KNOWN = tuple(name for name in ACTIVATIONS[1:] if name not in THEIRS.values())
"""All activations of neat-python's, by its names."""


def shared_activation(activations: Sequence[str]) -> Activation:
    """Return the activation of neurons without one of their own.

    Parameters
    ----------
    activations : sequence of str
        Those of neat-python's that a network, or a population, has; the first is the usual one.

    Raises
    ------
    ConfigError
        If neat-python has none such.
    """
    usual = activations[0] if activations else ""
    if usual not in KNOWN:
        raise ConfigError(f"neuron.activation: must be of {', '.join(KNOWN)}, got {usual!r}")
    return cast("Activation", usual if len(activations) == 1 else THEIRS.get(usual, usual))


def graded_simulation(activations: Sequence[str], *, recurrent: bool) -> SimulationConfig:
    """Return the settings under which a genome does what neat-python's networks do."""
    return SimulationConfig(
        neuron=NeuronConfig(model="graded", activation=shared_activation(activations)),
        astrocyte=AstrocyteConfig(metabolic=False, gain=False),
        feed_forward=not recurrent,
    )
