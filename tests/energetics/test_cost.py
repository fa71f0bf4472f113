import numpy as np
import pytest

from glianeat.energetics.cost import ATP_PER_EU, JOULE_PER_EU, EnergyConfig
from glianeat.errors import ConfigError

K = 10  # output synapses of the reference weight


def entropy(p):
    return -(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p))


def best_activity(bin_s, energy):
    """Return the spike probability in a bin that carries most bits per energy (Levy & Baxter).

    A neuron of ten reference synapses pays for its spikes, its rest and one astrocyte.
    """
    p = np.linspace(1e-5, 0.5, 200_001)
    spent = (energy.rest + energy.astrocyte) * bin_s + p * (energy.spike + K * energy.excitatory)
    return float(p[np.argmax(entropy(p) / spent)])


@pytest.mark.parametrize("bin_ms", [50, 20, 10, 5, 2])
def test_bits_per_energy_are_most_at_two_to_five_hertz(bin_ms):
    p = best_activity(bin_ms / 1000.0, EnergyConfig())
    assert 2.0 <= p / (bin_ms / 1000.0) <= 4.7
    assert 0.0085 <= p <= 0.105


def test_the_best_rate_falls_as_spikes_grow_dearer():
    cheap, dear = EnergyConfig(spike=0.1, excitatory=0.0275), EnergyConfig(spike=10.0)
    assert best_activity(0.01, cheap) > best_activity(0.01, EnergyConfig())
    assert best_activity(0.01, EnergyConfig()) > best_activity(0.01, dear)


def test_a_spike_with_ten_synapses_splits_as_howarth_found():
    energy = EnergyConfig()
    assert K * energy.excitatory == pytest.approx(3.28e8 / ATP_PER_EU, rel=0.01)
    assert energy.rest == pytest.approx(3.42e8 / ATP_PER_EU, rel=0.01)
    assert energy.astrocyte == pytest.approx(1.02e8 / ATP_PER_EU, rel=0.01)
    assert pytest.approx(ATP_PER_EU * 50e3 / 6.02214076e23, rel=0.01) == JOULE_PER_EU


def test_one_astrocyte_pays_for_a_neuron_at_ten_hertz():
    energy = EnergyConfig()
    spent = energy.rest + energy.astrocyte + 10.0 * (energy.spike + K * energy.excitatory)
    assert energy.supply == pytest.approx(spent, rel=0.01)


@pytest.mark.parametrize(
    "change", [{"spike": -1.0}, {"lifetime": 0.0}, {"gate": "soft"}, {"initial_fill": 1.1}]
)
def test_costs_that_make_no_sense_are_refused(change):
    with pytest.raises(ConfigError):
        EnergyConfig(**change)
