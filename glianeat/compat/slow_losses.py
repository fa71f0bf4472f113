"""What formats without slow variables of neurons leave out, in words."""

from glianeat.develop.network import Network
from glianeat.simulate.settings import NeuronConfig
from glianeat.text import counted


def slow_losses(network: Network, neuron: NeuronConfig) -> list[str]:
    """Return a line about the slow variables of neurons, if they have any."""
    acts = {"gain": neuron.slow_gain, "current": neuron.slow_current}
    ways = [name for name, is_on in acts.items() if is_on]
    if not ways:
        return []
    number = counted(network.n_neurons - network.n_inputs, "neuron")
    return [f"the slow variables of {number}, which act by {' and '.join(ways)}"]
