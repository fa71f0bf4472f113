"""Measures of activity against trains of spikes whose measures are known."""

import math

import numpy as np
import pytest

from glianeat.analyse.activity import (
    MEASURE_BY_NAME,
    MEASURES,
    active_fraction,
    bits_per_eu,
    burst_fraction,
    calcium,
    hidden_rate,
    interval_cv,
    output_entropy,
    output_rate,
    pool_fill,
    treves_rolls_sparseness,
)
from glianeat.analyse.measure import Observed
from glianeat.simulate.trace import Trace
from tests.simulate.builders import Builder


def network(n_hidden=4, n_outputs=2):
    builder = Builder()
    builder.input()
    for _ in range(n_hidden):
        builder.cell()
    for _ in range(n_outputs):
        builder.output()
    return builder.build()


def observed(spikes=(), trains=None, n_steps=1000, energy=1.0, **arrays):
    """Return 1 input, 4 hidden neurons and 2 outputs with some counts, or some spike times."""
    trains = trains or {}
    pairs = sorted((time, neuron) for neuron, times in trains.items() for time in times)
    whole = [
        np.array(one, dtype=np.uint32) for one in (zip(*pairs, strict=True) if pairs else ((), ()))
    ]
    nothing = np.zeros(0, dtype=np.uint32)
    trace = Trace(
        start=0,
        n_steps=n_steps,
        n_neurons=7,
        spike_time=whole[0],
        spike_neuron=whole[1],
        potential_neuron=nothing,
        potential=np.zeros((n_steps, 0), dtype=np.float32),
        calcium_time=nothing,
        calcium=np.array(arrays.get("calcium", np.zeros((0, 0))), dtype=np.float32),
        release_time=nothing,
        release_astrocyte=nothing,
        fill=np.array(arrays.get("fill", np.zeros((0, 1))), dtype=np.float32),
        amounts=np.zeros((0, 0, 1)),
        counts=np.zeros((0, 0, 1)),
    )
    counts = np.array([0.0, *spikes] if spikes else np.zeros(7))
    return Observed(network(), counts, 2.0, trace, energy)


def test_rates_are_spikes_per_neuron_and_second():
    seen = observed([4.0, 8.0, 0.0, 0.0, 10.0, 0.0])
    assert hidden_rate(seen) == 1.5
    assert output_rate(seen) == 2.5


def test_the_active_fraction_counts_cells_that_spiked_at_all():
    assert active_fraction(observed([1.0, 9.0, 0.0, 0.0, 0.0, 3.0])) == 0.5
    assert active_fraction(observed()) == 0.0


def test_sparseness_is_one_if_one_cell_does_all_and_zero_if_all_do_the_same():
    assert treves_rolls_sparseness(observed([0.0, 7.0, 0.0, 0.0, 0.0, 0.0])) == pytest.approx(1.0)
    assert treves_rolls_sparseness(observed([3.0] * 6)) == pytest.approx(0.0)
    assert treves_rolls_sparseness(observed()) == 0.0


def test_sparseness_of_half_the_cells_is_half_but_for_the_finite_number():
    # a = 1/2, so that S = (1 - 1/2) / (1 - 1/6)
    assert treves_rolls_sparseness(observed([1.0, 1.0, 1.0, 0, 0, 0])) == pytest.approx(0.6)


def test_a_regular_train_has_a_cv_of_zero():
    assert interval_cv(observed(trains={1: range(0, 1000, 20)})) == 0.0


def test_a_poisson_train_has_a_cv_of_one():
    rng = np.random.default_rng(1)
    times = np.flatnonzero(rng.random(200_000) < 0.005)
    assert interval_cv(observed(trains={1: times.tolist()}, n_steps=200_000)) == pytest.approx(
        1.0, abs=0.05
    )


def test_cells_with_fewer_than_two_intervals_have_no_cv():
    assert interval_cv(observed(trains={1: [3, 50], 2: [8]})) == 0.0


def test_intervals_of_at_most_ten_milliseconds_are_bursts():
    assert burst_fraction(observed(trains={1: [0, 10, 21, 30], 5: [7]})) == pytest.approx(2 / 3)
    assert burst_fraction(observed()) == 0.0


def test_fill_and_calcium_are_means_over_time():
    assert pool_fill(observed(fill=[[0.5, 1.0], [0.25, 0.25]])) == 0.5
    assert calcium(observed(calcium=[[1.0], [3.0]])) == 2.0
    assert calcium(observed()) == 0.0


def test_a_fair_binary_output_says_one_bit_a_word():
    words = 4000
    rng = np.random.default_rng(2)
    on = np.flatnonzero(rng.random(words) < 0.5)
    seen = observed(trains={5: (10 * on + 3).tolist()}, n_steps=10 * words)
    assert output_entropy(seen) == pytest.approx(1.0, abs=0.002)


def test_the_correction_of_miller_and_madow_is_added():
    seen = observed(trains={5: [0], 6: [10]}, n_steps=40)  # two words of one each, two silent ones
    plain = 1.5
    assert output_entropy(seen) == pytest.approx(plain + 2 / (2 * 4) / math.log(2))


def test_silent_outputs_say_nothing_and_hidden_neurons_do_not_speak():
    assert output_entropy(observed(trains={1: [0, 10, 30]})) == 0.0


def test_bits_per_eu_are_the_bits_of_all_words_over_the_energy():
    seen = observed(trains={5: [0], 6: [10]}, n_steps=40, energy=8.0)
    assert bits_per_eu(seen) == pytest.approx(4 * output_entropy(seen) / 8.0)
    assert bits_per_eu(observed(energy=0.0)) == 0.0


def test_measures_have_different_names_and_say_what_they_are():
    assert len(MEASURE_BY_NAME) == len(MEASURES)
    assert all(one.unit and one.meaning and one.direction in {-1, 1} for one in MEASURES)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.name)
def test_a_measure_of_nothing_is_a_finite_number(measure):
    assert math.isfinite(measure.value(observed(n_steps=0, energy=0.0)))
