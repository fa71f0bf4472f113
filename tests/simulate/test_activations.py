"""Activations: those of neat-python, the same bits compiled and interpreted, and mixtures."""

import math
from typing import get_args

import neat.activations
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.genome.schema import ACTIVATIONS, NEURONS, Activation, Option
from glianeat.simulate.models import activations
from glianeat.simulate.models.activations import activate
from glianeat.simulate.settings import NOT_NEGATIVE, NeuronConfig, SimulationConfig
from glianeat.simulate.simulator import Simulator
from tests.reference.activations import ACTIVATIONS as PLAIN
from tests.reference.simulator import ReferenceSimulator
from tests.simulate.builders import Builder

NAMES = list(get_args(Activation))
SAMPLES = [0.0, -0.0, 1e-9, 0.3, -0.3, 1.0, -1.0, 1.7, -4.2, 25.0, -70.0, 1e5, -1e5]
names = pytest.mark.parametrize("name", NAMES)
NEATS = {"neat_tanh": "tanh", "neat_sigmoid": "sigmoid"}


def number(name):
    return ACTIVATIONS.index(name)


def graded(name, **options):
    return SimulationConfig(neuron=NeuronConfig(model="graded", activation=name), **options)


def test_numbers_are_those_of_the_schema():
    for name in ACTIVATIONS[1:]:
        assert getattr(activations, name.upper()) == number(name)
    assert activations.MIXED == number("shared") == 0
    assert set(get_args(Option)) == set(ACTIVATIONS)


def test_all_activations_of_neat_python_are_there():
    theirs = set(neat.activations.ActivationFunctionSet().functions)
    assert theirs <= set(ACTIVATIONS)
    assert set(ACTIVATIONS) - theirs == {"shared", "neat_tanh", "neat_sigmoid"}


@names
@pytest.mark.parametrize("x", SAMPLES)
def test_they_are_neat_pythons(name, x):
    if name in {"tanh", "sigmoid"}:
        return
    theirs = neat.activations.ActivationFunctionSet().get(NEATS.get(name, name))
    expected, found = theirs(x), activate(number(name), x)
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-14)


@names
@given(x=st.floats(allow_nan=False))
def test_compiled_and_plain_ones_agree_bit_for_bit(name, x):
    found, expected = activate(number(name), x), PLAIN[name](x)
    assert np.float64(found).tobytes() == np.float64(expected).tobytes() or (
        found == expected == 0.0  # of relu and hat: which zero does not matter
    )


@names
def test_nan_stays_to_be_noticed(name):
    assert math.isnan(activate(number(name), math.nan))


@names
def test_those_that_are_never_negative_are_known(name):
    lowest = min(activate(number(name), x) for x in SAMPLES)
    assert (lowest >= 0.0) == (name in NOT_NEGATIVE)


def ring(mine=(), weight=0.7):
    """Return an input, two hidden cells in a ring, and an output, with activations of their own."""
    net = Builder()
    source, out = net.input(), net.output(bias=0.1)
    one, other = net.cell(bias=-0.2), net.cell(bias=0.3)
    net.join(source, one, 1.1).join(one, other, weight).join(other, one, -0.6)
    net.join(other, out, 0.9).join(one, out, -0.4)
    network = net.build()
    column = NEURONS.column("activation")
    for cell, name in enumerate(mine):
        network.cells.traits[network.n_inputs + cell, column] = number(name)
    return network


def shown(network, config, steps=12):
    simulator, reference = Simulator(network, config), ReferenceSimulator(network, config)
    rows = []
    for step in range(steps):
        amplitude = np.array([math.cos(step)])
        rows.append(simulator.step(amplitude, 1).copy())
        assert rows[-1].tolist() == list(reference.step(amplitude, 1))
    return np.array(rows)


@names
def test_networks_of_one_activation_agree_with_their_twin(name):
    weight = 0.1 if name in {"square", "cube", "exp", "inv"} else 0.7
    shown(ring(weight=weight), graded(name))


def test_cells_have_activations_of_their_own():
    mixed = ring(("relu", "sin", "shared"))
    values = shown(mixed, graded("clamped"))
    assert values.tolist() != shown(ring(), graded("clamped")).tolist()
    assert values.tolist() == shown(ring(("relu", "sin", "clamped")), graded("tanh")).tolist()


def test_equal_activations_of_their_own_are_one_that_is_shared():
    same = ring(("relu", "relu", "relu"))
    assert shown(same, graded("tanh")).tolist() == shown(ring(), graded("relu")).tolist()


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # without compilation
def test_what_grows_beyond_all_bounds_is_noticed():
    simulator = Simulator(ring(weight=12.0), graded("square"))
    for _ in range(60):
        simulator.step(np.array([9.0]), 1)
    assert not simulator.is_finite


def test_spiking_neurons_do_not_mind():
    fired = [
        Simulator(ring(mine)).step(np.array([1.0]), 50).tolist() for mine in ((), ("relu", "sin"))
    ]
    assert fired[0] == fired[1]
