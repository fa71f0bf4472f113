"""The simulator as a slow, plain reference: one neuron after the other, in Python's own floats.

It reads as the specification of a millisecond, in this order: gates follow the fill of the pools;
arrivals enter the synaptic currents; drive moves potentials; adaptation decays; thresholds are
compared; spikes leave, inputs first, then cells by region; outputs are read; every tenth time the
astrocytes follow; pools are charged. Graded cells have neither gates nor thresholds: each is
updated and what it shows is sent at once, cells by region, or, where all is to happen within a
millisecond, each after those that it hears from. The compiled simulator must give the same bits.
"""

from math import ceil

from glianeat.elementary import exp
from glianeat.genome.schema import ACTIVATIONS, NEURONS, Role
from glianeat.simulate.glia.channel import GLIAL_STEP
from glianeat.simulate.network_io import NetworkIO
from glianeat.simulate.settings import SimulationConfig
from tests.reference.astrocytes import astrocytes_of, glial_step, supply_at_rest
from tests.reference.neurons import Neuron, drive_of, step_graded
from tests.reference.regions import charge_pool, gate_of, regions_of
from tests.reference.registered import reference_of
from tests.reference.slow_neurons import begin_slow_step, slow_neurons_of


def left(trace):
    """Return what is left of a trace of spikes: less than a thousandth of one is nothing."""
    return trace if trace >= 0.001 else 0.0


