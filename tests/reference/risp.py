"""RISP networks as their processor runs them, plainly: events in a list, one after the other."""

import math
from collections import defaultdict

WEIGHTS = {"RISP-1": 1, "RISP-1+": 1, "RISP-7": 7, "RISP-15+": 15, "RISP-127": 127}
SCALES = {"cart position": 2.4, "pole angle": 0.209}  # velocities: 2


def spike_ff_2(value, scale):
    number = min(8, math.ceil(8.0 * abs(value) / scale))
    return [number, 0] if value <= 0.0 else [0, number]


def argyle_4(value, scale):
    place = 3.0 * (min(1.0, max(-1.0, value / scale)) + 1.0) / 2.0
    first = min(2, int(place))
    counts = [0, 0, 0, 0]
    counts[first] = math.ceil(8.0 * (1.0 - (place - first)))
    counts[first + 1] = math.ceil(8.0 * (place - first))
    return counts


class RispProcessor:
    def __init__(self, network):
        self.network = network
        self.threshold = dict(zip(network.neurons, network.thresholds, strict=True))
        self.weight = WEIGHTS[network.processor]
        self.lowest = 0 if network.processor.endswith("+") else -self.weight
        self.charge = dict.fromkeys(network.neurons, 0)
        self.coming = defaultdict(list)  # time: (neuron, weight)
        self.time = self.events = 0

    def decide(self, values, scales):
        """Return how often each output fires within the 24 steps of a decision."""
        encode = argyle_4 if self.network.level == "hardest" else spike_ff_2
        counts = [n for pair in zip(values, scales, strict=True) for n in encode(*pair)]
        for neuron, number in zip(self.network.inputs, counts, strict=True):
            for k in range(number):
                self.coming[self.time + 3 * k].append((neuron, self.weight))
        fired = dict.fromkeys(self.network.outputs, 0)
        for _ in range(24):
            self.step(fired)
        return list(fired.values())

    def step(self, fired):
        events = self.coming.pop(self.time, [])
        self.events += len(events)
        arrived = defaultdict(float)
        for neuron, weight in events:
            arrived[neuron] += weight
        for neuron, charge in arrived.items():
            self.charge[neuron] = max(self.charge[neuron], self.lowest) + charge
            if self.charge[neuron] < self.threshold[neuron]:
                continue
            self.charge[neuron] = 0
            if neuron in fired:
                fired[neuron] += 1
            for source, target, weight, delay in self.network.synapses:
                if source == neuron:
                    self.coming[self.time + delay].append((target, weight))
        self.time += 1
