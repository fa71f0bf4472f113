"""Slow variables of single neurons, plainly."""

import math

from glianeat.elementary import exp, log
from glianeat.genome.schema import NEURONS
from glianeat.simulate.glia.channel import GLIAL_STEP


class SlowNeuron:
    def __init__(self, cell, neurons, network):
        self.cell = cell
        values = network.cells.traits[cell.number].tolist()
        self.traits = dict(zip((trait.name for trait in NEURONS.traits), values))
        self.afferents = []  # (neuron, weight of the gene), by neuron
        for neuron in neurons:
            row = range(
                int(network.wiring.offsets[neuron.number]),
                int(network.wiring.offsets[neuron.number + 1]),
            )
            for s in row:
                if int(network.wiring.target[s]) == cell.number:
                    self.afferents.append((neuron, abs(float(network.wiring.weight[s]))))
        self.trace = self.traits["slow_set_point"]

    def hear(self):
        """c ← ρc + (1 − ρ)·n, where n is 1 at the reference rate."""
        own = self.traits["slow_postsynaptic_share"]
        total = 0.0
        for _, weight in self.afferents:
            total += weight
        heard = 0.0
        for neuron, weight in self.afferents:
            if total > 0.0:
                heard += neuron.recent * ((1.0 - own) * weight / total)
        heard += own * self.cell.recent
        scale = 1.0 / (self.traits["slow_reference_rate"] * (GLIAL_STEP / 1000.0))
        keep = exp(-GLIAL_STEP / self.traits["tau_slow"])
        self.trace = keep * self.trace + (1.0 - keep) * (heard * scale)

    def modulate(self, config):
        deviation = log(self.traits["slow_set_point"]) - log(max(self.trace, 0.01))
        most = 2.0794415416798357
        assert abs(most - math.log(8.0)) < 1e-15
        if config.slow_gain:
            change = min(max(self.traits["slow_gain"] * deviation, -most), most)
            self.cell.efficacy *= exp(change)
        if config.slow_current:
            change = self.traits["slow_current"] * deviation
            self.cell.slow_inward -= min(max(change, -2.0 * most), 2.0 * most)


def slow_neurons_of(cells, neurons, network, config):
    if not (config.slow_gain or config.slow_current):
        return []
    return [SlowNeuron(cell, neurons, network) for cell in cells]


def begin_slow_step(slow_neurons):
    for neuron in slow_neurons:
        neuron.hear()
    for neuron in slow_neurons:
        neuron.cell.efficacy, neuron.cell.slow_inward = 1.0, 0.0
