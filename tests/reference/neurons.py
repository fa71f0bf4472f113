"""Neurons and their synapses, plainly."""

import math
from dataclasses import dataclass

from glianeat.elementary import exp, logistic, tanh
from glianeat.genome.schema import NEURONS, Role
from glianeat.simulate.models import MODELS
from glianeat.simulate.models.izhikevich import PRESETS
from tests.reference.activations import ACTIVATIONS

TINY = 1e-30
LOWEST_MV = -100.0


@dataclass
class Synapse:
    target: int
    delay: int  # [ms]
    sign: int  # 1 excites, -1 inhibits
    weight: float  # what one spike adds to the target's current [threshold], without sign
    relative: float  # magnitude of the weight gene over the reference weight: what is paid for


class Neuron:
    def __init__(self, number, network, config, interface):
        cells = network.cells
        self.number = number
        self.role, self.channel = int(cells.role[number]), int(cells.channel[number])
        self.region, self.sign = int(cells.region[number]), int(cells.sign[number])
        traits = {t.name: float(cells.traits[number, k]) for k, t in enumerate(NEURONS.traits)}
        self.size, self.bias = traits["size"], traits["bias"]
        self.is_graded = self.role == Role.INPUT and not interface.rate_inputs
        self.is_graded |= config.neuron.model == "graded"
        self.set_parameters(traits, config.neuron, interface)
        self.set_synapses(network, config)
        self.set_costs(network, config.energy)
        # state of a cell
        self.model = next(m for m in MODELS if m.name == config.neuron.model)
        for row in self.model.sections:
            if row.is_state:
                setattr(self, row.name, row.initial)
        self.excitation = self.inhibition = 0.0
        self.fired = False
        self.arriving = {1: {}, -1: {}}  # sign of the sender → {time: sum of weights}
        self.efficacy, self.slow_inward, self.graded, self.external, self.drive = (
            1.0,
            0.0,
            0.0,
            0.0,
            0.0,
        )
        if config.neuron.model == "izhikevich":
            self.membrane, self.recovery = -65.0, self.preset[1] * -65.0
        # state of a sender
        self.charge = 0.0
        self.utilisation, self.resource, self.last_spike = 0.0, 1.0, 0
        self.recent = self.recent_delivered = self.spikes_sum = self.delivered_sum = 0.0

    def set_parameters(self, traits, neuron, interface):
        silent = self.role == Role.OUTPUT and interface.readout == "membrane"
        tau = interface.tau_readout if silent else traits["tau_membrane"]
        self.threshold = math.inf if silent else neuron.threshold
        if neuron.model == "risp":
            self.threshold *= traits["threshold"]
        self.keep_potential = exp(-1.0 / tau)
        self.keep_slow = exp(-1.0 / traits["tau_adaptation"])
        self.keep_fast = exp(-1.0 / traits["tau_afterdepolarisation"])
        self.keep_rise = exp(-1.0 / traits["tau_threshold"])
        self.jump_slow, self.jump_fast = traits["adaptation"], traits["afterdepolarisation"]
        self.rise_gain = traits["threshold_jump"]
        excitatory = self.sign > 0
        name = neuron.excitatory_preset if excitatory else neuron.inhibitory_preset
        self.preset = PRESETS[name]

    def set_synapses(self, network, config):
        wiring = network.wiring
        row = range(int(wiring.offsets[self.number]), int(wiring.offsets[self.number + 1]))
        self.synapses = []
        for s in row:
            target, signed = int(wiring.target[s]), float(wiring.weight[s])
            size = float(network.cells.traits[target, NEURONS.column("size")])
            sign = -self.sign if signed < 0.0 else self.sign
            excites, weight = sign > 0, abs(signed)
            tau = config.synapse.tau_excitatory if excites else config.synapse.tau_inhibitory
            factor = (1.0 / size if excites else 1.0) * (5.0 / tau)  # larger cells feel less
            if config.neuron.model in {"graded", "risp"}:
                factor = 1.0
            elif self.is_graded:
                factor = 1.0 / size
            relative = weight / config.energy.reference_weight
            delay = int(wiring.delay[s])
            self.synapses.append(Synapse(target, delay, sign, weight * factor, relative))

    def set_costs(self, network, energy):
        """One spike costs the sender's region; its deliveries cost the regions they reach."""
        self.spike_cost = self.size * energy.spike * energy.housekeeping
        sums = {kind: [0.0] * network.n_regions for kind in ("graded", "excitatory", "inhibitory")}
        for synapse in self.synapses:
            kind = "excitatory" if synapse.sign > 0 else "inhibitory"
            kind = "graded" if self.is_graded else kind
            sums[kind][int(network.cells.region[synapse.target])] += synapse.relative
        self.event_cost = [0.0] * network.n_regions
        for kind, totals in sums.items():
            cost = getattr(energy, kind) * energy.housekeeping
            self.event_cost = [a + b * cost for a, b in zip(self.event_cost, totals)]

    @property
    def spikes(self):
        return self.spikes_sum + self.recent

    def receive(self, clock, synapse):
        """Let what arrives now enter the synaptic currents, which decay."""
        exciting = self.arriving[1].pop(clock, 0.0) * self.efficacy
        inhibiting = self.arriving[-1].pop(clock, 0.0) * self.efficacy
        keep = exp(-1.0 / synapse.tau_excitatory)
        self.excitation = self.excitation * keep + exciting
        keep = exp(-1.0 / synapse.tau_inhibitory)
        self.inhibition = self.inhibition * keep + inhibiting

    def release(self, clock, synapse):
        """Return the transmitter of one spike, relative to a rested synapse (Tsodyks–Markram)."""
        if not synapse.short_term_plasticity:
            return 1.0
        gap, rest = clock - self.last_spike, synapse.utilisation
        u = self.utilisation * exp(-(synapse.facilitation_rate / 1000.0) * gap)
        x = 1.0 - (1.0 - self.resource) * exp(-(synapse.recovery_rate / 1000.0) * gap)
        u += rest * (1.0 - u)
        self.utilisation, self.resource, self.last_spike = u, x - u * x, clock
        return u * x / rest

    @property
    def observed(self):
        """What traces record, and outputs that never spike show."""
        return getattr(self, self.model.observed)

    def flush(self):
        """Set decaying values that became tiny to zero."""
        own = [row.name for row in self.model.sections if row.decays]
        for name in ("excitation", "inhibition", *own):
            if abs(getattr(self, name)) < TINY:
                setattr(self, name, 0.0)