class ReferenceSimulator:
    def __init__(self, network, config=None, interface=None):
        self.network = network
        self.config = config or SimulationConfig()
        self.interface = interface or NetworkIO()
        self.clock = self.trains_begin = 0
        numbers = range(network.n_neurons)
        self.neurons = [Neuron(n, network, self.config, self.interface) for n in numbers]
        self.inputs = self.neurons[: network.n_inputs]
        self.cells = self.neurons[network.n_inputs :]
        outputs = [cell for cell in self.cells if cell.role == Role.OUTPUT]
        self.outputs = sorted(outputs, key=lambda cell: cell.channel)
        self.regions = regions_of(network, self.config)
        self.astrocytes = astrocytes_of(network, self.config)
        self.slow_neurons = slow_neurons_of(self.cells, self.neurons, network, self.config.neuron)
        self.amplitude = [0.0] * network.n_inputs
        self.transmitted = {}  # by step of the task
        self.readout = [0.0] * network.n_outputs
        self.rising = [0.0] * network.n_outputs
        self.shown = [0.0] * network.n_outputs
        for region, supply in zip(self.regions, supply_at_rest(network, self.config)):
            region.supply = supply
        self.refresh_drive()

    # What the world does -------------------------------------------------------------------

    def step(self, amplitude, n_steps):
        self.amplitude = [float(x) for x in amplitude]
        self.take_inputs()
        for _ in range(n_steps):
            self.millisecond()
        return self.readout

    def inject(self, current):
        for cell in self.cells:
            cell.external = float(current[cell.number])
        self.take_inputs()

    def take_inputs(self):
        self.trains_begin = self.clock
        if not self.interface.rate_inputs:
            self.take_graded()
        self.refresh_drive()

    def take_graded(self):
        """Graded inputs are a steady current, paid for by the millisecond."""
        rate = self.config.energy.graded_rate
        for cell in self.cells:
            cell.graded = 0.0
        for region in self.regions:
            region.graded_cost = 0.0
        for number, (neuron, x) in enumerate(zip(self.inputs, self.amplitude)):
            for region, cost in zip(self.regions, neuron.event_cost):
                region.graded_cost += abs(x) * rate * cost
            for synapse in neuron.synapses:
                heard = self.heard(number, synapse.delay)
                self.neurons[synapse.target].graded += synapse.weight * synapse.sign * heard

    def heard(self, number, delay):
        """Return what a synapse of some delay hears of an input, if by whole steps of the task."""
        if self.interface.hold == 0 or self.config.neuron.model == "graded":
            return self.amplitude[number]
        step = self.clock // self.interface.hold
        self.transmitted[step, number] = self.amplitude[number]
        lag = (delay - 1) // self.interface.hold
        return self.transmitted.get((step - lag, number), 0.0)

    def refresh_drive(self):
        for cell in self.cells:
            cell.drive = drive_of(cell)

    # What happens in a millisecond ----------------------------------------------------------

    def millisecond(self):
        if self.config.neuron.model == "graded":
            self.update_graded()
        else:
            self.update_spiking()
        self.read_outputs()
        if (self.clock + 1) % GLIAL_STEP == 0:
            self.glial_step()
        for region in self.regions:
            charge_pool(region, self.config)
        self.clock += 1

    def update_spiking(self):
        for region in self.regions:
            region.gate = gate_of(region, self.config.energy)
        if self.has_trains:
            self.send_trains()
        advance = reference_of(self.cells[0].model) if self.cells else None
        for cell in self.cells:
            advance(cell, self.regions[cell.region].gate, self.clock, self.config)
        if not self.has_trains:
            self.send_inputs()
        for cell in self.cells:
            if cell.fired:
                self.send(cell)

    def update_graded(self):
        self.send_inputs()
        for cell in self.in_order() if self.config.feed_forward else self.cells:
            step_graded(cell, self.clock, self.activation_of(cell))
            sent = self.config.energy.graded_rate * abs(cell.observed)
            cell.recent += sent
            for region, cost in zip(self.regions, cell.event_cost):
                region.cost += sent * cost
            for synapse in cell.synapses:
                arriving = self.neurons[synapse.target].arriving[1]
                when = self.clock + (0 if self.config.feed_forward else synapse.delay)
                arriving[when] = arriving.get(when, 0.0) + synapse.weight * synapse.sign * (
                    cell.observed
                )

    def activation_of(self, cell):
        number = int(self.network.cells.traits[cell.number, NEURONS.column("activation")])
        return ACTIVATIONS[number] if number else self.config.neuron.activation

    def in_order(self):
        """Return the cells by how many others stand in a row before them."""

        def depth(cell):
            heard = [o for o in self.cells if any(s.target == cell.number for s in o.synapses)]
            return max((1 + depth(other) for other in heard), default=0)

        return sorted(self.cells, key=depth)

    def glial_step(self):
        begin_slow_step(self.slow_neurons)
        glial_step(self)
        for neuron in self.slow_neurons:
            neuron.modulate(self.config.neuron)
        self.refresh_drive()
        for cell in self.cells:
            cell.flush()

    def send_inputs(self):
        for neuron, x in zip(self.inputs, self.amplitude):
            if not self.interface.rate_inputs:
                neuron.recent += self.config.energy.graded_rate * abs(x)
                continue
            # a perfect integrator, at most one spike a millisecond
            neuron.charge += min(1.0, max(0.0, self.interface.max_rate * x))
            if neuron.charge >= 1.0:
                neuron.charge -= 1.0
                self.send(neuron)

    @property
    def has_trains(self):
        return self.interface.rate_inputs and self.interface.trains

    def send_trains(self):
        """Inputs that know at once what they have to say: it arrives as if sent a step ago."""
        most, interval = self.interface.train_spikes, self.interface.train_interval
        place, rest = divmod(self.clock - self.trains_begin, interval)
        for neuron, x in zip(self.inputs, self.amplitude):
            if rest == 0 and place < min(most, ceil(most * x)):
                self.send(neuron, self.clock - 1)

    def send(self, neuron, since=None):
        """One spike: released, counted, paid for, and on its way."""
        since = self.clock if since is None else since
        scale = neuron.release(self.clock, self.config.synapse)
        neuron.recent += 1.0
        neuron.recent_delivered += scale
        self.regions[neuron.region].cost += neuron.spike_cost
        for region, cost in zip(self.regions, neuron.event_cost):
            region.cost += scale * cost
        for synapse in neuron.synapses:
            arriving = self.neurons[synapse.target].arriving[synapse.sign]
            when = since + synapse.delay
            arriving[when] = arriving.get(when, 0.0) + synapse.weight * scale

    def read_outputs(self):
        energy = self.config.energy
        keep = exp(-1.0 / self.interface.tau_readout)
        for k, cell in enumerate(self.outputs):
            if self.interface.readout == "membrane" or self.config.neuron.model == "graded":
                self.readout[k] = cell.observed
                self.shown[k] += abs(cell.observed)
                cost = energy.graded * energy.graded_rate * energy.housekeeping
                self.regions[cell.region].cost += abs(cell.observed) * cost
            elif self.interface.readout == "first_spike":
                if cell.fired and self.readout[k] == 0.0:
                    self.readout[k] = 1.0 / (self.clock + 1.0)
            elif self.interface.readout == "twitch":
                self.rising[k] = left(self.rising[k] * keep) + float(cell.fired)
                shown = self.readout[k] * keep + (1.0 - keep) * self.rising[k]
                self.readout[k] = left(shown) if self.rising[k] == 0.0 else shown
            else:
                self.readout[k] = left(self.readout[k] * keep) + float(cell.fired)

    # What has been done -----------------------------------------------------------------------

    def ledger(self):
        """Return {kind: [amount by region]} of everything that activity costs."""
        kinds = ("spike", "excitatory", "inhibitory", "graded", "release")
        amounts = {kind: [0.0] * len(self.regions) for kind in kinds}
        for neuron in self.neurons:
            graded = neuron.is_graded
            if not graded:
                amounts["spike"][neuron.region] += neuron.spikes * neuron.size
            sent = neuron.spikes if graded else neuron.delivered_sum + neuron.recent_delivered
            for synapse in neuron.synapses:
                region = self.neurons[synapse.target].region
                kind = "excitatory" if synapse.sign > 0 else "inhibitory"
                amounts["graded" if graded else kind][region] += sent * synapse.relative
        shown = [0.0] * len(self.regions)
        for cell, total in zip(self.outputs, self.shown):
            shown[cell.region] += total * self.config.energy.graded_rate
        amounts["graded"] = [a + b for a, b in zip(amounts["graded"], shown)]
        for astrocyte in self.astrocytes:
            amounts["release"][astrocyte.region] += astrocyte.releases * astrocyte.count
        return amounts