def drive_of(cell):
    return cell.bias + cell.graded * cell.efficacy + cell.slow_inward + cell.external


def step_galif(cell, gate, clock, config):
    """v ← αv + (1 − α)·drive; spike if v ≥ θ(1 + βh)·gate."""
    cell.receive(clock, config.synapse)
    drive = cell.drive + (cell.excitation - cell.inhibition) + (cell.fast - cell.slow)
    v = cell.keep_potential * cell.potential + (1.0 - cell.keep_potential) * drive
    v = max(config.neuron.floor, v)
    if cell.refractory > 0:
        v = 0.0
    cell.slow *= cell.keep_slow
    cell.fast *= cell.keep_fast
    cell.rise *= cell.keep_rise
    cell.fired = v >= cell.threshold * (1.0 + cell.rise_gain * cell.rise) * gate
    cell.potential = v
    cell.refractory = max(0, cell.refractory - 1)
    if cell.fired:
        cell.potential = 0.0
        cell.slow += cell.jump_slow
        cell.fast += cell.jump_fast
        cell.rise += 1.0
        cell.refractory = config.neuron.refractory


def step_izhikevich(cell, gate, clock, config):
    """v' = 0.04v² + 5v + 140 − u + I in two half-steps; u' = a(bv − u)."""
    a, b, c, d = cell.preset
    cell.receive(clock, config.synapse)
    drive = cell.drive + (cell.excitation - cell.inhibition)
    current = config.neuron.current_scale * drive / gate
    v, u = cell.membrane, cell.recovery
    for _ in range(2):
        v += (0.04 * v * v + 5.0 * v + 140.0 - u + current) / 2.0
        v = max(v, LOWEST_MV)
    u += a * (b * v - u)
    cell.fired = v >= 30.0 * cell.threshold
    cell.membrane = c if cell.fired else v
    cell.recovery = u + d if cell.fired else u


def step_risp(cell, gate, clock, config):
    """Nothing happens unless something arrives: v ← max(v, lowest) + arrivals, spike if v ≥ θ."""
    exciting, inhibiting = cell.arriving[1].pop(clock, 0.0), cell.arriving[-1].pop(clock, 0.0)
    cell.fired = False
    if exciting > 0.0 or inhibiting > 0.0:
        v = max(cell.sum, config.neuron.floor) + (exciting - inhibiting) * cell.efficacy
        cell.fired = v >= cell.threshold * gate
        cell.sum = 0.0 if cell.fired else v


def step_graded(cell, clock, activation):
    """v = f(bias + inputs + what other cells sent a delay ago), without any memory of its own."""
    sent = cell.arriving[1].pop(clock, 0.0) * cell.efficacy
    cell.activity = respond(cell.drive + sent, activation)


def respond(x, activation):
    if activation == "tanh":
        return tanh(x)
    if activation != "sigmoid":
        return ACTIVATIONS[activation](x)
    try:
        return logistic(4.9 * x)
    except OverflowError:
        return 0.0
